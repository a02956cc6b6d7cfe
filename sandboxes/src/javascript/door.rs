//! What the interpreter can ask of the host: its imports, and the one function `host` that the
//! prelude holds. No file, no network, no clock but the one that counts fuel.

use wasmtime::{Caller, Linker, bail};

use super::State;
use super::handle::Handle;
use super::machine::{Known, Machine, printable};
use super::plain::{Plain, Unread};
use super::programs::Answer;
use crate::interpreted::{Role, unjudgeable};
use crate::world::{Channel, EPOCH_SECONDS, Stop};
use crate::{Exit, Text};

const NANOSECONDS: u64 = 1_000_000_000;

/// WASI's word for a descriptor that is not open.
const BAD_DESCRIPTOR: i32 = 8;

/// Links everything.
pub(super) fn link(linker: &mut Linker<State>) -> wasmtime::Result<()> {
    const WASI: &str = "wasi_snapshot_preview1";
    linker.func_wrap(WASI, "clock_time_get", clock)?;
    linker.func_wrap(WASI, "random_get", random)?;
    // The interpreter's own diagnostics have nowhere to go.
    linker.func_wrap(WASI, "fd_write", |_: i32, _: i32, _: i32, _: i32| {
        BAD_DESCRIPTOR
    })?;
    linker.func_wrap(WASI, "fd_seek", |_: i32, _: i64, _: i32, _: i32| {
        BAD_DESCRIPTOR
    })?;
    linker.func_wrap(WASI, "fd_close", |_: i32| BAD_DESCRIPTOR)?;
    linker.func_wrap(WASI, "fd_fdstat_get", |_: i32, _: i32| BAD_DESCRIPTOR)?;
    linker.func_wrap("env", "host_interrupt", || 0_i32)?;
    // The guest's clock stands in UTC.
    linker.func_wrap("env", "host_get_timezone_offset", |_: i32, _: i32| 0_i32)?;
    linker.func_wrap("env", "host_promise_rejection", rejection)?;
    linker.func_wrap("env", "host_module_normalize", normalize)?;
    linker.func_wrap("env", "host_module_load", load)?;
    linker.func_wrap("env", "host_call", call)?;
    Ok(())
}

/// One unit of fuel takes one nanosecond, and a wait as long as it says.
fn now(machine: &mut Machine<'_>) -> wasmtime::Result<u64> {
    let left = machine.store.get_fuel()?;
    let state = machine.store.data();
    Ok(state
        .slept
        .saturating_add(state.fuel_at_start.saturating_sub(left)))
}

fn clock(mut caller: Caller<'_, State>, _: i32, _: i64, place: u32) -> wasmtime::Result<i32> {
    let mut machine = Machine::of_caller(&mut caller);
    let now = now(&mut machine)?.saturating_add(EPOCH_SECONDS * NANOSECONDS);
    machine.write(place, &now.to_le_bytes())?;
    Ok(0)
}

fn random(mut caller: Caller<'_, State>, place: u32, length: u32) -> wasmtime::Result<i32> {
    // The interpreter seeds itself with the clock, which is always the same; nothing else asks.
    let mut machine = Machine::of_caller(&mut caller);
    for index in 0..length {
        machine.write(place + index, &[0x5a])?;
    }
    Ok(0)
}

/// A promise was rejected and nobody listens, or somebody does after all.
fn rejection(
    mut caller: Caller<'_, State>,
    promise: u32,
    reason: u32,
    handled: i32,
) -> wasmtime::Result<()> {
    let mut machine = Machine::of_caller(&mut caller);
    let value = Handle(machine.read_u64(promise)?);
    if handled == 0 {
        let held = (value, promise, reason);
        machine.store.data_mut().rejections.push(held);
        return Ok(());
    }
    let known = &mut machine.store.data_mut().rejections;
    let place = known.iter().position(|(other, _, _)| *other == value);
    let held = place.map(|place| known.swap_remove(place));
    let functions = machine.functions.clone();
    let earlier = held.map_or([0, 0], |(_, promise, reason)| [promise, reason]);
    for boxed in [promise, reason].into_iter().chain(earlier) {
        if boxed != 0 {
            functions.free_boxed.call(&mut machine.store, boxed)?;
        }
    }
    Ok(())
}

/// The longest name of a module that is looked at.
const NAME_MAX: u32 = 200;

fn name_at(machine: &mut Machine<'_>, place: u32) -> wasmtime::Result<Vec<u8>> {
    let mut name = Vec::new();
    for index in 0..NAME_MAX {
        match machine.read(place + index, 1)? {
            [0] => break,
            byte => name.extend(byte),
        }
    }
    Ok(name)
}

/// A module's name is what the program calls it.
fn normalize(mut caller: Caller<'_, State>, _base: u32, name: u32) -> wasmtime::Result<u32> {
    let mut machine = Machine::of_caller(&mut caller);
    let mut name = name_at(&mut machine, name)?;
    name.push(0);
    let copy = machine.allocate(u32::try_from(name.len())?)?;
    machine.write(copy, &name)?;
    Ok(copy)
}

/// The source of a built-in module; the interpreter throws where there is none.
fn load(mut caller: Caller<'_, State>, name: u32, length: u32) -> wasmtime::Result<u32> {
    let mut machine = Machine::of_caller(&mut caller);
    let name = name_at(&mut machine, name)?;
    let name = machine.new_text(&name)?;
    let Ok(source) = machine.call_known(Known::ModuleSource, &[name])? else {
        return Ok(0);
    };
    let Ok(mut source) = machine.text(source)? else {
        return Ok(0);
    };
    machine.write(length, &u32::try_from(source.len())?.to_le_bytes())?;
    source.push(0);
    let copy = machine.allocate(u32::try_from(source.len())?)?;
    machine.write(copy, &source)?;
    Ok(copy)
}

/// The function `host` of the prelude: its first argument says what is wanted.
fn call(
    mut caller: Caller<'_, State>,
    _name: u32,
    _name_length: u32,
    _this: u32,
    count: u32,
    arguments: u32,
) -> wasmtime::Result<u32> {
    let mut machine = Machine::of_caller(&mut caller);
    let mut values = [Handle::UNDEFINED; 3];
    for (index, value) in (0..count).zip(&mut values) {
        let place = machine.read_u32(arguments + index * 4)?;
        *value = Handle(machine.read_u64(place)?);
    }
    let [wanted, first, second] = values;
    let wanted = text(&mut machine, wanted)?;
    let answer = match &wanted[..] {
        b"write" => {
            let bytes = printable(text(&mut machine, second)?);
            let channel = match first.payload() {
                1 => Channel::Stdout,
                _ => Channel::Stderr,
            };
            machine.store.data().output.print(channel, &bytes)?;
            Handle::UNDEFINED
        }
        b"exit" => {
            let status = first.payload().cast_signed() & 0xff;
            return Err(Stop(Exit::Exited { status }).into());
        }
        b"now" => {
            let now = now(&mut machine)?;
            #[allow(clippy::cast_precision_loss, reason = "no guest lives for 104 days")]
            Handle::number(now as f64 / 1e6)
        }
        b"sleep" => {
            let wait = first.float().unwrap_or(first.payload().into());
            #[allow(
                clippy::cast_possible_truncation,
                clippy::cast_sign_loss,
                reason = "it saturates"
            )]
            let wait = (wait * 1e6).ceil() as u64;
            let state = machine.store.data_mut();
            state.slept = state.slept.saturating_add(wait);
            Handle::UNDEFINED
        }
        b"stdin" => {
            let input = machine.store.data_mut().stdin.take().unwrap_or_default();
            machine.new_text(String::from_utf8_lossy(&input).as_bytes())?
        }
        b"decode" => {
            let functions = machine.functions.clone();
            let (context, scratch) = (machine.places.context, machine.scratch());
            let parameters = (context, scratch, first.0);
            let place = functions.bytes.call(&mut machine.store, parameters)?;
            let length = machine.read_u32(scratch)?;
            let bytes = match place {
                0 => Vec::new(),
                place => machine.read(place, length)?.to_vec(),
            };
            machine.new_text(String::from_utf8_lossy(&bytes).as_bytes())?
        }
        b"promise" => {
            let functions = machine.functions.clone();
            let parameters = (machine.places.context, first.0);
            let state = functions
                .promise_state
                .call(&mut machine.store, parameters)?;
            let result = functions
                .promise_result
                .call(&mut machine.store, parameters)?;
            machine.new_array(&[Handle::int(state), Handle(result)])?
        }
        b"asserted" => {
            let message = String::from_utf8_lossy(&text(&mut machine, first)?).into_owned();
            machine.store.data_mut().failure.get_or_insert(message);
            Handle::UNDEFINED
        }
        b"cross" => cross(&mut machine, first, second)?,
        _ => bail!("the prelude asks for what there is not"),
    };
    let boxed = machine.allocate(8)?;
    machine.write(boxed, &answer.0.to_le_bytes())?;
    Ok(boxed)
}

fn text(machine: &mut Machine<'_>, value: Handle) -> wasmtime::Result<Vec<u8>> {
    // It is a text already, unless memory ran out.
    match machine.text(value)? {
        Ok(text) => Ok(text),
        Err(_) => Err(Stop(Exit::OutOfMemory).into()),
    }
}

/// The judge's call into the candidate's instance.
fn cross(machine: &mut Machine<'_>, name: Handle, arguments: Handle) -> wasmtime::Result<Handle> {
    let name = String::from_utf8_lossy(&text(machine, name)?).into_owned();
    let role = std::mem::replace(&mut machine.store.data_mut().role, Role::Candidate);
    let Role::Judge(mut candidate) = role else {
        let what = "it called the judge's import".to_owned();
        return Err(Stop(Exit::Violation { what }).into());
    };
    let budget = candidate.answer_bytes;
    let answer = match machine.plain(arguments, budget) {
        Ok(Plain::Array(arguments)) => candidate.call(&name, &arguments),
        Ok(_) => Err(unjudgeable("it calls with no list of arguments")),
        Err(Unread::Opaque(what)) => Err(Exit::Unjudgeable {
            what: format!("the tests pass {what}"),
        }),
        Err(Unread::Large) => Err(unjudgeable("it passes more than an answer may hold")),
        Err(Unread::Guest(error)) => {
            machine.store.data_mut().role = Role::Judge(candidate);
            return Err(error);
        }
    };
    machine.store.data_mut().role = Role::Judge(candidate);
    match answer.map_err(Stop)? {
        Answer::Returned { value, changed } => {
            let value = machine.make(&value)?;
            let changed = match changed {
                Some(changed) => machine.make(&Plain::Array(changed))?,
                None => Handle::UNDEFINED,
            };
            machine.new_array(&[Handle::bool(true), value, changed])
        }
        Answer::Threw(thrown) => {
            let said = |text: &str| Plain::Text(Text::from(text));
            let reply = [
                Plain::Bool(false),
                said(&thrown.kind),
                said(&thrown.builtin),
                said(&thrown.message),
                thrown.value.clone().unwrap_or(Plain::Undefined),
            ];
            machine.store.data_mut().blamed = Some(thrown.exit(false));
            machine.make(&Plain::Array(reply.into()))
        }
    }
}
