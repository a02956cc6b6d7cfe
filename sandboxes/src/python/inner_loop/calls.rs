//! Calls of a program's functions, the way back, and global names.

use wasm_encoder::Instruction;

use super::Addresses;
use super::code::{
    Code, Label, add, all, and, at, block, byte, done_if, eq, get, go, half, leave_if, load, ne,
    not, num, op, op1, repeat, set, shl, store, sub,
};
use super::layout;
use super::parts::{
    BORROWED, COUNT, END, FRAME, LAST, LEFT, LEFT_AT, NEW, NEXT, RESULT, RIGHT, RIGHT_AT, STACK,
    THREAD, VALUE, below, count, count_down, drop_reference, entry, expect, kept, lives_forever,
    of_type, on, operand, pushed, refer, replace, stays,
};

/// A call of a function of the program with as many arguments as it has: a new frame.
pub(super) fn call(it: &Addresses) -> Code {
    // Below the first argument are what is called and what it is a method of, if anything.
    const CALLED: u64 = NEW;
    const OF: u64 = NEW + 4;
    const ARGUMENTS: i32 = 24;
    const CODE: u32 = LEFT_AT;
    const PLACE: u32 = RIGHT_AT;
    const NEW_FRAME: u32 = RESULT;
    const FUNCTION: u32 = COUNT;
    let evaluator = num(it.runtime + layout::FIRST + layout::EVALUATOR);
    let version = op1(Instruction::I32Load(at(4, 1)), get(NEXT));
    let bound = ne(get(RIGHT), num(BORROWED));
    let size = || load(layout::FRAME_SIZE, get(CODE));
    let room = op(
        Instruction::I32ShrS,
        sub(load(layout::FRAMES_END, get(THREAD)), get(NEW_FRAME)),
        num(2),
    );
    let depth = || load(layout::DEPTH, get(THREAD));
    let behind = |variables: Code| {
        let first = i32::try_from(layout::LOCALS).expect("small");
        add(add(get(NEW_FRAME), num(first)), shl(variables, num(2)))
    };
    let in_frame = |place, value| store(place, get(NEW_FRAME), value);
    let of_function = |place| load(place, get(FUNCTION));
    all([
        set(PLACE, below(add(operand(), num(2)))),
        set(LEFT, load(CALLED, get(PLACE))),
        of_type(LEFT, FUNCTION, it.function),
        leave_if(load(0, evaluator)),
        leave_if(ne(of_function(layout::FUNCTION_VERSION), version)),
        set(CODE, of_function(layout::FUNCTION_CODE)),
        set(RIGHT, load(OF, get(PLACE))),
        set(VALUE, add(operand(), bound)),
        leave_if(ne(load(layout::ARGUMENTS, get(CODE)), get(VALUE))),
        set(NEW_FRAME, load(layout::FRAMES, get(THREAD))),
        leave_if(not(get(NEW_FRAME))),
        leave_if(op(Instruction::I32GeS, size(), room)),
        leave_if(op(Instruction::I32LeS, depth(), num(1))),
        store(
            layout::FRAMES,
            get(THREAD),
            add(get(NEW_FRAME), shl(size(), num(2))),
        ),
        in_frame(layout::PREVIOUS, get(FRAME)),
        in_frame(layout::FUNCTION, get(LEFT)),
        in_frame(layout::GLOBALS, of_function(layout::FUNCTION_GLOBALS)),
        in_frame(layout::BUILTINS, of_function(layout::FUNCTION_BUILTINS)),
        in_frame(layout::NAMESPACE, num(0)),
        in_frame(layout::FRAME_OBJECT, num(0)),
        in_frame(layout::RETURN, num(0)),
        in_frame(
            layout::INSTRUCTION,
            add(get(CODE), num(layout::INSTRUCTIONS)),
        ),
        set(LEFT, get(CODE)),
        refer(LEFT),
        in_frame(layout::CODE, get(LEFT)),
        // Variables that are no arguments are empty.
        set(LEFT, behind(load(layout::VARIABLES, get(CODE)))),
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
        in_frame(layout::LOCALS, get(RIGHT)),
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
        store(layout::INSTRUCTION, get(FRAME), get(NEXT)),
        op(
            Instruction::I32Store16(at(layout::RETURN, 1)),
            get(FRAME),
            num(4),
        ),
        store(layout::END, get(FRAME), add(get(PLACE), num(STACK))),
        in_frame(layout::END, get(LEFT)),
        store(layout::CURRENT, get(THREAD), get(NEW_FRAME)),
        store(layout::DEPTH, get(THREAD), sub(depth(), num(1))),
        set(FRAME, get(NEW_FRAME)),
        set(NEXT, add(get(CODE), num(layout::INSTRUCTIONS))),
        set(END, sub(get(LEFT), num(STACK))),
        expect(layout::RESUME_CHECK),
        go(Label::Next),
    ])
}

/// The end of a function: back to the frame before.
pub(super) fn give_back(it: &Addresses) -> Code {
    const PLACE: u32 = RIGHT_AT;
    const TAGS: i32 = 3;
    let of_frame = |place| load(place, get(FRAME));
    let first_frame = add(load(layout::PIECE, get(THREAD)), num(layout::PIECE_FIRST));
    let locals = i32::try_from(layout::LOCALS).expect("small");
    let words = half(layout::RETURN, get(FRAME));
    let depth = add(load(layout::DEPTH, get(THREAD)), num(1));
    all([
        // A generator's frame, one that somebody looks at, one with a namespace, the first in memory.
        leave_if(byte(layout::OWNER, get(FRAME))),
        leave_if(of_frame(layout::FRAME_OBJECT)),
        leave_if(of_frame(layout::NAMESPACE)),
        leave_if(eq(get(FRAME), first_frame)),
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
        // A variable may have held the function.
        set(LEFT, of_frame(layout::FUNCTION)),
        set(LEFT_AT, of_frame(layout::CODE)),
        stays(LEFT, 1),
        stays(LEFT_AT, 1),
        count_down(LEFT),
        count_down(LEFT_AT),
        store(layout::FRAMES, get(THREAD), get(FRAME)),
        store(layout::DEPTH, get(THREAD), depth),
        set(FRAME, of_frame(layout::PREVIOUS)),
        store(layout::CURRENT, get(THREAD), get(FRAME)),
        set(NEXT, add(of_frame(layout::INSTRUCTION), shl(words, num(1)))),
        set(END, sub(of_frame(layout::END), num(STACK))),
        replace(NEW, get(RESULT)),
        pushed(1),
        go(Label::Next),
    ])
}

/// A dictionary of the frame, whose keys must be of the version that the instruction keeps.
pub(super) fn keys(it: &Addresses, dictionary: u64, version: u64) -> Code {
    let kind = load(layout::TYPE, get(LEFT));
    all([
        set(LEFT, load(dictionary, get(FRAME))),
        leave_if(ne(kind, num(it.dict))),
        set(RIGHT, load(layout::KEYS, get(LEFT))),
        leave_if(ne(load(layout::KEYS_VERSION, get(RIGHT)), kept(version))),
    ])
}

/// What a name stands for, by its place among the last keys.
pub(super) fn global() -> Code {
    let index = shl(num(1), byte(layout::KEYS_INDEX, get(RIGHT)));
    let place = add(add(get(RIGHT), index), shl(kept(8), num(3)));
    all([
        set(RESULT, load(layout::KEYS_VALUES, place)),
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
