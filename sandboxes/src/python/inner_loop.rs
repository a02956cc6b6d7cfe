//! An inner loop for CPython's interpreter.
//!
//! CPython's loop over a function's instructions is one function of 36,000 lines of WebAssembly. The
//! compiler has no registers left in it for what every instruction needs (where the next one is, where
//! the stack ends, the frame), and keeps it all in memory. Here is a second, small loop for the
//! instructions that most of a program's time goes to: those that move values between variables and the
//! stack, compute with integers of one digit, compare, look into lists and tuples, step through those and
//! through ranges, jump, call the program's functions and return. It calls nothing outside of itself, so
//! that the compiler can keep it in registers.
//!
//! The large loop enters it where it meets one of these, and goes on where it left. It leaves in front of
//! each instruction that it cannot do to the end: another one, other operands than the simple ones, an
//! object to be freed that is more than a number, something waiting to be handled. What it does is what
//! CPython does, down to the lists of freed numbers. Three things are left out that nothing reads: the
//! place of each instruction in its frame (calls note theirs), the history of branches that a native
//! compiler would want, and the range whose iterator alone a loop goes through.
//!
//! Offsets and numbers of instructions are those of CPython 3.14.0 where addresses have 32 bits
//! (`Include/internal/pycore_*.h`, `opcode_ids.h`), as one release of the builder links it.

mod calls;
mod code;
mod layout;
mod numbers;
mod parts;
mod sequences;
mod steps;

use std::ops::Range;

use sha2::{Digest, Sha256};
use wasm_encoder::{BlockType, Encode, InstructionSink, ValType};
use wasmparser::{BinaryReaderError, FunctionBody, Operator};

use self::code::at;
use self::steps::STEPS;
pub(super) use self::steps::body;

/// The function that the large loop is in.
pub(super) const LARGE: &str = "_PyEval_EvalFrameDefault";
/// Of the one that all of this was read from.
const LARGE_DIGEST: &str = "f2b9be00e047e1c3ec5c412c0b87f931aa5e633e418fb8c34c09935a0f201ef2";

/// The variables of the large loop: the thread state, the frame, the end of the stack, the operand, the
/// next instruction and its word.
mod large {
    pub(super) const THREAD: u32 = 0;
    pub(super) const FRAME: u32 = 1;
    pub(super) const END: u32 = 2;
    pub(super) const OPERAND: u32 = 3;
    pub(super) const NEXT: u32 = 5;
    pub(super) const WORD: u32 = 11;
}

/// Addresses that the code needs.
pub(super) struct Addresses {
    runtime: i32,
    no: i32,
    yes: i32,
    none: i32,
    bool: i32,
    dict: i32,
    float: i32,
    function: i32,
    integer: i32,
    list: i32,
    list_iterator: i32,
    range: i32,
    range_iterator: i32,
    tuple: i32,
    tuple_iterator: i32,
}

impl Addresses {
    /// As `address` knows them by CPython's names; nothing if one is missing.
    pub(super) fn find(address: impl Fn(&str) -> Option<i32>) -> Option<Self> {
        Some(Self {
            runtime: address("_PyRuntime")?,
            no: address("_Py_FalseStruct")?,
            yes: address("_Py_TrueStruct")?,
            none: address("_Py_NoneStruct")?,
            bool: address("PyBool_Type")?,
            dict: address("PyDict_Type")?,
            float: address("PyFloat_Type")?,
            function: address("PyFunction_Type")?,
            integer: address("PyLong_Type")?,
            list: address("PyList_Type")?,
            list_iterator: address("PyListIter_Type")?,
            range: address("PyRange_Type")?,
            range_iterator: address("PyRangeIter_Type")?,
            tuple: address("PyTuple_Type")?,
            tuple_iterator: address("PyTupleIter_Type")?,
        })
    }
}

/// Code that stands in place of some of a function's own.
pub(super) struct Instead {
    pub(super) range: Range<usize>,
    pub(super) code: Vec<u8>,
}

/// In the large loop's body, what finds an instruction's code, and what to put there instead so that the
/// inner loop, which is function `inner`, comes first. Nothing where the body is another one: then CPython
/// goes on without.
pub(super) fn entrance(
    body: &FunctionBody,
    inner: u32,
) -> Result<Option<Instead>, BinaryReaderError> {
    let digest = Sha256::digest(body.as_bytes());
    if format!("{digest:x}") != LARGE_DIGEST {
        return Ok(None);
    }
    let mut operators = body.get_operators_reader()?;
    let mut starts = [0; 3];
    let mut before = [const { None }; 3];
    while !operators.eof() {
        let start = operators.original_position();
        let operator = operators.read()?;
        if let Operator::BrTable { targets } = &operator
            && let [
                Some(Operator::LocalGet {
                    local_index: large::WORD,
                }),
                Some(Operator::I32Const { value: 0xff }),
                Some(Operator::I32And),
            ] = before
        {
            let known: Vec<u32> = targets.targets().collect::<Result<_, _>>()?;
            let code = enter(inner, &known, targets.default());
            return Ok(Some(Instead {
                range: starts[0]..operators.original_position(),
                code,
            }));
        }
        starts = [starts[1], starts[2], start];
        before = [before[1].take(), before[2].take(), Some(operator)];
    }
    Ok(None)
}

fn enter(inner: u32, known: &[u32], other: u32) -> Vec<u8> {
    let mut code = Vec::new();
    let mut sink = InstructionSink::new(&mut code);
    let ours = |number: usize| STEPS.iter().any(|(step, _)| usize::from(*step) == number);
    let targets: Vec<u32> = known
        .iter()
        .enumerate()
        .map(|(number, target)| if ours(number) { 0 } else { target + 1 })
        .collect();
    sink.block(BlockType::Empty);
    sink.local_get(large::WORD).i32_const(0xff).i32_and();
    sink.br_table(targets, other + 1);
    sink.end();
    // An operand of more than a byte was put together from instructions before; and where somebody
    // traces the program, the instruction stands elsewhere, and a mark here.
    sink.block(BlockType::Empty);
    sink.local_get(large::NEXT).i32_load16_u(at(0, 1));
    sink.local_get(large::WORD).i32_xor();
    sink.local_get(large::OPERAND).i32_const(8).i32_shr_u();
    sink.i32_or().br_if(0);
    for variable in [large::FRAME, large::NEXT, large::END, large::THREAD] {
        sink.local_get(variable);
    }
    sink.call(inner)
        .local_set(large::FRAME)
        .local_set(large::END);
    sink.local_tee(large::NEXT).i32_load16_u(at(0, 1));
    sink.local_tee(large::WORD).i32_const(8).i32_shr_u();
    sink.local_set(large::OPERAND).end();
    sink.local_get(large::WORD).i32_const(0xff).i32_and();
    sink.br_table(known.to_vec(), other);
    code
}

/// The inner loop's type, as an entry of a module's types: frame, next instruction, end of the stack and
/// thread state; next instruction, end of the stack and frame.
pub(super) fn signature() -> Vec<u8> {
    const FUNCTION: u8 = 0x60;
    let mut out = vec![FUNCTION];
    [ValType::I32; 4].encode(&mut out);
    [ValType::I32; 3].encode(&mut out);
    out
}
