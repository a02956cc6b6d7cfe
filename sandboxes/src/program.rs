//! Compiled programs and what they can ask of the host.
//!
//! A program that is judged by tests runs in two instances. The candidate's serves calls: a request
//! waits for it, its export is called, and it hands over one answer. The tests' asks. Either may
//! call the other's functions, which is a violation: nothing of what decides a verdict is reached by
//! an import that a candidate can name.

use wasmtime::{Caller, Config, Engine, Extern, InstancePre, Linker, Module, OptLevel, Store};

use crate::preview1::{self, Host, Process};
use crate::wire::encode_tuple;
use crate::world::Stop;
use crate::{CaseRecord, Exit, Fault, Fuel, Limits, Record, Value, decode};

const MODULE: &str = "rewardsmith";

/// The engine for programs: they live for milliseconds, so machine code must come quickly, and in a
/// worker nothing can be opened for it.
pub(crate) fn engine() -> wasmtime::Result<Engine> {
    let mut config = Config::new();
    config
        .consume_fuel(true)
        .cranelift_nan_canonicalization(true)
        .wasm_relaxed_simd(false)
        .cranelift_opt_level(OptLevel::None)
        .max_wasm_stack(crate::engine::WASM_STACK_BYTES)
        .async_stack_size(crate::engine::WASM_STACK_BYTES + (1 << 20))
        .parallel_compilation(false)
        // That would take a file in memory for each program.
        .memory_init_cow(false)
        .wasm_backtrace_max_frames(None)
        .generate_address_map(false);
    Engine::new(&config)
}

/// What a program is in this instance.
enum Role {
    /// All there is: it talks through its standard streams.
    Whole,
    /// It answers calls.
    Candidate {
        /// Whether a call is under way.
        called: bool,
        answer: Option<Vec<u8>>,
    },
    /// It tests a candidate.
    Tests {
        candidate: Box<Candidate>,
        /// What ended the candidate, which is not to be taken for an end of the tests' own.
        ended: Option<Exit>,
    },
}

/// What stands behind a program's imports.
struct Program {
    process: Process,
    role: Role,
    /// What waits for it: a request or an answer.
    message: Vec<u8>,
    answer_bytes_max: u64,
}

impl Host for Program {
    fn process(&mut self) -> &mut Process {
        &mut self.process
    }
}

/// A program's machine code, linked to what it may ask.
#[derive(Clone)]
pub(crate) struct Linked {
    ready: InstancePre<Program>,
    gave_up: GaveUp,
}

/// Makes machine code of modules, and links it.
pub(crate) struct Loader {
    engine: Engine,
    linker: Linker<Program>,
    gave_up: GaveUp,
}

/// What the words that a program left on its standard error say of why it trapped, if they do: its
/// language's library prints them.
pub(crate) type GaveUp = fn(&str) -> Option<Exit>;

impl Loader {
    pub(crate) fn new(gave_up: GaveUp) -> wasmtime::Result<Self> {
        let engine = engine()?;
        let mut linker = Linker::new(&engine);
        preview1::link(&mut linker)?;
        link(&mut linker)?;
        Ok(Self {
            engine,
            linker,
            gave_up,
        })
    }

    /// Makes a module ready; the error is the program's fault: it imports what there is not.
    pub(crate) fn load(&self, module: &[u8]) -> Result<Linked, Exit> {
        let made = Module::new(&self.engine, module);
        let module = made.map_err(|error| Exit::NotCompiled {
            message: format!("no machine code can be made of it: {error:#}"),
            line: 0,
        })?;
        let ready = self.linker.instantiate_pre(&module);
        let gave_up = self.gave_up;
        ready
            .map(|ready| Linked { ready, gave_up })
            .map_err(|error| Exit::Violation {
                what: format!("it imports what there is not: {error:#}"),
            })
    }
}

impl Linked {
    fn store(&self, limits: &Limits, stdin: Vec<u8>, role: Role) -> Result<Store<Program>, Fault> {
        let program = Program {
            process: Process::new(limits, vec!["program".to_owned()], stdin),
            role,
            message: Vec::new(),
            answer_bytes_max: limits.output_bytes,
        };
        let engine = self.ready.module().engine();
        preview1::store(engine, program, limits.fuel.0)
            .map_err(|error| Fault::new(format!("cannot start a program: {error:#}")))
    }

    /// Runs `main` with each of these inputs.
    pub(crate) fn run(
        &self,
        limits: &Limits,
        inputs: &[Vec<u8>],
        record: &mut Record,
    ) -> Result<(), Fault> {
        for stdin in inputs {
            let mut store = self.store(limits, stdin.clone(), Role::Whole)?;
            let exit = match enter(&mut store, &self.ready, Some("_start")).1 {
                None | Some(Exit::Exited { status: 0 }) => Exit::Finished,
                Some(exit) => exit,
            };
            let fuel = Fuel(limits.fuel.0 - store.get_fuel().unwrap_or(0));
            let exit = explained(&store, exit, self.gave_up);
            let process = &store.data().process;
            let [stdout, stderr] = process.output.take();
            record.memory_bytes = record.memory_bytes.max(process.memory.peak);
            record.cases.push(CaseRecord {
                stdout,
                stderr,
                ..case(exit, None, fuel)
            });
        }
        Ok(())
    }

    /// Starts a candidate that serves so many functions, and says how that ended.
    pub(crate) fn candidate(&self, limits: &Limits) -> Result<(Candidate, Exit), Fault> {
        let role = Role::Candidate {
            called: false,
            answer: None,
        };
        let mut store = self.store(limits, Vec::new(), role)?;
        let (instance, exit) = self.initialize(&mut store);
        let exit = exit.map_or(Exit::Finished, |exit| explained(&store, exit, self.gave_up));
        let candidate = Candidate {
            store,
            instance,
            fuel: limits.fuel.0,
            gave_up: self.gave_up,
        };
        Ok((candidate, exit))
    }

    /// Some libraries have nothing to do before the first call.
    fn initialize(&self, store: &mut Store<Program>) -> (Option<wasmtime::Instance>, Option<Exit>) {
        const NAME: &str = "_initialize";
        let name = self.ready.module().get_export(NAME).map(|_| NAME);
        enter(store, &self.ready, name)
    }

    /// Runs tests against a candidate and gives it back.
    pub(crate) fn test(
        &self,
        limits: &Limits,
        candidate: Candidate,
    ) -> Result<(Exit, Candidate), Fault> {
        let role = Role::Tests {
            candidate: Box::new(candidate),
            ended: None,
        };
        let mut store = self.store(limits, Vec::new(), role)?;
        let own = enter(&mut store, &self.ready, Some("_start")).1;
        let own = own.map_or(Exit::Finished, |exit| explained(&store, exit, self.gave_up));
        let Role::Tests { candidate, ended } = store.into_data().role else {
            unreachable!("a program keeps its role");
        };
        let failed = |kind: String, message| Exit::TestFailed { kind, message };
        let exit = match (ended, own) {
            (None, Exit::Exited { status: 0 }) => Exit::Finished,
            (None, Exit::Exited { status }) => {
                let message = format!("the tests ended with status {status}");
                failed("exit".to_owned(), message)
            }
            (None, Exit::Raised { kind, message, .. }) => failed(kind, message),
            (None, Exit::Crashed { trap }) => failed("abort".to_owned(), trap),
            (Some(exit), _) | (None, exit) => exit,
        };
        Ok((exit, *candidate))
    }
}

/// Instantiates and calls an export; what ended it, if anything did.
fn enter(
    store: &mut Store<Program>,
    ready: &InstancePre<Program>,
    name: Option<&str>,
) -> (Option<wasmtime::Instance>, Option<Exit>) {
    match ready.instantiate(&mut *store) {
        Ok(instance) => {
            let exit = name.and_then(|name| preview1::call(store, &instance, name));
            (Some(instance), exit)
        }
        Err(error) => {
            // Memory that it wants from the start is asked for as any other.
            let denied = store.data().process.memory.denied;
            (None, Some(preview1::exit_of(&error, denied)))
        }
    }
}

const MESSAGE_CHARS: usize = 500;

/// A trap with what was said before it: an assertion that failed, a library that gave up.
fn explained(store: &Store<Program>, exit: Exit, gave_up: GaveUp) -> Exit {
    match &exit {
        Exit::Crashed { trap } if trap.contains("unreachable") => {
            let said = store.data().process.output.peek_errors();
            gave_up(&String::from_utf8_lossy(&said)).unwrap_or(exit)
        }
        _ => exit,
    }
}

/// The last line that a program said, as C's `abort` leaves it.
pub(crate) fn last_line(said: &str) -> Option<Exit> {
    let last = said.lines().rfind(|line| !line.trim().is_empty())?;
    // What C++'s library says where it can throw nothing.
    if last.contains("bad_alloc was thrown") {
        return Some(Exit::OutOfMemory);
    }
    Some(Exit::Raised {
        kind: "abort".to_owned(),
        message: last.chars().take(MESSAGE_CHARS).collect(),
        line: 0,
    })
}

/// A candidate's instance that serves calls.
pub(crate) struct Candidate {
    store: Store<Program>,
    instance: Option<wasmtime::Instance>,
    /// What it may burn from one refuelling to the next.
    fuel: u64,
    gave_up: GaveUp,
}

/// The export that serves the function of that number.
pub(crate) fn export(number: usize) -> String {
    format!("__rewardsmith_serve_{number}")
}

impl Candidate {
    /// Fills the tank for the next case.
    pub(crate) fn refuel(&mut self) {
        let left = self.store.get_fuel().unwrap_or(0);
        self.store.data_mut().process.refuelled(left, self.fuel);
        self.store.set_fuel(self.fuel).expect("fuel is turned on");
    }

    /// What was burnt since the tank was filled.
    pub(crate) fn burnt(&self) -> Fuel {
        Fuel(self.fuel - self.store.get_fuel().unwrap_or(0))
    }

    /// The most memory it had.
    pub(crate) fn memory_bytes(&self) -> u64 {
        self.store.data().process.memory.peak
    }

    /// Calls its first function with each of these arguments, up to the first call that ends it. What
    /// came back is noted as `read` reads it.
    pub(crate) fn answers(
        &mut self,
        cases: &[Vec<Value>],
        read: impl Fn(Value) -> Value,
        record: &mut Record,
    ) {
        for arguments in cases {
            self.refuel();
            let request = encode_tuple(arguments);
            let (exit, answer) = match self.call(0, request) {
                Ok(parts) => (Exit::Finished, parts.into_iter().next().map(&read)),
                Err(exit) => (exit, None),
            };
            let alive = exit == Exit::Finished;
            record.cases.push(case(exit, answer, self.burnt()));
            if !alive {
                break;
            }
        }
    }

    /// Calls one of its functions. The answer is a tuple: what came back, then what was changed.
    pub(crate) fn call(&mut self, number: usize, request: Vec<u8>) -> Result<Vec<Value>, Exit> {
        let Some(instance) = self.instance else {
            return Err(broken("it was called though it had ended"));
        };
        let program = self.store.data_mut();
        program.message = request;
        program.role = Role::Candidate {
            called: true,
            answer: None,
        };
        let exit = preview1::call(&mut self.store, &instance, &export(number));
        let program = self.store.data_mut();
        let role = std::mem::replace(
            &mut program.role,
            Role::Candidate {
                called: false,
                answer: None,
            },
        );
        if let Some(exit) = exit {
            return Err(explained(&self.store, exit, self.gave_up));
        }
        let Role::Candidate {
            answer: Some(answer),
            ..
        } = role
        else {
            return Err(broken("it came back without an answer"));
        };
        match decode(&answer) {
            Ok(Value::Tuple(parts)) if !parts.is_empty() => Ok(parts),
            Ok(_) => Err(broken("its answer is not in the form of one")),
            Err(malformed) => Err(broken(&format!("it answered with {malformed}"))),
        }
    }
}

/// A case of a program that prints nothing that anybody reads.
pub(crate) fn case(exit: Exit, answer: Option<Value>, fuel: Fuel) -> CaseRecord {
    CaseRecord {
        exit,
        answer,
        stdout: Vec::new(),
        stderr: Vec::new(),
        fuel,
    }
}

/// Whether the next case can be judged: a test that failed says nothing of it, what ended the
/// candidate does.
pub(crate) fn goes_on(exit: &Exit) -> bool {
    matches!(exit, Exit::Finished | Exit::TestFailed { .. })
}

fn broken(what: &str) -> Exit {
    Exit::Violation {
        what: what.to_owned(),
    }
}

/// A part of the caller's memory.
fn part(caller: &mut Caller<'_, Program>, at: u32, length: u32) -> wasmtime::Result<Vec<u8>> {
    let Some(Extern::Memory(memory)) = caller.get_export("memory") else {
        return Err(Stop(broken("it has no memory")).into());
    };
    let rest = memory.data(&caller).get(at as usize..);
    let bytes = rest.and_then(|rest| rest.get(..length as usize));
    let bytes = bytes.ok_or_else(|| Stop(broken("it points out of its memory")))?;
    Ok(bytes.to_vec())
}

/// Links what programs can ask.
fn link(linker: &mut Linker<Program>) -> wasmtime::Result<()> {
    linker.func_wrap(MODULE, "size", |caller: Caller<'_, Program>| -> u32 {
        u32::try_from(caller.data().message.len()).unwrap_or(u32::MAX)
    })?;
    linker.func_wrap(
        MODULE,
        "take",
        |mut caller: Caller<'_, Program>, at: u32| -> wasmtime::Result<()> {
            let message = std::mem::take(&mut caller.data_mut().message);
            let Some(Extern::Memory(memory)) = caller.get_export("memory") else {
                return Err(Stop(broken("it has no memory")).into());
            };
            memory
                .write(&mut caller, at as usize, &message)
                .map_err(|_| Stop(broken("it points out of its memory")).into())
        },
    )?;
    linker.func_wrap(MODULE, "answer", answer)?;
    linker.func_wrap(MODULE, "ask", ask)?;
    linker.func_wrap(
        MODULE,
        "refuse",
        |caller: Caller<'_, Program>| -> wasmtime::Result<()> {
            let what = match &caller.data().role {
                Role::Tests { .. } => "it answered with another type than declared",
                Role::Whole | Role::Candidate { .. } => "it refused what it was asked",
            };
            Err(Stop(broken(what)).into())
        },
    )?;
    linker.func_wrap(MODULE, "raise", raise)?;
    Ok(())
}

/// A candidate hands over its answer, once a call.
fn answer(mut caller: Caller<'_, Program>, at: u32, length: u32) -> wasmtime::Result<()> {
    if u64::from(length) > caller.data().answer_bytes_max {
        return Err(Stop(Exit::OutputLimit).into());
    }
    let bytes = part(&mut caller, at, length)?;
    match &mut caller.data_mut().role {
        Role::Candidate {
            called: true,
            answer: slot @ None,
        } => {
            *slot = Some(bytes);
            Ok(())
        }
        _ => Err(Stop(broken("it answered without being asked")).into()),
    }
}

/// The tests call the candidate.
fn ask(
    mut caller: Caller<'_, Program>,
    function: u32,
    at: u32,
    length: u32,
) -> wasmtime::Result<()> {
    let request = part(&mut caller, at, length)?;
    let Role::Tests { candidate, ended } = &mut caller.data_mut().role else {
        return Err(Stop(broken("it called the tests' import")).into());
    };
    let parts = match candidate.call(function as usize, request) {
        Ok(parts) => parts,
        Err(exit) => {
            *ended = Some(exit.clone());
            return Err(Stop(exit).into());
        }
    };
    caller.data_mut().message = crate::encode(&Value::Tuple(parts));
    Ok(())
}

/// An exception: it ends the program.
fn raise(
    mut caller: Caller<'_, Program>,
    kind: u32,
    kind_length: u32,
    what: u32,
    what_length: u32,
) -> wasmtime::Result<()> {
    let mut text = |at, length: u32| -> wasmtime::Result<String> {
        let bytes = part(&mut caller, at, length.min(2_000))?;
        let text = String::from_utf8_lossy(&bytes).into_owned();
        Ok(text.chars().take(MESSAGE_CHARS).collect())
    };
    let (kind, message) = (text(kind, kind_length)?, text(what, what_length)?);
    let kind = readable(&kind);
    let memory_denied = caller.data().process.memory.denied;
    let exit = match (&caller.data().role, memory_denied) {
        (_, true) => Exit::OutOfMemory,
        _ if kind == "std::bad_alloc" => Exit::OutOfMemory,
        (Role::Tests { .. }, _) => Exit::TestFailed { kind, message },
        _ => Exit::Raised {
            kind,
            message,
            line: 0,
        },
    };
    Err(Stop(exit).into())
}

/// The name of a class as a program writes it, as far as that takes no tables.
fn readable(mangled: &str) -> String {
    let simple = match mangled {
        "i" => "int",
        "j" => "unsigned int",
        "x" => "long long",
        "c" => "char",
        "d" => "double",
        "b" => "bool",
        "PKc" => "const char*",
        _ => "",
    };
    if !simple.is_empty() {
        return simple.to_owned();
    }
    let (space, rest) = match mangled.strip_prefix("St") {
        Some(rest) => ("std::", rest),
        None => ("", mangled),
    };
    let digits = rest.bytes().take_while(u8::is_ascii_digit).count();
    let (length, name) = rest.split_at(digits);
    if length.parse() == Ok(name.len()) {
        format!("{space}{name}")
    } else {
        mangled.to_owned()
    }
}

#[cfg(test)]
mod tests {
    use super::readable;

    #[test]
    fn names_of_exceptions_are_those_of_the_source() {
        assert_eq!(readable("St16invalid_argument"), "std::invalid_argument");
        assert_eq!(readable("5Error"), "Error");
        assert_eq!(readable("i"), "int");
        assert_eq!(readable("N1a5ErrorE"), "N1a5ErrorE");
    }
}
