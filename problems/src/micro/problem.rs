//! A micro problem with its cases, and the two stages by which it becomes a [`Problem`].

use std::collections::HashSet;

use serde_json::Value as Json;

use super::body::Filling;
use super::cases::{self, Answer, Answers};
use super::draft::{Draft, ENTRY_POINT, WrongVariant};
use super::primitive::Type;
use super::python::{Halt, Program};
use super::stream::Stream;
use super::value::Value;
use super::{Split, inputs};
use crate::problem::{
    CallCase, Comparison, Difficulty, Expected, Problem, ProblemId, Solution, Tests, Visibility,
};
use crate::signature::{self, Parameter, Signature};

/// Cases of a problem.
const CASES: usize = 8;

/// Inputs to choose the cases from: the edges and this many random ones.
const RANDOM_INPUTS: usize = 20;

/// Scalars and characters of the largest argument or answer worth a case.
const LARGEST: usize = 60;

/// A problem of the generator.
///
/// Its cases come without answers (stage one, [`Expected::Oracle`]) until [`judged`](Self::judged)
/// fills them in (stage two).
#[derive(Clone, Debug, PartialEq)]
pub struct MicroProblem {
    /// `micro/SPLIT/SEED/INDEX`, which is all it takes to draw it again.
    pub id: ProblemId,
    /// The split.
    pub split: Split,
    /// The names of its primitives, in the order of their application.
    pub composition: Vec<&'static str>,
    /// Signature and docstring.
    pub prompt: String,
    /// The right body, which continues the prompt.
    pub reference: String,
    /// Bodies with a known mistake; each is killed by some case.
    pub wrong: Vec<WrongVariant>,
    /// Arguments of the cases, weakest case first.
    pub cases: Vec<Vec<Json>>,
    /// How many of `wrong` each case kills.
    pub strengths: Vec<usize>,
    /// The right answers, once they are known.
    pub expected: Option<Vec<Json>>,
    signature: Signature,
}

impl MicroProblem {
    /// Draws the problem of that stream, or none if the drawn one is no good: a step that changes
    /// nothing, an answer that is always the same, or too few inputs that it can answer.
    pub(super) fn draw(split: Split, seed: u64, index: u64) -> Option<Self> {
        let mut stream = Stream::new(seed, split.lane(), index);
        let draft = Draft::draw(split, &mut stream);
        let arguments = arguments(&draft, &mut stream);
        let program = |body: &str| parse(&draft.prompt, body);
        let body = draft.reference();
        let right = answers(&program(&body), &arguments);
        if is_constant(&right) {
            return None;
        }
        for left_out in 0..draft.steps.len() {
            if let Some(shorter) = draft.without(left_out)
                && answers(&program(&shorter), &arguments) == right
            {
                return None;
            }
        }
        let used: Vec<usize> = (0..arguments.len())
            .filter(|&i| right[i].is_some())
            .collect();
        let arguments: Vec<Vec<Value>> = used.iter().map(|&i| arguments[i].clone()).collect();
        let (mut wrong, mut answered) = (Vec::new(), Vec::new());
        for variant in draft.all_wrong() {
            let program = program(&variant.body);
            if !is_endless(&program, &arguments) {
                answered.push(answers(&program, &arguments));
                wrong.push(variant);
            }
        }
        let reference = used.iter().map(|&i| right[i].clone()).collect();
        let all = Answers {
            reference,
            wrong: answered,
        };
        let picked = cases::select(&all, CASES);
        let problem = Self {
            id: ProblemId::new(format!("micro/{split}/{seed}/{index}")),
            split,
            composition: draft.steps.iter().map(|step| step.primitive.name).collect(),
            cases: picked.iter().map(|&case| json(&arguments[case])).collect(),
            strengths: Vec::new(),
            expected: None,
            signature: signature(&draft),
            prompt: draft.prompt,
            reference: body,
            wrong,
        };
        let at = |answers: &[Answer]| {
            picked
                .iter()
                .map(|&c| answers[c].clone())
                .collect::<Vec<_>>()
        };
        let chosen = Answers {
            reference: at(&all.reference),
            wrong: all.wrong.iter().map(|wrong| at(wrong)).collect(),
        };
        let problem = problem.judged(&chosen)?;
        let enough = problem.cases.len() == CASES && !is_constant(&chosen.reference);
        enough.then_some(Self {
            expected: None,
            ..problem
        })
    }

    /// Stage two: takes what the reference and each variant answered to each case, fills in the right
    /// answers, drops cases that the reference cannot answer and variants that no case kills, and
    /// orders the cases by strength, weakest first. None if no case or no variant is left, or if the
    /// answers are not one for each program and case.
    #[must_use]
    pub fn judged(&self, answers: &Answers) -> Option<Self> {
        let complete = answers.reference.len() == self.cases.len()
            && answers.wrong.len() == self.wrong.len()
            && answers
                .wrong
                .iter()
                .all(|wrong| wrong.len() == self.cases.len());
        if !complete {
            return None;
        }
        let strengths = answers.strengths();
        let killed = answers.killed();
        let mut order: Vec<usize> = (0..self.cases.len())
            .filter(|&case| answers.reference[case].is_some())
            .collect();
        order.sort_by_key(|&case| strengths[case]);
        if order.is_empty() || killed.is_empty() {
            return None;
        }
        Some(Self {
            cases: order.iter().map(|&case| self.cases[case].clone()).collect(),
            strengths: order.iter().map(|&case| strengths[case]).collect(),
            expected: order
                .iter()
                .map(|&case| answers.reference[case].clone())
                .collect(),
            wrong: killed
                .iter()
                .map(|&variant| self.wrong[variant].clone())
                .collect(),
            ..self.clone()
        })
    }

    /// The answers by the crate's own evaluator. They agree with Python's wherever the check script
    /// looked; the sandbox is the authority.
    pub fn evaluated(&self) -> Answers {
        let arguments: Vec<Vec<Value>> = self
            .cases
            .iter()
            .map(|args| args.iter().map(Value::from_json).collect())
            .collect();
        let run = |body: &str| answers(&parse(&self.prompt, body), &arguments);
        Answers {
            reference: run(&self.reference),
            wrong: self.wrong.iter().map(|wrong| run(&wrong.body)).collect(),
        }
    }

    /// The problem in the words of the crate: answers as values if they are known, else by the
    /// reference.
    pub fn problem(&self) -> Problem {
        let expected = |case: usize| match &self.expected {
            Some(values) => Expected::Value(values[case].clone()),
            None => Expected::Oracle,
        };
        let cases = self.cases.iter().enumerate().map(|(i, args)| CallCase {
            args: args.clone(),
            expected: expected(i),
            visibility: Visibility::Hidden,
            weight: 1.0,
        });
        let solution = |name: String, body: &str, note: Option<String>| Solution {
            name,
            language: "python".to_owned(),
            source: format!("{}{body}", self.prompt),
            // No case is visible.
            passes_visible: true,
            note,
        };
        let known_wrong = self.wrong.iter().enumerate().map(|(i, wrong)| {
            let note = format!("{} in {}", wrong.bug.name(), wrong.primitive);
            solution(format!("wrong_{i}"), &wrong.body, Some(note))
        });
        let tests = Tests::Calls {
            entry_point: ENTRY_POINT.to_owned(),
            signature: Some(self.signature.clone()),
            cases: cases.collect(),
            comparison: Comparison::Exact,
        };
        Problem {
            language: Some("python".to_owned()),
            entry_point: Some(ENTRY_POINT.to_owned()),
            references: vec![solution("reference".to_owned(), &self.reference, None)],
            known_wrong: known_wrong.collect(),
            difficulty: Some(Difficulty::Easy),
            tags: vec![
                "micro".to_owned(),
                format!("depth_{}", self.composition.len()),
                self.composition.join("+"),
            ],
            ..Problem::new(self.id.as_str(), self.prompt.as_str(), tests)
        }
    }
}

fn parse(prompt: &str, body: &str) -> Program {
    Program::parse(&format!("{prompt}{body}")).expect("a template is in the evaluator's language")
}

fn answers(program: &Program, arguments: &[Vec<Value>]) -> Vec<Answer> {
    let answer = |args: &Vec<Value>| match program.call(args) {
        Ok(value) if value.size() <= LARGEST => value.to_json(),
        // A wrong body may give what JSON cannot hold or what is too long to be right; both count as
        // no answer, and so does what Python may compute beyond 64 bits.
        Ok(_) | Err(Halt::Raised(_) | Halt::Beyond) => None,
        Err(Halt::Unsupported(what)) => unreachable!("{what} in a template"),
    };
    arguments.iter().map(answer).collect()
}

/// Whether the evaluator gives up on some input: powers of powers, a range of millions. In a sandbox
/// such a variant would burn its whole budget and teach nothing.
fn is_endless(program: &Program, arguments: &[Vec<Value>]) -> bool {
    arguments
        .iter()
        .any(|args| program.call(args) == Err(Halt::Beyond))
}

fn is_constant(answers: &[Answer]) -> bool {
    let mut known = answers.iter().flatten();
    let first = known.next();
    known.all(|answer| Some(answer) == first)
}

/// Distinct arguments to choose from, shuffled so that not only edges are chosen.
fn arguments(draft: &Draft, stream: &mut Stream) -> Vec<Vec<Value>> {
    let takes = draft.steps[0].primitive.takes;
    let mut firsts = inputs::edges(takes);
    firsts.extend((0..RANDOM_INPUTS).map(|_| inputs::random(takes, stream)));
    for i in (1..firsts.len()).rev() {
        firsts.swap(i, stream.below(i + 1));
    }
    let second = draft
        .steps
        .iter()
        .map(|s| s.filling)
        .find(|f| f.parameter().is_some());
    let mut seen = HashSet::new();
    firsts
        .into_iter()
        .map(|first| {
            let second = match second {
                Some(Filling::NumberParameter(low, high)) => {
                    Some(Value::Int(stream.between(low, high)))
                }
                Some(_) => Some(Value::text(stream.pick(&inputs::LETTERS))),
                None => None,
            };
            [first].into_iter().chain(second).collect::<Vec<_>>()
        })
        .filter(|args| args.iter().all(|v| v.size() <= LARGEST) && seen.insert(format!("{args:?}")))
        .collect()
}

fn json(args: &[Value]) -> Vec<Json> {
    args.iter()
        .map(|v| v.to_json().expect("arguments are plain"))
        .collect()
}

fn signature(draft: &Draft) -> Signature {
    let parameters = draft.parameters().into_iter().map(|(name, ty)| Parameter {
        name: name.to_owned(),
        ty: wide(ty),
    });
    Signature {
        name: ENTRY_POINT.to_owned(),
        parameters: parameters.collect(),
        returns: wide(draft.gives()),
    }
}

/// The type in the crate's words.
fn wide(ty: Type) -> signature::Type {
    use signature::Type as Wide;
    match ty {
        Type::Int => Wide::Int,
        Type::Bool => Wide::Bool,
        Type::Str => Wide::Str,
        Type::Ints => Wide::List(Box::new(Wide::Int)),
        Type::Strs => Wide::List(Box::new(Wide::Str)),
        Type::Dict => Wide::Dict(Box::new(Wide::Str), Box::new(Wide::Int)),
    }
}
