//! What instructions are made of: the loop's variables, the stack, references, and what was freed.

use wasm_encoder::{Instruction, ValType};

use super::Addresses;
use super::code::{
    Code, Label, add, all, and, block, byte, done_if, eq, get, go, go_if, half, if_else, leave_if,
    load, ne, not, num, op, or, select, set, shl, store, sub,
};
use super::layout;

// The loop's variables, the first four of which it is called with. The stack's end is kept less by `STACK`,
// so that what is below it has offsets that are not negative.
pub(super) const FRAME: u32 = 0;
pub(super) const NEXT: u32 = 1;
pub(super) const END: u32 = 2;
pub(super) const THREAD: u32 = 3;
// References and the objects behind them, numbers, and what comes of both, as each instruction likes.
pub(super) const LEFT: u32 = 4;
pub(super) const RIGHT: u32 = 5;
pub(super) const LEFT_AT: u32 = 6;
pub(super) const RIGHT_AT: u32 = 7;
pub(super) const VALUE: u32 = 8;
pub(super) const RESULT: u32 = 9;
pub(super) const COUNT: u32 = 10;
/// Of 64 bits.
pub(super) const PRODUCT: u32 = 11;

/// Those that it is not called with.
pub(super) const VARIABLES: [(u32, ValType); 2] =
    [(PRODUCT - LEFT, ValType::I32), (1, ValType::I64)];

pub(super) const STACK: i32 = 16;

/// A new entry of the stack, and those that are there, from the last one on.
pub(super) const NEW: u64 = 16;
pub(super) const LAST: u64 = 12;
pub(super) const SECOND: u64 = 8;
pub(super) const THIRD: u64 = 4;
pub(super) const FOURTH: u64 = 0;

/// The bit of a reference that does not count.
pub(super) const BORROWED: i32 = 1;

/// An object whose counter is not below this lives forever.
const FOREVER: i32 = 0x4000_0000;

/// How many freed numbers of a kind are kept, and iterators of ranges.
const FREED_MAX: i32 = 100;
pub(super) const FREED_RANGE_ITERATORS_MAX: i32 = 6;

// What ends a step.

/// On with the instruction so many bytes on.
pub(super) fn on(bytes: i32) -> Code {
    all([advance(bytes), go(Label::Next)])
}

pub(super) fn advance(bytes: i32) -> Code {
    set(NEXT, add(get(NEXT), num(bytes)))
}

/// On with the one that is as many words as the operand says behind so many bytes.
pub(super) fn jump(bytes: i32) -> Code {
    let distance = add(shl(operand(), num(1)), num(bytes));
    all([set(NEXT, add(get(NEXT), distance)), go(Label::Next)])
}

/// Goes straight to an instruction that is likely to be next, if it is.
pub(super) fn expect(number: u8) -> Code {
    go_if(
        Label::Step(number),
        eq(byte(0, get(NEXT)), num(number.into())),
    )
}

/// At a conditional jump: jumps if a variable is not 0, otherwise goes on, past a mark that says so.
pub(super) fn jump_if(condition: u32) -> Code {
    let mark = eq(byte(4, get(NEXT)), num(layout::NOT_TAKEN.into()));
    all([
        block([done_if(not(get(condition))), jump(4)]),
        set(NEXT, add(get(NEXT), shl(mark, num(1)))),
        on(4),
    ])
}

// Operands, and what they name.

pub(super) fn operand() -> Code {
    byte(1, get(NEXT))
}

/// Half of an operand of two, which `VALUE` holds.
pub(super) fn upper() -> Code {
    op(Instruction::I32ShrU, get(VALUE), num(4))
}

/// The other half.
pub(super) fn lower() -> Code {
    and(get(VALUE), num(15))
}

/// What an instruction keeps so many bytes on.
pub(super) fn kept(bytes: u64) -> Code {
    half(bytes, get(NEXT))
}

/// A local variable, less its offset in the frame.
pub(super) fn local(number: Code) -> Code {
    add(get(FRAME), shl(number, num(2)))
}

pub(super) fn borrow(local: Code) -> Code {
    or(load(layout::LOCALS, local), num(BORROWED))
}

pub(super) fn code_object() -> Code {
    object(load(layout::CODE, get(FRAME)))
}

pub(super) fn constant() -> Code {
    let constants = load(layout::CONSTANTS, code_object());
    load(
        layout::TUPLE_ENTRIES,
        add(constants, shl(operand(), num(2))),
    )
}

/// The object behind a reference.
pub(super) fn object(reference: Code) -> Code {
    and(reference, num(!BORROWED))
}

pub(super) fn is_borrowed(reference: u32) -> Code {
    and(get(reference), num(BORROWED))
}

fn both_borrowed() -> Code {
    and(and(get(LEFT), get(RIGHT)), num(BORROWED))
}

pub(super) fn small_integer(it: &Addresses, number: Code) -> Code {
    let first = it.runtime + layout::SMALL_INTEGERS + BORROWED;
    add(shl(number, num(4)), num(first))
}

pub(super) fn truth(it: &Addresses, condition: Code) -> Code {
    select(condition, num(it.yes | BORROWED), num(it.no | BORROWED))
}

// The stack.

pub(super) fn entry(which: u64) -> Code {
    load(which, get(END))
}

pub(super) fn replace(which: u64, value: Code) -> Code {
    store(which, get(END), value)
}

/// The entry so many below the end, to be read as [`NEW`].
pub(super) fn below(entries: Code) -> Code {
    sub(get(END), shl(entries, num(2)))
}

pub(super) fn pushed(entries: i32) -> Code {
    set(END, add(get(END), num(4 * entries)))
}

/// Pushes a value, and on.
pub(super) fn push(value: Code, bytes: i32) -> Code {
    all([replace(NEW, value), pushed(1), on(bytes)])
}

/// The last two entries.
pub(super) fn operands() -> Code {
    all([set(LEFT, entry(SECOND)), set(RIGHT, entry(LAST))])
}

/// `RESULT` in place of two entries, and on.
pub(super) fn result_for_two(bytes: i32) -> Code {
    all([replace(SECOND, get(RESULT)), pushed(-1), on(bytes)])
}

// References.

/// Leaves if the object behind a reference is not of this type; where it is, is put into a variable.
pub(super) fn of_type(reference: u32, place: u32, kind: i32) -> Code {
    all([
        set(place, object(get(reference))),
        leave_if(ne(load(layout::TYPE, get(place)), num(kind))),
    ])
}

/// Counts a reference to an object, or one less.
pub(super) fn count(of: u32, references: i32) -> Code {
    let counted = add(load(layout::COUNTER, get(of)), num(references));
    store(layout::COUNTER, get(of), counted)
}

/// A second reference like the first.
pub(super) fn duplicate(reference: u32) -> Code {
    block([done_if(is_borrowed(reference)), count(reference, 1)])
}

pub(super) fn lives_forever(object: u32) -> Code {
    let counter = load(layout::COUNTER, get(object));
    op(Instruction::I32GeS, counter, num(FOREVER))
}

/// Makes an object that was read somewhere a reference.
pub(super) fn refer(object: u32) -> Code {
    if_else(
        lives_forever(object),
        set(object, or(get(object), num(BORROWED))),
        count(object, 1),
    )
}

/// Leaves if a reference counts, and the object has no more than so many.
pub(super) fn stays(reference: u32, references: i32) -> Code {
    let counter = load(layout::COUNTER, get(reference));
    block([
        done_if(is_borrowed(reference)),
        leave_if(op(Instruction::I32LeS, counter, num(references))),
    ])
}

/// Takes a reference off an object that stays.
pub(super) fn count_down(reference: u32) -> Code {
    block([done_if(is_borrowed(reference)), count(reference, -1)])
}

/// Takes a reference off any object; leaves if that ends it and it is no number.
pub(super) fn drop_reference(it: &Addresses, reference: u32) -> Code {
    let integers = freed(it, layout::FREED_INTEGERS);
    let floats = freed(it, layout::FREED_FLOATS);
    // An integer of one digit and either sign, none that was to live forever.
    let tag = and(load(layout::TAG, get(reference)), num(!2));
    let end = |list: i32| {
        let full = op(Instruction::I32GeS, load(0, num(list + 4)), num(FREED_MAX));
        all([
            leave_if(full),
            store(layout::COUNTER, get(reference), num(0)),
            free(reference, list),
        ])
    };
    let last = if_else(
        eq(load(layout::TYPE, get(reference)), num(it.integer)),
        all([leave_if(ne(tag, num(8))), end(integers)]),
        all([
            leave_if(ne(load(layout::TYPE, get(reference)), num(it.float))),
            end(floats),
        ]),
    );
    let left = sub(load(layout::COUNTER, get(reference)), num(1));
    block([
        done_if(is_borrowed(reference)),
        set(COUNT, left),
        if_else(
            get(COUNT),
            store(layout::COUNTER, get(reference), get(COUNT)),
            last,
        ),
    ])
}

// Freed numbers and iterators, which are taken from a list and go there.

pub(super) fn freed(it: &Addresses, list: i32) -> i32 {
    it.runtime + layout::FIRST + list
}

pub(super) fn free(object: u32, list: i32) -> Code {
    let more = add(load(0, num(list + 4)), num(1));
    all([
        store(0, get(object), load(0, num(list))),
        store(0, num(list), get(object)),
        store(0, num(list + 4), more),
    ])
}

/// Takes a freed object for `RESULT`; leaves if there is none.
pub(super) fn reuse(list: i32) -> Code {
    let less = sub(load(0, num(list + 4)), num(1));
    all([
        set(RESULT, load(0, num(list))),
        leave_if(not(get(RESULT))),
        store(0, num(list), load(0, get(RESULT))),
        store(0, num(list + 4), less),
        store(layout::COUNTER, get(RESULT), num(1)),
    ])
}

/// Leaves if `LEFT` or `RIGHT` counts and there may be no room for two freed numbers.
pub(super) fn room_for_two(list: i32) -> Code {
    let many = op(
        Instruction::I32GtS,
        load(0, num(list + 4)),
        num(FREED_MAX - 2),
    );
    block([done_if(both_borrowed()), leave_if(many)])
}

/// Takes references off two numbers, for which there is room.
pub(super) fn drop_two(list: i32) -> Code {
    block([
        done_if(both_borrowed()),
        drop_number(RIGHT, list),
        drop_number(LEFT, list),
    ])
}

pub(super) fn drop_number(reference: u32, list: i32) -> Code {
    let left = sub(load(layout::COUNTER, get(reference)), num(1));
    block([
        done_if(is_borrowed(reference)),
        set(COUNT, left),
        store(layout::COUNTER, get(reference), get(COUNT)),
        done_if(get(COUNT)),
        free(reference, list),
    ])
}
