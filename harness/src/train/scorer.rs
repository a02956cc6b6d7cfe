//! A reward model that scores rollouts.

use std::path::Path;

use model::train::{Labelled, PointWise, TrainParams, evaluate};
use model::{Checkpoint, Head, Network, Placement, Tokenizer};

use super::grpo::ModelOutput;
use super::placement::load;
use crate::commands::Failure;

/// A network with a scalar head.
pub(super) struct Scorer {
    network: Network,
    output: ModelOutput,
}

impl Scorer {
    /// Of a network with a scalar head.
    pub(super) fn new(network: Network, output: ModelOutput) -> Self {
        Self { network, output }
    }

    /// Of a reward model as it is now.
    pub(super) fn of(model: &Checkpoint, output: ModelOutput) -> Result<Self, Failure> {
        let network = Network::new(&model.config, &model.weights.frozen())?;
        Ok(Self::new(network, output))
    }

    /// The reward of each text.
    pub(super) fn rewards(
        &self,
        texts: Vec<Vec<u32>>,
        params: &TrainParams,
    ) -> model::Result<Vec<f64>> {
        let label = |tokens| Labelled { tokens, label: 0.0 };
        let items: Vec<Labelled> = texts.into_iter().map(label).collect();
        let scores = evaluate(&self.network, &PointWise, &items, params)?.outputs;
        let reward = |outputs: Vec<Vec<f32>>| {
            let score = f64::from(outputs[0][0]);
            match self.output {
                ModelOutput::Sigmoid => 1.0 / (1.0 + (-score).exp()),
                ModelOutput::Score => score,
            }
        };
        Ok(scores.into_iter().map(reward).collect())
    }
}

/// Loads a reward model for a policy with this tokenizer.
pub(super) fn load_reward_model(
    folder: &Path,
    policy: &Tokenizer,
    placement: &Placement,
) -> Result<Checkpoint, Failure> {
    let checkpoint = load(folder, placement)?;
    let shown = folder.display();
    if checkpoint.config.head() != Head::Scalar {
        return Err(Failure::bad_input(format!(
            "`reward.model` is `{shown}`, a language model; give one that \
             `algorithm = \"reward-model\"` trained"
        )));
    }
    let own = checkpoint.tokenizer.as_ref().map(Tokenizer::to_json);
    if own.transpose()? != Some(policy.to_json()?) {
        return Err(Failure::bad_input(format!(
            "`reward.model` is `{shown}`, whose vocabulary is not the policy's; train one from \
             the same checkpoint"
        )));
    }
    Ok(checkpoint)
}
