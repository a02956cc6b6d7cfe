//! Which inputs become a problem's cases, and how strong each is.
//!
//! The strength of a case is how many known-wrong variants it kills, that is, for how many it asks an
//! answer that they do not give. Cases stand weakest first: keeping the first part of them then is
//! a weak test, as one random case is not, because across many problems random cases average out.

use serde_json::Value as Json;

/// What one program answered for one case; none for an exception, a trap or exhausted limits.
pub type Answer = Option<Json>;

/// What the reference and the known-wrong variants of one problem answered, case by case.
#[derive(Clone, Debug, PartialEq)]
pub struct Answers {
    /// The reference's answers.
    pub reference: Vec<Answer>,
    /// Each variant's answers, in the order of the problem's variants.
    pub wrong: Vec<Vec<Answer>>,
}

impl Answers {
    /// Whether the variant answers that case wrongly. A case without a right answer kills nothing.
    pub(super) fn kills(&self, case: usize, variant: usize) -> bool {
        let right = &self.reference[case];
        right.is_some() && *right != self.wrong[variant][case]
    }

    /// How many variants each case kills.
    pub(super) fn strengths(&self) -> Vec<usize> {
        let kills = |case| {
            (0..self.wrong.len())
                .filter(|&v| self.kills(case, v))
                .count()
        };
        (0..self.reference.len()).map(kills).collect()
    }

    /// The variants that some case kills.
    pub(super) fn killed(&self) -> Vec<usize> {
        let cases = 0..self.reference.len();
        (0..self.wrong.len())
            .filter(|&v| cases.clone().any(|case| self.kills(case, v)))
            .collect()
    }
}

/// Picks `wanted` cases: first the fewest that kill all that can be killed (greedily), then the
/// weakest, then from the front on; weakest first in the end. Fewer only if there are fewer.
pub(super) fn select(answers: &Answers, wanted: usize) -> Vec<usize> {
    let strengths = answers.strengths();
    let answered: Vec<usize> = (0..strengths.len())
        .filter(|&case| answers.reference[case].is_some())
        .collect();
    let mut alive = answers.killed();
    let mut picked: Vec<usize> = Vec::new();
    while picked.len() < wanted && !alive.is_empty() {
        let kills = |case: &usize| alive.iter().filter(|&&v| answers.kills(*case, v)).count();
        let Some(&best) = answered.iter().rev().max_by_key(|case| kills(case)) else {
            break;
        };
        alive.retain(|&variant| !answers.kills(best, variant));
        picked.push(best);
    }
    let weakest = answered.iter().min_by_key(|&&case| strengths[case]);
    for &case in weakest.into_iter().chain(&answered) {
        if picked.len() < wanted && !picked.contains(&case) {
            picked.push(case);
        }
    }
    picked.sort_by_key(|&case| (strengths[case], case));
    picked
}

#[cfg(test)]
mod tests {
    use super::*;

    fn answers(reference: &[i64], wrong: &[&[i64]]) -> Answers {
        let all = |answers: &[i64]| answers.iter().map(|&a| Some(Json::from(a))).collect();
        Answers {
            reference: all(reference),
            wrong: wrong.iter().map(|w| all(w)).collect(),
        }
    }

    #[test]
    fn every_variant_that_can_die_is_killed_by_a_picked_case() {
        let answers = answers(
            &[0, 1, 2, 3],
            &[&[0, 1, 2, 9], &[0, 9, 2, 3], &[0, 1, 2, 3]],
        );
        assert_eq!(answers.killed(), [0, 1]);
        assert_eq!(select(&answers, 2), [1, 3]);
        assert_eq!(
            select(&answers, 3),
            [0, 1, 3],
            "the weakest case comes first"
        );
    }

    #[test]
    fn a_case_whose_reference_fails_is_never_picked() {
        let mut answers = answers(&[0, 1, 2], &[&[9, 9, 9]]);
        answers.reference[0] = None;
        assert_eq!(select(&answers, 8), [1, 2]);
    }

    #[test]
    fn a_variant_that_raises_is_killed() {
        let mut answers = answers(&[5], &[&[5]]);
        answers.wrong[0][0] = None;
        assert_eq!(answers.strengths(), [1]);
    }
}
