//! A short way for `%` and `//` of small integers.
//!
//! CPython specialises the additions of small integers and their products, but not these two: each
//! goes through five functions, two of them by a table. In WebAssembly that is a third of what a search
//! for primes costs. Here the first of the five begins with what the last would come to, for two
//! integers (no subclass's, so no `bool`) of one digit, the left one above 0 and the right one too.
//! Everything else goes the long way.

use std::collections::HashMap;

use wasm_encoder::InstructionSink;

/// The functions that begin with it, and whether they take the remainder.
const FUNCTIONS: [(&str, bool); 4] = [
    ("PyNumber_Remainder", true),
    ("PyNumber_InPlaceRemainder", true),
    ("PyNumber_FloorDivide", false),
    ("PyNumber_InPlaceFloorDivide", false),
];

/// What makes an integer of a C `long`.
const MAKE: &str = "PyLong_FromLong";

/// The type of integers, whose address the module imports.
pub(super) const TYPE: &str = "PyLong_Type";

/// What functions of a module begin with, by their numbers; nothing where the module is not CPython.
/// `exported` are the numbers of its functions by name, `integer` is the address of [`TYPE`].
pub(super) fn beginnings(exported: &HashMap<String, u32>, integer: i32) -> HashMap<u32, Vec<u8>> {
    let Some(make) = exported.get(MAKE) else {
        return HashMap::new();
    };
    let beginning = |(name, remainder): (&str, bool)| {
        let function = *exported.get(name)?;
        Some((function, short_way(integer, *make, remainder)))
    };
    FUNCTIONS.into_iter().filter_map(beginning).collect()
}

/// The instructions, in a function of two objects that gives one.
fn short_way(integer: i32, make: u32, remainder: bool) -> Vec<u8> {
    // CPython 3.14's `PyLongObject` where addresses have 32 bits: counter, type, tag, first digit. A
    // tag is the number of digits times 8, with 4 where the object never dies and a sign of 0 for
    // positive.
    const TYPE_AT: u64 = 4;
    const TAG_AT: u64 = 8;
    const DIGIT_AT: u64 = 12;
    const NEVER_DIES: i32 = 4;
    const ONE_DIGIT: i32 = 8;

    let mut code = Vec::new();
    let mut sink = InstructionSink::new(&mut code);
    let word = |offset| wasm_encoder::MemArg {
        offset,
        align: 2,
        memory_index: 0,
    };
    sink.block(wasm_encoder::BlockType::Empty);
    for operand in [0, 1] {
        sink.local_get(operand).i32_load(word(TYPE_AT));
        sink.i32_const(integer).i32_ne().br_if(0);
        sink.local_get(operand).i32_load(word(TAG_AT));
        sink.i32_const(!NEVER_DIES).i32_and();
        sink.i32_const(ONE_DIGIT).i32_ne().br_if(0);
    }
    for operand in [0, 1] {
        sink.local_get(operand).i32_load(word(DIGIT_AT));
    }
    if remainder {
        sink.i32_rem_u();
    } else {
        sink.i32_div_u();
    }
    sink.call(make).return_().end();
    code
}
