//! C and C++: clang compiles in the sandbox, and what it makes runs in another.
//!
//! Tests that are code are compiled into a module of their own, in which the body of the tested
//! function asks the host. So nothing that a candidate's text does to its own compilation, by
//! macros, by definitions of its own or at link time, reaches the tests.

mod building;
mod compiler;
mod head;
mod older;
mod sysroot;
mod widen;
mod zeros;

use std::cell::RefCell;
use std::collections::VecDeque;
use std::path::Path;

use self::compiler::{Compiler, Shape, Source};
use self::head::Head;
use self::widen::widened;
use crate::program::{Candidate, Linked, Loader, case, export, goes_on, last_line};
use crate::setup::Step;
use crate::toolchain::{self, Runner};
use crate::worker::Judged;
use crate::{
    Cache, Exit, Fault, Fuel, Guest, Job, Language, Record, SetupError, Task, Type, Value,
};

/// How many compiled programs a worker keeps: the tests of a problem are the same for all of its
/// candidates.
const KEPT: usize = 128;

/// How C and C++ get their guest, which is one.
pub(crate) struct Toolchain(pub(crate) Language);

impl toolchain::Toolchain for Toolchain {
    fn is_set_up_unasked(&self) -> bool {
        false
    }

    fn provision(&self, cache: &Cache, progress: &dyn Fn(Step)) -> Result<Guest, SetupError> {
        building::provision(self.0, cache, progress)
    }

    fn open(&self, compiled: &Path) -> Result<Box<dyn Runner>, Fault> {
        let loader = Loader::new(last_line);
        Ok(Box::new(Clang {
            compiler: building::open(compiled)?,
            loader: loader
                .map_err(|error| Fault::new(format!("cannot start wasmtime: {error:#}")))?,
            kept: RefCell::default(),
        }))
    }
}

/// A program, or why there is none.
type Compiled = Result<Linked, Exit>;

/// An open guest.
struct Clang {
    compiler: Compiler,
    loader: Loader,
    /// What was compiled before, the latest last.
    kept: RefCell<VecDeque<(Source, Shape, Compiled)>>,
}

impl Clang {
    fn compile(&self, source: Source, shape: Shape) -> Result<Compiled, Fault> {
        let mut kept = self.kept.borrow_mut();
        let known = kept.iter().find(|(s, h, _)| *s == source && *h == shape);
        if let Some((_, _, compiled)) = known {
            return Ok(compiled.clone());
        }
        let module = self.compiler.module(&source, shape)?;
        let compiled = module.and_then(|module| self.loader.load(&module));
        if kept.len() == KEPT {
            kept.pop_front();
        }
        kept.push_back((source, shape, compiled.clone()));
        Ok(compiled)
    }

    fn run(&self, job: &Job, inputs: &[Vec<u8>]) -> Judged {
        let mut record = Record {
            load: Exit::Finished,
            load_fuel: Fuel(0),
            cases: Vec::new(),
            memory_bytes: 0,
        };
        let program = match self.compile(whole(job), Shape::Command)? {
            Ok(program) => program,
            Err(exit) => {
                record
                    .cases
                    .extend(inputs.first().map(|_| case(exit, None, Fuel(0))));
                return Ok(record);
            }
        };
        program.run(&job.limits, inputs, &mut record)?;
        Ok(record)
    }

    /// An instance with the candidate's program in it, if it came so far, and what is known.
    fn load(&self, job: &Job, served: &[Served]) -> Result<(Option<Candidate>, Record), Fault> {
        let compiled = self.compile(serving(job, served), Shape::Reactor)?;
        let loaded = match compiled {
            Ok(program) => program.candidate(&job.limits)?,
            Err(load) => {
                let record = Record {
                    load,
                    load_fuel: Fuel(0),
                    cases: Vec::new(),
                    memory_bytes: 0,
                };
                return Ok((None, record));
            }
        };
        let (candidate, load) = loaded;
        let record = Record {
            load_fuel: candidate.burnt(),
            cases: Vec::new(),
            memory_bytes: candidate.memory_bytes(),
            load,
        };
        let is_loaded = record.load == Exit::Finished;
        Ok((Some(candidate).filter(|_| is_loaded), record))
    }

    fn tests(&self, job: &Job, trusted: &str, proxied: &[String], cases: &[String]) -> Judged {
        let head = match (job.language, proxied) {
            (Language::Cpp, [name]) => head::of(trusted, name),
            (Language::Cpp, _) => Err("the tests are not of one function".to_owned()),
            _ => Err("tests that are code are judged in C++ only".to_owned()),
        };
        let head = match head {
            Ok(head) => head,
            Err(what) => return Ok(unjudgeable(what)),
        };
        let served = [Served::of(&head)];
        let (candidate, mut record) = self.load(job, &served)?;
        let Some(mut candidate) = candidate else {
            return Ok(record);
        };
        for text in cases {
            let compiled = self.compile(asking(trusted, &head, text), Shape::Command)?;
            let tests = match compiled {
                Ok(tests) => tests,
                Err(exit) => return Ok(unjudgeable(format!("the tests do not compile: {exit:?}"))),
            };
            candidate.refuel();
            let (exit, back) = tests.test(&job.limits, candidate)?;
            candidate = back;
            let alive = goes_on(&exit);
            record.cases.push(case(exit, None, candidate.burnt()));
            if !alive {
                break;
            }
        }
        record.memory_bytes = candidate.memory_bytes();
        Ok(record)
    }

    fn calls(
        &self,
        job: &Job,
        entry_point: &str,
        parameters: Option<&[Type]>,
        cases: &[Vec<Value>],
    ) -> Judged {
        let served = match (job.language, parameters) {
            (Language::Cpp, Some(parameters)) => [Served {
                name: entry_point.to_owned(),
                parameters: parameters.iter().map(type_in_cpp).collect(),
                changed: 0,
            }],
            (Language::Cpp, None) => {
                return Ok(unjudgeable("the problem gives no types".to_owned()));
            }
            _ => {
                return Ok(unjudgeable(
                    "calls with values are judged in C++ only".to_owned(),
                ));
            }
        };
        let (candidate, mut record) = self.load(job, &served)?;
        let Some(mut candidate) = candidate else {
            return Ok(record);
        };
        candidate.answers(cases, textual, &mut record);
        record.memory_bytes = candidate.memory_bytes();
        Ok(record)
    }
}

impl Runner for Clang {
    fn judge(&self, job: &Job) -> Judged {
        match &job.task {
            Task::Run { stdin } => self.run(job, stdin),
            Task::Call {
                entry_point,
                parameters,
                arguments,
            } => self.calls(job, entry_point, parameters.as_deref(), arguments),
            Task::Test {
                trusted,
                proxied,
                cases,
            } => self.tests(job, trusted, proxied, cases),
        }
    }

    fn makes_code(&self) -> bool {
        true
    }
}

/// What is known of a candidate that cannot be judged.
fn unjudgeable(what: String) -> Record {
    Record {
        load: Exit::Unjudgeable { what },
        load_fuel: Fuel(0),
        cases: Vec::new(),
        memory_bytes: 0,
    }
}

/// How the prompts in C++ write a type.
fn type_in_cpp(ty: &Type) -> String {
    match ty {
        Type::Int => "long long".to_owned(),
        Type::Float => "double".to_owned(),
        Type::Bool => "bool".to_owned(),
        Type::Str => "std::string".to_owned(),
        Type::List(inner) => format!("std::vector<{}>", type_in_cpp(inner)),
        Type::Set(inner) => format!("std::set<{}>", type_in_cpp(inner)),
        Type::Optional(inner) => format!("std::optional<{}>", type_in_cpp(inner)),
        Type::Dict(key, item) => {
            format!("std::map<{}, {}>", type_in_cpp(key), type_in_cpp(item))
        }
        Type::Tuple(parts) => {
            let parts: Vec<String> = parts.iter().map(type_in_cpp).collect();
            format!("std::tuple<{}>", parts.join(", "))
        }
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

/// A function that a candidate serves: its name, the types of its parameters, and which of them
/// come back changed.
struct Served {
    name: String,
    parameters: Vec<String>,
    changed: u32,
}

impl Served {
    /// The function of that head.
    fn of(head: &Head) -> Self {
        let parameters = head.parameters.iter();
        Self {
            name: head.name.clone(),
            parameters: parameters.map(|it| it.ty.clone()).collect(),
            changed: changed(head),
        }
    }
}

/// A bit for each parameter that a function may change for its caller.
fn changed(head: &Head) -> u32 {
    let parameters = head.parameters.iter().enumerate();
    parameters
        .filter(|(_, parameter)| parameter.is_changed())
        .fold(0, |bits, (index, _)| bits | 1 << index)
}

const CANDIDATE: &str = "candidate.cpp";

/// The header that stands before a program, read once.
fn precompiled(texts: &[&str]) -> usize {
    let everything = texts.iter().any(|text| text.contains("bits/stdc++.h"));
    usize::from(everything)
}

/// A program that is all there is.
fn whole(job: &Job) -> Source {
    let (name, precompiled) = match job.language {
        Language::C => ("candidate.c", None),
        _ => (CANDIDATE, Some(precompiled(&[&job.source]))),
    };
    Source {
        name,
        language: job.language,
        text: widened(&job.source),
        included: None,
        precompiled,
    }
}

/// A candidate with functions that serve calls behind it. They find its functions as any caller
/// would, so a name that the standard library has too is no obstacle.
fn serving(job: &Job, served: &[Served]) -> Source {
    let mut text = vec![format!("#include \"{CANDIDATE}\"\n")];
    for (number, function) in served.iter().enumerate() {
        let (name, export) = (&function.name, export(number));
        let types = function.parameters.iter();
        let types: Vec<String> = types.map(|ty| format!(", ::std::decay_t<{ty}>")).collect();
        let (changed, types) = (function.changed, types.concat());
        text.push(format!(
            "extern \"C\" __attribute__((export_name(\"{export}\"))) void {export}() {{\n\
             ::__rewardsmith::__serve<{changed}u{types}>([](auto &...__argument) -> decltype(auto) \
             {{ return {name}(__argument...); }});\n}}\n"
        ));
    }
    Source {
        name: "serve.cpp",
        language: job.language,
        text: widened(&text.concat()),
        included: Some((CANDIDATE, widened(&job.source))),
        precompiled: Some(precompiled(&[&job.source])),
    }
}

/// The tests, with the tested function's body replaced by a question to the host.
fn asking(trusted: &str, head: &Head, tests: &str) -> Source {
    let names = head.parameters.iter();
    let names: Vec<String> = names.map(|it| format!(", {}", it.name)).collect();
    let (returns, changed, names) = (&head.returns, changed(head), names.concat());
    let text = format!(
        "{trusted}\nreturn ::__rewardsmith::__ask<{returns}, {changed}u>(0u{names});\n}}\n{tests}\n"
    );
    Source {
        name: "tests.cpp",
        language: Language::Cpp,
        text: widened(&text),
        included: None,
        precompiled: Some(precompiled(&[trusted, tests])),
    }
}
