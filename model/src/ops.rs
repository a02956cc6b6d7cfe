//! The operations of the networks, each with its backward.
//!
//! On a CPU in f32 an operation is one fused kernel over slices; everywhere else (CUDA, other data
//! types) it is a composition of candle's differentiable operations, in the same file, which is
//! also what the tests hold the kernel against. Candle's own fused norms, softmax and rotations
//! have no backward and say nothing, so none of them is used here.
//!
//! Kernels run in rayon's current pool: a replica in a pool of one thread computes alone. Sums are
//! taken over pieces of fixed size, so that results do not depend on the number of threads.

mod attention;
mod embedding;
mod experts;
mod gated;
pub(crate) mod gemm;
mod kept;
mod linear;
mod log_probs;
mod precomputed;
mod rms_norm;
mod rope;
pub(crate) mod simd;
mod slices;
mod softmax;
mod swiglu;

pub use attention::{
    AttentionShape, attention, attention_composed, latent_attention, latent_attention_composed,
};
pub use embedding::{embedding, embedding_composed};
pub use experts::{
    Dispatch, combine, combine_composed, dispatch, dispatch_composed, grouped_linear,
    grouped_linear_composed,
};
pub use gated::{gated, gated_composed};
pub use gemm::Precision;
pub use linear::{linear, linear_composed};
pub use log_probs::{NO_TARGET, log_probs, log_probs_composed};
pub use rms_norm::{rms_norm, rms_norm_composed};
pub use rope::{RotaryTables, Rotation, rotate, rotate_composed};
pub use softmax::{softmax, softmax_composed};
pub use swiglu::{swiglu, swiglu_composed};

#[cfg(test)]
mod tests;
