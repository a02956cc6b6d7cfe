//! Building the guest: clang from npm, compiled to machine code, and what programs are compiled
//! with: the standard library, our own additions to it, headers that clang has read once, and the parts
//! of the libraries that most programs need.
//!
//! The compiler takes minutes and depends on nothing of ours, so it is an entry of its own.

use std::collections::BTreeSet;
use std::fs;
use std::io::Read;
use std::path::Path;

use wasmtime::Module;

use super::compiler::{
    COMMON_LIBRARY, Compiler, EVERYTHING, LIBRARIES, PRECOMPILED, SUPPORT_LIBRARY, flags,
};
use super::sources::{Beginning, Shape, Source, UNIT};
use super::sysroot;
use crate::engine::engine_without_pool;
use crate::preview1::Image;
use crate::setup::{Step, build_error, compatibility, digest_of, npm};
use crate::{Cache, Fault, Guest, Language, SetupError};

const PACKAGE: &str = "@yowasp/clang";
const VERSION: &str = "22.0.0-git20542-10";

/// Changes with how the files are made, and with how programs are put together.
const RECIPE: &str = "5";

const WASM_FILE: &str = "llvm.core.wasm";
const RESOURCES_FILE: &str = "llvm-resources.tar";
const CODE_FILE: &str = "clang.cwasm";
const IMAGE_FILE: &str = "image";
/// Names the folder of the compiler's machine code, which lies beside.
const COMPILER_FILE: &str = "compiler";

/// Our own files that programs are compiled with.
const HEADERS: [(&str, &str); 5] = [
    (
        "usr/include/support/rewardsmith.hpp",
        include_str!("support/rewardsmith.hpp"),
    ),
    (
        "usr/include/support/warm.hpp",
        include_str!("support/warm.hpp"),
    ),
    (
        "usr/include/support/usual.hpp",
        include_str!("support/usual.hpp"),
    ),
    (
        "usr/include/support/everything.hpp",
        include_str!("support/everything.hpp"),
    ),
    (
        "usr/include/c++/v1/bits/stdc++.h",
        include_str!("support/bits/stdc++.h"),
    ),
];
const SUPPORT: &str = include_str!("support/support.cpp");
const VALUES: &str = include_str!("support/values.cpp");
const RANDOM: &str = include_str!("support/random.c");
const LACKING: &str = include_str!("support/lacking.c");
const COMMON: &str = include_str!("support/common.cpp");
const MAIN: &str = include_str!("support/main.c");

/// Takes the guest from the cache or builds it.
pub(super) fn provision(
    language: Language,
    cache: &Cache,
    progress: &dyn Fn(Step),
) -> Result<Guest, SetupError> {
    let step = |number, what| {
        progress(Step {
            number,
            of: 3,
            what,
        });
    };
    let ours = HEADERS.iter().map(|(_, text)| *text);
    let versions = [
        PACKAGE,
        VERSION,
        RECIPE,
        env!("CARGO_PKG_VERSION"),
        SUPPORT,
        VALUES,
        RANDOM,
        LACKING,
        COMMON,
        MAIN,
        UNIT,
    ];
    let sources = ours.chain(flags()).chain(versions);
    let digest = digest_of(sources.map(str::as_bytes));

    let fetched = cache.entry(&format!("yowasp-clang-{VERSION}"), |folder| {
        step(1, "fetching clang (100 MiB)");
        let files = npm::fetch(PACKAGE, VERSION, folder)?.join("gen");
        [WASM_FILE, RESOURCES_FILE]
            .into_iter()
            .try_for_each(|name| fs::copy(files.join(name), folder.join(name)).map(drop))
            .and_then(|()| fs::remove_dir_all(folder.join("node_modules")))
            .map_err(|error| build_error("unpacking the package", &error))
    })?;

    let engine = engine_without_pool().map_err(|error| build_error("starting wasmtime", &error))?;
    let machine = compatibility(&engine);
    let code = format!("clang-{VERSION}-{machine:016x}");
    let clang = cache.entry(&code, |folder| {
        step(2, "compiling clang to machine code (minutes, once)");
        let wasm = fs::read(fetched.join(WASM_FILE))
            .map_err(|error| build_error("reading clang", &error))?;
        let code = engine
            .precompile_module(&wasm)
            .map_err(|error| build_error("compiling clang to machine code", &error))?;
        fs::write(folder.join(CODE_FILE), code).map_err(|error| build_error("writing", &error))
    })?;

    let compiled = cache.entry(&format!("cpp-{digest}-{machine:016x}"), |folder| {
        step(3, "letting clang read the standard headers");
        let resources = fs::read(fetched.join(RESOURCES_FILE))
            .map_err(|error| build_error("reading the standard library", &error))?;
        let files = library(&resources, &clang.join(CODE_FILE))?;
        fs::write(folder.join(IMAGE_FILE), Image::pack(&files))
            .and_then(|()| fs::write(folder.join(COMPILER_FILE), &code))
            .map_err(|error| build_error("writing", &error))
    })?;
    Ok(Guest {
        language,
        digest,
        version: format!("clang 22.1 by {PACKAGE}@{VERSION}"),
        compiled,
    })
}

type NamedFiles = Vec<(String, Vec<u8>)>;

/// The standard library with our additions, and the headers that clang has read.
fn library(resources: &[u8], code: &Path) -> Result<NamedFiles, SetupError> {
    let mut files = sysroot::unpack(resources)
        .map_err(|why| build_error("unpacking the standard library", &why))?;
    let ours = HEADERS.iter();
    files.extend(ours.map(|(path, text)| ((*path).to_owned(), text.as_bytes().to_vec())));

    let engine = engine_without_pool().map_err(|error| build_error("starting wasmtime", &error))?;
    #[allow(unsafe_code, reason = "the file was written by our own provisioning")]
    let module = unsafe { Module::deserialize_file(&engine, code) };
    let module = module.map_err(|error| build_error("opening clang", &error))?;
    let open = |files: &NamedFiles| {
        let image = Image::open(Image::pack(files)).expect("it was packed just now");
        Compiler::new(&engine, &module, image)
            .map_err(|error| Fault::new(format!("cannot open clang: {error:#}")))
    };
    add_shared(&mut files, open)
        .map_err(|fault| build_error("compiling what programs share", &fault))?;
    Ok(files)
}

/// Adds what is compiled once and not for each program: our own library, the headers that clang has
/// read, and the parts of the libraries that programs commonly need.
fn add_shared(
    files: &mut NamedFiles,
    open: impl Fn(&NamedFiles) -> Result<Compiler, Fault>,
) -> Result<(), Fault> {
    let compiler = open(files)?;
    let mut objects = Vec::new();
    for (name, language, text) in [
        ("support.o", Language::Cpp, SUPPORT),
        ("values.o", Language::Cpp, VALUES),
        ("random.o", Language::C, RANDOM),
        ("lacking.o", Language::C, LACKING),
        ("main.o", Language::C, MAIN),
    ] {
        let object = compiler.compiled(&Source::support(language, text))?;
        objects.push((name.to_owned(), object));
    }
    files.push((relative(SUPPORT_LIBRARY), compiler.archive(&objects)?));
    for (header, precompiled) in PRECOMPILED {
        files.push((precompiled.to_owned(), compiler.precompile(header)?));
    }

    let compiler = open(files)?;
    let taken = compiler.taken(&Source {
        beginning: Beginning {
            language: Language::Cpp,
            precompiled: Some(EVERYTHING),
        },
        shape: Shape::Command,
        ..Source::support(Language::Cpp, COMMON)
    })?;
    let common = compiler.archive(&members(files, &taken)?)?;
    files.push((relative(COMMON_LIBRARY), common));
    Ok(())
}

fn relative(path: &str) -> String {
    path.trim_start_matches('/').to_owned()
}

/// These members of the libraries, in their order, under names that are each given once.
fn members(
    files: &NamedFiles,
    wanted: &BTreeSet<(String, String)>,
) -> Result<Vec<(String, Vec<u8>)>, Fault> {
    let damaged = |library, error| Fault::new(format!("{library} is damaged: {error}"));
    let mut found = Vec::new();
    for library in LIBRARIES {
        let file = files.iter().find(|(path, _)| *path == relative(library));
        let (_, bytes) = file.ok_or_else(|| Fault::new(format!("there is no {library}")))?;
        let mut archive = ar::Archive::new(bytes.as_slice());
        while let Some(member) = archive.next_entry() {
            let mut member = member.map_err(|error| damaged(library, error))?;
            let name = String::from_utf8_lossy(member.header().identifier()).into_owned();
            if wanted.contains(&(library.to_owned(), name)) {
                let mut object = Vec::new();
                let read = member.read_to_end(&mut object);
                read.map_err(|error| damaged(library, error))?;
                found.push((format!("{}.o", found.len()), object));
            }
        }
    }
    Ok(found)
}

/// Opens what was built.
pub(super) fn open(folder: &Path) -> Result<Compiler, Fault> {
    let fault = |why: String| {
        Fault::new(format!(
            "cannot open the guest `{}`: {why}",
            folder.display()
        ))
    };
    let read = |name: &str| fs::read(folder.join(name)).map_err(|error| fault(error.to_string()));
    let image = Image::open(read(IMAGE_FILE)?);
    let image = image.ok_or_else(|| fault("its files are damaged; remove it".to_owned()))?;
    let code = String::from_utf8_lossy(&read(COMPILER_FILE)?).into_owned();
    let code = folder.with_file_name(code).join(CODE_FILE);
    let open = || -> wasmtime::Result<Compiler> {
        let engine = engine_without_pool()?;
        #[allow(unsafe_code, reason = "the file was written by our own provisioning")]
        let module = unsafe { Module::deserialize_file(&engine, &code)? };
        Compiler::new(&engine, &module, image)
    };
    open().map_err(|error| fault(format!("{error:#}")))
}
