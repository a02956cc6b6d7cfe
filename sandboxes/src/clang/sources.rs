//! The texts that are compiled for a job: a candidate with functions that serve calls behind it, and
//! tests in which the tested function asks.

use super::compiler::{EVERYTHING, USUAL};
use super::head::{self, Head};
use super::widen::widened;
use crate::kept::name_of;
use crate::program::export;
use crate::{Job, Language, Task, Type};

/// How a program starts.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Shape {
    /// With `main`.
    Command,
    /// With its constructors; then its exports are called.
    Reactor,
}

/// One file of a program, with the files that it includes.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Source {
    pub(super) name: &'static str,
    pub(super) language: Language,
    pub(super) text: String,
    /// A name and a text that it includes.
    pub(super) included: Option<(&'static str, String)>,
    /// Which of the compiler's precompiled headers stands before it.
    pub(super) precompiled: Option<usize>,
    pub(super) shape: Shape,
}

impl Source {
    /// One of our own.
    pub(super) fn support(name: &'static str, language: Language, text: &str) -> Self {
        Self {
            name,
            language,
            text: text.to_owned(),
            included: None,
            precompiled: None,
            shape: Shape::Reactor,
        }
    }

    /// Whether it may print or read the longest fractions.
    pub(super) fn has_long_doubles(&self) -> bool {
        const WORDS: [&str; 4] = ["long double", "strtold", "stold", "%L"];
        let included = self.included.iter().map(|(_, text)| text);
        let mut texts = included.chain([&self.text]);
        texts.any(|text| WORDS.iter().any(|word| text.contains(word)))
    }

    /// What tells it from every other source that the same compiler may get.
    pub(super) fn digest(&self) -> String {
        let (included, text) = self.included.as_ref().map_or(("", ""), |(n, t)| (n, t));
        let how = format!(
            "{:?} {:?} {:?}",
            self.language, self.precompiled, self.shape
        );
        name_of([self.name, &self.text, included, text, &how].map(str::as_bytes))
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

    pub(super) fn all(&self) -> impl Iterator<Item = &Source> {
        std::iter::once(&self.candidate).chain(&self.tests)
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

const CANDIDATE: &str = "candidate.cpp";

/// The header that stands before a program, read once.
fn precompiled(texts: &[&str]) -> usize {
    let everything = texts.iter().any(|text| text.contains("bits/stdc++.h"));
    if everything { EVERYTHING } else { USUAL }
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
        name: "serve.cpp",
        language: job.language,
        text: widened(&text),
        included: Some((CANDIDATE, widened(&job.source))),
        precompiled: Some(precompiled(&[&job.source])),
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
        name: "tests.cpp",
        language: Language::Cpp,
        text: widened(&text),
        included: None,
        precompiled: Some(precompiled(&[trusted, tests])),
        shape: Shape::Command,
    }
}
