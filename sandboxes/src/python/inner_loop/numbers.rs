//! Integers of one digit, floats and what is done with two of them.

use wasm_encoder::Instruction;

use super::Addresses;
use super::code::{
    Code, Label, add, all, and, at, block, byte, done_if, eq, get, go, if_else, leave_if, load, ne,
    not, num, op, op1, or, set, shl, store, sub,
};
use super::layout;
use super::parts::{
    COUNT, LAST, LEFT, LEFT_AT, NEXT, PRODUCT, RESULT, RIGHT, RIGHT_AT, SECOND, VALUE, advance,
    drop_number, drop_two, entry, freed, jump_if, kept, of_type, on, operand, operands, pushed,
    replace, result_for_two, reuse, room_for_two, small_integer, truth,
};

/// The largest tag of an integer of one digit.
pub(super) const ONE_DIGIT: i32 = 15;

/// Makes `RESULT` a reference to the integer `VALUE`; leaves if that takes more than what is freed.
pub(super) fn integer(it: &Addresses) -> Code {
    let list = freed(it, layout::FREED_INTEGERS);
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
            store(layout::TAG, get(RESULT), or(and(negative, num(2)), num(8))),
            set(COUNT, op(Instruction::I32ShrS, get(VALUE), num(31))),
            store(layout::DIGIT, get(RESULT), digit),
        ]),
    )
}

/// The last two entries, which are integers of one digit at most.
pub(super) fn integers(it: &Addresses) -> Code {
    all([
        two_integers(it),
        leave_if(more_than(LEFT_AT, ONE_DIGIT)),
        leave_if(more_than(RIGHT_AT, ONE_DIGIT)),
        room_for_two(freed(it, layout::FREED_INTEGERS)),
    ])
}

fn two_integers(it: &Addresses) -> Code {
    all([
        operands(),
        of_type(RIGHT, RIGHT_AT, it.integer),
        of_type(LEFT, LEFT_AT, it.integer),
    ])
}

pub(super) fn more_than(integer: u32, tag: i32) -> Code {
    op(
        Instruction::I32GtU,
        load(layout::TAG, get(integer)),
        num(tag),
    )
}

/// What an integer of one digit at most comes to.
pub(super) fn value(integer: u32) -> Code {
    let sign = sub(num(1), and(load(layout::TAG, get(integer)), num(3)));
    op(Instruction::I32Mul, load(layout::DIGIT, get(integer)), sign)
}

/// The integer `VALUE` in place of two others, and on.
fn integer_for_two(it: &Addresses, bytes: i32) -> Code {
    all([
        integer(it),
        drop_two(freed(it, layout::FREED_INTEGERS)),
        result_for_two(bytes),
    ])
}

pub(super) fn float(place: u32) -> Code {
    op1(Instruction::F64Load(at(layout::FLOAT, 3)), get(place))
}

// Instructions that take more than a few lines.

pub(super) fn sum(it: &Addresses, operation: Instruction<'static>) -> Code {
    all([
        integers(it),
        set(VALUE, op(operation, value(LEFT_AT), value(RIGHT_AT))),
        integer_for_two(it, 12),
    ])
}

pub(super) fn product(it: &Addresses) -> Code {
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
pub(super) fn quotient_or_remainder(it: &Addresses) -> Code {
    const FLOOR_DIVIDE: [i32; 2] = [2, 15];
    const REMAINDER: [i32; 2] = [6, 19];
    let is_one_of = |operations: &[i32]| {
        let bits = operations.iter().fold(0, |bits, bit| bits | 1 << bit);
        and(shl(num(1), operand()), num(bits))
    };
    // The counter that leads to a try at a special form; at its end the large loop makes it.
    let tries = || kept(2);
    let negative = and(load(layout::TAG, get(LEFT_AT)), num(!(ONE_DIGIT & !2)));
    let not_positive = and(load(layout::TAG, get(RIGHT_AT)), num(!(ONE_DIGIT & !3)));
    let digits = |operation| {
        let digit = |integer| load(layout::DIGIT, get(integer));
        set(VALUE, op(operation, digit(LEFT_AT), digit(RIGHT_AT)))
    };
    let count = || {
        let fewer = sub(tries(), num(16));
        op(Instruction::I32Store16(at(2, 1)), get(NEXT), fewer)
    };
    let integers = freed(it, layout::FREED_INTEGERS);
    let both = [FLOOR_DIVIDE, REMAINDER].concat();
    all([
        leave_if(not(is_one_of(&both))),
        leave_if(op(Instruction::I32LtU, tries(), num(15))),
        two_integers(it),
        leave_if(negative),
        leave_if(not_positive),
        room_for_two(integers),
        if_else(
            is_one_of(&REMAINDER),
            digits(Instruction::I32RemU),
            digits(Instruction::I32DivU),
        ),
        // Compared with a small integer at once it need not be made.
        block([
            done_if(ne(byte(12, get(NEXT)), num(layout::LOAD_SMALL_INT.into()))),
            done_if(ne(byte(14, get(NEXT)), num(layout::COMPARE_OP_INT.into()))),
            count(),
            drop_two(integers),
            set(RESULT, byte(13, get(NEXT))),
            advance(14),
            compared(
                it,
                op(Instruction::I32GeS, get(VALUE), get(RESULT)),
                op(Instruction::I32LeS, get(VALUE), get(RESULT)),
                Vec::new(),
            ),
        ]),
        integer(it),
        count(),
        drop_two(integers),
        result_for_two(12),
    ])
}

pub(super) fn compare_integers(it: &Addresses) -> Code {
    all([
        integers(it),
        set(LEFT_AT, value(LEFT_AT)),
        set(RIGHT_AT, value(RIGHT_AT)),
        compared(
            it,
            op(Instruction::I32GeS, get(LEFT_AT), get(RIGHT_AT)),
            op(Instruction::I32LeS, get(LEFT_AT), get(RIGHT_AT)),
            drop_two(freed(it, layout::FREED_INTEGERS)),
        ),
    ])
}

pub(super) fn compare_floats(it: &Addresses) -> Code {
    let list = freed(it, layout::FREED_FLOATS);
    all([
        operands(),
        of_type(RIGHT, RIGHT_AT, it.float),
        of_type(LEFT, LEFT_AT, it.float),
        room_for_two(list),
        compared(
            it,
            op(Instruction::F64Ge, float(LEFT_AT), float(RIGHT_AT)),
            op(Instruction::F64Le, float(LEFT_AT), float(RIGHT_AT)),
            drop_two(list),
        ),
    ])
}

/// Whether the operand has the bit of how two numbers lie (0 for unordered, 1 for less, 2 for greater, 3
/// for equal) in place of them, which `drops` ends. A jump that only asks for this is done at once.
fn compared(it: &Addresses, not_less: Code, not_greater: Code, drops: Code) -> Code {
    let bit = shl(num(1), or(shl(not_less, num(1)), not_greater));
    let is = |number: u8| eq(get(COUNT), num(number.into()));
    all([
        set(RESULT, and(bit, operand())),
        drops,
        advance(4),
        set(COUNT, byte(0, get(NEXT))),
        block([
            done_if(is(layout::POP_JUMP_IF_TRUE)),
            set(RESULT, not(get(RESULT))),
            done_if(is(layout::POP_JUMP_IF_FALSE)),
            replace(SECOND, truth(it, not(get(RESULT)))),
            pushed(-1),
            go(Label::Next),
        ]),
        pushed(-2),
        jump_if(RESULT),
    ])
}

pub(super) fn integer_to_bool(it: &Addresses) -> Code {
    let list = freed(it, layout::FREED_INTEGERS);
    let some = ne(and(get(VALUE), num(3)), num(1));
    all([
        set(LEFT, entry(LAST)),
        set(RIGHT, get(LEFT)),
        of_type(LEFT, LEFT_AT, it.integer),
        leave_if(more_than(LEFT_AT, ONE_DIGIT)),
        room_for_two(list),
        set(VALUE, load(layout::TAG, get(LEFT_AT))),
        drop_number(LEFT, list),
        replace(LAST, truth(it, some)),
        on(8),
    ])
}
