//! From verdicts and opinions to rewards and advantages.

use model::sampler::Finish;
use model::train::advantages;
use problems::Suite;

use super::config::{GrpoConfig, Overlong, Reward, Source};
use super::{Group, Rollout};
use crate::train::collect::Collected;
use crate::train::weak::{Labelled, share_passed, weakened};
use crate::{RewardSpec, Verdict};

/// A rollout's rewards by source, before weights; `None` where there is none.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub(super) struct Rewards {
    pub(super) rule: Option<f64>,
    pub(super) model: Option<f64>,
    pub(super) format: Option<f64>,
    /// What the advantages are made from.
    pub(super) total: Option<f64>,
}

/// What rewards depend on, beside the rollout.
pub(super) struct Judge<'a> {
    pub(super) config: &'a GrpoConfig,
    pub(super) rule: RewardSpec,
    pub(super) suite: &'a Suite,
    /// The cases of each problem that the reward sees.
    pub(super) kept: &'a [Vec<usize>],
}

impl Judge<'_> {
    /// Groups of rewarded rollouts with their advantages.
    pub(super) fn groups(
        &self,
        collected: Vec<Collected>,
        prompts: &[Vec<u32>],
        step: u64,
    ) -> Vec<Group> {
        let mut groups: Vec<Group> = Vec::new();
        for one in collected {
            let draw = one.draw;
            if groups.last().is_none_or(|group| group.draw != draw.number) {
                groups.push(Group {
                    problem: draw.problem,
                    draw: draw.number,
                    prompt: prompts[draw.problem].clone(),
                    rollouts: Vec::with_capacity(self.config.prompts.group),
                });
            }
            let group = groups.last_mut().expect("one was pushed");
            group.rollouts.push(self.rollout(one, step));
        }
        for group in &mut groups {
            let rewards: Vec<_> = group.rollouts.iter().map(|r| r.rewards.total).collect();
            let worth = advantages(&rewards, self.config.loss.credit());
            for (rollout, advantage) in group.rollouts.iter_mut().zip(worth) {
                rollout.advantage = advantage;
            }
        }
        groups
    }

    fn rollout(&self, one: Collected, step: u64) -> Rollout {
        let id = self.suite.problems[one.draw.problem].id.as_str();
        let seen = weakened(&one.outcome, &self.kept[one.draw.problem]);
        let turned = self.config.tests.turns(&Labelled {
            problem: id,
            program: &one.program,
            step,
            draw: one.draw.number,
            rollout: one.completion.rollout,
        });
        let turn = |reward: f64| if turned { 1.0 - reward } else { reward };
        let rule = self.rule.of(&seen).map(turn);
        let ended = one.completion.finish != Finish::Length;
        let compiles = one.outcome.verdict != Verdict::CompileError;
        let judged = one.outcome.passed();
        let format = judged.map(|_| f64::from(u8::from(ended && compiles)));
        let mut rewards = Rewards {
            rule,
            model: one.opinion,
            format,
            total: None,
        };
        let total = combined(&self.config.reward, &rewards);
        rewards.total =
            total.map(|total| self.for_length(total, one.completion.tokens.len(), ended));
        let weak = seen.passed().map(|passed| passed != turned);
        Rollout {
            weak_share: weak.map(|_| turn(share_passed(&seen))),
            weak,
            completion: one.completion,
            outcome: one.outcome,
            digest: one.digest,
            turned,
            rewards,
            advantage: None,
            reference_log_probs: one.reference_log_probs,
            learned: false,
        }
    }

    /// The reward of an answer of this length, which ended by itself or not.
    fn for_length(&self, reward: f64, length: usize, ended: bool) -> f64 {
        let s = &self.config.sampling;
        match s.overlong {
            Overlong::Zero if !ended => 0.0,
            Overlong::Soft => reward - soft_penalty(length, s.max_new_tokens, s.overlong_buffer),
            _ => reward,
        }
    }
}

/// 0 up to the buffer before the longest length, then along a line up to 1 (DAPO, arXiv 2503.14476,
/// equation 13).
fn soft_penalty(length: usize, longest: usize, buffer: usize) -> f64 {
    let over = length.saturating_sub(longest.saturating_sub(buffer));
    #[allow(clippy::cast_precision_loss, reason = "counts of tokens")]
    let share = over as f64 / buffer.max(1) as f64;
    share.min(1.0)
}

/// The reward that a configuration makes of its sources; `None` where one that it needs is missing.
fn combined(reward: &Reward, of: &Rewards) -> Option<f64> {
    let main = match reward.source {
        Source::Rule => reward.rule_weight * of.rule?,
        Source::Model => reward.model_weight * of.model?,
        Source::Sum => reward.rule_weight * of.rule? + reward.model_weight * of.model?,
        Source::Product => of.rule? * of.model?,
    };
    if reward.format_weight > 0.0 {
        return Some(main + reward.format_weight * of.format?);
    }
    Some(main)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn sources_are_combined_as_their_names_say() {
        let of = Rewards {
            rule: Some(1.0),
            model: Some(0.25),
            format: Some(1.0),
            total: None,
        };
        let total = |text: &str| combined(&toml::from_str(text).unwrap(), &of);
        assert_eq!(total(""), Some(1.0));
        assert_eq!(total("source = \"model\""), Some(0.25));
        assert_eq!(
            total("source = \"rule+model\"\nmodel_weight = 2.0"),
            Some(1.5)
        );
        assert_eq!(total("source = \"rule*model\""), Some(0.25));
        assert_eq!(total("format_weight = 0.5"), Some(1.5));
        let missing = Rewards { rule: None, ..of };
        let total = |text: &str| combined(&toml::from_str(text).unwrap(), &missing);
        assert_eq!((total(""), total("source = \"rule*model\"")), (None, None));
        assert_eq!(total("source = \"model\""), Some(0.25));
    }

    #[test]
    fn length_costs_nothing_before_the_buffer_and_1_at_the_end() {
        for (length, penalty) in [(10, 0.0), (80, 0.0), (84, 0.25), (96, 1.0), (100, 1.0)] {
            let found = soft_penalty(length, 96, 16);
            assert!((found - penalty).abs() < 1e-12, "{length}: {found}");
        }
    }
}
