//! A short way for `%` and `//` of small integers.
//!
//! CPython specialises the additions of small integers and their products, but not these two: each
//! goes through five functions, two of them by a table. In WebAssembly that is most of what a search
//! for primes costs. Here the first of the five begins with what the last would come to, for two
//! integers (no subclass's, so no `bool`) of one digit, the left one above 0 and the right one too.
//! Everything else goes the long way.

use std::collections::HashMap;

use wasm_encoder::InstructionSink;
use wasmparser::{BinaryReaderError, ExternalKind, Parser, Payload, TypeRef};

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

/// What the functions of a module begin with, by their number among those that it defines; nothing
/// where the module is not CPython. `integer` is the address of [`TYPE`].
pub(super) fn beginnings(
    module: &[u8],
    integer: i32,
) -> Result<HashMap<u32, Vec<u8>>, BinaryReaderError> {
    let (mut imported, mut exports) = (0, HashMap::new());
    for payload in Parser::new(0).parse_all(module) {
        match payload? {
            Payload::ImportSection(imports) => {
                for import in imports.into_imports() {
                    imported += u32::from(matches!(import?.ty, TypeRef::Func(_)));
                }
            }
            Payload::ExportSection(section) => {
                for export in section {
                    let export = export?;
                    if export.kind == ExternalKind::Func {
                        exports.insert(export.name.to_owned(), export.index);
                    }
                }
            }
            _ => {}
        }
    }
    let Some(make) = exports.get(MAKE) else {
        return Ok(HashMap::new());
    };
    let beginning = |&(name, remainder): &(&str, bool)| {
        let defined = exports.get(name)?.checked_sub(imported)?;
        Some((defined, short_way(integer, *make, remainder)))
    };
    Ok(FUNCTIONS.iter().filter_map(beginning).collect())
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
