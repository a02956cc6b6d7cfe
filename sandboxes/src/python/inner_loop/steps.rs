//! What each instruction does, in the order of their code: a branch from one to another goes down.

use wasm_encoder::{Instruction, ValType};

use super::Addresses;
use super::code::{
    Code, Label, add, all, and, at, block, byte, done_if, eq, get, go, go_if, half, if_else,
    leave_if, load, named, ne, not, num, op, op1, or, repeat, select, set, shl, store, sub,
};

// The variables. The stack's end is kept less by `STACK`, so that what is below it has offsets that are
// not negative.
const FRAME: u32 = 0;
const NEXT: u32 = 1;
const END: u32 = 2;
const THREAD: u32 = 3;
const LEFT: u32 = 4;
const RIGHT: u32 = 5;
const LEFT_AT: u32 = 6;
const RIGHT_AT: u32 = 7;
const VALUE: u32 = 8;
const RESULT: u32 = 9;
const COUNT: u32 = 10;
const PRODUCT: u32 = 11;
const VARIABLES: [(u32, ValType); 2] = [(PRODUCT - LEFT, ValType::I32), (1, ValType::I64)];

const STACK: i32 = 16;
/// A new entry of the stack, and those that are there, from the last one on.
const NEW: u64 = 16;
const LAST: u64 = 12;
const SECOND: u64 = 8;
const THIRD: u64 = 4;
const FOURTH: u64 = 0;

/// The bit of a reference that does not count.
const BORROWED: i32 = 1;
/// An object whose counter is not below this lives forever.
const FOREVER: i32 = 0x4000_0000;

/// Where things are in CPython's structures.
mod offset {
    // A frame.
    pub(super) const CODE: u64 = 0;
    pub(super) const PREVIOUS: u64 = 4;
    pub(super) const FUNCTION: u64 = 8;
    pub(super) const GLOBALS: u64 = 12;
    pub(super) const BUILTINS: u64 = 16;
    pub(super) const NAMESPACE: u64 = 20;
    pub(super) const FRAME_OBJECT: u64 = 24;
    pub(super) const INSTRUCTION: u64 = 28;
    pub(super) const END: u64 = 32;
    pub(super) const RETURN: u64 = 36;
    pub(super) const OWNER: u64 = 38;
    pub(super) const LOCALS: u64 = 40;
    // A thread's state: with the frame that runs, how deep calls may still go, and the piece of memory
    // that frames are in, from where the next one goes to its end.
    pub(super) const INTERPRETER: u64 = 8;
    pub(super) const WAITING: u64 = 12;
    pub(super) const DEPTH: u64 = 32;
    pub(super) const CURRENT: u64 = 52;
    pub(super) const PIECE: u64 = 144;
    pub(super) const FRAMES: u64 = 148;
    pub(super) const FRAMES_END: u64 = 152;
    /// The first frame in a piece.
    pub(super) const PIECE_FIRST: i32 = 12;
    // The runtime's state: who watches objects come and go, the small integers from 0 on, the first
    // interpreter's state.
    pub(super) const WATCHER: i32 = 5672;
    pub(super) const SMALL_INTEGERS: i32 = 9232;
    pub(super) const FIRST: i32 = 51_152;
    // An interpreter's state: what calls functions in place of the loop, and what was freed, each kind
    // a list and a count.
    pub(super) const EVALUATOR: i32 = 4472;
    pub(super) const FREED_FLOATS: i32 = 5792;
    pub(super) const FREED_INTEGERS: i32 = 5800;
    pub(super) const FREED_RANGE_ITERATORS: i32 = 6024;
    // Any object, and those with a size.
    pub(super) const COUNTER: u64 = 0;
    pub(super) const TYPE: u64 = 4;
    pub(super) const SIZE: u64 = 8;
    // An integer: the number of digits times 8, with 4 for one that lives forever and a sign of 1 for
    // zero and 2 for negative; the first digit.
    pub(super) const TAG: u64 = 8;
    pub(super) const DIGIT: u64 = 12;
    pub(super) const FLOAT: u64 = 8;
    // A list's entries, a tuple's, a cell's content; of an iterator of a list or a tuple, where it is in
    // what.
    pub(super) const LIST_ENTRIES: u64 = 12;
    pub(super) const TUPLE_ENTRIES: u64 = 16;
    pub(super) const CELL: u64 = 8;
    pub(super) const POSITION: u64 = 8;
    pub(super) const ITERATED: u64 = 12;
    // An iterator of a range.
    pub(super) const RANGE_NEXT: u64 = 8;
    pub(super) const RANGE_STEP: u64 = 12;
    pub(super) const RANGE_LEFT: u64 = 16;
    // A function.
    pub(super) const FUNCTION_GLOBALS: u64 = 8;
    pub(super) const FUNCTION_BUILTINS: u64 = 12;
    pub(super) const FUNCTION_CODE: u64 = 24;
    pub(super) const FUNCTION_VERSION: u64 = 72;
    // A code object: with how many arguments and local variables, and the size of a frame in words.
    pub(super) const CONSTANTS: u64 = 12;
    pub(super) const ARGUMENTS: u64 = 28;
    pub(super) const VARIABLES: u64 = 48;
    pub(super) const FRAME_SIZE: u64 = 52;
    pub(super) const VERSION: u64 = 108;
    pub(super) const INSTRUCTIONS: i32 = 128;
    // A dictionary's keys, and of those the logarithm of the index's bytes, the version, and the first
    // value if the index had none.
    pub(super) const KEYS: u64 = 24;
    pub(super) const KEYS_INDEX: u64 = 5;
    pub(super) const KEYS_VERSION: u64 = 8;
    pub(super) const KEYS_VALUES: u64 = 24;
}

/// How many freed numbers of a kind are kept, and iterators of ranges.
const FREED_MAX: i32 = 100;
const FREED_RANGE_ITERATORS_MAX: i32 = 6;

/// The largest tag of an integer of one digit.
const ONE_DIGIT: i32 = 15;

// Numbers of instructions that others look for.
const GET_ITER: u8 = 16;
const NOT_TAKEN: u8 = 28;
const POP_JUMP_IF_FALSE: u8 = 100;
const POP_JUMP_IF_TRUE: u8 = 103;
const STORE_FAST: u8 = 112;
const FOR_ITER_LIST: u8 = 172;
const FOR_ITER_RANGE: u8 = 173;
const RESUME_CHECK: u8 = 196;

/// Writes an instruction's code.
type Writer = fn(&Addresses) -> Code;

/// The instructions by their number in `opcode_ids.h`.
pub(super) const STEPS: &[(u8, Writer)] = &[
    // NOP and NOT_TAKEN.
    (27, |_| on(2)),
    (NOT_TAKEN, |_| on(2)),
    // POP_TOP.
    (31, |it| {
        all([
            set(LEFT, entry(LAST)),
            drop_reference(it, LEFT),
            pushed(-1),
            on(2),
        ])
    }),
    // END_FOR and POP_ITER.
    (9, pop_iterator),
    (30, pop_iterator),
    // PUSH_NULL.
    (33, |_| push(num(BORROWED), 2)),
    // UNARY_NOT.
    (42, |it| {
        let no = eq(entry(LAST), num(it.no | BORROWED));
        all([replace(LAST, truth(it, no)), on(2)])
    }),
    // COPY.
    (59, |_| {
        all([
            set(RESULT, load(NEW, below(operand()))),
            duplicate(RESULT),
            push(get(RESULT), 2),
        ])
    }),
    // IS_OP.
    (74, is),
    // JUMP_FORWARD.
    (77, |_| jump(2)),
    // LOAD_DEREF.
    (83, |_| {
        let cell = object(load(offset::LOCALS, local(operand())));
        all([
            set(RESULT, load(offset::CELL, cell)),
            leave_if(not(get(RESULT))),
            refer(RESULT),
            push(get(RESULT), 2),
        ])
    }),
    // LOAD_FAST.
    (84, |_| {
        all([
            set(RESULT, load(offset::LOCALS, local(operand()))),
            duplicate(RESULT),
            push(get(RESULT), 2),
        ])
    }),
    // LOAD_FAST_BORROW.
    (86, |_| push(borrow(local(operand())), 2)),
    // LOAD_FAST_BORROW_LOAD_FAST_BORROW.
    (87, |_| {
        all([
            set(VALUE, operand()),
            replace(NEW, borrow(local(upper()))),
            replace(NEW + 4, borrow(local(lower()))),
            pushed(2),
            on(2),
        ])
    }),
    // LOAD_FAST_LOAD_FAST.
    (89, |_| {
        all([
            set(VALUE, operand()),
            set(LEFT, load(offset::LOCALS, local(upper()))),
            set(RIGHT, load(offset::LOCALS, local(lower()))),
            duplicate(LEFT),
            duplicate(RIGHT),
            replace(NEW, get(LEFT)),
            replace(NEW + 4, get(RIGHT)),
            pushed(2),
            on(2),
        ])
    }),
    // LOAD_SMALL_INT.
    (94, |it| push(small_integer(it, operand()), 2)),
    // POP_JUMP_IF_FALSE, _IF_NONE, _IF_NOT_NONE and _IF_TRUE.
    (POP_JUMP_IF_FALSE, |it| {
        let no = eq(entry(LAST), num(it.no | BORROWED));
        all([set(LEFT, no), pushed(-1), jump_if(LEFT)])
    }),
    (101, |it| {
        let none = eq(get(LEFT), num(it.none | BORROWED));
        all([
            set(LEFT, entry(LAST)),
            drop_reference(it, LEFT),
            set(LEFT, none),
            pushed(-1),
            jump_if(LEFT),
        ])
    }),
    (102, |it| {
        let some = ne(get(LEFT), num(it.none | BORROWED));
        all([
            set(LEFT, entry(LAST)),
            drop_reference(it, LEFT),
            set(LEFT, some),
            pushed(-1),
            jump_if(LEFT),
        ])
    }),
    (POP_JUMP_IF_TRUE, |it| {
        let yes = eq(entry(LAST), num(it.yes | BORROWED));
        all([set(LEFT, yes), pushed(-1), jump_if(LEFT)])
    }),
    // STORE_FAST_LOAD_FAST.
    (113, |it| {
        all([
            set(VALUE, operand()),
            set(LEFT, load(offset::LOCALS, local(upper()))),
            drop_reference(it, LEFT),
            store(offset::LOCALS, local(upper()), entry(LAST)),
            set(RESULT, load(offset::LOCALS, local(lower()))),
            duplicate(RESULT),
            replace(LAST, get(RESULT)),
            on(2),
        ])
    }),
    // SWAP.
    (117, |_| {
        all([
            set(LEFT_AT, below(operand())),
            set(LEFT, load(NEW, get(LEFT_AT))),
            store(NEW, get(LEFT_AT), entry(LAST)),
            replace(LAST, get(LEFT)),
            on(2),
        ])
    }),
    // BINARY_OP_ADD_INT, _MULTIPLY_INT and _SUBTRACT_INT.
    (130, |it| sum(it, Instruction::I32Add)),
    (134, product),
    (142, |it| sum(it, Instruction::I32Sub)),
    // BINARY_OP_SUBSCR_LIST_INT and _SUBSCR_TUPLE_INT.
    (137, |it| entry_of(it, it.list, list_entry)),
    (140, |it| entry_of(it, it.tuple, tuple_entry)),
    // COMPARE_OP_FLOAT and _INT.
    (166, compare_floats),
    (167, compare_integers),
    // CALL_BUILTIN_CLASS.
    (146, range),
    // JUMP_BACKWARD_NO_JIT.
    (176, |_| {
        let back = sub(add(get(NEXT), num(4)), shl(operand(), num(1)));
        all([
            leave_if(byte(offset::WAITING, get(THREAD))),
            set(NEXT, back),
            expect(FOR_ITER_RANGE),
            expect(FOR_ITER_LIST),
            go(Label::Next),
        ])
    }),
    // FOR_ITER_LIST, _RANGE and _TUPLE.
    (FOR_ITER_LIST, |it| next_of(it.list_iterator, list_entry)),
    (FOR_ITER_RANGE, next_of_range),
    (174, |it| next_of(it.tuple_iterator, tuple_entry)),
    // STORE_FAST.
    (STORE_FAST, |it| {
        all([
            set(RIGHT, local(operand())),
            set(LEFT, load(offset::LOCALS, get(RIGHT))),
            drop_reference(it, LEFT),
            store(offset::LOCALS, get(RIGHT), entry(LAST)),
            pushed(-1),
            on(2),
        ])
    }),
    // BINARY_OP.
    (44, quotient_or_remainder),
    // LOAD_CONST_IMMORTAL and _MORTAL.
    (190, |_| push(or(constant(), num(BORROWED)), 2)),
    (191, |_| {
        all([
            set(RESULT, constant()),
            count(RESULT, 1),
            push(get(RESULT), 2),
        ])
    }),
    // LOAD_GLOBAL_BUILTIN and _MODULE.
    (192, |it| {
        let parts = [
            keys(it, offset::GLOBALS, 4),
            keys(it, offset::BUILTINS, 6),
            global(),
        ];
        all(parts)
    }),
    (193, |it| all([keys(it, offset::GLOBALS, 4), global()])),
    // RETURN_VALUE.
    (35, give_back),
    // CALL_PY_EXACT_ARGS.
    (161, call),
    // RESUME_CHECK.
    (RESUME_CHECK, |_| {
        let version = load(offset::VERSION, code_object());
        all([
            leave_if(ne(load(offset::WAITING, get(THREAD)), version)),
            on(2),
        ])
    }),
    // STORE_SUBSCR_LIST_INT.
    (202, store_entry),
    // TO_BOOL_BOOL and _INT.
    (204, |it| {
        let kind = load(offset::TYPE, object(entry(LAST)));
        all([leave_if(ne(kind, num(it.bool))), on(8)])
    }),
    (205, integer_to_bool),
];

/// The whole loop.
pub(super) fn body(addresses: &Addresses) -> Vec<u8> {
    // Other interpreters keep their freed numbers elsewhere; and if somebody watches, the large loop
    // tells them.
    let first = eq(
        load(offset::INTERPRETER, get(THREAD)),
        num(addresses.runtime + offset::FIRST),
    );
    let watched = load(0, num(addresses.runtime + offset::WATCHER));
    let back = all([
        get(NEXT),
        get(END),
        get(FRAME),
        op1(Instruction::Return, Vec::new()),
    ]);

    let other = u32::try_from(STEPS.len()).expect("few");
    let mut labels = vec![other; 1 << 8];
    for (label, (number, _)) in (0..).zip(STEPS) {
        labels[usize::from(*number)] = label;
    }
    let find = op1(
        Instruction::BrTable(labels.into(), other),
        byte(0, get(NEXT)),
    );
    let steps = STEPS.iter().fold(find, |before, (number, write)| {
        all([named(Label::Step(*number), [before]), write(addresses)])
    });
    let code = all([
        if_else(or(watched, not(first)), back, Vec::new()),
        set(END, sub(get(END), num(STACK))),
        repeat(Label::Next, [named(Label::Leave, [steps])]),
        get(NEXT),
        add(get(END), num(STACK)),
        get(FRAME),
        op1(Instruction::End, Vec::new()),
    ]);
    super::code::body(&VARIABLES, code)
}

// What ends a step.

/// On with the instruction so many bytes on.
fn on(bytes: i32) -> Code {
    all([advance(bytes), go(Label::Next)])
}

fn advance(bytes: i32) -> Code {
    set(NEXT, add(get(NEXT), num(bytes)))
}

/// On with the one that is as many words as the operand says behind so many bytes.
fn jump(bytes: i32) -> Code {
    let distance = add(shl(operand(), num(1)), num(bytes));
    all([set(NEXT, add(get(NEXT), distance)), go(Label::Next)])
}

/// Goes straight to an instruction that is likely to be next, if it is.
fn expect(number: u8) -> Code {
    go_if(
        Label::Step(number),
        eq(byte(0, get(NEXT)), num(number.into())),
    )
}

/// At a conditional jump: jumps if a variable is not 0, otherwise goes on, past a mark that says so.
fn jump_if(condition: u32) -> Code {
    let mark = eq(byte(4, get(NEXT)), num(NOT_TAKEN.into()));
    all([
        block([done_if(not(get(condition))), jump(4)]),
        set(NEXT, add(get(NEXT), shl(mark, num(1)))),
        on(4),
    ])
}

// Operands, and what they name.

fn operand() -> Code {
    byte(1, get(NEXT))
}

/// Half of an operand of two, which `VALUE` holds.
fn upper() -> Code {
    op(Instruction::I32ShrU, get(VALUE), num(4))
}

/// The other half.
fn lower() -> Code {
    and(get(VALUE), num(15))
}

/// What an instruction keeps so many bytes on.
fn kept(bytes: u64) -> Code {
    half(bytes, get(NEXT))
}

/// A local variable, less its offset in the frame.
fn local(number: Code) -> Code {
    add(get(FRAME), shl(number, num(2)))
}

fn borrow(local: Code) -> Code {
    or(load(offset::LOCALS, local), num(BORROWED))
}

fn code_object() -> Code {
    object(load(offset::CODE, get(FRAME)))
}

fn constant() -> Code {
    let constants = load(offset::CONSTANTS, code_object());
    load(
        offset::TUPLE_ENTRIES,
        add(constants, shl(operand(), num(2))),
    )
}

/// The object behind a reference.
fn object(reference: Code) -> Code {
    and(reference, num(!BORROWED))
}

fn is_borrowed(reference: u32) -> Code {
    and(get(reference), num(BORROWED))
}

fn both_borrowed() -> Code {
    and(and(get(LEFT), get(RIGHT)), num(BORROWED))
}

fn small_integer(it: &Addresses, number: Code) -> Code {
    let first = it.runtime + offset::SMALL_INTEGERS + BORROWED;
    add(shl(number, num(4)), num(first))
}

fn truth(it: &Addresses, condition: Code) -> Code {
    select(condition, num(it.yes | BORROWED), num(it.no | BORROWED))
}

// The stack.

fn entry(which: u64) -> Code {
    load(which, get(END))
}

fn replace(which: u64, value: Code) -> Code {
    store(which, get(END), value)
}

/// The entry so many below the end, to be read as [`NEW`].
fn below(entries: Code) -> Code {
    sub(get(END), shl(entries, num(2)))
}

fn pushed(entries: i32) -> Code {
    set(END, add(get(END), num(4 * entries)))
}

/// Pushes a value, and on.
fn push(value: Code, bytes: i32) -> Code {
    all([replace(NEW, value), pushed(1), on(bytes)])
}

/// The last two entries.
fn operands() -> Code {
    all([set(LEFT, entry(SECOND)), set(RIGHT, entry(LAST))])
}

/// `RESULT` in place of two entries, and on.
fn result_for_two(bytes: i32) -> Code {
    all([replace(SECOND, get(RESULT)), pushed(-1), on(bytes)])
}

// References.

/// Leaves if the object behind a reference is not of this type; where it is, is put into a variable.
fn of_type(reference: u32, place: u32, kind: i32) -> Code {
    all([
        set(place, object(get(reference))),
        leave_if(ne(load(offset::TYPE, get(place)), num(kind))),
    ])
}

/// Counts a reference to an object, or one less.
fn count(of: u32, references: i32) -> Code {
    let counted = add(load(offset::COUNTER, get(of)), num(references));
    store(offset::COUNTER, get(of), counted)
}

/// A second reference like the first.
fn duplicate(reference: u32) -> Code {
    block([done_if(is_borrowed(reference)), count(reference, 1)])
}

fn lives_forever(object: u32) -> Code {
    let counter = load(offset::COUNTER, get(object));
    op(Instruction::I32GeS, counter, num(FOREVER))
}

/// Makes an object that was read somewhere a reference.
fn refer(object: u32) -> Code {
    if_else(
        lives_forever(object),
        set(object, or(get(object), num(BORROWED))),
        count(object, 1),
    )
}

/// Leaves if a reference counts, and the object has no more than so many.
fn stays(reference: u32, references: i32) -> Code {
    let counter = load(offset::COUNTER, get(reference));
    block([
        done_if(is_borrowed(reference)),
        leave_if(op(Instruction::I32LeS, counter, num(references))),
    ])
}

/// Takes a reference off an object that stays.
fn count_down(reference: u32) -> Code {
    block([done_if(is_borrowed(reference)), count(reference, -1)])
}

/// Takes a reference off any object; leaves if that ends it and it is no number.
fn drop_reference(it: &Addresses, reference: u32) -> Code {
    let integers = freed(it, offset::FREED_INTEGERS);
    let floats = freed(it, offset::FREED_FLOATS);
    // An integer of one digit and either sign, none that was to live forever.
    let tag = and(load(offset::TAG, get(reference)), num(!2));
    let end = |list: i32| {
        let full = op(Instruction::I32GeS, load(0, num(list + 4)), num(FREED_MAX));
        all([
            leave_if(full),
            store(offset::COUNTER, get(reference), num(0)),
            free(reference, list),
        ])
    };
    let last = if_else(
        eq(load(offset::TYPE, get(reference)), num(it.integer)),
        all([leave_if(ne(tag, num(8))), end(integers)]),
        all([
            leave_if(ne(load(offset::TYPE, get(reference)), num(it.float))),
            end(floats),
        ]),
    );
    let left = sub(load(offset::COUNTER, get(reference)), num(1));
    block([
        done_if(is_borrowed(reference)),
        set(COUNT, left),
        if_else(
            get(COUNT),
            store(offset::COUNTER, get(reference), get(COUNT)),
            last,
        ),
    ])
}

// Numbers come from a list of freed ones and go there.

fn freed(it: &Addresses, list: i32) -> i32 {
    it.runtime + offset::FIRST + list
}

fn free(object: u32, list: i32) -> Code {
    let more = add(load(0, num(list + 4)), num(1));
    all([
        store(0, get(object), load(0, num(list))),
        store(0, num(list), get(object)),
        store(0, num(list + 4), more),
    ])
}

/// Takes a freed object for `RESULT`; leaves if there is none.
fn reuse(list: i32) -> Code {
    let less = sub(load(0, num(list + 4)), num(1));
    all([
        set(RESULT, load(0, num(list))),
        leave_if(not(get(RESULT))),
        store(0, num(list), load(0, get(RESULT))),
        store(0, num(list + 4), less),
        store(offset::COUNTER, get(RESULT), num(1)),
    ])
}

/// Leaves if `LEFT` or `RIGHT` counts and there may be no room for two freed numbers.
fn room_for_two(list: i32) -> Code {
    let many = op(
        Instruction::I32GtS,
        load(0, num(list + 4)),
        num(FREED_MAX - 2),
    );
    block([done_if(both_borrowed()), leave_if(many)])
}

/// Takes references off two numbers, for which there is room.
fn drop_two(list: i32) -> Code {
    block([
        done_if(both_borrowed()),
        drop_number(RIGHT, list),
        drop_number(LEFT, list),
    ])
}

fn drop_number(reference: u32, list: i32) -> Code {
    let left = sub(load(offset::COUNTER, get(reference)), num(1));
    block([
        done_if(is_borrowed(reference)),
        set(COUNT, left),
        store(offset::COUNTER, get(reference), get(COUNT)),
        done_if(get(COUNT)),
        free(reference, list),
    ])
}

/// Makes `RESULT` a reference to the integer `VALUE`; leaves if that takes more than what is freed.
fn integer(it: &Addresses) -> Code {
    let list = freed(it, offset::FREED_INTEGERS);
    let small = op(Instruction::I32LeU, add(get(VALUE), num(5)), num(261));
    let large = op(
        Instruction::I32GtU,
        add(get(VALUE), num(0x3fff_ffff)),
        num(0x7fff_fffe),
    );
    let negative = op(Instruction::I32ShrU, get(VALUE), num(30));
    let digit = sub(op(Instruction::I32Xor, get(VALUE), get(COUNT)), get(COUNT));
    if_else(
        small,
        set(RESULT, small_integer(it, get(VALUE))),
        all([
            leave_if(large),
            reuse(list),
            store(offset::TAG, get(RESULT), or(and(negative, num(2)), num(8))),
            set(COUNT, op(Instruction::I32ShrS, get(VALUE), num(31))),
            store(offset::DIGIT, get(RESULT), digit),
        ]),
    )
}

/// The last two entries, which are integers of one digit at most.
fn integers(it: &Addresses) -> Code {
    all([
        two_integers(it),
        leave_if(more_than(LEFT_AT, ONE_DIGIT)),
        leave_if(more_than(RIGHT_AT, ONE_DIGIT)),
        room_for_two(freed(it, offset::FREED_INTEGERS)),
    ])
}

fn two_integers(it: &Addresses) -> Code {
    all([
        operands(),
        of_type(RIGHT, RIGHT_AT, it.integer),
        of_type(LEFT, LEFT_AT, it.integer),
    ])
}

fn more_than(integer: u32, tag: i32) -> Code {
    op(
        Instruction::I32GtU,
        load(offset::TAG, get(integer)),
        num(tag),
    )
}

/// What an integer of one digit at most comes to.
fn value(integer: u32) -> Code {
    let sign = sub(num(1), and(load(offset::TAG, get(integer)), num(3)));
    op(Instruction::I32Mul, load(offset::DIGIT, get(integer)), sign)
}

/// The integer `VALUE` in place of two others, and on.
fn integer_for_two(it: &Addresses, bytes: i32) -> Code {
    all([
        integer(it),
        drop_two(freed(it, offset::FREED_INTEGERS)),
        result_for_two(bytes),
    ])
}

fn float(place: u32) -> Code {
    op1(Instruction::F64Load(at(offset::FLOAT, 3)), get(place))
}

// Instructions that take more than a few lines.

fn sum(it: &Addresses, operation: Instruction<'static>) -> Code {
    all([
        integers(it),
        set(VALUE, op(operation, value(LEFT_AT), value(RIGHT_AT))),
        integer_for_two(it, 12),
    ])
}

fn product(it: &Addresses) -> Code {
    let wide = |integer| op1(Instruction::I64ExtendI32S, value(integer));
    let product = op(Instruction::I64Mul, wide(LEFT_AT), wide(RIGHT_AT));
    let narrow = op1(Instruction::I64ExtendI32S, get(VALUE));
    all([
        integers(it),
        set(PRODUCT, product),
        set(VALUE, op1(Instruction::I32WrapI64, get(PRODUCT))),
        leave_if(op(Instruction::I64Ne, narrow, get(PRODUCT))),
        integer_for_two(it, 12),
    ])
}

/// `%` and `//` of integers, the left one not negative, the right one positive.
fn quotient_or_remainder(it: &Addresses) -> Code {
    const FLOOR_DIVIDE: [i32; 2] = [2, 15];
    const REMAINDER: [i32; 2] = [6, 19];
    let is_one_of = |operations: &[i32]| {
        let bits = operations.iter().fold(0, |bits, bit| bits | 1 << bit);
        and(shl(num(1), operand()), num(bits))
    };
    // The counter that leads to a try at a special form; at its end the large loop makes it.
    let tries = || kept(2);
    let negative = and(load(offset::TAG, get(LEFT_AT)), num(!(ONE_DIGIT & !2)));
    let not_positive = and(load(offset::TAG, get(RIGHT_AT)), num(!(ONE_DIGIT & !3)));
    let digits = |operation| {
        let digit = |integer| load(offset::DIGIT, get(integer));
        set(VALUE, op(operation, digit(LEFT_AT), digit(RIGHT_AT)))
    };
    let fewer = sub(tries(), num(16));
    let both = [FLOOR_DIVIDE, REMAINDER].concat();
    all([
        leave_if(not(is_one_of(&both))),
        leave_if(op(Instruction::I32LtU, tries(), num(15))),
        two_integers(it),
        leave_if(negative),
        leave_if(not_positive),
        room_for_two(freed(it, offset::FREED_INTEGERS)),
        if_else(
            is_one_of(&REMAINDER),
            digits(Instruction::I32RemU),
            digits(Instruction::I32DivU),
        ),
        integer(it),
        op(Instruction::I32Store16(at(2, 1)), get(NEXT), fewer),
        drop_two(freed(it, offset::FREED_INTEGERS)),
        result_for_two(12),
    ])
}

fn compare_integers(it: &Addresses) -> Code {
    all([
        integers(it),
        set(LEFT_AT, value(LEFT_AT)),
        set(RIGHT_AT, value(RIGHT_AT)),
        compared(
            it,
            op(Instruction::I32GeS, get(LEFT_AT), get(RIGHT_AT)),
            op(Instruction::I32LeS, get(LEFT_AT), get(RIGHT_AT)),
            freed(it, offset::FREED_INTEGERS),
        ),
    ])
}

fn compare_floats(it: &Addresses) -> Code {
    let list = freed(it, offset::FREED_FLOATS);
    all([
        operands(),
        of_type(RIGHT, RIGHT_AT, it.float),
        of_type(LEFT, LEFT_AT, it.float),
        room_for_two(list),
        compared(
            it,
            op(Instruction::F64Ge, float(LEFT_AT), float(RIGHT_AT)),
            op(Instruction::F64Le, float(LEFT_AT), float(RIGHT_AT)),
            list,
        ),
    ])
}

/// Whether the operand has the bit of how two numbers lie (0 for unordered, 1 for less, 2 for greater, 3
/// for equal) in place of them. A jump that only asks for this is done at once.
fn compared(it: &Addresses, not_less: Code, not_greater: Code, list: i32) -> Code {
    let bit = shl(num(1), or(shl(not_less, num(1)), not_greater));
    let is = |number: u8| eq(get(COUNT), num(number.into()));
    all([
        set(RESULT, and(bit, operand())),
        drop_two(list),
        advance(4),
        set(COUNT, byte(0, get(NEXT))),
        block([
            block([
                done_if(is(POP_JUMP_IF_TRUE)),
                set(RESULT, not(get(RESULT))),
                done_if(is(POP_JUMP_IF_FALSE)),
                replace(SECOND, truth(it, not(get(RESULT)))),
                pushed(-1),
                go(Label::Next),
            ]),
            pushed(-2),
            jump_if(RESULT),
        ]),
    ])
}

fn is(it: &Addresses) -> Code {
    let different = op(Instruction::I32Xor, get(LEFT), get(RIGHT));
    let same = op(Instruction::I32LtU, different, num(2));
    all([
        operands(),
        // Both may count, and be the same.
        stays(LEFT, 2),
        stays(RIGHT, 2),
        set(RESULT, truth(it, op(Instruction::I32Xor, same, operand()))),
        count_down(LEFT),
        count_down(RIGHT),
        result_for_two(2),
    ])
}

fn integer_to_bool(it: &Addresses) -> Code {
    let list = freed(it, offset::FREED_INTEGERS);
    let some = ne(and(get(VALUE), num(3)), num(1));
    all([
        set(LEFT, entry(LAST)),
        set(RIGHT, get(LEFT)),
        of_type(LEFT, LEFT_AT, it.integer),
        leave_if(more_than(LEFT_AT, ONE_DIGIT)),
        room_for_two(list),
        set(VALUE, load(offset::TAG, get(LEFT_AT))),
        drop_number(LEFT, list),
        replace(LAST, truth(it, some)),
        on(8),
    ])
}

/// `RIGHT` as the index of an entry of `LEFT`: in `VALUE`.
fn index(it: &Addresses, kind: i32) -> Code {
    let tag = and(load(offset::TAG, get(RIGHT_AT)), num(!4));
    let size = load(offset::SIZE, get(LEFT_AT));
    all([
        of_type(RIGHT, RIGHT_AT, it.integer),
        leave_if(op(Instruction::I32GtU, tag, num(8))),
        of_type(LEFT, LEFT_AT, kind),
        set(VALUE, load(offset::DIGIT, get(RIGHT_AT))),
        leave_if(op(Instruction::I32GeS, get(VALUE), size)),
        stays(LEFT, 1),
        room_for_two(freed(it, offset::FREED_INTEGERS)),
    ])
}

/// Where the entry `VALUE` of a list is.
fn list_place(list: u32) -> Code {
    add(
        load(offset::LIST_ENTRIES, get(list)),
        shl(get(VALUE), num(2)),
    )
}

fn list_entry(list: u32) -> Code {
    load(0, list_place(list))
}

fn tuple_entry(tuple: u32) -> Code {
    load(
        offset::TUPLE_ENTRIES,
        add(get(tuple), shl(get(VALUE), num(2))),
    )
}

fn entry_of(it: &Addresses, kind: i32, entry: fn(u32) -> Code) -> Code {
    all([
        operands(),
        index(it, kind),
        set(RESULT, entry(LEFT_AT)),
        refer(RESULT),
        count_down(LEFT),
        drop_number(RIGHT, freed(it, offset::FREED_INTEGERS)),
        result_for_two(12),
    ])
}

fn store_entry(it: &Addresses) -> Code {
    all([
        operands(),
        index(it, it.list),
        set(RESULT, list_entry(LEFT_AT)),
        block([done_if(lives_forever(RESULT)), drop_reference(it, RESULT)]),
        set(RESULT, entry(THIRD)),
        block([
            done_if(not(is_borrowed(RESULT))),
            set(RESULT, object(get(RESULT))),
            done_if(lives_forever(RESULT)),
            count(RESULT, 1),
        ]),
        store(0, list_place(LEFT_AT), get(RESULT)),
        count_down(LEFT),
        drop_number(RIGHT, freed(it, offset::FREED_INTEGERS)),
        pushed(-3),
        on(4),
    ])
}

/// `RESULT` as what an iterator gave, and on.
fn given() -> Code {
    all([
        replace(NEW, get(RESULT)),
        pushed(1),
        advance(4),
        expect(STORE_FAST),
        go(Label::Next),
    ])
}

fn next_of(kind: i32, entry_of: fn(u32) -> Code) -> Code {
    let size = load(offset::SIZE, get(RIGHT_AT));
    all([
        set(LEFT, entry(LAST)),
        of_type(LEFT, LEFT_AT, kind),
        set(RIGHT_AT, load(offset::ITERATED, get(LEFT_AT))),
        leave_if(not(get(RIGHT_AT))),
        set(VALUE, load(offset::POSITION, get(LEFT_AT))),
        leave_if(op(Instruction::I32GeU, get(VALUE), size)),
        store(offset::POSITION, get(LEFT_AT), add(get(VALUE), num(1))),
        set(RESULT, entry_of(RIGHT_AT)),
        refer(RESULT),
        given(),
    ])
}

fn next_of_range(it: &Addresses) -> Code {
    let following = add(get(VALUE), load(offset::RANGE_STEP, get(LEFT_AT)));
    all([
        set(LEFT, entry(LAST)),
        of_type(LEFT, LEFT_AT, it.range_iterator),
        set(RIGHT, load(offset::RANGE_LEFT, get(LEFT_AT))),
        block([
            done_if(op(Instruction::I32GtS, get(RIGHT), num(0))),
            jump(6),
        ]),
        set(VALUE, load(offset::RANGE_NEXT, get(LEFT_AT))),
        integer(it),
        store(offset::RANGE_LEFT, get(LEFT_AT), sub(get(RIGHT), num(1))),
        store(offset::RANGE_NEXT, get(LEFT_AT), following),
        given(),
    ])
}

fn pop_iterator(it: &Addresses) -> Code {
    let list = freed(it, offset::FREED_RANGE_ITERATORS);
    let full = op(
        Instruction::I32GeS,
        load(0, num(list + 4)),
        num(FREED_RANGE_ITERATORS_MAX),
    );
    let kind = load(offset::TYPE, object(get(LEFT)));
    let counter = load(offset::COUNTER, get(LEFT));
    all([
        set(LEFT, entry(LAST)),
        block([
            block([
                done_if(is_borrowed(LEFT)),
                done_if(ne(kind, num(it.range_iterator))),
                done_if(ne(counter, num(1))),
                leave_if(full),
                store(offset::COUNTER, get(LEFT), num(0)),
                free(LEFT, list),
                pushed(-1),
                on(2),
            ]),
            drop_reference(it, LEFT),
        ]),
        pushed(-1),
        on(2),
    ])
}

/// The iterator of `range` with one or two integers; the range itself would not be kept.
fn range(it: &Addresses) -> Code {
    let list = freed(it, offset::FREED_RANGE_ITERATORS);
    let zero = num(it.runtime + offset::SMALL_INTEGERS + BORROWED);
    let called = |arguments: i32, start: Code, empty: u64, callable: u64| {
        block([
            done_if(ne(get(VALUE), num(arguments))),
            set(LEFT, start),
            leave_if(ne(entry(empty), num(BORROWED))),
            leave_if(ne(entry(callable), num(it.range | BORROWED))),
        ])
    };
    let more_than_two = op(Instruction::I32GtU, sub(get(VALUE), num(1)), num(1));
    let steps = select(
        op(Instruction::I32GtS, get(RIGHT_AT), get(LEFT_AT)),
        sub(get(RIGHT_AT), get(LEFT_AT)),
        num(0),
    );
    all([
        leave_if(ne(byte(8, get(NEXT)), num(GET_ITER.into()))),
        set(VALUE, operand()),
        leave_if(more_than_two),
        called(1, zero, SECOND, THIRD),
        called(2, entry(SECOND), THIRD, FOURTH),
        set(RIGHT, entry(LAST)),
        of_type(RIGHT, RIGHT_AT, it.integer),
        of_type(LEFT, LEFT_AT, it.integer),
        leave_if(more_than(LEFT_AT, ONE_DIGIT)),
        leave_if(more_than(RIGHT_AT, ONE_DIGIT)),
        room_for_two(freed(it, offset::FREED_INTEGERS)),
        reuse(list),
        set(LEFT_AT, value(LEFT_AT)),
        set(RIGHT_AT, value(RIGHT_AT)),
        store(offset::RANGE_NEXT, get(RESULT), get(LEFT_AT)),
        store(offset::RANGE_STEP, get(RESULT), num(1)),
        store(offset::RANGE_LEFT, get(RESULT), steps),
        drop_two(freed(it, offset::FREED_INTEGERS)),
        set(END, sub(get(END), shl(add(get(VALUE), num(2)), num(2)))),
        replace(NEW, get(RESULT)),
        pushed(1),
        advance(10),
        expect(FOR_ITER_RANGE),
        go(Label::Next),
    ])
}

/// A call of a function of the program with as many arguments as it has: a new frame.
fn call(it: &Addresses) -> Code {
    // Below the first argument are what is called and what it is a method of, if anything.
    const CALLED: u64 = NEW;
    const OF: u64 = NEW + 4;
    const ARGUMENTS: i32 = 24;
    const CODE: u32 = LEFT_AT;
    const PLACE: u32 = RIGHT_AT;
    const NEW_FRAME: u32 = RESULT;
    const FUNCTION: u32 = COUNT;
    let evaluator = num(it.runtime + offset::FIRST + offset::EVALUATOR);
    let version = op1(Instruction::I32Load(at(4, 1)), get(NEXT));
    let bound = ne(get(RIGHT), num(BORROWED));
    let size = || load(offset::FRAME_SIZE, get(CODE));
    let room = op(
        Instruction::I32ShrS,
        sub(load(offset::FRAMES_END, get(THREAD)), get(NEW_FRAME)),
        num(2),
    );
    let depth = || load(offset::DEPTH, get(THREAD));
    let behind = |variables: Code| {
        let first = i32::try_from(offset::LOCALS).expect("small");
        add(add(get(NEW_FRAME), num(first)), shl(variables, num(2)))
    };
    let in_frame = |place, value| store(place, get(NEW_FRAME), value);
    let of_function = |place| load(place, get(FUNCTION));
    all([
        set(PLACE, below(add(operand(), num(2)))),
        set(LEFT, load(CALLED, get(PLACE))),
        of_type(LEFT, FUNCTION, it.function),
        leave_if(load(0, evaluator)),
        leave_if(ne(of_function(offset::FUNCTION_VERSION), version)),
        set(CODE, of_function(offset::FUNCTION_CODE)),
        set(RIGHT, load(OF, get(PLACE))),
        set(VALUE, add(operand(), bound)),
        leave_if(ne(load(offset::ARGUMENTS, get(CODE)), get(VALUE))),
        set(NEW_FRAME, load(offset::FRAMES, get(THREAD))),
        leave_if(not(get(NEW_FRAME))),
        leave_if(op(Instruction::I32GeS, size(), room)),
        leave_if(op(Instruction::I32LeS, depth(), num(1))),
        store(
            offset::FRAMES,
            get(THREAD),
            add(get(NEW_FRAME), shl(size(), num(2))),
        ),
        in_frame(offset::PREVIOUS, get(FRAME)),
        in_frame(offset::FUNCTION, get(LEFT)),
        in_frame(offset::GLOBALS, of_function(offset::FUNCTION_GLOBALS)),
        in_frame(offset::BUILTINS, of_function(offset::FUNCTION_BUILTINS)),
        in_frame(offset::NAMESPACE, num(0)),
        in_frame(offset::FRAME_OBJECT, num(0)),
        in_frame(offset::RETURN, num(0)),
        in_frame(
            offset::INSTRUCTION,
            add(get(CODE), num(offset::INSTRUCTIONS)),
        ),
        set(LEFT, get(CODE)),
        refer(LEFT),
        in_frame(offset::CODE, get(LEFT)),
        // Variables that are no arguments are empty.
        set(LEFT, behind(load(offset::VARIABLES, get(CODE)))),
        set(VALUE, behind(get(VALUE))),
        block([repeat(
            Label::Again,
            [
                done_if(op(Instruction::I32GeU, get(VALUE), get(LEFT))),
                store(0, get(VALUE), num(BORROWED)),
                set(VALUE, add(get(VALUE), num(4))),
                go(Label::Again),
            ],
        )]),
        // The arguments.
        in_frame(offset::LOCALS, get(RIGHT)),
        set(VALUE, behind(ne(get(RIGHT), num(BORROWED)))),
        set(COUNT, add(get(PLACE), num(ARGUMENTS))),
        block([repeat(
            Label::Again,
            [
                done_if(op(
                    Instruction::I32GeU,
                    get(COUNT),
                    add(get(END), num(STACK)),
                )),
                store(0, get(VALUE), load(0, get(COUNT))),
                set(VALUE, add(get(VALUE), num(4))),
                set(COUNT, add(get(COUNT), num(4))),
                go(Label::Again),
            ],
        )]),
        // Where the caller goes on, in words behind this instruction.
        store(offset::INSTRUCTION, get(FRAME), get(NEXT)),
        op(
            Instruction::I32Store16(at(offset::RETURN, 1)),
            get(FRAME),
            num(4),
        ),
        store(offset::END, get(FRAME), add(get(PLACE), num(STACK))),
        in_frame(offset::END, get(LEFT)),
        store(offset::CURRENT, get(THREAD), get(NEW_FRAME)),
        store(offset::DEPTH, get(THREAD), sub(depth(), num(1))),
        set(FRAME, get(NEW_FRAME)),
        set(NEXT, add(get(CODE), num(offset::INSTRUCTIONS))),
        set(END, sub(get(LEFT), num(STACK))),
        expect(RESUME_CHECK),
        go(Label::Next),
    ])
}

/// The end of a function: back to the frame before.
fn give_back(it: &Addresses) -> Code {
    const PLACE: u32 = RIGHT_AT;
    const TAGS: i32 = 3;
    let of_frame = |place| load(place, get(FRAME));
    let first_frame = add(load(offset::PIECE, get(THREAD)), num(offset::PIECE_FIRST));
    let locals = i32::try_from(offset::LOCALS).expect("small");
    let words = half(offset::RETURN, get(FRAME));
    let depth = add(load(offset::DEPTH, get(THREAD)), num(1));
    all([
        // A generator's frame, one that somebody looks at, one with a namespace, the first in memory.
        leave_if(byte(offset::OWNER, get(FRAME))),
        leave_if(of_frame(offset::FRAME_OBJECT)),
        leave_if(of_frame(offset::NAMESPACE)),
        leave_if(eq(get(FRAME), first_frame)),
        set(LEFT, of_frame(offset::FUNCTION)),
        set(LEFT_AT, of_frame(offset::CODE)),
        stays(LEFT, 1),
        stays(LEFT_AT, 1),
        // What is given back counts from here on: it may be what a variable holds.
        set(RESULT, entry(LAST)),
        block([
            done_if(ne(and(get(RESULT), num(TAGS)), num(BORROWED))),
            set(VALUE, and(get(RESULT), num(!TAGS))),
            done_if(lives_forever(VALUE)),
            count(VALUE, 1),
            set(RESULT, get(VALUE)),
        ]),
        replace(LAST, get(RESULT)),
        // The variables go one by one: if one cannot, the large loop goes on with those left.
        set(PLACE, add(get(END), num(STACK - 4))),
        block([repeat(
            Label::Again,
            [
                done_if(op(
                    Instruction::I32LeU,
                    get(PLACE),
                    add(get(FRAME), num(locals)),
                )),
                set(VALUE, load(0, sub(get(PLACE), num(4)))),
                drop_reference(it, VALUE),
                set(PLACE, sub(get(PLACE), num(4))),
                store(0, get(PLACE), num(BORROWED)),
                go(Label::Again),
            ],
        )]),
        count_down(LEFT),
        count_down(LEFT_AT),
        store(offset::FRAMES, get(THREAD), get(FRAME)),
        store(offset::DEPTH, get(THREAD), depth),
        set(FRAME, of_frame(offset::PREVIOUS)),
        store(offset::CURRENT, get(THREAD), get(FRAME)),
        set(NEXT, add(of_frame(offset::INSTRUCTION), shl(words, num(1)))),
        set(END, sub(of_frame(offset::END), num(STACK))),
        replace(NEW, get(RESULT)),
        pushed(1),
        go(Label::Next),
    ])
}

/// A dictionary of the frame, whose keys must be of the version that the instruction keeps.
fn keys(it: &Addresses, dictionary: u64, version: u64) -> Code {
    let kind = load(offset::TYPE, get(LEFT));
    all([
        set(LEFT, load(dictionary, get(FRAME))),
        leave_if(ne(kind, num(it.dict))),
        set(RIGHT, load(offset::KEYS, get(LEFT))),
        leave_if(ne(load(offset::KEYS_VERSION, get(RIGHT)), kept(version))),
    ])
}

/// What a name stands for, by its place among the last keys.
fn global() -> Code {
    let index = shl(num(1), byte(offset::KEYS_INDEX, get(RIGHT)));
    let place = add(add(get(RIGHT), index), shl(kept(8), num(3)));
    all([
        set(RESULT, load(offset::KEYS_VALUES, place)),
        leave_if(not(get(RESULT))),
        refer(RESULT),
        replace(NEW, get(RESULT)),
        pushed(1),
        // What is to be called has an empty place behind it.
        block([
            done_if(not(and(operand(), num(1)))),
            replace(NEW, num(BORROWED)),
            pushed(1),
        ]),
        on(10),
    ])
}
