//! One QuickJS interpreter, driven through its C functions.
//!
//! Nothing here believes an address: memory is read through bounds. Reference counts that are not
//! given back cost memory of a guest that is put back or dropped soon, so what is read once is not
//! freed.

use std::sync::Arc;

use wasmtime::{AsContextMut, Caller, StoreContextMut, Val, bail, format_err};

use super::State;
use super::functions::Functions;
use super::handle::Handle;
use crate::Exit;
use crate::world::Stop;

/// What the prelude gives the host, in the order of its list.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Known {
    Describe,
    MapItems,
    SetItems,
    MakeMap,
    MakeSet,
    MakeBigInt,
    Proxy,
    IsCandidates,
    Tick,
    ModuleSource,
    Exiting,
    ObjectPrototype,
    ArrayPrototype,
    MapPrototype,
    SetPrototype,
}

impl Known {
    pub(super) const COUNT: u32 = Known::SetPrototype as u32 + 1;
}

/// Where things lie in the memory of every instance of one image.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Places {
    pub(super) context: u32,
    pub(super) runtime: u32,
    /// The list of what is [`Known`], then room for the interpreter's answers by address.
    table: u32,
}

/// The names under which the interpreter knows the sources, which stand behind the table.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Origin {
    /// The candidate's program, or what the problem brings when it is the judge's instance.
    Program,
    /// Ours.
    Guest,
}

const SCRATCH: u32 = Known::COUNT * 8;
const SCRATCH_BYTES: u32 = 64;
const PROGRAM_NAME: &[u8] = b"candidate.js\0";
const GUEST_NAME: &[u8] = b"guest.js\0";
const TABLE_BYTES: u32 = SCRATCH + SCRATCH_BYTES + 32;

/// How a source is compiled.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Kind {
    Script,
    Module,
}

const COMPILE_ONLY: u32 = 1 << 5;

/// An exception of the interpreter, instead of a value.
#[derive(Clone, Copy, Debug)]
pub(super) struct Thrown(pub(super) Handle);

/// What an interpreter's function came to; the outer error ends the guest.
pub(super) type Outcome<T> = wasmtime::Result<Result<T, Thrown>>;

/// An interpreter that is not running, or waits for the host.
pub(super) struct Machine<'a> {
    pub(super) store: StoreContextMut<'a, State>,
    pub(super) functions: Arc<Functions>,
    pub(super) places: Places,
}

impl<'a> Machine<'a> {
    pub(super) fn new(store: StoreContextMut<'a, State>) -> Self {
        let data = store.data();
        let functions = data
            .functions
            .clone()
            .expect("set when it was instantiated");
        let places = data.places;
        Self {
            store,
            functions,
            places,
        }
    }

    /// The interpreter that calls the host.
    pub(super) fn of_caller(caller: &'a mut Caller<'_, State>) -> Self {
        Self::new(caller.as_context_mut())
    }

    /// Finds where things lie, in an instance whose memory is an image's.
    pub(super) fn locate(&mut self) -> wasmtime::Result<()> {
        let functions = self.functions.clone();
        let context = functions.context.call(&mut self.store, ())?;
        let runtime = functions.runtime.call(&mut self.store, ())?;
        let table = functions.opaque.call(&mut self.store, context)?;
        self.places = Places {
            context,
            runtime,
            table,
        };
        self.store.data_mut().places = self.places;
        Ok(())
    }

    /// Makes the table; `known` is the prelude's list.
    pub(super) fn keep(&mut self, known: Handle) -> wasmtime::Result<()> {
        let functions = self.functions.clone();
        let table = self.allocate(TABLE_BYTES)?;
        for index in 0..Known::COUNT {
            let parameters = (self.places.context, known.0, index);
            let value = functions.property_at.call(&mut self.store, parameters)?;
            self.write(table + index * 8, &value.to_le_bytes())?;
        }
        self.write(table + SCRATCH + SCRATCH_BYTES, PROGRAM_NAME)?;
        let behind = u32::try_from(PROGRAM_NAME.len())?;
        self.write(table + SCRATCH + SCRATCH_BYTES + behind, GUEST_NAME)?;
        functions
            .set_opaque
            .call(&mut self.store, (self.places.context, table))?;
        self.locate()
    }

    // ---- Memory ----

    pub(super) fn scratch(&self) -> u32 {
        self.places.table + SCRATCH
    }

    pub(super) fn read(&self, address: u32, length: u32) -> wasmtime::Result<&[u8]> {
        let data = self.functions.memory.data(&self.store);
        data.get(address as usize..)
            .and_then(|data| data.get(..length as usize))
            .ok_or_else(|| format_err!("the guest points out of its memory"))
    }

    pub(super) fn read_u32(&self, address: u32) -> wasmtime::Result<u32> {
        let bytes = self.read(address, 4)?;
        Ok(u32::from_le_bytes(
            bytes.try_into().expect("four were read"),
        ))
    }

    pub(super) fn read_u64(&self, address: u32) -> wasmtime::Result<u64> {
        let bytes = self.read(address, 8)?;
        Ok(u64::from_le_bytes(
            bytes.try_into().expect("eight were read"),
        ))
    }

    pub(super) fn write(&mut self, address: u32, bytes: &[u8]) -> wasmtime::Result<()> {
        let data = self.functions.memory.data_mut(&mut self.store);
        let place = data
            .get_mut(address as usize..)
            .and_then(|data| data.get_mut(..bytes.len()))
            .ok_or_else(|| format_err!("the guest points out of its memory"))?;
        place.copy_from_slice(bytes);
        Ok(())
    }

    pub(super) fn allocate(&mut self, bytes: u32) -> wasmtime::Result<u32> {
        let functions = self.functions.clone();
        match functions.malloc.call(&mut self.store, bytes.max(1))? {
            0 => Err(Stop(Exit::OutOfMemory).into()),
            address => Ok(address),
        }
    }

    pub(super) fn release(&mut self, address: u32) -> wasmtime::Result<()> {
        let functions = self.functions.clone();
        functions.release.call(&mut self.store, address)
    }

    /// Copies bytes in, with a zero behind them.
    fn lend(&mut self, bytes: &[u8]) -> wasmtime::Result<(u32, u32)> {
        let length = u32::try_from(bytes.len())?;
        let Some(size) = length.checked_add(1) else {
            bail!("a source of 4 GiB");
        };
        let address = self.allocate(size)?;
        self.write(address, bytes)?;
        self.write(address + length, &[0])?;
        Ok((address, length))
    }

    // ---- Programs ----

    /// Something that the prelude gave.
    pub(super) fn known(&self, known: Known) -> wasmtime::Result<Handle> {
        self.read_u64(self.places.table + known as u32 * 8)
            .map(Handle)
    }

    /// Compiles a source; what comes out can be run once.
    pub(super) fn compile(&mut self, source: &[u8], kind: Kind, origin: Origin) -> Outcome<Handle> {
        let (address, length) = self.lend(source)?;
        let names = self.places.table + SCRATCH + SCRATCH_BYTES;
        let name = match origin {
            Origin::Program => names,
            Origin::Guest => names + u32::try_from(PROGRAM_NAME.len())?,
        };
        let flags = COMPILE_ONLY | u32::from(kind == Kind::Module);
        let functions = self.functions.clone();
        let parameters = (self.places.context, address, length, name, flags);
        let code = functions.eval.call(&mut self.store, parameters)?;
        self.release(address)?;
        self.outcome(code)
    }

    /// Compiles and runs a source before there is a table.
    pub(super) fn boot(&mut self, source: &str) -> wasmtime::Result<Handle> {
        let (address, length) = self.lend(source.as_bytes())?;
        let (name, _) = self.lend(GUEST_NAME)?;
        let functions = self.functions.clone();
        let parameters = (self.places.context, address, length, name, 0);
        let value = functions.eval.call(&mut self.store, parameters)?;
        self.release(address)?;
        self.release(name)?;
        match self.outcome(value)? {
            Ok(value) => Ok(value),
            Err(Thrown(thrown)) => {
                let text = self
                    .text(thrown)?
                    .map_err(|_| format_err!("it cannot be said"))?;
                bail!(
                    "the guest's own code threw {}",
                    String::from_utf8_lossy(&text)
                );
            }
        }
    }

    pub(super) fn run(&mut self, code: Handle) -> Outcome<Handle> {
        let functions = self.functions.clone();
        let value = functions
            .run
            .call(&mut self.store, (self.places.context, code.0))?;
        self.outcome(value)
    }

    pub(super) fn call(&mut self, function: Handle, arguments: &[Handle]) -> Outcome<Handle> {
        let count = u32::try_from(arguments.len())?;
        let address = self.allocate(count * 8)?;
        let bytes: Vec<u8> = arguments.iter().flat_map(|it| it.0.to_le_bytes()).collect();
        self.write(address, &bytes)?;
        let functions = self.functions.clone();
        let this = Handle::UNDEFINED.0;
        let parameters = (self.places.context, function.0, this, count, address);
        let value = functions.call.call(&mut self.store, parameters)?;
        self.release(address)?;
        self.outcome(value)
    }

    pub(super) fn call_known(&mut self, known: Known, arguments: &[Handle]) -> Outcome<Handle> {
        let function = self.known(known)?;
        self.call(function, arguments)
    }

    pub(super) fn outcome(&mut self, value: u64) -> Outcome<Handle> {
        if Handle(value) != Handle::EXCEPTION {
            return Ok(Ok(Handle(value)));
        }
        let functions = self.functions.clone();
        let thrown = functions
            .exception
            .call(&mut self.store, self.places.context)?;
        Ok(Err(Thrown(Handle(thrown))))
    }

    /// Runs promise jobs until none is left.
    pub(super) fn drain(&mut self) -> Outcome<()> {
        let functions = self.functions.clone();
        let (runtime, scratch) = (self.places.runtime, self.scratch());
        while functions.is_job_pending.call(&mut self.store, runtime)? != 0 {
            let done = functions
                .run_job
                .call(&mut self.store, (runtime, scratch))?;
            if done < 0
                && let Err(thrown) = self.outcome(Handle::EXCEPTION.0)?
            {
                return Ok(Err(thrown));
            }
        }
        Ok(Ok(()))
    }

    pub(super) fn free(&mut self, value: Handle) -> wasmtime::Result<()> {
        if value.is_counted() {
            let functions = self.functions.clone();
            let parameters = (self.places.context, value.0);
            functions.free_value.call(&mut self.store, parameters)?;
        }
        Ok(())
    }

    // ---- Texts ----

    /// The text of a value: UTF-8, lone surrogates in three bytes each.
    pub(super) fn text(&mut self, value: Handle) -> Outcome<Vec<u8>> {
        let functions = self.functions.clone();
        let (context, scratch) = (self.places.context, self.scratch());
        let parameters = (context, scratch, value.0, 0);
        let address = functions.text.call(&mut self.store, parameters)?;
        if address == 0 {
            return Ok(self.outcome(Handle::EXCEPTION.0)?.map(|_| Vec::new()));
        }
        let length = self.read_u32(scratch)?;
        let text = self.read(address, length)?.to_vec();
        functions
            .free_text
            .call(&mut self.store, (context, address))?;
        Ok(Ok(text))
    }

    pub(super) fn new_text(&mut self, text: &[u8]) -> wasmtime::Result<Handle> {
        let context = self.places.context;
        let functions = self.functions.clone();
        let (value, address) = if std::str::from_utf8(text).is_ok() {
            let (address, length) = self.lend(text)?;
            let parameters = (context, address, length);
            (
                functions.new_text.call(&mut self.store, parameters)?,
                address,
            )
        } else {
            let units = utf16(text);
            let bytes: Vec<u8> = units.iter().flat_map(|unit| unit.to_le_bytes()).collect();
            let (address, _) = self.lend(&bytes)?;
            let parameters = (context, address, u32::try_from(units.len())?);
            (
                functions.new_utf16.call(&mut self.store, parameters)?,
                address,
            )
        };
        self.release(address)?;
        Self::made(value)
    }

    /// A value that was just made; there is none where memory ran out.
    pub(super) fn made(value: u64) -> wasmtime::Result<Handle> {
        if Handle(value) == Handle::EXCEPTION {
            return Err(Stop(Exit::OutOfMemory).into());
        }
        Ok(Handle(value))
    }

    pub(super) fn new_array(&mut self, items: &[Handle]) -> wasmtime::Result<Handle> {
        let count = u32::try_from(items.len())?;
        let address = self.allocate(count * 8)?;
        let bytes: Vec<u8> = items.iter().flat_map(|item| item.0.to_le_bytes()).collect();
        self.write(address, &bytes)?;
        let functions = self.functions.clone();
        let parameters = (self.places.context, count, address);
        let array = functions.new_array.call(&mut self.store, parameters)?;
        self.release(address)?;
        Self::made(array)
    }

    /// Moves the stack to where the interpreter has more of it than its linker gave it.
    pub(super) fn move_stack(&mut self, bytes: u32, margin: u32) -> wasmtime::Result<()> {
        let functions = self.functions.clone();
        let bottom = self.allocate(bytes)?;
        let top = (bottom + bytes) & !15;
        functions
            .stack
            .set(&mut self.store, Val::I32(top.cast_signed()))?;
        let runtime = self.places.runtime;
        functions.update_stack_top.call(&mut self.store, runtime)?;
        functions
            .set_stack_size
            .call(&mut self.store, (runtime, bytes - margin))
    }
}

/// The units of a text with lone surrogates.
fn utf16(text: &[u8]) -> Vec<u16> {
    let mut units = Vec::with_capacity(text.len());
    let mut rest = text;
    loop {
        let valid = match std::str::from_utf8(rest) {
            Ok(_) => rest.len(),
            Err(error) => error.valid_up_to(),
        };
        let (known, tail) = rest.split_at(valid);
        units.extend(String::from_utf8_lossy(known).encode_utf16());
        let [0xed, second, third, tail @ ..] = tail else {
            return units;
        };
        units.push(0xd000 | (u16::from(second & 0x3f) << 6) | u16::from(third & 0x3f));
        rest = tail;
    }
}

/// A text in which each lone surrogate is replaced by the one replacement character.
pub(super) fn printable(mut text: Vec<u8>) -> Vec<u8> {
    if std::str::from_utf8(&text).is_ok() {
        return text;
    }
    for place in 0..text.len().saturating_sub(2) {
        if text[place] == 0xed && text[place + 1] >= 0xa0 {
            text[place..place + 3].copy_from_slice("\u{fffd}".as_bytes());
        }
    }
    text
}
