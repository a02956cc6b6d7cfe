//! The parser of the wire: whatever bytes a candidate sends, it answers or refuses, and what it
//! takes for a value survives being written and read again.
#![no_main]

use libfuzzer_sys::fuzz_target;

// The file itself and not its crate, which would have wasmtime built with the sanitizer too.
#[allow(dead_code, reason = "the target needs a part of it")]
#[path = "../../../sandboxes/src/wire.rs"]
mod wire;

fuzz_target!(|bytes: &[u8]| {
    if let Ok(value) = wire::decode(bytes) {
        // By bytes: a NaN does not equal itself.
        let written = wire::encode(&value);
        let again = wire::decode(&written).expect("what was written can be read");
        assert_eq!(wire::encode(&again), written);
    }
});
