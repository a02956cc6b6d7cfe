//! Text to train a base model on: prompts with bodies, most of them right.

use rayon::prelude::*;

use super::Split;
use super::draft::Draft;
use super::primitive::BugKind;
use super::stream::{Lane, Stream};

/// Which share of the bodies is not right.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Mix {
    /// Bodies with a known mistake: a base model knows wrong programs too, and learning from
    /// rewards needs something to unlearn.
    pub bugs: f64,
    /// Bodies that do not try.
    pub stubs: f64,
}

impl Default for Mix {
    fn default() -> Self {
        Self {
            bugs: 0.35,
            stubs: 0.06,
        }
    }
}

/// What a body is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Label {
    /// Right.
    Right,
    /// Wrong in that primitive. In a rare chain the other steps hide the mistake.
    Bug {
        /// The primitive.
        primitive: &'static str,
        /// The kind of mistake.
        kind: BugKind,
    },
    /// Does not try.
    Stub,
}

/// One row of training text.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Row {
    /// Signature and docstring.
    pub prompt: String,
    /// The body.
    pub completion: String,
    /// What the body is.
    pub label: Label,
}

/// The first `n` rows of that seed in the usual mix, all from training compositions. Row `i` is the
/// same for every `n`.
pub fn train_rows(seed: u64, n: usize) -> Vec<Row> {
    train_rows_in(Mix::default(), seed, n)
}

/// The same in another mix.
pub fn train_rows_in(mix: Mix, seed: u64, n: usize) -> Vec<Row> {
    (0..n as u64)
        .into_par_iter()
        .map(|index| row(mix, seed, index))
        .collect()
}

fn row(mix: Mix, seed: u64, index: u64) -> Row {
    let mut stream = Stream::new(seed, Lane::Rows, index);
    let draft = Draft::draw(Split::Train, &mut stream);
    let (completion, label) = if stream.chance(mix.bugs) {
        let wrong = draft.any_wrong(&mut stream);
        (
            wrong.body,
            Label::Bug {
                primitive: wrong.primitive,
                kind: wrong.bug,
            },
        )
    } else if stream.chance(mix.stubs / (1.0 - mix.bugs).max(mix.stubs)) {
        (draft.stub(&mut stream), Label::Stub)
    } else {
        (draft.reference(), Label::Right)
    };
    Row {
        prompt: draft.prompt,
        completion,
        label,
    }
}
