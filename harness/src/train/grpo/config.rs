//! The keys of a training on rewards.

use std::path::PathBuf;

use model::train::{Credit, Grpo, LoraParams, Schedule, TrainParams};
use serde::{Deserialize, Serialize};

use super::refresh::RefreshConfig;
use crate::RewardSpec;
use crate::commands::Failure;
use crate::train::lora::LoraConfig;
use crate::train::optimiser::moves;
use crate::train::sections::{
    Checkpoints, Device, Dtype, Evaluation, OptimiserKind, ScheduleKind, beta1, beta2, clip_norm,
    from_one, from_zero, is_default, one, read, share, thread_count,
};
use crate::train::weak::Tests;

/// How to train on rewards.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct GrpoConfig {
    pub(crate) algorithm: Name,
    #[serde(default = "one")]
    pub(crate) seed: u64,
    /// 0 for one a core.
    #[serde(default)]
    pub(crate) threads: usize,
    #[serde(default)]
    pub(crate) device: Device,
    #[serde(default)]
    pub(crate) dtype: Dtype,
    pub(crate) model: Start,
    /// Without it all weights are trained.
    pub(crate) lora: Option<LoraConfig>,
    pub(crate) prompts: Prompts,
    #[serde(default)]
    pub(crate) sampling: Sampling,
    #[serde(default)]
    pub(crate) tests: Tests,
    #[serde(default)]
    pub(crate) reward: Reward,
    /// Of the reward model; without it, that stays as it is.
    pub(crate) refresh: Option<RefreshConfig>,
    #[serde(default)]
    pub(crate) loss: Loss,
    pub(crate) optimiser: Optimiser,
    #[serde(default)]
    pub(crate) checkpoint: Checkpoints,
    pub(crate) evaluation: Option<Evaluation>,
}

/// The algorithm's name.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub(crate) enum Name {
    Grpo,
}

/// What training starts from.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Start {
    pub(crate) folder: PathBuf,
}

/// What is asked.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Prompts {
    pub(crate) problems: String,
    #[serde(default = "sixteen")]
    pub(crate) per_step: usize,
    #[serde(default = "eight")]
    pub(crate) group: usize,
    /// Further draws of `per_step` prompts while groups with signal are missing.
    #[serde(default)]
    pub(crate) dynamic_rounds: usize,
}

fn sixteen() -> usize {
    16
}

fn eight() -> usize {
    8
}

/// How rollouts are sampled.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub(crate) struct Sampling {
    pub(crate) temperature: f32,
    pub(crate) max_new_tokens: usize,
    pub(crate) overlong: Overlong,
    /// Tokens before the longest length over which a soft penalty grows.
    pub(crate) overlong_buffer: usize,
    /// Judge while sampling goes on.
    pub(crate) overlap: bool,
}

impl Default for Sampling {
    fn default() -> Self {
        Self {
            temperature: 1.0,
            max_new_tokens: 96,
            overlong: Overlong::default(),
            overlong_buffer: 16,
            overlap: true,
        }
    }
}

/// What becomes of a rollout that had no room to end.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub(crate) enum Overlong {
    /// It has the reward that it has.
    #[default]
    Keep,
    /// Its reward is 0.
    Zero,
    /// It is not learned from.
    Mask,
    /// Length costs up to 1 over the last tokens before the longest length.
    Soft,
}

/// Where the reward comes from.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub(crate) struct Reward {
    pub(crate) source: Source,
    /// As `--reward` of `rewardsmith eval`, on what the tests let it see.
    pub(crate) rule: String,
    pub(crate) rule_weight: f64,
    /// A reward model's folder.
    pub(crate) model: Option<PathBuf>,
    pub(crate) model_weight: f64,
    pub(crate) model_output: ModelOutput,
    /// Of 1 for an answer that ends by itself and compiles.
    pub(crate) format_weight: f64,
}

impl Default for Reward {
    fn default() -> Self {
        Self {
            source: Source::default(),
            rule: "binary".to_owned(),
            rule_weight: 1.0,
            model: None,
            model_weight: 1.0,
            model_output: ModelOutput::default(),
            format_weight: 0.0,
        }
    }
}

/// What is rewarded.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) enum Source {
    /// Tests.
    #[default]
    #[serde(rename = "rule")]
    Rule,
    /// A learned model's opinion.
    #[serde(rename = "model")]
    Model,
    /// A weighted sum of both.
    #[serde(rename = "rule+model")]
    Sum,
    /// Their product.
    #[serde(rename = "rule*model")]
    Product,
}

/// What of a reward model is the reward.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub(crate) enum ModelOutput {
    /// The sigmoid of its score, from 0 to 1.
    #[default]
    Sigmoid,
    /// The score itself.
    Score,
}

/// What is made of rewards.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub(crate) struct Loss {
    pub(crate) variant: Variant,
    /// What a group's rewards are divided by; each variant has its own.
    pub(crate) scale: Option<Scale>,
    pub(crate) clip_low: Option<f64>,
    pub(crate) clip_high: Option<f64>,
    pub(crate) beta: f64,
    /// Steps after which the policy becomes the reference; 0 keeps the first one.
    pub(crate) reference_every: u64,
}

impl Default for Loss {
    fn default() -> Self {
        Self {
            variant: Variant::default(),
            scale: None,
            clip_low: None,
            clip_high: None,
            beta: 0.02,
            reference_every: 0,
        }
    }
}

/// Which loss.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(crate) enum Variant {
    #[default]
    Grpo,
    Dapo,
    DrGrpo,
    Gspo,
    /// Imitate the right ones among the samples of the first policy.
    Rft,
    /// Imitate the right ones among the policy's own samples.
    OnlineRft,
}

/// What a group's rewards are divided by.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub(crate) enum Scale {
    Std,
    None,
}

impl Loss {
    /// The rule for advantages.
    pub(super) fn credit(&self) -> Credit {
        match (self.variant, self.scale) {
            (Variant::Rft | Variant::OnlineRft, _) => Credit::Correct,
            (_, Some(Scale::None)) | (Variant::DrGrpo, None) => Credit::Centred,
            _ => Credit::Standardised,
        }
    }

    /// The objective for rollouts of at most so many tokens.
    pub(super) fn objective(&self, longest: usize) -> Grpo {
        let low = |usual| self.clip_low.unwrap_or(usual);
        let high = |usual| self.clip_high.or(self.clip_low).unwrap_or(usual);
        let of = match self.variant {
            Variant::Grpo | Variant::Rft | Variant::OnlineRft => Grpo::plain(low(0.2), self.beta),
            Variant::Dapo => return self.dapo(),
            Variant::DrGrpo => Grpo::dr_grpo(low(0.2), self.beta, longest),
            // Ratios of whole rollouts move far less: the paper's range.
            Variant::Gspo => Grpo::gspo(low(3e-4), high(4e-4), self.beta),
        };
        Grpo {
            clip_high: high(of.clip_high),
            ..of
        }
    }

    fn dapo(&self) -> Grpo {
        Grpo::dapo(
            self.clip_low.unwrap_or(0.2),
            self.clip_high.unwrap_or(0.28),
            self.beta,
        )
    }
}

/// How the weights move.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Optimiser {
    pub(crate) steps: u64,
    /// Parts of a step's groups, an update each.
    #[serde(default = "two")]
    pub(crate) minibatches: usize,
    /// Passes over a step's groups.
    #[serde(default = "once")]
    pub(crate) epochs: usize,
    #[serde(default = "micro_batch_tokens")]
    pub(crate) micro_batch_tokens: usize,
    #[serde(default, skip_serializing_if = "is_default")]
    pub(crate) kind: OptimiserKind,
    /// Muon's.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) momentum: Option<f64>,
    pub(crate) lr: f64,
    #[serde(default = "constant")]
    pub(crate) schedule: ScheduleKind,
    #[serde(default)]
    pub(crate) lr_floor: f64,
    #[serde(default)]
    pub(crate) warmup_steps: u64,
    #[serde(default)]
    pub(crate) weight_decay: f64,
    #[serde(default = "beta1")]
    pub(crate) beta1: f64,
    #[serde(default = "beta2")]
    pub(crate) beta2: f64,
    #[serde(default = "clip_norm")]
    pub(crate) clip_norm: f64,
}

fn two() -> usize {
    2
}

fn once() -> usize {
    1
}

fn micro_batch_tokens() -> usize {
    1024
}

fn constant() -> ScheduleKind {
    ScheduleKind::Constant
}

impl Optimiser {
    /// The learning rate over the steps.
    pub(super) fn rates(&self) -> Schedule {
        moves!(self).rates(self.steps)
    }

    fn check(&self, adapters: bool) -> Result<(), String> {
        moves!(self).check(adapters)?;
        from_one("optimiser.steps", self.steps > 0)?;
        from_one("optimiser.minibatches", self.minibatches > 0)?;
        from_one("optimiser.epochs", self.epochs > 0)
    }
}

impl GrpoConfig {
    /// Reads a text; `place` is what an error calls it.
    pub(crate) fn parse(text: &str, place: &str) -> Result<Self, Failure> {
        read(text, place, Self::check)
    }

    /// The same with every key written out.
    pub(crate) fn to_toml(&self) -> String {
        toml::to_string(self).expect("numbers and strings serialise")
    }

    /// The part that the course of a training depends on: what a resumed one must share.
    pub(super) fn course(&self) -> String {
        let mut course = Self {
            threads: 0,
            checkpoint: Checkpoints::default(),
            evaluation: None,
            ..self.clone()
        };
        course.sampling.overlap = true;
        course.to_toml()
    }

    /// Adapters on the model's folder, where they are trained.
    pub(super) fn adapters(&self) -> Option<LoraParams> {
        let lora = self.lora.as_ref()?;
        Some(lora.params(&self.model.folder))
    }

    /// The rule, read.
    pub(super) fn rule(&self) -> RewardSpec {
        self.reward.rule.parse().expect("checked when it was read")
    }

    /// The engine's parameters; the learning rate is set step by step.
    pub(super) fn params(&self) -> TrainParams {
        moves!(self.optimiser).params(self.optimiser.steps, thread_count(self.threads), self.dtype)
    }

    fn check(&self) -> Result<(), String> {
        self.optimiser.check(self.lora.is_some())?;
        self.lora.as_ref().map_or(Ok(()), LoraConfig::check)?;
        self.tests.check()?;
        self.check_reward()?;
        let s = &self.sampling;
        from_zero("sampling.temperature", s.temperature.into())?;
        from_one("sampling.max_new_tokens", s.max_new_tokens > 0)?;
        if s.overlong == Overlong::Soft && !(1..=s.max_new_tokens).contains(&s.overlong_buffer) {
            return Err(format!(
                "`sampling.overlong_buffer` is {}; give 1 to `sampling.max_new_tokens`, which is {}",
                s.overlong_buffer, s.max_new_tokens
            ));
        }
        from_zero("loss.beta", self.loss.beta)?;
        share("loss.clip_low", self.loss.clip_low.unwrap_or(0.0))?;
        from_zero("loss.clip_high", self.loss.clip_high.unwrap_or(0.0))?;
        let p = &self.prompts;
        from_one("prompts.per_step", p.per_step > 0)?;
        from_one("prompts.group", p.group > 0)?;
        let learns_from_differences = self.loss.credit() != Credit::Correct;
        if p.group == 1 && learns_from_differences {
            return Err(
                "`prompts.group` is 1: one rollout has nothing to differ from; give 2 or more"
                    .into(),
            );
        }
        if s.temperature == 0.0 && p.group > 1 {
            return Err(
                "`sampling.temperature` is 0, so that all rollouts of a group are the same; give \
                 a number above 0"
                    .into(),
            );
        }
        if self.optimiser.minibatches > p.per_step {
            return Err(format!(
                "`optimiser.minibatches` is {} and there are {} groups a step; give at most as many",
                self.optimiser.minibatches, p.per_step
            ));
        }
        if self.loss.variant == Variant::Rft && self.loss.reference_every > 0 {
            return Err(
                "`loss.reference_every` makes no sense with `rft`, which samples from the first \
                 policy; use online_rft"
                    .into(),
            );
        }
        self.evaluation.as_ref().map_or(Ok(()), Evaluation::check)
    }

    fn check_reward(&self) -> Result<(), String> {
        let r = &self.reward;
        if let Err(why) = r.rule.parse::<RewardSpec>() {
            return Err(format!("`reward.rule`: {}", why.replace('`', "'")));
        }
        for (name, value) in [
            ("reward.rule_weight", r.rule_weight),
            ("reward.model_weight", r.model_weight),
            ("reward.format_weight", r.format_weight),
        ] {
            from_zero(name, value)?;
        }
        let uses_model = r.source != Source::Rule;
        if uses_model && r.model.is_none() {
            return Err(
                "`reward.source` asks for a reward model; say which with `reward.model`".into(),
            );
        }
        if !uses_model && r.model.is_some() {
            return Err(
                "`reward.model` is given and `reward.source` does not use it; leave one out".into(),
            );
        }
        let Some(refresh) = &self.refresh else {
            return Ok(());
        };
        if !uses_model {
            return Err(
                "`refresh` trains a reward model on and `reward.source` does not use one; leave \
                 the section out"
                    .into(),
            );
        }
        refresh.check()
    }
}

#[cfg(test)]
mod tests {
    use model::train::Aggregation;

    use super::*;

    const SMALLEST: &str = "algorithm = \"grpo\"\n[model]\nfolder = \"m\"\n[prompts]\n\
        problems = \"builtin:micro/train\"\n[optimiser]\nsteps = 3\nlr = 1e-4\n";

    fn refused(text: &str) -> String {
        GrpoConfig::parse(text, "c.toml").unwrap_err().message
    }

    #[test]
    fn a_configuration_survives_being_written_out() {
        let config = GrpoConfig::parse(SMALLEST, "x").unwrap();
        assert_eq!(GrpoConfig::parse(&config.to_toml(), "x").unwrap(), config);
    }

    #[test]
    fn what_is_impossible_is_refused_by_key_and_line() {
        for (more, says) in [
            (
                "[reward]\nsource = \"model\"\n",
                "c.toml:10: `reward.source`",
            ),
            ("[reward]\nmodel = \"rm\"\n", "c.toml:10: `reward.model`"),
            ("[reward]\nrule = \"magic\"\n", "c.toml:10: `reward.rule`"),
            (
                "[tests]\nseed = 1\ncoverage = 1.5\n",
                "c.toml:11: `tests.coverage`",
            ),
            (
                "[lora]\nrank = 0\ntargets = [\"q_proj\"]\n",
                "c.toml:10: `lora.rank`",
            ),
            ("[loss]\nbeta = -1.0\n", "c.toml:10: `loss.beta`"),
            ("[loss]\nbetta = 0.1\n", "c.toml:10: unknown field `betta`"),
            (
                "[loss]\nvariant = \"ppo\"\n",
                "c.toml:10: unknown variant `ppo`",
            ),
            (
                "[sampling]\ntemperature = 0.0\n",
                "c.toml:10: `sampling.temperature`",
            ),
            (
                "[sampling]\noverlong = \"soft\"\noverlong_buffer = 0\n",
                "c.toml:11: `sampling.overlong_buffer`",
            ),
            ("[refresh]\nevery = 5\n", "c.toml:9: `refresh`"),
            (
                "[refresh]\nreplay = 0.1\n",
                "c.toml:9: missing field `every`",
            ),
        ] {
            let message = refused(&format!("{SMALLEST}{more}"));
            assert!(message.starts_with(says), "{message}");
            assert!(!message.contains('\n'), "{message}");
        }
        let reward = "[reward]\nsource = \"model\"\nmodel = \"rm\"\n[refresh]\n";
        for (more, says) in [
            ("every = 0\n", "c.toml:13: `refresh.every`"),
            ("every = 5\nreplay = 1.0\n", "c.toml:14: `refresh.replay`"),
            ("every = 5\nreplay = -0.1\n", "c.toml:14: `refresh.replay`"),
            ("every = 5\nepochs = 0\n", "c.toml:14: `refresh.epochs`"),
            ("every = 5\nbatch = 0\n", "c.toml:14: `refresh.batch`"),
            ("every = 5\nlr = -1.0\n", "c.toml:14: `refresh.lr`"),
            (
                "every = 5\n[refresh.loss]\nmismatched = 2.0\n",
                "c.toml:15: `refresh.loss.mismatched`",
            ),
        ] {
            let message = refused(&format!("{SMALLEST}{reward}{more}"));
            assert!(message.starts_with(says), "{message}");
        }
        let group = SMALLEST.replace("[optimiser]", "group = 1\n[optimiser]");
        assert!(refused(&group).starts_with("c.toml:6: `prompts.group`"));
        let many = SMALLEST.replace("steps = 3", "minibatches = 17\nsteps = 3");
        assert!(refused(&many).starts_with("c.toml:7: `optimiser.minibatches`"));
    }

    #[test]
    fn each_variant_brings_its_own_clipping_averaging_and_scale() {
        let loss = |text: &str| -> Loss { toml::from_str(text).unwrap() };
        let of = |text: &str| loss(text).objective(50);
        let grpo = of("");
        assert_eq!((grpo.clip_low, grpo.clip_high, grpo.beta), (0.2, 0.2, 0.02));
        let wide = of("clip_low = 0.1");
        assert_eq!((wide.clip_low, wide.clip_high), (0.1, 0.1));
        let dapo = of("variant = \"dapo\"");
        assert_eq!(
            (dapo.clip_high, dapo.aggregation),
            (0.28, Aggregation::Token)
        );
        let dr = loss("variant = \"dr_grpo\"");
        assert_eq!(dr.objective(50).aggregation, Aggregation::Constant(50));
        assert_eq!(dr.credit(), Credit::Centred);
        assert!((of("variant = \"gspo\"").clip_high - 4e-4).abs() < 1e-12);
        assert_eq!(loss("variant = \"rft\"").credit(), Credit::Correct);
        assert_eq!(loss("scale = \"none\"").credit(), Credit::Centred);
    }
}
