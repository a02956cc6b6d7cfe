//! clang and its linker as processes in the sandbox: source text in, a WebAssembly module out.
//!
//! What they may use is bounded apart from what the program may use, and what they can see is the
//! standard library and the program's own text. What they burn is not the program's.

use std::collections::BTreeSet;
use std::sync::Arc;
use std::time::Duration;

use wasmtime::{Engine, InstancePre, Linker, Module};

use super::sources::{Beginning, Shape, Source};
use super::zeros;
use crate::kept::Made;
use crate::preview1::{self, Files, Image, Process};
use crate::{Exit, Fault, Fuel, Language, Limits};

/// What one run of the compiler or the linker may use. A program of a few hundred lines burns 2 to
/// 4 billion units and takes 100 to 200 MiB.
const LIMITS: Limits = Limits {
    fuel: Fuel(60_000_000_000),
    memory_bytes: 1 << 30,
    output_bytes: 1 << 20,
    wall: Duration::from_mins(5),
};

/// What one run may write to files.
const FILES_BYTES_MAX: usize = 128 << 20;

/// A module that is larger is not run: what makes machine code of it has no fuel.
const MODULE_BYTES_MAX: usize = 16 << 20;

/// The folder of the program's own files.
const WORK: &str = "work/";

/// What the compiler makes and the linker takes.
const OBJECT: &str = "/work/program.o";

const TO_OBJECT: [&str; 3] = ["-emit-obj", "-o", OBJECT];

/// Headers that clang has read once, and what came of it.
pub(super) const PRECOMPILED: [(&str, &str); 2] = [
    ("/usr/include/support/usual.hpp", "usr/lib/usual.pch"),
    (
        "/usr/include/support/everything.hpp",
        "usr/lib/everything.pch",
    ),
];

/// Which of them has what most programs include, and which all of the library.
pub(super) const USUAL: usize = 0;
pub(super) const EVERYTHING: usize = 1;

/// Eight MiB of stack as on Linux, below everything else: what overflows it traps.
const STACK_BYTES: u64 = 8 << 20;

const FLAGS: [&str; 35] = [
    "-triple",
    "wasm32-unknown-wasip1",
    "-O1",
    "-disable-llvm-verifier",
    "-disable-free",
    "-clear-ast-before-backend",
    "-mrelocation-model",
    "static",
    "-mframe-pointer=none",
    "-ffp-contract=on",
    "-fno-rounding-math",
    "-mconstructor-aliases",
    "-target-cpu",
    "generic",
    "-fvisibility=hidden",
    "-fdebug-compilation-dir=/work",
    "-resource-dir",
    "/usr",
    "-isysroot",
    "/usr",
    "-fgnuc-version=4.2.1",
    "-fno-implicit-modules",
    "-fskip-odr-check-in-gmf",
    "-ferror-limit",
    "3",
    "-fno-caret-diagnostics",
    "-w",
    // Programs for judges open files of their own where this is not said.
    "-DONLINE_JUDGE",
    // Signals and processor time are there, as far as one process without a kernel can have them.
    "-D_WASI_EMULATED_SIGNAL",
    "-D_WASI_EMULATED_PROCESS_CLOCKS",
    "-internal-isystem",
    "/usr/include",
    "-internal-isystem",
    "/usr/include/wasm32-wasip1",
    "-fno-pch-timestamp",
];

const FLAGS_CPP: [&str; 7] = [
    "-internal-isystem",
    "/usr/include/c++/v1",
    "-std=gnu++20",
    "-fdeprecated-macro",
    "-fcxx-exceptions",
    "-fexceptions",
    // None can be caught, so what would catch one is left out, and what would clean up on the way.
    "-fignore-exceptions",
];

/// What C allowed for decades, and other compilers take with a warning, is no error. An `inline`
/// function is one that can be called, as where everything small is inlined.
const FLAGS_C: [&str; 11] = [
    "-std=gnu11",
    "-fgnu89-inline",
    "-Wno-error=implicit-int",
    "-Wno-error=implicit-function-declaration",
    "-Wno-error=int-conversion",
    "-Wno-error=incompatible-pointer-types",
    "-Wno-error=incompatible-function-pointer-types",
    "-Wno-error=return-mismatch",
    "-Wno-error=return-type",
    "-x",
    "c",
];

/// Our own part of the libraries.
pub(super) const SUPPORT_LIBRARY: &str = "/usr/lib/libsupport.a";

/// What most programs need of the libraries below: the linker reads all that it is given.
pub(super) const COMMON_LIBRARY: &str = "/usr/lib/libcommon.a";

/// All libraries, for the other programs.
pub(super) const LIBRARIES: [&str; 6] = [
    "/usr/lib/wasm32-wasip1/libwasi-emulated-signal.a",
    "/usr/lib/wasm32-wasip1/libwasi-emulated-process-clocks.a",
    "/usr/lib/wasm32-wasip1/libc++.a",
    "/usr/lib/wasm32-wasip1/libc++abi.a",
    "/usr/lib/wasm32-wasip1/libc.a",
    "/usr/lib/wasm32-unknown-wasip1/libclang_rt.builtins.a",
];

/// Printing and reading the longest fractions takes more code, so it is there for programs that name
/// them.
const LONG_DOUBLES: &str = "/usr/lib/wasm32-wasip1/libc-printscan-long-double.a";

const FLAGS_LINKER: [&str; 3] = ["--gc-sections", "--strip-all", "--stack-first"];

/// Everything that the tools are told for any program.
pub(super) fn flags() -> impl Iterator<Item = &'static str> {
    let compiler = FLAGS.iter().chain(&FLAGS_CPP).chain(&FLAGS_C);
    compiler.chain(&LIBRARIES).chain(&FLAGS_LINKER).copied()
}

/// What one run came to.
pub(super) struct Ran {
    exit: Exit,
    said: String,
    process: Process,
}

impl Ran {
    fn is_success(&self) -> bool {
        self.exit == Exit::Exited { status: 0 }
    }

    /// Whether there was too little room, in memory or in files, for what it made.
    fn lacked_room(&self) -> bool {
        self.exit == Exit::OutOfMemory || self.said.contains("No space left")
    }

    /// The file that it made, unless it failed.
    fn made(&mut self, path: &str) -> Option<Vec<u8>> {
        let file = self.process.take_file(path.trim_start_matches('/'));
        file.filter(|_| self.is_success())
    }
}

/// What the linker needs of a compiled file.
struct Object {
    bytes: Vec<u8>,
    /// Where data begin, if large arrays have their place before them.
    data_from: Option<u64>,
}

/// The compiler, ready to be started.
pub(super) struct Compiler {
    engine: Engine,
    ready: InstancePre<Process>,
    image: Arc<Image>,
}

impl Compiler {
    /// The compiler in this module over these files.
    pub(super) fn new(engine: &Engine, module: &Module, image: Image) -> wasmtime::Result<Self> {
        let mut linker = Linker::new(engine);
        preview1::link(&mut linker)?;
        Ok(Self {
            engine: engine.clone(),
            ready: linker.instantiate_pre(module)?,
            image: Arc::new(image),
        })
    }

    /// Compiles a program up to where clang asks for the program's own text, has that brought, and
    /// goes on.
    pub(super) fn begun(
        &self,
        beginning: Beginning,
        bring: impl FnOnce() -> Source + 'static,
    ) -> Result<Ran, Fault> {
        let mut files = self.files_with([]);
        let path = format!("{WORK}{}", beginning.program());
        files.wait_for(&path, move || {
            let files = bring().files().into_iter();
            files
                .map(|(name, bytes)| (format!("{WORK}{name}"), bytes))
                .collect()
        });
        self.translate(beginning, &TO_OBJECT, files)
    }

    /// Makes the module of a program that clang has run for; the inner error is the program's fault.
    pub(super) fn module(&self, source: &Source, ran: Ran) -> Result<Made, Fault> {
        let object = match self.object(source, ran)? {
            Ok(object) => object,
            Err(exit) => return Ok(Err(exit)),
        };
        // The linker reads all that it is given, so at first it gets what is enough for most.
        let has_long_doubles = source.has_long_doubles();
        let mut ran = if has_long_doubles {
            self.link(source, &object, &[&[LONG_DOUBLES], &LIBRARIES[..]].concat())?
        } else {
            self.link(source, &object, &[COMMON_LIBRARY])?
        };
        if !ran.is_success() && !has_long_doubles {
            ran = self.link(source, &object, &LIBRARIES)?;
        }
        match ran.made("/work/program.wasm") {
            Some(module) if module.len() <= MODULE_BYTES_MAX => Ok(Ok(module)),
            Some(_) => {
                let message = "the compiled program is too large".to_owned();
                Ok(Err(Exit::NotCompiled { message, line: 0 }))
            }
            None => Ok(Err(refusal(&ran, source))),
        }
    }

    /// Links an object with our own library and these, or as these further arguments say.
    fn link(&self, source: &Source, object: &Object, with: &[&str]) -> Result<Ran, Fault> {
        let (start, entry) = match source.shape {
            Shape::Command => ("crt1-command.o", "--entry=_start"),
            Shape::Reactor => ("crt1-reactor.o", "--entry=_initialize"),
        };
        let start = format!("/usr/lib/wasm32-wasip1/{start}");
        let stack = format!("-zstack-size={STACK_BYTES}");
        let data_from = object.data_from.map(|at| format!("--global-base={at}"));
        let mut arguments = vec!["wasm-ld", "-m", "wasm32", &start, entry, OBJECT];
        if source.shape == Shape::Command {
            // What calls `main` would do without one.
            arguments.extend(["-u", "__main_argc_argv"]);
        }
        arguments.extend(FLAGS_LINKER);
        arguments.push(SUPPORT_LIBRARY);
        arguments.extend(with);
        arguments.push(&stack);
        arguments.extend(data_from.as_deref());
        arguments.extend(["-o", "/work/program.wasm"]);
        self.run(
            &arguments,
            self.files_with([("program.o", object.bytes.clone())]),
        )
    }

    /// What the linker takes of the libraries for a program, by library and member, used or not.
    pub(super) fn taken(&self, source: &Source) -> Result<BTreeSet<(String, String)>, Fault> {
        let object = Object {
            bytes: self.compiled(source)?,
            data_from: None,
        };
        // Nothing may be left out, and so what nothing calls may lack what it calls.
        let further = [
            "--no-gc-sections",
            "--unresolved-symbols=ignore-all",
            "-Map=/work/program.map",
        ];
        let mut ran = self.link(source, &object, &[&LIBRARIES[..], &further].concat())?;
        let map = ran
            .made("/work/program.map")
            .ok_or_else(|| Fault::new(format!("no list of what is linked: {}", ran.said)))?;
        let map = String::from_utf8_lossy(&map).into_owned();
        // Its lines end in `/usr/lib/libc.a(printf.c.obj):(printf)`.
        let members = map.lines().filter_map(|line| {
            let (library, rest) = line[line.find("/usr/lib/")?..].split_once('(')?;
            let (member, _) = rest.split_once(')')?;
            Some((library.to_owned(), member.to_owned()))
        });
        Ok(members.collect())
    }

    fn object(&self, source: &Source, mut ran: Ran) -> Result<Result<Object, Exit>, Fault> {
        if let Some(bytes) = ran.made(OBJECT) {
            return Ok(Ok(Object {
                bytes,
                data_from: None,
            }));
        }
        let without = if ran.lacked_room() {
            self.object_without_zeros(source)?
        } else {
            None
        };
        Ok(without.ok_or_else(|| refusal(&ran, source)))
    }

    /// The files that a program is made among, with these of its own in its folder.
    fn files_with<'a>(&self, own: impl IntoIterator<Item = (&'a str, Vec<u8>)>) -> Files {
        let mut files = Files::over(Some(self.image.clone()), FILES_BYTES_MAX);
        // The folder is there even if nothing lies in it.
        files.put("work/.folder", Vec::new());
        for (name, bytes) in own {
            files.put(&format!("{WORK}{name}"), bytes);
        }
        files
    }

    /// Lets clang make of a program what the last arguments say.
    fn translate(
        &self,
        beginning: Beginning,
        what: &[&str],
        mut files: Files,
    ) -> Result<Ran, Fault> {
        let mut arguments = vec!["clang", "-cc1"];
        if beginning.language == Language::C {
            arguments.extend(FLAGS_C);
        } else {
            // Its folder of headers must come before the C library's.
            arguments.extend(FLAGS_CPP);
            arguments.extend(["-x", "c++"]);
        }
        arguments.extend(FLAGS);
        let precompiled = beginning
            .precompiled
            .map(|it| format!("/{}", PRECOMPILED[it].1));
        if let Some(precompiled) = &precompiled {
            // What it was made of lies beside it, as it was.
            arguments.extend(["-fno-validate-pch", "-include-pch", precompiled]);
        }
        arguments.extend(what);
        let unit = format!("{WORK}{}", beginning.unit());
        if let Some(text) = beginning.unit_text() {
            files.put(&unit, text.as_bytes().to_vec());
        }
        let unit = format!("/{unit}");
        arguments.push(&unit);
        self.run(&arguments, files)
    }

    /// The same object with its large arrays in places of their own, if it has any.
    fn object_without_zeros(&self, source: &Source) -> Result<Option<Object>, Fault> {
        const PROGRAM: &str = "/work/program.ll";
        const ASSEMBLY: &str = "/work/program.s";
        let mut ran = self.translate(
            source.beginning,
            &["-emit-llvm", "-o", PROGRAM],
            self.files_with(source.files()),
        )?;
        let Some(program) = ran.made(PROGRAM) else {
            return Ok(None);
        };
        let finish = |program: Vec<u8>, what: &[&str]| {
            let mut arguments = vec!["clang", "-cc1", "-x", "ir"];
            arguments.extend(FLAGS);
            arguments.extend(what);
            arguments.push(PROGRAM);
            self.run(&arguments, self.files_with([("program.ll", program)]))
        };
        let mut ran = finish(program.clone(), &["-S", "-o", ASSEMBLY])?;
        let Some(assembly) = ran.made(ASSEMBLY) else {
            return Ok(None);
        };
        let text = |bytes: Vec<u8>| String::from_utf8(bytes).ok();
        let placed = text(program)
            .zip(text(assembly))
            .and_then(|(program, assembly)| zeros::placed(&program, &assembly, STACK_BYTES));
        let Some(placed) = placed else {
            return Ok(None);
        };
        let mut ran = finish(placed.program.into_bytes(), &["-emit-obj", "-o", OBJECT])?;
        Ok(ran.made(OBJECT).map(|bytes| Object {
            bytes,
            data_from: Some(placed.end),
        }))
    }

    /// Lets clang read a header once.
    pub(super) fn precompile(&self, header: &str) -> Result<Vec<u8>, Fault> {
        let mut arguments = vec!["clang", "-cc1"];
        arguments.extend(FLAGS_CPP);
        arguments.extend(FLAGS);
        arguments.extend([
            // Otherwise every program would make them that includes it.
            "-fpch-instantiate-templates",
            "-x",
            "c++-header",
            "-emit-pch",
            "-o",
            "/work/header.pch",
            header,
        ]);
        let mut ran = self.run(&arguments, self.files_with([]))?;
        ran.made("/work/header.pch")
            .ok_or_else(|| Fault::new(format!("{header}: {:?} {}", ran.exit, ran.said)))
    }

    /// Compiles one of our own files.
    pub(super) fn compiled(&self, source: &Source) -> Result<Vec<u8>, Fault> {
        let files = self.files_with(source.files());
        let ran = self.translate(source.beginning, &TO_OBJECT, files)?;
        let object = self.object(source, ran)?;
        let object = object.map_err(|exit| Fault::new(format!("our own part: {exit:?}")))?;
        Ok(object.bytes)
    }

    /// A library of objects by their names.
    pub(super) fn archive(&self, objects: &[(String, Vec<u8>)]) -> Result<Vec<u8>, Fault> {
        let names = objects.iter().map(|(name, _)| name);
        let paths: Vec<String> = names.map(|name| format!("/{WORK}{name}")).collect();
        let mut arguments = vec!["ar", "rcsD", "/work/made.a"];
        arguments.extend(paths.iter().map(String::as_str));
        let objects = objects.iter();
        let files = objects.map(|(name, bytes)| (name.as_str(), bytes.clone()));
        let mut ran = self.run(&arguments, self.files_with(files))?;
        ran.made("/work/made.a")
            .ok_or_else(|| Fault::new(format!("ar: {:?} {}", ran.exit, ran.said)))
    }

    /// Runs one of the tools over these files.
    fn run(&self, arguments: &[&str], files: Files) -> Result<Ran, Fault> {
        let fault = |error: wasmtime::Error| Fault::new(format!("cannot start clang: {error:#}"));
        let arguments = arguments.iter().map(|it| (*it).to_owned()).collect();
        let process = Process::new(&LIMITS, arguments, Vec::new()).with_files(files);
        let mut store = preview1::store(&self.engine, process, LIMITS.fuel.0).map_err(fault)?;
        let instance = self.ready.instantiate(&mut store).map_err(fault)?;
        let exit = preview1::call(&mut store, &instance, "_start");
        let exit = exit.unwrap_or(Exit::Exited { status: 0 });
        let process = store.into_data();
        let [_, said] = process.output.take();
        Ok(Ran {
            exit,
            said: String::from_utf8_lossy(&said).into_owned(),
            process,
        })
    }
}

/// Why there is no program.
fn refusal(ran: &Ran, source: &Source) -> Exit {
    let limit = |what: &str| format!("the compiler met its limit of {what}");
    let (message, line) = match &ran.exit {
        Exit::OutOfFuel => (limit("fuel"), 0),
        Exit::OutOfMemory => (limit("memory"), 0),
        Exit::OutputLimit => (limit("output"), 0),
        exit => first_error(&ran.said, source).unwrap_or_else(|| {
            let last = ran.said.lines().rfind(|line| !line.trim().is_empty());
            let said = last.map_or_else(|| format!("{exit:?}"), str::to_owned);
            (format!("the compiler failed: {said}"), 0)
        }),
    };
    Exit::NotCompiled {
        message: shortened(message),
        line,
    }
}

/// The first error that was said, and its line where it is in the program.
fn first_error(said: &str, source: &Source) -> Option<(String, u32)> {
    let found = said.lines().find_map(|line| {
        let (place, message) = line.split_once("error: ")?;
        Some((place, message))
    })?;
    let (place, message) = found;
    let mut parts = place.split(':');
    let file = parts.next().unwrap_or_default();
    let line = parts.next().and_then(|line| line.parse().ok());
    let is_told = file == format!("/{WORK}{}", source.told_file());
    Some((message.to_owned(), line.filter(|_| is_told).unwrap_or(0)))
}

/// The longest message that is kept.
const MESSAGE_CHARS: usize = 500;

fn shortened(text: String) -> String {
    match text.char_indices().nth(MESSAGE_CHARS) {
        Some((at, _)) => format!("{}…", &text[..at]),
        None => text,
    }
}
