//! C and C++: clang compiles in the sandbox, and what it makes runs in another.
//!
//! Tests that are code are compiled into a module of their own, in which the body of the tested
//! function asks the host. So nothing that a candidate's text does to its own compilation, by
//! macros, by definitions of its own or at link time, reaches the tests.
//! A worker compiles no text: whoever feeds it has that done, each program in a process of its own
//! behind the same wall, and keeps what was made by its text.

mod building;
mod compiler;
mod forking;
mod head;
mod older;
mod sources;
mod sysroot;
mod widen;
mod workshop;
mod zeros;

use std::ffi::OsString;
use std::path::Path;

pub(crate) use self::forking::serve;
pub(crate) use self::sources::Beginning;
use crate::compiled::Programs;
use crate::program::last_line;
use crate::setup::Step;
use crate::toolchain::{self, Runner, Workshop};
use crate::{Cache, Fault, Guest, Language, SetupError, Value};

/// How C and C++ get their guest, which is one.
pub(crate) struct Toolchain(pub(crate) Language);

impl toolchain::Toolchain for Toolchain {
    fn is_set_up_unasked(&self) -> bool {
        false
    }

    fn provision(&self, cache: &Cache, progress: &dyn Fn(Step)) -> Result<Guest, SetupError> {
        building::provision(self.0, cache, progress)
    }

    fn workshop(&self, compiled: &Path, command: &[OsString]) -> Option<Box<dyn Workshop>> {
        Some(Box::new(workshop::Workshop::of(compiled, command)))
    }

    fn open(&self, _: &Path) -> Result<Box<dyn Runner>, Fault> {
        Ok(Box::new(Programs::open(last_line, textual)?))
    }
}

/// What an answer's bytes are: text where they are UTF-8, as every string of the other languages.
fn textual(value: Value) -> Value {
    let each = |items: Vec<Value>| items.into_iter().map(textual).collect();
    match value {
        Value::Bytes(bytes) => match crate::Text::of_bytes(bytes.clone()) {
            Ok(text) => Value::Str(text),
            Err(_) => Value::Bytes(bytes),
        },
        Value::List(items) => Value::List(each(items)),
        Value::Tuple(items) => Value::Tuple(each(items)),
        Value::Set(items) => Value::Set(each(items)),
        Value::FrozenSet(items) => Value::FrozenSet(each(items)),
        Value::Dict(entries) => Value::Dict(
            entries
                .into_iter()
                .map(|(key, item)| (textual(key), textual(item)))
                .collect(),
        ),
        other => other,
    }
}
