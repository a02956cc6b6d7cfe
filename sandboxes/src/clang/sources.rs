//! The texts that are compiled for a job: a candidate with functions that serve calls behind it, and
//! tests in which the tested function asks.

use serde::{Deserialize, Serialize};

use super::compiler::{EVERYTHING, USUAL};
use super::head::{self, Head};
use super::older;
use super::widen::widened;
use crate::kept::name_of;
use crate::program::export;
use crate::{Job, Language, Task, Type};

/// How a program starts.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(super) enum Shape {
    /// With `main`.
    Command,
    /// With its constructors; then its exports are called.
    Reactor,
}

/// What clang does before it sees anything of a program's own.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub(crate) struct Beginning {
    pub(super) language: Language,
    /// Which of the compiler's precompiled headers stands before a program.
    pub(super) precompiled: Option<usize>,
}

impl Beginning {
    /// The file that clang is told to compile. A program in C++ is included by another file, which is
    /// all that clang looks at before it has read the headers.
    pub(super) fn unit(self) -> &'static str {
        match self.language {
            Language::C => PROGRAM_C,
            _ => "unit.cpp",
        }
    }

    /// What that says, where it is not the program itself.
    pub(super) fn unit_text(self) -> Option<&'static str> {
        (self.language != Language::C).then_some(UNIT)
    }

    /// The file of the program itself.
    pub(super) fn program(self) -> &'static str {
        match self.language {
            Language::C => PROGRAM_C,
            _ => "program.cpp",
        }
    }
}

const PROGRAM_C: &str = "program.c";

pub(super) const UNIT: &str = "#include \"program.cpp\"\n";

/// The file of a candidate that a program includes.
const CANDIDATE: &str = "candidate.cpp";

/// One program, in one file or two.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct Source {
    pub(super) beginning: Beginning,
    pub(super) text: String,
    /// The text of a candidate that it includes.
    pub(super) candidate: Option<String>,
    pub(super) shape: Shape,
}

impl Source {
    /// One of our own.
    pub(super) fn support(language: Language, text: &str) -> Self {
        Self {
            beginning: Beginning {
                language,
                precompiled: None,
            },
            text: text.to_owned(),
            candidate: None,
            shape: Shape::Reactor,
        }
    }

    /// Its files, by their names.
    pub(super) fn files(&self) -> Vec<(&'static str, Vec<u8>)> {
        let text = match self.beginning.language {
            Language::C => older::with_int_main(&self.text),
            _ => self.text.clone(),
        };
        let program = (self.beginning.program(), text.into_bytes());
        let candidate = self.candidate.clone();
        let candidate = candidate.map(|text| (CANDIDATE, text.into_bytes()));
        std::iter::once(program).chain(candidate).collect()
    }

    /// The file whose lines are told: the candidate's where it is one of two.
    pub(super) fn told_file(&self) -> &'static str {
        match self.candidate {
            Some(_) => CANDIDATE,
            None => self.beginning.program(),
        }
    }

    /// Whether it may print or read the longest fractions.
    pub(super) fn has_long_doubles(&self) -> bool {
        const WORDS: [&str; 4] = ["long double", "strtold", "stold", "%L"];
        let mut texts = self.candidate.iter().chain([&self.text]);
        texts.any(|text| WORDS.iter().any(|word| text.contains(word)))
    }

    /// What tells it from every other source that the same compiler may get.
    pub(super) fn digest(&self) -> String {
        let candidate = self.candidate.as_deref();
        let how = format!(
            "{:?} {:?} {:?}",
            self.beginning,
            self.shape,
            candidate.is_some()
        );
        name_of([&self.text, candidate.unwrap_or_default(), &how].map(str::as_bytes))
    }
}

/// Everything that is compiled for a job.
pub(super) struct Sources {
    pub(super) candidate: Source,
    /// The test code of each case.
    pub(super) tests: Vec<Source>,
}

impl Sources {
    /// Those of this job, or why it cannot be judged.
    pub(super) fn of(job: &Job) -> Result<Self, String> {
        let alone = |candidate| Self {
            candidate,
            tests: Vec::new(),
        };
        let is_cpp = job.language == Language::Cpp;
        match &job.task {
            Task::Run { .. } => Ok(alone(whole(job))),
            Task::Call { .. } if !is_cpp => {
                Err("calls with values are judged in C++ only".to_owned())
            }
            Task::Call {
                entry_point,
                parameters,
                ..
            } => {
                let parameters = parameters.as_deref().ok_or("the problem gives no types")?;
                let served = Served {
                    name: entry_point.clone(),
                    parameters: parameters.iter().map(type_in_cpp).collect(),
                    changed: 0,
                };
                Ok(alone(serving(job, &served)))
            }
            Task::Test { .. } if !is_cpp => {
                Err("tests that are code are judged in C++ only".to_owned())
            }
            Task::Test {
                trusted,
                proxied,
                cases,
            } => {
                let [name] = &proxied[..] else {
                    return Err("the tests are not of one function".to_owned());
                };
                let head = head::of(trusted, name)?;
                let cases = cases.iter();
                Ok(Self {
                    candidate: serving(job, &Served::of(&head)),
                    tests: cases.map(|text| asking(trusted, &head, text)).collect(),
                })
            }
        }
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

/// A bit for each parameter that a function may change for its caller.
fn changed(head: &Head) -> u32 {
    let parameters = head.parameters.iter().enumerate();
    parameters
        .filter(|(_, parameter)| parameter.is_changed())
        .fold(0, |bits, (index, _)| bits | 1 << index)
}

/// How a program of these texts in C++ begins.
fn in_cpp(texts: &[&str]) -> Beginning {
    let everything = texts.iter().any(|text| text.contains("bits/stdc++.h"));
    Beginning {
        language: Language::Cpp,
        precompiled: Some(if everything { EVERYTHING } else { USUAL }),
    }
}

/// A program that is all there is.
fn whole(job: &Job) -> Source {
    let beginning = match job.language {
        Language::C => Beginning {
            language: Language::C,
            precompiled: None,
        },
        _ => in_cpp(&[&job.source]),
    };
    Source {
        beginning,
        text: widened(&job.source),
        candidate: None,
        shape: Shape::Command,
    }
}

/// A candidate with a function that serves calls behind it. That finds the candidate's as any caller
/// would, so a name that the standard library has too is no obstacle.
fn serving(job: &Job, served: &Served) -> Source {
    let (name, export) = (&served.name, export(0));
    let parameters = served.parameters.iter().enumerate();
    let read: Vec<String> = parameters
        .map(|(index, ty)| {
            let ty = format!("::std::decay_t<{ty}>");
            format!("{ty} __argument{index} = __call.__next<{ty}>();\n")
        })
        .collect();
    let indices = 0..served.parameters.len();
    let arguments: Vec<String> = indices.map(|index| format!("__argument{index}")).collect();
    let changed = arguments.iter().enumerate();
    let changed = changed.filter(|(index, _)| served.changed >> index & 1 == 1);
    let also: Vec<String> = changed
        .map(|(_, argument)| format!("__call.__also({argument});\n"))
        .collect();
    let (count, parts) = (arguments.len(), 1 + served.changed.count_ones());
    let (read, also, arguments) = (read.concat(), also.concat(), arguments.join(", "));
    let text = format!(
        "#include \"{CANDIDATE}\"\n\
         extern \"C\" __attribute__((export_name(\"{export}\"))) void {export}() {{\n\
         ::__rewardsmith::__Call __call({count});\n{read}__call.__begin({parts});\n\
         __call.__answer([&]() -> decltype(auto) {{ return {name}({arguments}); }});\n\
         {also}__call.__send();\n}}\n"
    );
    Source {
        beginning: in_cpp(&[&job.source]),
        text: widened(&text),
        candidate: Some(widened(&job.source)),
        shape: Shape::Reactor,
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
        beginning: in_cpp(&[trusted, tests]),
        text: widened(&text),
        candidate: None,
        shape: Shape::Command,
    }
}
