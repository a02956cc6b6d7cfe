//! The mixture of experts for a few rows: routing, then each expert once for all its rows.
//!
//! A row's experts are added in the order in which they were chosen, whatever order they ran in, so
//! a row does not depend on its neighbours. Experts that no row chose are not touched.

use super::{
    net::SwiGlu,
    panel::{Packed, Rows, Target, Write, product},
    rows,
};
use crate::{config::MoeConfig, router::choose_experts};
use pulp::Arch;

/// Working memory, kept between passes.
#[derive(Default)]
pub(super) struct Buffers {
    scores: Vec<f32>,
    chosen: Vec<u32>,
    factors: Vec<f32>,
    order: Vec<usize>,
    gathered: Vec<f32>,
    wide: Vec<f32>,
    gated: Vec<f32>,
    /// Of each row's choices, in the order of `chosen`.
    outputs: Vec<f32>,
}

impl Buffers {
    /// The experts of the last pass, `[rows, per token]`.
    pub(super) fn chosen(&self) -> &[u32] {
        &self.chosen
    }
}

/// Adds the routed experts of `x` to the residual stream.
pub(super) fn run(
    arch: Arch,
    x: Rows<'_>,
    (gate, experts): (&Packed, &[SwiGlu]),
    config: &MoeConfig,
    stream: &mut [f32],
    buffers: &mut Buffers,
) {
    let (hidden, per_token) = (gate.inputs(), config.num_experts_per_tok);
    route(arch, x, gate, config, buffers);
    let Buffers {
        chosen,
        factors,
        order,
        gathered,
        wide,
        gated,
        outputs,
        ..
    } = buffers;
    // Choices sorted by expert; the sort is stable, so an expert's rows keep their order.
    order.clear();
    order.extend(0..chosen.len());
    order.sort_by_key(|&choice| chosen[choice]);
    outputs.resize(chosen.len() * hidden, 0.0);
    for run in order.chunk_by(|&a, &b| chosen[a] == chosen[b]) {
        let expert = &experts[chosen[run[0]] as usize];
        let width = expert.down.inputs();
        gathered.clear();
        for &choice in run {
            let start = choice / per_token * x.stride;
            gathered.extend_from_slice(&x.data[start..start + hidden]);
        }
        wide.resize(run.len() * 2 * width, 0.0);
        gated.resize(run.len() * width, 0.0);
        let inner = Rows {
            data: gathered,
            stride: hidden,
            count: run.len(),
        };
        product(
            arch,
            inner,
            &expert.gate_up,
            Target::rows(wide, 2 * width, Write::Replace),
        );
        rows::silu_gate(wide, width, gated);
        let inner = Rows {
            data: gated,
            stride: width,
            count: run.len(),
        };
        gathered.resize(run.len() * hidden, 0.0);
        product(
            arch,
            inner,
            &expert.down,
            Target::rows(gathered, hidden, Write::Replace),
        );
        for (output, &choice) in gathered.chunks_exact(hidden).zip(run) {
            outputs[choice * hidden..(choice + 1) * hidden].copy_from_slice(output);
        }
    }
    for (choice, output) in outputs.chunks_exact(hidden).enumerate() {
        let factor = factors[choice];
        let target = &mut stream[choice / per_token * hidden..][..hidden];
        target
            .iter_mut()
            .zip(output)
            .for_each(|(sum, x)| *sum += factor * x);
    }
}

/// Fills `chosen` and `factors`. The choice itself is the trainer's own function.
fn route(arch: Arch, x: Rows<'_>, gate: &Packed, config: &MoeConfig, buffers: &mut Buffers) {
    let (experts, per_token) = (gate.outputs(), config.num_experts_per_tok);
    let Buffers {
        scores,
        chosen,
        factors,
        ..
    } = buffers;
    scores.resize(x.count * experts, 0.0);
    product(arch, x, gate, Target::rows(scores, experts, Write::Replace));
    chosen.resize(x.count * per_token, 0);
    factors.clear();
    let rows = scores
        .chunks_exact_mut(experts)
        .zip(chosen.chunks_exact_mut(per_token));
    for (scores, chosen) in rows {
        rows::softmax(scores);
        choose_experts(config, scores, chosen);
        let chosen = chosen.iter().map(|&expert| scores[expert as usize]);
        // Divided by their sum or multiplied by the factor, never both.
        if config.norm_topk_prob && per_token > 1 {
            let sum = chosen.clone().sum::<f32>() + 1e-20;
            factors.extend(chosen.map(|f| f / sum));
        } else {
            let factor = config.routed_scaling_factor as f32;
            factors.extend(chosen.map(|f| f * factor));
        }
    }
}
