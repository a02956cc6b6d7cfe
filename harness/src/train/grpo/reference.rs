//! The policy that rollouts are compared with.

use model::{Checkpoint, Config, Network, Placement, Precision, Training, Weights};

use super::config::{GrpoConfig, Variant};
use crate::commands::Failure;
use crate::train::folder::{Folder, Place};
use crate::train::placement::{digest, load};

/// Where one that is not the first policy lies in a checkpoint.
pub(super) const REFERENCE: &str = "reference";

/// The policy that the KL term binds to, or that rejection sampling samples from.
pub(super) struct Reference {
    pub(super) weights: Weights,
    pub(super) network: Network,
    pub(super) digest: String,
}

impl Reference {
    /// The one that a training begins with or goes on with; `None` where none is needed.
    pub(super) fn find(
        config: &GrpoConfig,
        folder: &Folder,
        start: &Checkpoint,
        place: &Place,
        placement: &Placement,
    ) -> Result<Option<Self>, Failure> {
        let samples_first = config.loss.variant == Variant::Rft;
        if config.loss.beta == 0.0 && !samples_first {
            return Ok(None);
        }
        let (shape, first) = (&start.config, &config.model.folder);
        let precision = config.dtype.precision();
        let own = folder.checkpoint().join(REFERENCE);
        let path = if own.exists() { &own } else { first };
        let found = if config.lora.is_some() && path == first {
            // Adapters lie on the first policy, and it stays as it is: no copy.
            Self::of(shape, start.weights.frozen(), place.base.clone(), precision)?
        } else if place.steps == 0 {
            Self::copy(shape, &start.weights, precision)?
        } else {
            Self::copy(shape, &load(path, placement)?.weights, precision)?
        };
        if place.steps > 0 && found.digest != place.reference {
            return Err(Failure::bad_input(format!(
                "`{}` has changed since this training began from it; put it back, or start again",
                path.display()
            )));
        }
        Ok(Some(found))
    }

    /// A copy of the present weights; the precision is the training's, so that rounding is no
    /// divergence.
    pub(super) fn copy(
        shape: &Config,
        weights: &Weights,
        precision: Precision,
    ) -> Result<Self, Failure> {
        let weights = weights.copied(Training::Frozen)?;
        let digest = digest(&weights)?;
        Self::of(shape, weights, digest, precision)
    }

    fn of(
        shape: &Config,
        weights: Weights,
        digest: String,
        precision: Precision,
    ) -> Result<Self, Failure> {
        Ok(Self {
            network: Network::in_precision(shape, &weights, precision)?,
            weights,
            digest,
        })
    }
}
