//! From a group's rewards to advantages: what each rollout of a prompt is worth beside the others.
//!
//! Group-relative advantages (DeepSeekMath, arXiv 2402.03300, section 4.1) and the plain rule of
//! rejection sampling. A rollout without a reward takes no part: it neither gets an advantage nor
//! moves the mean of the others.

/// A group whose standard deviation is not above this says nothing about its rollouts. Published
/// trainers add the number to every divisor instead, which moves all advantages by some millionths.
const NO_SPREAD: f64 = 1e-6;

/// How rewards become advantages.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Credit {
    /// Less the group's mean, over its standard deviation (n − 1 in the denominator).
    Standardised,
    /// Less the group's mean alone (Dr. GRPO, arXiv 2503.20783).
    Centred,
    /// 1 for a reward of one half or more, else 0: rejection sampling (RFT), offline or online.
    Correct,
}

/// The advantages of one group; `None` where there is no reward.
pub fn advantages(rewards: &[Option<f64>], credit: Credit) -> Vec<Option<f64>> {
    let known: Vec<f64> = rewards.iter().flatten().copied().collect();
    let (mean, std) = moments(&known);
    let advantage = |reward: f64| match credit {
        Credit::Correct => f64::from(u8::from(reward >= 0.5)),
        _ if std <= NO_SPREAD => 0.0,
        Credit::Standardised => (reward - mean) / std,
        Credit::Centred => reward - mean,
    };
    rewards.iter().map(|r| r.map(advantage)).collect()
}

/// Whether a group's rewards differ, so that its advantages are not all zero under
/// [`Credit::Standardised`] and [`Credit::Centred`].
pub fn has_signal(rewards: &[Option<f64>]) -> bool {
    let known: Vec<f64> = rewards.iter().flatten().copied().collect();
    moments(&known).1 > NO_SPREAD
}

/// A reward for a part of an answer.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct StepReward {
    /// Index of the part's last token among the answer's.
    pub end: usize,
    /// What the part earned.
    pub reward: f64,
}

/// Process supervision (section 4.1.3): each token's advantage is the sum of the normalised rewards
/// of the parts that end at it or after it, normalised over all parts of all rollouts of the group.
/// `rollouts[i]` are the parts of an answer of `lengths[i]` tokens.
pub fn process_advantages(rollouts: &[Vec<StepReward>], lengths: &[usize]) -> Vec<Vec<f32>> {
    let all: Vec<f64> = rollouts.iter().flatten().map(|step| step.reward).collect();
    let (mean, std) = moments(&all);
    let normalised = |reward: f64| {
        if std > NO_SPREAD {
            (reward - mean) / std
        } else {
            0.0
        }
    };
    let of = |(steps, &length): (&Vec<StepReward>, &usize)| {
        let at = |token: usize| {
            let later = steps.iter().filter(|step| step.end >= token);
            later.map(|step| normalised(step.reward)).sum::<f64>() as f32
        };
        (0..length).map(at).collect()
    };
    rollouts.iter().zip(lengths).map(of).collect()
}

/// Mean and standard deviation (n − 1); the latter is 0 for fewer than two numbers.
fn moments(numbers: &[f64]) -> (f64, f64) {
    let count = numbers.len() as f64;
    let mean = numbers.iter().sum::<f64>() / count.max(1.0);
    let square: f64 = numbers.iter().map(|x| (x - mean).powi(2)).sum();
    (mean, (square / (count - 1.0).max(1.0)).sqrt())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn correct(of: usize, correct: usize) -> Vec<Option<f64>> {
        (0..of)
            .map(|i| Some(f64::from(u8::from(i < correct))))
            .collect()
    }

    fn check(found: Option<f64>, wanted: f64) {
        let found = found.unwrap();
        assert!((found - wanted).abs() < 5e-7, "{found} and not {wanted}");
    }

    #[test]
    fn advantages_of_k_correct_of_g_have_the_published_values() {
        for (of, right, good, bad) in [
            (4, 1, 1.500_000, -0.500_000),
            (8, 1, 2.474_874, -0.353_553),
            (8, 4, 0.935_414, -0.935_414),
            (16, 3, 2.015_564, -0.465_130),
            (64, 5, 3.408_170, -0.288_828),
        ] {
            let found = advantages(&correct(of, right), Credit::Standardised);
            check(found[0], good);
            check(found[of - 1], bad);
        }
        for (of, right, good, bad) in [(8, 1, 0.875, -0.125), (16, 3, 0.8125, -0.1875)] {
            let found = advantages(&correct(of, right), Credit::Centred);
            check(found[0], good);
            check(found[of - 1], bad);
        }
        let found = advantages(&correct(4, 1), Credit::Correct);
        assert_eq!(found, [Some(1.0), Some(0.0), Some(0.0), Some(0.0)]);
    }

    #[test]
    fn a_group_of_equal_rewards_has_no_signal() {
        for right in [0, 8] {
            let rewards = correct(8, right);
            assert!(!has_signal(&rewards));
            for credit in [Credit::Standardised, Credit::Centred] {
                assert_eq!(advantages(&rewards, credit), [Some(0.0); 8]);
            }
        }
        assert!(has_signal(&correct(8, 1)));
        assert!(!has_signal(&[Some(1.0), None]) && !has_signal(&[]));
    }

    #[test]
    fn a_null_reward_leaves_its_group_before_it_is_normalised() {
        let mut rewards = correct(8, 1);
        rewards.splice(3..3, [None, None]);
        let mut found = advantages(&rewards, Credit::Standardised);
        assert_eq!(found.drain(3..5).collect::<Vec<_>>(), [None, None]);
        assert_eq!(found, advantages(&correct(8, 1), Credit::Standardised));
    }

    #[test]
    fn a_token_gets_the_rewards_of_the_parts_that_end_at_it_or_later() {
        let step = |end, reward| StepReward { end, reward };
        let group = [
            vec![step(1, 1.0), step(3, 0.0)],
            vec![step(0, 0.0), step(2, 1.0)],
        ];
        let found = process_advantages(&group, &[4, 3]);
        // Two ones and two zeros: ±0.5 over a deviation of 0.577350.
        let a = 0.866_025;
        for (found, wanted) in found.concat().iter().zip([0.0, 0.0, -a, -a, 0.0, a, a]) {
            assert!((found - wanted).abs() < 1e-5, "{found} and not {wanted}");
        }
    }
}
