//! All primitives, which of them may follow which, and which compositions belong to which split.
//!
//! A pair is used only if both of its steps matter: `sorted` before `sum` changes nothing, a length
//! has no sign to drop. That is found out by running the pairs, not listed by hand.
//!
//! Splits go by composition. A pair's split is a hash of its two names. A longer chain belongs to
//! the split of its held-out pairs, to none if it has some of both, and else by a hash of its own.
//! So a chain of the training split contains no held-out pair, and every primitive is seen alone in
//! training.

use std::sync::LazyLock;

use rayon::prelude::*;

use super::body::{self, Filling, Style};
use super::primitive::{Extra, Primitive, Type};
use super::python::Program;
use super::stream::{Lane, Stream};
use super::value::Value;
use super::{Split, bools, dicts, inputs, ints, lists, lists_to_lists, strings, texts, words};

/// The files of primitives. A new file needs a line here; a new primitive does not.
const TABLES: [&[Primitive]; 8] = [
    ints::TABLE,
    bools::TABLE,
    lists::TABLE,
    lists_to_lists::TABLE,
    strings::TABLE,
    texts::TABLE,
    words::TABLE,
    dicts::TABLE,
];

/// Percent of the pairs held out for validation and for test.
const VALID_PAIRS: u64 = 5;
const TEST_PAIRS: u64 = 12;

/// Percent of the triples of training pairs that are held out.
const VALID_TRIPLES: u64 = 4;
const TEST_TRIPLES: u64 = 10;

/// The primitives and their order.
pub(super) struct Catalogue {
    pub(super) primitives: Vec<&'static Primitive>,
    /// Indices of those a problem may start with.
    pub(super) starts: Vec<usize>,
    /// For each primitive, the indices of those that may follow it.
    pub(super) followers: Vec<Vec<usize>>,
}

/// Built at first use, in a fraction of a second.
pub(super) static CATALOGUE: LazyLock<Catalogue> = LazyLock::new(Catalogue::build);

impl Catalogue {
    fn build() -> Self {
        let primitives: Vec<&'static Primitive> = TABLES.into_iter().flatten().collect();
        let starts = (0..primitives.len())
            .filter(|&i| primitives[i].takes != Type::Bool)
            .collect();
        let alone: Vec<Alone> = primitives.par_iter().map(|p| Alone::new(p)).collect();
        let followers = alone
            .par_iter()
            .map(|first| {
                (0..alone.len())
                    .filter(|&i| both_matter(first, &alone[i]))
                    .collect()
            })
            .collect();
        Self {
            primitives,
            starts,
            followers,
        }
    }
}

/// The split of a chain, or none if no split may have it.
pub(super) fn split(chain: &[&Primitive]) -> Option<Split> {
    if let [_] = chain {
        return Some(Split::Train);
    }
    let mut found = Split::Train;
    for pair in chain.windows(2) {
        match (drawn(pair, VALID_PAIRS, TEST_PAIRS), found) {
            (Split::Train, _) => {}
            (held_out, Split::Train) => found = held_out,
            (held_out, earlier) if held_out == earlier => {}
            _ => return None,
        }
    }
    if found == Split::Train && chain.len() > 2 {
        found = drawn(chain, VALID_TRIPLES, TEST_TRIPLES);
    }
    Some(found)
}

/// Splits by a hash of the names (FNV-1a, then mixed so that the remainder sees every bit).
fn drawn(chain: &[&Primitive], valid: u64, test: u64) -> Split {
    let mut hash: u64 = 0xcbf2_9ce4_8422_2325;
    for byte in chain.iter().flat_map(|p| p.name.bytes().chain([b'/'])) {
        hash = (hash ^ u64::from(byte)).wrapping_mul(0x0100_0000_01b3);
    }
    hash = (hash ^ (hash >> 32)).wrapping_mul(0x9e37_79b9_7f4a_7c15);
    match (hash >> 32) % 100 {
        percent if percent < valid => Split::Valid,
        percent if percent < valid + test => Split::Test,
        _ => Split::Train,
    }
}

/// One primitive with its smallest and its largest extra, and what it answers to the probes.
struct Alone {
    primitive: &'static Primitive,
    ends: [(Program, Vec<Option<Value>>); 2],
}

impl Alone {
    fn new(primitive: &'static Primitive) -> Self {
        let probes = probes(primitive.takes);
        let ends = [End::Low, End::High].map(|end| {
            let program = program(primitive.code[0], filling(primitive, end));
            let answers = outcomes(&program, &probes);
            (program, answers)
        });
        Self { primitive, ends }
    }
}

/// Whether the types fit, and `second(first(x))` differs from each step alone and is not the same for
/// all `x`.
fn both_matter(first: &Alone, second: &Alone) -> bool {
    let (takes, gives) = (first.primitive.takes, second.primitive.gives);
    if second.primitive.takes != first.primitive.gives {
        return false;
    }
    first
        .ends
        .iter()
        .zip(&second.ends)
        .all(|((_, one), (program, two))| {
            let both: Vec<Option<Value>> = one
                .iter()
                .map(|middle| program.call(std::slice::from_ref(middle.as_ref()?)).ok())
                .collect();
            let constant = both
                .iter()
                .all(|value| same(value.as_ref(), both[0].as_ref()));
            let as_first = first.primitive.gives == gives && all_same(one, &both);
            let as_second = second.primitive.takes == takes && all_same(two, &both);
            !(constant || as_first || as_second)
        })
}

#[derive(Clone, Copy)]
enum End {
    Low,
    High,
}

fn filling(primitive: &Primitive, end: End) -> Filling {
    match (primitive.extra, end) {
        (Extra::None, _) => Filling::None,
        (Extra::Number(low, _), End::Low) => Filling::Number(low),
        (Extra::Number(_, high), End::High) => Filling::Number(high),
        (Extra::Letter, End::Low) => Filling::Letter(inputs::LETTERS[0]),
        (Extra::Letter, End::High) => Filling::Letter(inputs::LETTERS[1]),
    }
}

fn probes(ty: Type) -> Vec<Value> {
    let mut stream = Stream::new(0, Lane::Probe, 0);
    let mut probes = inputs::edges(ty);
    probes.extend((0..20).map(|_| inputs::random(ty, &mut stream)));
    probes
}

fn program(template: &str, filling: Filling) -> Program {
    let text = format!(
        "def f(x):\n{}",
        body::write("x", &[(template, filling)], Style::Nested)
    );
    Program::parse(&text).expect("a template is in the evaluator's language")
}

/// What the program answers to each probe; none where it raises or the evaluator gives up.
fn outcomes(program: &Program, probes: &[Value]) -> Vec<Option<Value>> {
    probes
        .iter()
        .map(|probe| program.call(std::slice::from_ref(probe)).ok())
        .collect()
}

fn same(one: Option<&Value>, two: Option<&Value>) -> bool {
    match (one, two) {
        (Some(one), Some(two)) => one.is_exactly(two),
        (None, None) => true,
        _ => false,
    }
}

fn all_same(one: &[Option<Value>], two: &[Option<Value>]) -> bool {
    one.iter()
        .zip(two)
        .all(|(one, two)| same(one.as_ref(), two.as_ref()))
}

#[cfg(test)]
mod tests {
    use std::collections::HashSet;

    use super::*;

    #[test]
    fn there_are_at_least_eighty_primitives_with_distinct_names() {
        let primitives = &CATALOGUE.primitives;
        let names: HashSet<_> = primitives.iter().map(|p| p.name).collect();
        assert_eq!(names.len(), primitives.len());
        assert!(primitives.len() >= 80, "{}", primitives.len());
    }

    #[test]
    fn each_primitive_has_three_phrasings_and_one_to_three_bugs() {
        for primitive in &CATALOGUE.primitives {
            let phrasings = primitive.nouns.len() + primitive.steps.len();
            assert!(phrasings >= 3, "{}", primitive.name);
            assert!(
                (1..=3).contains(&primitive.bugs.len()),
                "{}",
                primitive.name
            );
        }
    }

    #[test]
    fn templates_read_an_expression_once_and_declare_what_they_need() {
        for primitive in &CATALOGUE.primitives {
            let bugs = primitive.bugs.iter().map(|bug| bug.code);
            for code in primitive.code.iter().copied().chain(bugs) {
                assert!(code.matches("{x}").count() <= 1, "{code}");
                assert!(!(code.contains("{x}") && code.contains("{X}")), "{code}");
                let asks = (
                    ["{k}", "{k-1}", "{k+1}"]
                        .iter()
                        .any(|hole| code.contains(hole)),
                    code.contains("{c}"),
                );
                let extra = primitive.extra;
                assert!(!asks.0 || matches!(extra, Extra::Number(..)), "{code}");
                assert!(!asks.1 || extra == Extra::Letter, "{code}");
            }
            for phrase in primitive.nouns {
                assert!(phrase.contains("{x}"), "{phrase}");
            }
        }
    }

    fn expected_of(primitive: &Primitive, end: End) -> Vec<Option<Value>> {
        outcomes(
            &program(primitive.code[0], filling(primitive, end)),
            &probes(primitive.takes),
        )
    }

    #[test]
    fn each_primitive_answers_every_input() {
        let mut failing = Vec::new();
        for primitive in &CATALOGUE.primitives {
            for end in [End::Low, End::High] {
                for (probe, answer) in probes(primitive.takes)
                    .iter()
                    .zip(expected_of(primitive, end))
                {
                    if answer.as_ref().and_then(Value::to_json).is_none() {
                        failing.push(format!("{} of {probe:?} is {answer:?}", primitive.name));
                    }
                }
            }
        }
        assert!(failing.is_empty(), "{failing:#?}");
    }

    #[test]
    fn all_right_templates_of_a_primitive_agree() {
        let mut failing = Vec::new();
        for primitive in &CATALOGUE.primitives {
            let probes = probes(primitive.takes);
            for end in [End::Low, End::High] {
                let expected = expected_of(primitive, end);
                for code in primitive.code {
                    let answers = outcomes(&program(code, filling(primitive, end)), &probes);
                    if !all_same(&answers, &expected) {
                        failing.push(code);
                    }
                }
            }
        }
        assert!(failing.is_empty(), "{failing:#?}");
    }

    #[test]
    fn every_bug_shows_on_some_input() {
        let mut failing = Vec::new();
        for primitive in &CATALOGUE.primitives {
            let probes = probes(primitive.takes);
            for bug in primitive.bugs {
                let shows = [End::Low, End::High].into_iter().any(|end| {
                    let answers = outcomes(&program(bug.code, filling(primitive, end)), &probes);
                    !all_same(&answers, &expected_of(primitive, end))
                });
                if !shows {
                    failing.push((primitive.name, bug.code));
                }
            }
        }
        assert!(failing.is_empty(), "{failing:#?}");
    }

    #[test]
    fn idle_compositions_are_not_used() {
        let catalogue = &*CATALOGUE;
        let at = |name| {
            catalogue
                .primitives
                .iter()
                .position(|p| p.name == name)
                .expect("known")
        };
        let follows = |one, two| catalogue.followers[at(one)].contains(&at(two));
        assert!(follows("evens", "sum"));
        assert!(
            !follows("sort", "sum"),
            "the order does not matter to a sum"
        );
        assert!(!follows("length", "absolute"), "a length has no sign");
        assert!(!follows("sum", "largest"), "the types do not fit");
    }

    #[test]
    fn a_training_chain_contains_no_held_out_pair() {
        let catalogue = &*CATALOGUE;
        let mut sizes = [0; 3];
        for (i, followers) in catalogue.followers.iter().enumerate() {
            for &j in followers {
                let pair = [catalogue.primitives[i], catalogue.primitives[j]];
                let pair_split = split(&pair).expect("a pair has a split");
                sizes[pair_split as usize] += 1;
                for &k in &catalogue.followers[j] {
                    let chain = [pair[0], pair[1], catalogue.primitives[k]];
                    if split(&chain) == Some(Split::Train) {
                        assert_eq!(pair_split, Split::Train);
                    }
                }
            }
        }
        let [train, valid, test] = sizes;
        assert!(train > 4 * test && test > valid && valid > 50, "{sizes:?}");
    }
}
