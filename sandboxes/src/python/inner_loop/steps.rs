//! The instructions, in the order of their code: a branch from one to another goes down.

use wasm_encoder::Instruction;

use super::Addresses;
use super::calls::{call, give_back, global, keys};
use super::code::{
    Code, Label, add, all, byte, eq, get, go, if_else, leave_if, load, named, ne, not, num, op,
    op1, or, repeat, set, shl, store, sub,
};
use super::layout;
use super::numbers::{
    compare_floats, compare_integers, integer_to_bool, product, quotient_or_remainder, sum,
};
use super::parts::{
    BORROWED, END, FRAME, LAST, LEFT, LEFT_AT, NEW, NEXT, RESULT, RIGHT, STACK, THREAD, VALUE,
    VARIABLES, below, borrow, code_object, constant, count, count_down, drop_reference, duplicate,
    entry, expect, jump, jump_if, local, lower, object, on, operand, operands, push, pushed, refer,
    replace, result_for_two, small_integer, stays, truth, upper,
};
use super::sequences::{
    entry_of, list_entry, next_of, next_of_range, pop_iterator, range, store_entry, tuple_entry,
};

/// Writes an instruction's code.
type Writer = fn(&Addresses) -> Code;

/// The instructions by their number in `opcode_ids.h`.
pub(super) const STEPS: &[(u8, Writer)] = &[
    // NOP and NOT_TAKEN.
    (27, |_| on(2)),
    (layout::NOT_TAKEN, |_| on(2)),
    // POP_TOP.
    (31, |it| all([drop_last(it), pushed(-1), on(2)])),
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
        let cell = object(load(layout::LOCALS, local(operand())));
        all([
            set(RESULT, load(layout::CELL, cell)),
            leave_if(not(get(RESULT))),
            refer(RESULT),
            push(get(RESULT), 2),
        ])
    }),
    // LOAD_FAST.
    (84, |_| {
        all([
            set(RESULT, load(layout::LOCALS, local(operand()))),
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
            set(LEFT, load(layout::LOCALS, local(upper()))),
            set(RIGHT, load(layout::LOCALS, local(lower()))),
            duplicate(LEFT),
            duplicate(RIGHT),
            replace(NEW, get(LEFT)),
            replace(NEW + 4, get(RIGHT)),
            pushed(2),
            on(2),
        ])
    }),
    // LOAD_SMALL_INT.
    (layout::LOAD_SMALL_INT, |it| {
        push(small_integer(it, operand()), 2)
    }),
    // POP_JUMP_IF_FALSE, _IF_NONE, _IF_NOT_NONE and _IF_TRUE.
    (layout::POP_JUMP_IF_FALSE, |it| {
        pop_jump_if(eq(entry(LAST), num(it.no | BORROWED)))
    }),
    (101, |it| {
        let none = eq(get(LEFT), num(it.none | BORROWED));
        all([drop_last(it), pop_jump_if(none)])
    }),
    (102, |it| {
        let some = ne(get(LEFT), num(it.none | BORROWED));
        all([drop_last(it), pop_jump_if(some)])
    }),
    (layout::POP_JUMP_IF_TRUE, |it| {
        pop_jump_if(eq(entry(LAST), num(it.yes | BORROWED)))
    }),
    // STORE_FAST_LOAD_FAST.
    (113, |it| {
        all([
            set(VALUE, operand()),
            set(LEFT, load(layout::LOCALS, local(upper()))),
            drop_reference(it, LEFT),
            store(layout::LOCALS, local(upper()), entry(LAST)),
            set(RESULT, load(layout::LOCALS, local(lower()))),
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
    (layout::COMPARE_OP_INT, compare_integers),
    // CALL_BUILTIN_CLASS.
    (146, range),
    // JUMP_BACKWARD_NO_JIT.
    (176, |_| {
        let back = sub(add(get(NEXT), num(4)), shl(operand(), num(1)));
        all([
            leave_if(byte(layout::WAITING, get(THREAD))),
            set(NEXT, back),
            expect(layout::FOR_ITER_RANGE),
            expect(layout::FOR_ITER_LIST),
            go(Label::Next),
        ])
    }),
    // FOR_ITER_LIST, _RANGE and _TUPLE.
    (layout::FOR_ITER_LIST, |it| {
        next_of(it.list_iterator, list_entry)
    }),
    (layout::FOR_ITER_RANGE, next_of_range),
    (174, |it| next_of(it.tuple_iterator, tuple_entry)),
    // STORE_FAST.
    (layout::STORE_FAST, |it| {
        all([
            set(RIGHT, local(operand())),
            set(LEFT, load(layout::LOCALS, get(RIGHT))),
            drop_reference(it, LEFT),
            store(layout::LOCALS, get(RIGHT), entry(LAST)),
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
            keys(it, layout::GLOBALS, 4),
            keys(it, layout::BUILTINS, 6),
            global(),
        ];
        all(parts)
    }),
    (193, |it| all([keys(it, layout::GLOBALS, 4), global()])),
    // RETURN_VALUE.
    (35, give_back),
    // CALL_PY_EXACT_ARGS.
    (161, call),
    // RESUME_CHECK.
    (layout::RESUME_CHECK, |_| {
        let version = load(layout::VERSION, code_object());
        all([
            leave_if(ne(load(layout::WAITING, get(THREAD)), version)),
            on(2),
        ])
    }),
    // STORE_SUBSCR_LIST_INT.
    (202, store_entry),
    // TO_BOOL_BOOL and _INT.
    (204, |it| {
        let kind = load(layout::TYPE, object(entry(LAST)));
        all([leave_if(ne(kind, num(it.bool))), on(8)])
    }),
    (205, integer_to_bool),
];

/// The inner loop's body, as an entry of a module's code, without its size.
pub(in super::super) fn body(addresses: &Addresses) -> Vec<u8> {
    // Other interpreters keep their freed numbers elsewhere; and if somebody watches, the large loop
    // tells them.
    let first = eq(
        load(layout::INTERPRETER, get(THREAD)),
        num(addresses.runtime + layout::FIRST),
    );
    let watched = load(0, num(addresses.runtime + layout::WATCHER));
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

/// Takes the reference off that the last entry is, which `LEFT` still holds then.
fn drop_last(it: &Addresses) -> Code {
    all([set(LEFT, entry(LAST)), drop_reference(it, LEFT)])
}

fn pop_jump_if(condition: Code) -> Code {
    all([set(LEFT, condition), pushed(-1), jump_if(LEFT)])
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
