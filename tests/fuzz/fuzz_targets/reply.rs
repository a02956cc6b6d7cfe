//! The parser of the guest's replies, which a candidate may have forged.
#![no_main]

use libfuzzer_sys::fuzz_target;

#[allow(dead_code, reason = "the target needs a part of it")]
#[path = "../../../sandboxes/src/wire.rs"]
mod wire;
pub use wire::{Text, Value, decode};

#[allow(dead_code, reason = "the target looks at the error only")]
#[path = "../../../sandboxes/src/python/reply.rs"]
mod reply;

fuzz_target!(|bytes: &[u8]| {
    if let Err(why) = reply::Reply::parse(bytes) {
        assert!(!why.contains('\n'), "a refusal is one line: {why}");
    }
});
