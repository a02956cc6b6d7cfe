//! The mixture of experts for a few rows: routing, then each expert once for all its rows.
//!
//! A row's experts are added in the order in which they were chosen, whatever order they ran in, so
//! a row does not depend on its neighbours. Experts that no row chose are not touched.

use super::{
    net::{Routing, SwiGlu},
    panel::{Packed, Rows, Write, product},
    rows,
};
use crate::config::TopkMethod;
use pulp::Arch;

/// Working memory, kept between passes.
#[derive(Default)]
pub(super) struct Buffers {
    scores: Vec<f32>,
    chosen: Vec<u16>,
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
    pub(super) fn chosen(&self) -> &[u16] {
        &self.chosen
    }
}

/// Adds the routed experts of `x` to the residual stream.
pub(super) fn run(
    arch: Arch,
    x: Rows<'_>,
    (gate, experts): (&Packed, &[SwiGlu]),
    routing: Routing,
    stream: &mut [f32],
    buffers: &mut Buffers,
) {
    let (hidden, per_token) = (gate.inputs(), routing.per_token);
    route(arch, x, gate, routing, buffers);
    let Buffers { chosen, factors, order, gathered, wide, gated, outputs, .. } = buffers;
    // Choices sorted by expert; the sort is stable, so an expert's rows keep their order.
    order.clear();
    order.extend(0..chosen.len());
    order.sort_by_key(|&choice| chosen[choice]);
    outputs.resize(chosen.len() * hidden, 0.0);
    for run in order.chunk_by(|&a, &b| chosen[a] == chosen[b]) {
        let expert = &experts[usize::from(chosen[run[0]])];
        let width = expert.down.inputs();
        gathered.clear();
        for &choice in run {
            let start = choice / per_token * x.stride;
            gathered.extend_from_slice(&x.data[start..start + hidden]);
        }
        wide.resize(run.len() * 2 * width, 0.0);
        gated.resize(run.len() * width, 0.0);
        let inner = Rows { data: gathered, stride: hidden, count: run.len() };
        product(arch, inner, &expert.gate_up, (wide, 2 * width), Write::Replace);
        rows::silu_gate(arch, wide, width, gated);
        let inner = Rows { data: gated, stride: width, count: run.len() };
        gathered.resize(run.len() * hidden, 0.0);
        product(arch, inner, &expert.down, (gathered, hidden), Write::Replace);
        for (output, &choice) in gathered.chunks_exact(hidden).zip(run) {
            outputs[choice * hidden..(choice + 1) * hidden].copy_from_slice(output);
        }
    }
    for (choice, output) in outputs.chunks_exact(hidden).enumerate() {
        let factor = factors[choice];
        let target = &mut stream[choice / per_token * hidden..][..hidden];
        target.iter_mut().zip(output).for_each(|(sum, x)| *sum += factor * x);
    }
}

/// Fills `chosen` and `factors`.
fn route(arch: Arch, x: Rows<'_>, gate: &Packed, routing: Routing, buffers: &mut Buffers) {
    let experts = gate.outputs();
    let Buffers { scores, chosen, factors, .. } = buffers;
    scores.resize(x.count * experts, 0.0);
    product(arch, x, gate, (scores, experts), Write::Replace);
    chosen.clear();
    factors.clear();
    for scores in scores.chunks_exact_mut(experts) {
        rows::softmax(arch, scores);
        let start = factors.len();
        let allowed = allowed_groups(scores, routing.method);
        for _ in 0..routing.per_token {
            let best = (0..experts)
                .filter(|&e| allowed.as_ref().is_none_or(|(size, kept)| kept[e / size]))
                .filter(|e| !chosen[start..].contains(&(*e as u16)))
                .reduce(|best, e| if scores[e] > scores[best] { e } else { best })
                .expect("a configuration has at least as many experts as a token uses");
            chosen.push(best as u16);
            factors.push(scores[best]);
        }
        let factors = &mut factors[start..];
        if routing.normalise {
            let sum = factors.iter().sum::<f32>() + 1e-20;
            factors.iter_mut().for_each(|f| *f /= sum);
        } else {
            factors.iter_mut().for_each(|f| *f *= routing.factor);
        }
    }
}

/// The size of a group of experts and which groups a row may use; nothing where all are allowed.
fn allowed_groups(scores: &[f32], method: TopkMethod) -> Option<(usize, Vec<bool>)> {
    let TopkMethod::GroupLimitedGreedy { n_group, topk_group } = method else {
        return None;
    };
    let size = scores.len() / n_group;
    let best: Vec<f32> = scores
        .chunks_exact(size)
        .map(|group| group.iter().copied().fold(f32::NEG_INFINITY, f32::max))
        .collect();
    let mut order: Vec<usize> = (0..n_group).collect();
    order.sort_by(|&a, &b| best[b].total_cmp(&best[a]));
    let mut kept = vec![false; n_group];
    order[..topk_group].iter().for_each(|&group| kept[group] = true);
    Some((size, kept))
}
