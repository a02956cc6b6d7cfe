//! Entries of lists and tuples, and what loops go through.

use wasm_encoder::Instruction;

use super::Addresses;
use super::code::{
    Code, Label, add, all, and, block, byte, done_if, get, go, leave_if, load, ne, not, num, op,
    select, set, shl, store, sub,
};
use super::layout;
use super::numbers::{ONE_DIGIT, integer, more_than, value};
use super::parts::{
    BORROWED, END, FOURTH, FREED_RANGE_ITERATORS_MAX, LAST, LEFT, LEFT_AT, NEW, NEXT, RESULT,
    RIGHT, RIGHT_AT, SECOND, THIRD, VALUE, advance, count, count_down, drop_number, drop_reference,
    drop_two, entry, expect, free, freed, is_borrowed, jump, lives_forever, object, of_type, on,
    operand, operands, pushed, refer, replace, result_for_two, reuse, room_for_two, stays,
};

/// `RIGHT` as the index of an entry of `LEFT`: in `VALUE`.
pub(super) fn index(it: &Addresses, kind: i32) -> Code {
    let tag = and(load(layout::TAG, get(RIGHT_AT)), num(!4));
    let size = load(layout::SIZE, get(LEFT_AT));
    all([
        of_type(RIGHT, RIGHT_AT, it.integer),
        leave_if(op(Instruction::I32GtU, tag, num(8))),
        of_type(LEFT, LEFT_AT, kind),
        set(VALUE, load(layout::DIGIT, get(RIGHT_AT))),
        leave_if(op(Instruction::I32GeS, get(VALUE), size)),
        // It may hold itself, in the entry that another is put in place of.
        stays(LEFT, 2),
        room_for_two(freed(it, layout::FREED_INTEGERS)),
    ])
}

/// Where the entry `VALUE` of a list is.
fn list_place(list: u32) -> Code {
    add(
        load(layout::LIST_ENTRIES, get(list)),
        shl(get(VALUE), num(2)),
    )
}

pub(super) fn list_entry(list: u32) -> Code {
    load(0, list_place(list))
}

pub(super) fn tuple_entry(tuple: u32) -> Code {
    load(
        layout::TUPLE_ENTRIES,
        add(get(tuple), shl(get(VALUE), num(2))),
    )
}

pub(super) fn entry_of(it: &Addresses, kind: i32, entry: fn(u32) -> Code) -> Code {
    all([
        operands(),
        index(it, kind),
        set(RESULT, entry(LEFT_AT)),
        refer(RESULT),
        count_down(LEFT),
        drop_number(RIGHT, freed(it, layout::FREED_INTEGERS)),
        result_for_two(12),
    ])
}

pub(super) fn store_entry(it: &Addresses) -> Code {
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
        drop_number(RIGHT, freed(it, layout::FREED_INTEGERS)),
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
        expect(layout::STORE_FAST),
        go(Label::Next),
    ])
}

pub(super) fn next_of(kind: i32, entry_of: fn(u32) -> Code) -> Code {
    let size = load(layout::SIZE, get(RIGHT_AT));
    all([
        set(LEFT, entry(LAST)),
        of_type(LEFT, LEFT_AT, kind),
        set(RIGHT_AT, load(layout::ITERATED, get(LEFT_AT))),
        leave_if(not(get(RIGHT_AT))),
        set(VALUE, load(layout::POSITION, get(LEFT_AT))),
        leave_if(op(Instruction::I32GeU, get(VALUE), size)),
        store(layout::POSITION, get(LEFT_AT), add(get(VALUE), num(1))),
        set(RESULT, entry_of(RIGHT_AT)),
        refer(RESULT),
        given(),
    ])
}

pub(super) fn next_of_range(it: &Addresses) -> Code {
    let following = add(get(VALUE), load(layout::RANGE_STEP, get(LEFT_AT)));
    all([
        set(LEFT, entry(LAST)),
        of_type(LEFT, LEFT_AT, it.range_iterator),
        set(RIGHT, load(layout::RANGE_LEFT, get(LEFT_AT))),
        block([
            done_if(op(Instruction::I32GtS, get(RIGHT), num(0))),
            jump(6),
        ]),
        set(VALUE, load(layout::RANGE_NEXT, get(LEFT_AT))),
        integer(it),
        store(layout::RANGE_LEFT, get(LEFT_AT), sub(get(RIGHT), num(1))),
        store(layout::RANGE_NEXT, get(LEFT_AT), following),
        given(),
    ])
}

pub(super) fn pop_iterator(it: &Addresses) -> Code {
    let list = freed(it, layout::FREED_RANGE_ITERATORS);
    let full = op(
        Instruction::I32GeS,
        load(0, num(list + 4)),
        num(FREED_RANGE_ITERATORS_MAX),
    );
    let kind = load(layout::TYPE, object(get(LEFT)));
    let counter = load(layout::COUNTER, get(LEFT));
    all([
        set(LEFT, entry(LAST)),
        block([
            done_if(is_borrowed(LEFT)),
            done_if(ne(kind, num(it.range_iterator))),
            done_if(ne(counter, num(1))),
            leave_if(full),
            store(layout::COUNTER, get(LEFT), num(0)),
            free(LEFT, list),
            pushed(-1),
            on(2),
        ]),
        drop_reference(it, LEFT),
        pushed(-1),
        on(2),
    ])
}

/// The iterator of `range` with one or two integers; the range itself would not be kept.
pub(super) fn range(it: &Addresses) -> Code {
    let list = freed(it, layout::FREED_RANGE_ITERATORS);
    let zero = num(it.runtime + layout::SMALL_INTEGERS + BORROWED);
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
        leave_if(ne(byte(8, get(NEXT)), num(layout::GET_ITER.into()))),
        set(VALUE, operand()),
        leave_if(more_than_two),
        called(1, zero, SECOND, THIRD),
        called(2, entry(SECOND), THIRD, FOURTH),
        set(RIGHT, entry(LAST)),
        of_type(RIGHT, RIGHT_AT, it.integer),
        of_type(LEFT, LEFT_AT, it.integer),
        leave_if(more_than(LEFT_AT, ONE_DIGIT)),
        leave_if(more_than(RIGHT_AT, ONE_DIGIT)),
        room_for_two(freed(it, layout::FREED_INTEGERS)),
        reuse(list),
        set(LEFT_AT, value(LEFT_AT)),
        set(RIGHT_AT, value(RIGHT_AT)),
        store(layout::RANGE_NEXT, get(RESULT), get(LEFT_AT)),
        store(layout::RANGE_STEP, get(RESULT), num(1)),
        store(layout::RANGE_LEFT, get(RESULT), steps),
        drop_two(freed(it, layout::FREED_INTEGERS)),
        set(END, sub(get(END), shl(add(get(VALUE), num(2)), num(2)))),
        replace(NEW, get(RESULT)),
        pushed(1),
        advance(10),
        expect(layout::FOR_ITER_RANGE),
        go(Label::Next),
    ])
}
