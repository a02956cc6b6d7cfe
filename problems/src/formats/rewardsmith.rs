//! Our own layout: language-neutral problems with values as cases.
//!
//! There are two spellings of the same keys. A `.jsonl` file has one problem a line, and its values are
//! JSON as they stand. A folder has one TOML file per problem, named after it, for people to write; there
//! `args` and `expected` are JSON in literal strings, because TOML has no null and its own numbers and
//! strings would be read by other rules. The key that a file may leave out has a default; a key that is
//! not known is an error, since it is most likely a typing error in one that is.

use serde::Deserialize;
use serde::de::{Deserializer, Error as _};
use serde_json::{Map, Value};

use super::human_eval::PYTHON;
use crate::error::Fault;
use crate::problem::{
    Budget, CallCase, Comparison, Difficulty, Expected, Problem, Solution, Tests, Visibility,
};
use crate::python;
use crate::signature::Signature;

/// One problem as it is written, with values as JSON (`V` = [`Value`]) or as JSON text ([`JsonText`]).
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields, bound = "V: Deserialize<'de>")]
struct Spelling<V> {
    name: String,
    signature: Signature,
    difficulty: Difficulty,
    #[serde(default)]
    tags: Vec<String>,
    statement: String,
    tolerance: Option<Tolerance>,
    budget: Option<Budget>,
    visible: Vec<Case<V>>,
    hidden: Vec<Case<V>>,
    references: Vec<Program>,
    #[serde(default)]
    known_wrong: Vec<WrongProgram>,
}

#[derive(Debug, Clone, Copy, Deserialize)]
#[serde(deny_unknown_fields)]
struct Tolerance {
    #[serde(default)]
    abs: f64,
    #[serde(default)]
    rel: f64,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Case<V> {
    args: V,
    expected: V,
    weight: Option<f64>,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Program {
    name: String,
    language: Option<String>,
    note: Option<String>,
    source: String,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct WrongProgram {
    name: String,
    language: Option<String>,
    passes_visible: bool,
    note: Option<String>,
    source: String,
}

/// A JSON value that is written as text.
#[derive(Debug)]
struct JsonText(Value);

impl<'de> Deserialize<'de> for JsonText {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let text = String::deserialize(deserializer)?;
        serde_json::from_str(&text)
            .map(Self)
            .map_err(|error| D::Error::custom(format!("`{text}` is not JSON ({error})")))
    }
}

impl From<JsonText> for Value {
    fn from(text: JsonText) -> Self {
        text.0
    }
}

/// Reads the spelling of a `.jsonl` file.
pub(super) fn problem_from_json(row: Map<String, Value>) -> Result<Problem, Fault> {
    let spelling: Spelling<Value> = serde_path_to_error::deserialize(Value::Object(row))
        .map_err(|error| misspelt(&error.path().to_string(), &error.inner().to_string()))?;
    spelling.into_problem()
}

/// Reads the spelling of a TOML file. A fault comes with its line where the parser knows it.
pub(crate) fn problem_from_toml(text: &str) -> Result<Problem, (Option<usize>, Fault)> {
    let spelling: Spelling<JsonText> = toml::from_str(text).map_err(|error| {
        let before = error.span().and_then(|span| text.get(..span.start));
        let line = before.map(|before| before.matches('\n').count() + 1);
        let why = error.message().lines().collect::<Vec<_>>().join(", ");
        (line, misspelt(".", &why))
    })?;
    spelling.into_problem().map_err(|fault| (None, fault))
}

/// A fault from the deserialiser's words; `.` is the path of the whole row.
fn misspelt(path: &str, why: &str) -> Fault {
    let cure = if why.starts_with("unknown field") {
        "remove or rename it"
    } else if why.starts_with("missing field") {
        "add it"
    } else {
        "mend it"
    };
    let place = if path == "." {
        String::new()
    } else {
        format!("at `{path}`: ")
    };
    Fault::Invalid {
        why: format!("{place}{why}; {cure}"),
    }
}

impl<V: Into<Value>> Spelling<V> {
    fn into_problem(self) -> Result<Problem, Fault> {
        let comparison = self.comparison()?;
        let Self {
            name,
            signature,
            statement,
            budget,
            ..
        } = self;
        if name.trim().is_empty() {
            return invalid("`name` is empty; give the problem a name");
        }
        let mut cases = Vec::with_capacity(self.visible.len() + self.hidden.len());
        for (key, written, visibility) in [
            ("visible", self.visible, Visibility::Visible),
            ("hidden", self.hidden, Visibility::Hidden),
        ] {
            for (index, case) in written.into_iter().enumerate() {
                let place = format!("{key}[{index}]");
                cases.push(case.into_call(&signature, visibility, &place)?);
            }
        }
        if cases.is_empty() {
            return invalid("there is no case; add some to `visible` and `hidden`");
        }
        if self.references.is_empty() {
            return invalid("`references` is empty; add a program that is right");
        }
        let references: Vec<Solution> = self.references.into_iter().map(Solution::from).collect();
        let known_wrong: Vec<Solution> = self.known_wrong.into_iter().map(Solution::from).collect();
        check_names(references.iter().chain(&known_wrong))?;
        let examples: Vec<&CallCase> = cases
            .iter()
            .filter(|case| case.visibility == Visibility::Visible)
            .collect();
        let prompt = python::prompt(&signature, &statement, &examples);
        let entry_point = signature.name.clone();
        let tests = Tests::Calls {
            entry_point: entry_point.clone(),
            signature: Some(signature),
            cases,
            comparison,
        };
        Ok(Problem {
            statement: Some(statement.trim().to_owned()),
            entry_point: Some(entry_point),
            references,
            known_wrong,
            budget,
            difficulty: Some(self.difficulty),
            tags: self.tags,
            ..Problem::new(name, prompt, tests)
        })
    }

    fn comparison(&self) -> Result<Comparison, Fault> {
        match self.tolerance {
            None => Ok(Comparison::Exact),
            Some(Tolerance { abs, rel }) if is_size(abs) && is_size(rel) && abs + rel > 0.0 => {
                Ok(Comparison::Tolerance { abs, rel })
            }
            Some(_) => invalid(
                "`tolerance` needs `abs` or `rel` above zero, and neither below; mend or drop it",
            ),
        }
    }
}

impl<V: Into<Value>> Case<V> {
    fn into_call(
        self,
        signature: &Signature,
        visibility: Visibility,
        place: &str,
    ) -> Result<CallCase, Fault> {
        let Value::Array(args) = self.args.into() else {
            return invalid(format!("`{place}.args` must be an array of arguments"));
        };
        let (found, wanted) = (args.len(), signature.parameters.len());
        if found != wanted {
            return invalid(format!(
                "`{place}.args` has length {found}, but `{signature}` takes {wanted}; mend one of them"
            ));
        }
        for (parameter, arg) in signature.parameters.iter().zip(&args) {
            parameter.ty.check(arg).or_else(|why| {
                invalid(format!(
                    "`{place}.args` does not fit `{}`: {why}; mend the value or the signature",
                    parameter.name
                ))
            })?;
        }
        let expected: Value = self.expected.into();
        signature.returns.check(&expected).or_else(|why| {
            invalid(format!(
                "`{place}.expected` does not fit: {why}; mend the value or the signature"
            ))
        })?;
        let weight = self.weight.unwrap_or(1.0);
        if !is_size(weight) {
            return invalid(format!(
                "`{place}.weight` is `{weight}`; it must not be below zero"
            ));
        }
        Ok(CallCase {
            args,
            expected: Expected::Value(expected),
            visibility,
            weight,
        })
    }
}

impl From<Program> for Solution {
    fn from(
        Program {
            name,
            language,
            note,
            source,
        }: Program,
    ) -> Self {
        let language = language.unwrap_or_else(|| PYTHON.to_owned());
        Self {
            name,
            language,
            source,
            passes_visible: true,
            note,
        }
    }
}

impl From<WrongProgram> for Solution {
    fn from(wrong: WrongProgram) -> Self {
        let WrongProgram {
            name,
            language,
            passes_visible,
            note,
            source,
        } = wrong;
        let language = language.unwrap_or_else(|| PYTHON.to_owned());
        Self {
            name,
            language,
            source,
            passes_visible,
            note,
        }
    }
}

fn check_names<'a>(solutions: impl Iterator<Item = &'a Solution>) -> Result<(), Fault> {
    let mut seen = std::collections::HashSet::new();
    for solution in solutions {
        if !seen.insert(&solution.name) {
            return invalid(format!(
                "two solutions are called `{}`; rename one",
                solution.name
            ));
        }
    }
    Ok(())
}

fn is_size(number: f64) -> bool {
    number.is_finite() && number >= 0.0
}

fn invalid<T>(why: impl Into<String>) -> Result<T, Fault> {
    Err(Fault::Invalid { why: why.into() })
}
