//! Element-wise work on rows of numbers: exponentials, softmax, norms, gates.
//!
//! Plain loops in a shape that compilers turn into vector code (fixed lanes, no branches, no calls
//! into the mathematics library), run under the widest instruction set of the machine (how is told
//! in `ops::simd`). Sums run in 16 lanes in a fixed order, so results are the same on every such
//! machine.

use pulp::{Arch, Simd};

const LANES: usize = 16;

/// e^x with a relative error below 2e-7; 0 below -87.
#[inline(always)]
pub(super) fn exp(x: f32) -> f32 {
    // 1.5 · 2^23: adding it rounds to an integer that stands in the low bits.
    const ROUND: f32 = 12_582_912.0;
    // ln 2 in two parts: the first has few bits, so that a multiple of it is exact.
    const LN_2_HIGH: f32 = 0.693_359_4;
    const LN_2_LOW: f32 = -2.121_944_4e-4;
    let bounded = x.clamp(-87.0, 88.0);
    let shifted = bounded * std::f32::consts::LOG2_E + ROUND;
    let whole = shifted - ROUND;
    let rest = (bounded - whole * LN_2_HIGH) - whole * LN_2_LOW;
    // The Taylor series to the seventh power: |rest| is at most ln(2)/2.
    let series = 1.0 / 5040.0;
    let series = series * rest + 1.0 / 720.0;
    let series = series * rest + 1.0 / 120.0;
    let series = series * rest + 1.0 / 24.0;
    let series = series * rest + 1.0 / 6.0;
    let series = series * rest + 0.5;
    let value = series * (rest * rest) + rest + 1.0;
    let exponent = shifted
        .to_bits()
        .wrapping_sub(ROUND.to_bits())
        .wrapping_add(127)
        << 23;
    let value = value * f32::from_bits(exponent);
    if x < -87.0 { 0.0 } else { value }
}

/// The largest number of a row; minus infinity for an empty one.
#[pulp::with_simd(max = Arch::new())]
#[inline(always)]
pub(super) fn max_loop<S: Simd>(_: S, row: &[f32]) -> f32 {
    lanes_max(row)
}

#[inline(always)]
fn lanes_max(row: &[f32]) -> f32 {
    let (lanes, rest) = row.as_chunks::<LANES>();
    let mut best = [f32::NEG_INFINITY; LANES];
    for lane in lanes {
        for i in 0..LANES {
            best[i] = if lane[i] > best[i] { lane[i] } else { best[i] };
        }
    }
    best.iter()
        .chain(rest)
        .copied()
        .fold(f32::NEG_INFINITY, f32::max)
}

#[inline(always)]
fn lanes_sum(row: &[f32], map: impl Fn(f32) -> f32) -> f32 {
    let (lanes, rest) = row.as_chunks::<LANES>();
    let mut sums = [0.0; LANES];
    for lane in lanes {
        for i in 0..LANES {
            sums[i] += map(lane[i]);
        }
    }
    // Halving keeps the order fixed and the rounding small.
    for half in [8, 4, 2, 1] {
        for i in 0..half {
            sums[i] += sums[i + half];
        }
    }
    sums[0] + rest.iter().map(|&x| map(x)).sum::<f32>()
}

/// Writes e^(x·scale - largest·scale) over each number and returns their sum.
#[pulp::with_simd(exp_below_max = Arch::new())]
#[inline(always)]
pub(super) fn exp_below_max_loop<S: Simd>(_: S, row: &mut [f32], scale: f32) -> f32 {
    let top = lanes_max(row) * scale;
    for x in row.iter_mut() {
        *x = exp(*x * scale - top);
    }
    lanes_sum(row, |x| x)
}

/// Softmax in place.
#[pulp::with_simd(softmax = Arch::new())]
#[inline(always)]
pub(super) fn softmax_loop<S: Simd>(simd: S, row: &mut [f32]) {
    let factor = 1.0 / exp_below_max_loop(simd, row, 1.0);
    for x in row {
        *x *= factor;
    }
}

/// The natural logarithm of the sum of exponentials.
#[pulp::with_simd(log_sum_exp = Arch::new())]
#[inline(always)]
pub(super) fn log_sum_exp_loop<S: Simd>(_: S, row: &[f32]) -> f32 {
    let top = lanes_max(row);
    top + lanes_sum(row, |x| exp(x - top)).ln()
}

/// RMSNorm of each row of `x` into `out` (Zhang and Sennrich 2019): x / rms(x) · weight.
#[pulp::with_simd(rms_norm = Arch::new())]
#[inline(always)]
pub(super) fn rms_norm_loop<S: Simd>(_: S, x: &[f32], weight: &[f32], eps: f32, out: &mut [f32]) {
    let width = weight.len();
    for (x, out) in x.chunks_exact(width).zip(out.chunks_exact_mut(width)) {
        norm_row(x, weight, eps, out);
    }
}

#[inline(always)]
fn norm_row(x: &[f32], weight: &[f32], eps: f32, out: &mut [f32]) {
    #[expect(clippy::cast_precision_loss, reason = "a width is far below 2^24")]
    let mean = lanes_sum(x, |x| x * x) / x.len() as f32;
    let factor = 1.0 / (mean + eps).sqrt();
    for ((out, x), weight) in out.iter_mut().zip(x).zip(weight) {
        *out = x * factor * weight;
    }
}

/// SwiGLU (Shazeer 2020): each row of `both` is a gate and an input of the same width;
/// `out` gets silu(gate) · input.
#[pulp::with_simd(silu_gate = Arch::new())]
#[inline(always)]
pub(super) fn silu_gate_loop<S: Simd>(_: S, both: &[f32], width: usize, out: &mut [f32]) {
    for (both, out) in both
        .chunks_exact(2 * width)
        .zip(out.chunks_exact_mut(width))
    {
        let (gate, up) = both.split_at(width);
        for ((out, &gate), &up) in out.iter_mut().zip(gate).zip(up) {
            *out = gate / (1.0 + exp(-gate)) * up;
        }
    }
}

#[cfg(test)]
mod tests {
    #![expect(clippy::float_cmp, reason = "these results are exact")]

    use super::*;

    #[test]
    #[expect(
        clippy::cast_possible_truncation,
        reason = "the reference rounds to f32"
    )]
    fn exp_is_right_to_two_parts_in_ten_million() {
        for i in -8_600..8_800 {
            #[expect(clippy::cast_precision_loss, reason = "small integers")]
            let x = i as f32 / 100.0;
            let exact = f64::from(x).exp();
            let error = (f64::from(exp(x)) - exact).abs() / exact;
            assert!(
                error < 2e-7,
                "exp({x}) is {} and not {}",
                exp(x),
                exact as f32
            );
        }
        assert_eq!(exp(f32::NEG_INFINITY), 0.0);
        assert_eq!(exp(0.0), 1.0);
    }

    #[test]
    fn softmax_of_a_row_with_masked_places_sums_to_one() {
        let mut row: Vec<f32> = (0..37).map(|i: u8| f32::from(i) * 0.3).collect();
        row[5] = f32::NEG_INFINITY;
        softmax(&mut row);
        assert_eq!(row[5], 0.0);
        assert!((row.iter().sum::<f32>() - 1.0).abs() < 1e-6);
    }

    #[test]
    fn log_sum_exp_of_equal_numbers_is_their_value_and_the_log_of_their_count() {
        let row = [3.0; 50];
        assert!((log_sum_exp(&row) - 3.0 - 50_f32.ln()).abs() < 1e-6);
    }

    #[test]
    fn a_normalised_row_has_mean_square_one() {
        let x: Vec<f32> = (1..=40_u8).map(f32::from).collect();
        let mut out = vec![0.0; 40];
        rms_norm(&x, &[1.0; 40], 0.0, &mut out);
        let mean = out.iter().map(|x| x * x).sum::<f32>() / 40.0;
        assert!((mean - 1.0).abs() < 1e-6);
    }
}
