//! One problem as it is drawn: its chain, its texts and its known-wrong variants, without cases.

use super::body::{self, Filling, Step, Style};
use super::catalogue::{CATALOGUE, split};
use super::inputs::LETTERS;
use super::primitive::{BugKind, Extra, Primitive, Type};
use super::stream::Stream;
use super::{Split, phrase};

/// The function that every problem asks for.
pub(super) const ENTRY_POINT: &str = "f";

/// The share of problems whose first number or letter is a second parameter.
const SECOND_PARAMETER: f64 = 0.15;

/// The share of bodies that use a primitive's first, shortest template.
const FIRST_TEMPLATE: f64 = 0.6;

/// A drawn problem.
pub(super) struct Draft {
    pub(super) parameter: &'static str,
    pub(super) steps: Vec<Step>,
    pub(super) style: Style,
    /// Signature and docstring, up to where the body begins.
    pub(super) prompt: String,
}

/// A body with a known mistake in one step.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct WrongVariant {
    /// The body, which continues the prompt.
    pub body: String,
    /// The primitive that is wrong.
    pub primitive: &'static str,
    /// What kind of mistake it is.
    pub bug: BugKind,
}

impl Draft {
    /// Draws a problem of that split.
    pub(super) fn draw(of: Split, stream: &mut Stream) -> Self {
        let chain = chain(of, stream);
        let mut second = stream.chance(SECOND_PARAMETER);
        let steps: Vec<Step> = chain
            .into_iter()
            .map(|primitive| {
                let filling = filling(primitive, second, stream);
                second &= filling.parameter().is_none();
                let first = stream.chance(FIRST_TEMPLATE);
                let code = if first {
                    0
                } else {
                    stream.below(primitive.code.len())
                };
                Step {
                    primitive,
                    filling,
                    code,
                }
            })
            .collect();
        let parameter = stream.pick(steps[0].primitive.takes.names());
        let style = stream.pick(&[Style::Nested, Style::Locals, Style::Reassigned]);
        let says = phrase::sentence(parameter, &steps, stream);
        let mut draft = Self {
            parameter,
            steps,
            style,
            prompt: String::new(),
        };
        let parameters: Vec<String> = draft
            .parameters()
            .into_iter()
            .map(|(name, ty)| format!("{name}: {}", ty.annotation()))
            .collect();
        draft.prompt = format!(
            "def {ENTRY_POINT}({}) -> {}:\n    \"\"\"{says}\"\"\"\n",
            parameters.join(", "),
            draft.gives().annotation()
        );
        draft
    }

    /// Names and types of the parameters.
    pub(super) fn parameters(&self) -> Vec<(&'static str, Type)> {
        let second = self.steps.iter().find_map(|step| step.filling.parameter());
        [(self.parameter, self.steps[0].primitive.takes)]
            .into_iter()
            .chain(second)
            .collect()
    }

    /// The type of the answer.
    pub(super) fn gives(&self) -> Type {
        self.steps
            .last()
            .expect("a chain has a step")
            .primitive
            .gives
    }

    /// The right body.
    pub(super) fn reference(&self) -> String {
        self.body_with(None)
    }

    /// The body with the template of one step replaced.
    fn body_with(&self, wrong: Option<(usize, &str)>) -> String {
        let steps: Vec<_> = self
            .steps
            .iter()
            .enumerate()
            .map(|(i, step)| match wrong {
                Some((at, code)) if at == i => (code, step.filling),
                _ => (step.right(), step.filling),
            })
            .collect();
        body::write(self.parameter, &steps, self.style)
    }

    /// The body with one bug of one step.
    fn wrong(&self, at: usize, bug: usize) -> WrongVariant {
        let primitive = self.steps[at].primitive;
        let bug = primitive.bugs[bug];
        let body = self.body_with(Some((at, bug.code)));
        WrongVariant {
            body,
            primitive: primitive.name,
            bug: bug.kind,
        }
    }

    /// Every known-wrong body.
    pub(super) fn all_wrong(&self) -> Vec<WrongVariant> {
        (0..self.steps.len())
            .flat_map(|at| (0..self.steps[at].primitive.bugs.len()).map(move |bug| (at, bug)))
            .map(|(at, bug)| self.wrong(at, bug))
            .collect()
    }

    /// One known-wrong body.
    pub(super) fn any_wrong(&self, stream: &mut Stream) -> WrongVariant {
        let at = stream.below(self.steps.len());
        let bug = stream.below(self.steps[at].primitive.bugs.len());
        self.wrong(at, bug)
    }

    /// A body that does not try: nothing, the argument itself, or an empty answer.
    pub(super) fn stub(&self, stream: &mut Stream) -> String {
        let empty = match self.gives() {
            Type::Int => "0",
            Type::Bool => "False",
            Type::Str => "''",
            Type::Ints | Type::Strs => "[]",
            Type::Dict => "{}",
        };
        match stream.below(3) {
            0 => "    pass\n".to_owned(),
            1 => format!("    return {}\n", self.parameter),
            _ => format!("    return {empty}\n"),
        }
    }

    /// The right body of the chain with one step left out, where the types still fit.
    pub(super) fn without(&self, left_out: usize) -> Option<String> {
        let kept: Vec<&Step> = self
            .steps
            .iter()
            .enumerate()
            .filter(|(i, _)| *i != left_out)
            .map(|(_, s)| s)
            .collect();
        let takes = kept.first()?.primitive.takes;
        let fits = takes == self.steps[0].primitive.takes
            && kept.last()?.primitive.gives == self.gives()
            && kept
                .windows(2)
                .all(|w| w[0].primitive.gives == w[1].primitive.takes);
        let steps: Vec<_> = kept
            .iter()
            .map(|step| (step.right(), step.filling))
            .collect();
        fits.then(|| body::write(self.parameter, &steps, Style::Nested))
    }
}

fn filling(primitive: &Primitive, second: bool, stream: &mut Stream) -> Filling {
    match primitive.extra {
        Extra::None => Filling::None,
        Extra::Number(low, high) if second => Filling::NumberParameter(low, high),
        Extra::Number(low, high) => Filling::Number(stream.between(low, high)),
        Extra::Letter if second => Filling::LetterParameter,
        Extra::Letter => Filling::Letter(stream.pick(&LETTERS)),
    }
}

/// Draws chains until one belongs to the split.
fn chain(of: Split, stream: &mut Stream) -> Vec<&'static Primitive> {
    let catalogue = &*CATALOGUE;
    loop {
        // Training begins with single primitives; held-out chains have two at least.
        let depth = match (of, stream.below(20)) {
            (Split::Train, 0..6) => 1,
            (Split::Train, 6..16) | (_, 0..14) => 2,
            _ => 3,
        };
        let mut at = stream.pick(&catalogue.starts);
        let mut chain = vec![catalogue.primitives[at]];
        while chain.len() < depth && !catalogue.followers[at].is_empty() {
            at = stream.pick(&catalogue.followers[at]);
            chain.push(catalogue.primitives[at]);
        }
        if chain.len() == depth && split(&chain) == Some(of) {
            return chain;
        }
    }
}
