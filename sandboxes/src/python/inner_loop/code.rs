//! WebAssembly as expressions and statements, with branches that name where they go.

use wasm_encoder::{BlockType, Encode, Function, Instruction, MemArg, ValType};

/// Instructions in their order.
pub(super) type Code = Vec<Item>;

pub(super) enum Item {
    Plain(Instruction<'static>),
    /// The beginning of a block that ends with the next `End` of its own.
    Open(Label, Instruction<'static>),
    Branch(Label),
    BranchIf(Label),
}

/// Where a branch goes.
#[derive(Clone, Copy, PartialEq)]
pub(super) enum Label {
    /// On with the next instruction of the program.
    Next,
    /// Out of the loop.
    Leave,
    /// The code for the instruction of this number, which comes later than the branch.
    Step(u8),
    /// The end of the innermost [`block`].
    Done,
    /// The beginning of the innermost loop within a step.
    Again,
    /// Nowhere: a block that no branch names.
    Unnamed,
}

/// A function's body of these instructions, with variables of these types besides its parameters.
pub(super) fn body(variables: &[(u32, ValType)], code: Code) -> Vec<u8> {
    let mut body = Function::new(variables.iter().copied());
    let mut bytes = Vec::new();
    let mut open = Vec::new();
    let depth = |open: &Vec<Label>, label| {
        let depth = open.iter().rev().position(|it| *it == label);
        u32::try_from(depth.expect("branches go out of blocks")).expect("few blocks")
    };
    for item in code {
        let instruction = match item {
            Item::Open(label, instruction) => {
                open.push(label);
                instruction
            }
            Item::Branch(label) => Instruction::Br(depth(&open, label)),
            Item::BranchIf(label) => Instruction::BrIf(depth(&open, label)),
            Item::Plain(instruction) => {
                if matches!(instruction, Instruction::End) {
                    open.pop();
                }
                instruction
            }
        };
        instruction.encode(&mut bytes);
    }
    body.raw(bytes);
    body.into_raw_body()
}

/// One after the other.
pub(super) fn all(parts: impl IntoIterator<Item = Code>) -> Code {
    parts.into_iter().flatten().collect()
}

fn of(parts: impl IntoIterator<Item = Code>, instruction: Instruction<'static>) -> Code {
    let mut code = all(parts);
    code.push(Item::Plain(instruction));
    code
}

// Numbers.

pub(super) fn get(variable: u32) -> Code {
    of([], Instruction::LocalGet(variable))
}

pub(super) fn num(number: i32) -> Code {
    of([], Instruction::I32Const(number))
}

pub(super) fn add(a: Code, b: Code) -> Code {
    of([a, b], Instruction::I32Add)
}

pub(super) fn sub(a: Code, b: Code) -> Code {
    of([a, b], Instruction::I32Sub)
}

pub(super) fn and(a: Code, b: Code) -> Code {
    of([a, b], Instruction::I32And)
}

pub(super) fn or(a: Code, b: Code) -> Code {
    of([a, b], Instruction::I32Or)
}

pub(super) fn shl(a: Code, b: Code) -> Code {
    of([a, b], Instruction::I32Shl)
}

pub(super) fn eq(a: Code, b: Code) -> Code {
    of([a, b], Instruction::I32Eq)
}

pub(super) fn ne(a: Code, b: Code) -> Code {
    of([a, b], Instruction::I32Ne)
}

pub(super) fn not(a: Code) -> Code {
    of([a], Instruction::I32Eqz)
}

/// Another operation of two operands.
pub(super) fn op(instruction: Instruction<'static>, a: Code, b: Code) -> Code {
    of([a, b], instruction)
}

/// Another operation of one.
pub(super) fn op1(instruction: Instruction<'static>, a: Code) -> Code {
    of([a], instruction)
}

/// One of two values.
pub(super) fn select(condition: Code, yes: Code, no: Code) -> Code {
    of([yes, no, condition], Instruction::Select)
}

// Memory.

pub(super) fn at(offset: u64, align: u32) -> MemArg {
    MemArg {
        offset,
        align,
        memory_index: 0,
    }
}

/// A word.
pub(super) fn load(offset: u64, address: Code) -> Code {
    of([address], Instruction::I32Load(at(offset, 2)))
}

pub(super) fn half(offset: u64, address: Code) -> Code {
    of([address], Instruction::I32Load16U(at(offset, 1)))
}

pub(super) fn byte(offset: u64, address: Code) -> Code {
    of([address], Instruction::I32Load8U(at(offset, 0)))
}

pub(super) fn store(offset: u64, address: Code, value: Code) -> Code {
    of([address, value], Instruction::I32Store(at(offset, 2)))
}

// Statements.

pub(super) fn set(variable: u32, value: Code) -> Code {
    of([value], Instruction::LocalSet(variable))
}

/// Statements that [`done_if`] ends early.
pub(super) fn block(parts: impl IntoIterator<Item = Code>) -> Code {
    named(Label::Done, parts)
}

pub(super) fn named(label: Label, parts: impl IntoIterator<Item = Code>) -> Code {
    let open = Item::Open(label, Instruction::Block(BlockType::Empty));
    of([vec![open], all(parts)], Instruction::End)
}

pub(super) fn repeat(label: Label, parts: impl IntoIterator<Item = Code>) -> Code {
    let open = Item::Open(label, Instruction::Loop(BlockType::Empty));
    of([vec![open], all(parts)], Instruction::End)
}

pub(super) fn if_else(condition: Code, yes: Code, no: Code) -> Code {
    let open = Item::Open(Label::Unnamed, Instruction::If(BlockType::Empty));
    let other = of([], Instruction::Else);
    of([condition, vec![open], yes, other, no], Instruction::End)
}

pub(super) fn go(label: Label) -> Code {
    vec![Item::Branch(label)]
}

pub(super) fn go_if(label: Label, condition: Code) -> Code {
    let mut code = condition;
    code.push(Item::BranchIf(label));
    code
}

pub(super) fn done_if(condition: Code) -> Code {
    go_if(Label::Done, condition)
}

/// Leaves the instruction to the large loop. Nothing may have been changed before.
pub(super) fn leave_if(condition: Code) -> Code {
    go_if(Label::Leave, condition)
}
