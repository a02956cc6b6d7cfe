//! Loops over f32 that compilers turn into vector code.
//!
//! `#[pulp::with_simd(name = Arch::new())]` compiles a function for several instruction sets and makes
//! `name`, which chooses at run time. What such a function calls must be inlined into it, else that
//! part is compiled for the oldest machine; the attribute says so to the compiler, while closures
//! are inlined only when they are small.
//!
//! Products and sums are not contracted, so every machine computes the same bits.

use pulp::{Arch, Simd};

/// Independent partial sums: enough for the widest registers to hide the latency of an addition.
pub(crate) const LANES: usize = 32;

#[inline(always)]
pub(crate) fn dot(a: &[f32], b: &[f32]) -> f32 {
    let mut lanes = [0f32; LANES];
    let (a_chunks, a_rest) = a.as_chunks::<LANES>();
    let (b_chunks, b_rest) = b.as_chunks::<LANES>();
    for (x, y) in a_chunks.iter().zip(b_chunks) {
        for i in 0..LANES {
            lanes[i] += x[i] * y[i];
        }
    }
    let rest: f32 = a_rest.iter().zip(b_rest).map(|(x, y)| x * y).sum();
    fold(&lanes, |x, y| x + y) + rest
}

#[inline(always)]
pub(crate) fn sum(a: &[f32]) -> f32 {
    let mut lanes = [0f32; LANES];
    let (chunks, rest) = a.as_chunks::<LANES>();
    for x in chunks {
        for i in 0..LANES {
            lanes[i] += x[i];
        }
    }
    fold(&lanes, |x, y| x + y) + rest.iter().sum::<f32>()
}

#[inline(always)]
pub(crate) fn max(a: &[f32]) -> f32 {
    let larger = |x: f32, y: f32| if y > x { y } else { x };
    let mut lanes = [f32::NEG_INFINITY; LANES];
    let (chunks, rest) = a.as_chunks::<LANES>();
    for x in chunks {
        for i in 0..LANES {
            lanes[i] = larger(lanes[i], x[i]);
        }
    }
    let largest = fold(&lanes, larger);
    rest.iter().fold(largest, |x, &y| larger(x, y))
}

/// `y += scale · x`.
#[inline(always)]
pub(crate) fn add_scaled(y: &mut [f32], scale: f32, x: &[f32]) {
    for (y, x) in y.iter_mut().zip(x) {
        *y += scale * x;
    }
}

/// Halves the lanes until one is left: a chain through all of them would take longer than a short row.
#[inline(always)]
fn fold(lanes: &[f32; LANES], join: impl Fn(f32, f32) -> f32) -> f32 {
    let mut lanes = *lanes;
    let mut width = LANES / 2;
    while width > 0 {
        for i in 0..width {
            lanes[i] = join(lanes[i], lanes[i + width]);
        }
        width /= 2;
    }
    lanes[0]
}

/// `e^x` to about one unit in the last place, with neither branches nor calls: the power of two is
/// split off and the rest goes through a polynomial (the coefficients are those of Cephes).
/// Below -87 it stays at the smallest normal numbers instead of reaching 0.
#[inline(always)]
pub(crate) fn exp(x: f32) -> f32 {
    // Adding and subtracting this rounds to a whole number and leaves it in the low bits.
    const ROUND: f32 = 12_582_912.0;
    const LN2_HIGH: f32 = 0.693_359_4;
    const LN2_LOW: f32 = -2.121_944_4e-4;
    let x = if x > 88.0 { 88.0 } else { x };
    let x = if x < -87.0 { -87.0 } else { x };
    let shifted = x * std::f32::consts::LOG2_E + ROUND;
    let whole = shifted - ROUND;
    let r = x - whole * LN2_HIGH - whole * LN2_LOW;
    let mut p = 1.987_569_1e-4;
    p = p * r + 1.398_2e-3;
    p = p * r + 8.333_452e-3;
    p = p * r + 4.166_579_6e-2;
    p = p * r + 1.666_666_5e-1;
    p = p * r + 0.5;
    p = p * (r * r) + r + 1.0;
    let exponent = shifted
        .to_bits()
        .wrapping_sub(ROUND.to_bits())
        .wrapping_add(127);
    p * f32::from_bits(exponent << 23)
}

#[pulp::with_simd(scale = Arch::new())]
#[inline(always)]
pub(crate) fn scale_loop<S: Simd>(_: S, x: &mut [f32], factor: f32) {
    for x in x {
        *x *= factor;
    }
}

/// Turns scores into probabilities in place and returns the logarithm of their normaliser.
#[pulp::with_simd(softmax = Arch::new())]
#[inline(always)]
pub(crate) fn softmax_loop<S: Simd>(_: S, row: &mut [f32]) -> f32 {
    let top = max(row);
    for x in &mut *row {
        *x = exp(*x - top);
    }
    let normaliser = sum(row);
    let inverse = 1.0 / normaliser;
    for x in &mut *row {
        *x *= inverse;
    }
    top + normaliser.ln()
}

/// A softmax's backward, row by row over the gradient in place: `d = p · (d − Σ p·d)`.
#[pulp::with_simd(softmax_backward = Arch::new())]
#[inline(always)]
pub(crate) fn softmax_backward_loop<S: Simd>(_: S, p: &[f32], d: &mut [f32], width: usize) {
    for (p, d) in p.chunks_exact(width).zip(d.chunks_exact_mut(width)) {
        let mean = dot(p, d);
        for (d, p) in d.iter_mut().zip(p) {
            *d = p * (*d - mean);
        }
    }
}

#[cfg(test)]
mod tests {
    #![expect(clippy::float_cmp, reason = "small whole numbers are exact")]

    use super::*;

    #[test]
    fn exp_agrees_with_the_exact_one_to_two_units_in_the_last_place() {
        for i in -86_999..88_000 {
            let x = i as f32 * 1e-3;
            let (got, wanted) = (f64::from(exp(x)), f64::from(x).exp());
            assert!((got / wanted - 1.0).abs() < 2.4e-7, "{x}: {got} {wanted}");
        }
    }

    #[test]
    fn sums_products_and_maxima_take_every_element() {
        for n in [0usize, 1, 31, 32, 33, 100] {
            let a: Vec<f32> = (0..n).map(|i| i as f32).collect();
            let wanted = (n * n.saturating_sub(1) / 2) as f32;
            assert!(sum(&a) == wanted && dot(&a, &vec![1.0; n]) == wanted);
            assert_eq!(max(&a), a.last().copied().unwrap_or(f32::NEG_INFINITY));
        }
    }
}
