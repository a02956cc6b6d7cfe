//! The one inner loop of the sampler: a few rows times a panel of 32 columns.
//!
//! Every matrix product of sampling runs through it: the weights (packed once per update into
//! panels), attention scores (a tile of 32 cached keys is a panel) and attention outputs (a tile of
//! cached values is one too). An element of the result is one fused multiply-add per step of the
//! inner dimension, in order, whatever the number of rows around it; so a row's result does not
//! depend on the batch it is computed in, which the `gemm` crate does not promise (it splits the
//! inner dimension by the shape of the whole product). On weights that are packed beforehand it is
//! also faster than `gemm` at the 1 to 64 rows of a decoding step; the log has the figures.

use pulp::{Arch, Simd, WithSimd};

/// Columns of a panel: two AVX-512 registers, four AVX2 registers.
pub(super) const PANEL: usize = 32;

/// A matrix of `outputs` × `inputs` (the checkpoint's layout), stored for products from the left:
/// panels of 32 outputs, each input-major, the last one padded with zeros.
#[derive(Clone, Debug)]
pub(super) struct Packed {
    inputs: usize,
    outputs: usize,
    data: Vec<f32>,
}

impl Packed {
    /// Packs the rows of `parts`, one below the other; each is `[outputs_i, inputs]`.
    pub(super) fn stack(inputs: usize, parts: &[&[f32]]) -> Self {
        let rows: Vec<&[f32]> = parts.iter().flat_map(|p| p.chunks_exact(inputs)).collect();
        let mut data = vec![0.0; rows.len().div_ceil(PANEL) * PANEL * inputs];
        for (panel, rows) in data
            .chunks_exact_mut(PANEL * inputs)
            .zip(rows.chunks(PANEL))
        {
            // Blocks of 16 inputs keep the written lines in the first-level cache.
            for start in (0..inputs).step_by(16) {
                for (column, row) in rows.iter().enumerate() {
                    for input in start..inputs.min(start + 16) {
                        panel[input * PANEL + column] = row[input];
                    }
                }
            }
        }
        Self {
            inputs,
            outputs: rows.len(),
            data,
        }
    }

    /// Packs the transpose of `part`, which is `[inputs, outputs]`.
    pub(super) fn transposed(inputs: usize, part: &[f32]) -> Self {
        let outputs = part.len() / inputs;
        let mut data = vec![0.0; outputs.div_ceil(PANEL) * PANEL * inputs];
        for (index, panel) in data.chunks_exact_mut(PANEL * inputs).enumerate() {
            let columns = PANEL.min(outputs - index * PANEL);
            for input in 0..inputs {
                let from = input * outputs + index * PANEL;
                panel[input * PANEL..][..columns].copy_from_slice(&part[from..from + columns]);
            }
        }
        Self {
            inputs,
            outputs,
            data,
        }
    }

    pub(super) fn inputs(&self) -> usize {
        self.inputs
    }

    pub(super) fn outputs(&self) -> usize {
        self.outputs
    }
}

/// A row-major view: `rows` rows that start `stride` numbers apart.
#[derive(Clone, Copy)]
pub(super) struct Rows<'a> {
    pub(super) data: &'a [f32],
    pub(super) stride: usize,
    pub(super) count: usize,
}

/// What becomes of the old contents of the output.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Write {
    Replace,
    Add,
}

/// `out[r, :] (+)= x[r, :] · wᵀ` for every row, as wide as the weight's outputs.
pub(super) fn product(arch: Arch, x: Rows<'_>, weight: &Packed, target: Target<'_>) {
    if x.count > 0 {
        arch.dispatch(Product { x, weight, target });
    }
}

struct Product<'a> {
    x: Rows<'a>,
    weight: &'a Packed,
    target: Target<'a>,
}

impl WithSimd for Product<'_> {
    type Output = ();

    #[inline(always)]
    fn with_simd<S: Simd>(self, simd: S) {
        let Self { x, weight, target } = self;
        let Target {
            out, stride, write, ..
        } = target;
        for (index, panel) in weight.data.chunks_exact(PANEL * weight.inputs).enumerate() {
            let first = index * PANEL;
            let columns = PANEL.min(weight.outputs - first);
            let target = Target {
                out: &mut out[first..],
                stride,
                columns,
                write,
            };
            rows_times_panel(simd, x, weight.inputs, panel, target);
        }
    }
}

/// Where products go: `columns` numbers from the start of each row, rows `stride` numbers apart.
pub(super) struct Target<'a> {
    pub(super) out: &'a mut [f32],
    pub(super) stride: usize,
    pub(super) columns: usize,
    pub(super) write: Write,
}

impl<'a> Target<'a> {
    /// Rows that are as wide as the product.
    pub(super) fn rows(out: &'a mut [f32], stride: usize, write: Write) -> Self {
        Self {
            out,
            stride,
            columns: stride,
            write,
        }
    }
}

/// All rows of `x` (its first `inputs` columns) times one panel, in register tiles.
#[inline(always)]
pub(super) fn rows_times_panel<S: Simd>(
    simd: S,
    x: Rows<'_>,
    inputs: usize,
    panel: &[f32],
    target: Target<'_>,
) {
    let Target {
        out,
        stride,
        columns,
        write,
    } = target;
    let mut row = 0;
    macro_rules! tiles {
        ($vectors:literal: $($tile:ident $rows:literal)+) => {{ $(
            while x.count - row >= $rows {
                let x = Rows { data: &x.data[row * x.stride..], ..x };
                let target = Target { out: &mut out[row * stride..], stride, columns, write };
                $tile::<S, $vectors>(simd, x, inputs, panel, target);
                row += $rows;
            }
        )+ }};
    }
    // As many rows as the register file holds next to the panel's own vectors.
    match S::F32_LANES {
        16 => tiles!(2: twelve 12 eight 8 four 4 three 3 two 2 one 1),
        8 => tiles!(4: three 3 two 2 one 1),
        4 => tiles!(8: two 2 one 1),
        _ => tiles!(32: one 1),
    }
}

/// One row times one panel, for attention, where a head often has one query: four sums side by side
/// hide the latency of the additions. The order of the sum differs from [`rows_times_panel`]'s.
#[inline(always)]
pub(super) fn row_times_panel<S: Simd>(simd: S, row: &[f32], panel: &[f32], target: Target<'_>) {
    match S::F32_LANES {
        16 => split::<S, 2>(simd, row, panel, target),
        8 => split::<S, 4>(simd, row, panel, target),
        4 => split::<S, 8>(simd, row, panel, target),
        _ => split::<S, 32>(simd, row, panel, target),
    }
}

#[inline(always)]
fn split<S: Simd, const VECTORS: usize>(simd: S, row: &[f32], panel: &[f32], target: Target<'_>) {
    let mut sums = [[simd.splat_f32s(0.0); VECTORS]; 4];
    let weights = S::as_simd_f32s(panel).0;
    let (fours, rest) = row.as_chunks::<4>();
    for (values, weights) in fours.iter().zip(weights.chunks_exact(4 * VECTORS)) {
        for part in 0..4 {
            let value = simd.splat_f32s(values[part]);
            for vector in 0..VECTORS {
                let weight = weights[part * VECTORS + vector];
                sums[part][vector] = simd.mul_add_f32s(value, weight, sums[part][vector]);
            }
        }
    }
    for (value, weights) in rest
        .iter()
        .zip(weights[fours.len() * 4 * VECTORS..].chunks(VECTORS))
    {
        let value = simd.splat_f32s(*value);
        for vector in 0..VECTORS {
            sums[0][vector] = simd.mul_add_f32s(value, weights[vector], sums[0][vector]);
        }
    }
    let mut total = [0.0; PANEL];
    for (vector, total) in S::as_mut_simd_f32s(&mut total).0.iter_mut().enumerate() {
        let low = simd.add_f32s(sums[0][vector], sums[1][vector]);
        let high = simd.add_f32s(sums[2][vector], sums[3][vector]);
        *total = simd.add_f32s(low, high);
    }
    let Target {
        out,
        columns,
        write,
        ..
    } = target;
    for (out, total) in out[..columns].iter_mut().zip(total) {
        *out = if write == Write::Add {
            *out + total
        } else {
            total
        };
    }
}

/// A row in a register tile: its numbers, and its sums so far.
struct Line<'a, S: Simd, const VECTORS: usize> {
    x: &'a [f32],
    sums: [S::f32s; VECTORS],
}

impl<'a, S: Simd, const VECTORS: usize> Line<'a, S, VECTORS> {
    #[inline(always)]
    fn start(simd: S, x: &'a [f32], out: &[f32], write: Write) -> Self {
        let mut sums = [simd.splat_f32s(0.0); VECTORS];
        if write == Write::Add {
            let mut old = [0.0; PANEL];
            old[..out.len()].copy_from_slice(out);
            sums.copy_from_slice(&S::as_simd_f32s(&old).0[..VECTORS]);
        }
        Self { x, sums }
    }

    #[inline(always)]
    fn end(self, out: &mut [f32]) {
        if out.len() == PANEL {
            S::as_mut_simd_f32s(out).0.copy_from_slice(&self.sums);
        } else {
            let mut last = [0.0; PANEL];
            S::as_mut_simd_f32s(&mut last).0.copy_from_slice(&self.sums);
            out.copy_from_slice(&last[..out.len()]);
        }
    }
}

/// A tile of some rows, each a variable of its own. In an array of rows the sums stay in registers
/// only if the compiler unrolls every loop over it early enough; at times it does not, and the
/// sampler loses a third of its speed.
macro_rules! tile {
    ($name:ident: $($line:ident $row:literal),+) => {
        #[inline(always)]
        fn $name<S: Simd, const VECTORS: usize>(
            simd: S,
            x: Rows<'_>,
            inputs: usize,
            panel: &[f32],
            target: Target<'_>,
        ) {
            let Target { out, stride, columns, write } = target;
            let weights = &S::as_simd_f32s(panel).0[..inputs * VECTORS];
            $(
                let own = &x.data[$row * x.stride..][..inputs];
                let before = &out[$row * stride..][..columns];
                let mut $line = Line::<S, VECTORS>::start(simd, own, before, write);
            )+
            for input in 0..inputs {
                let weights: [S::f32s; VECTORS] =
                    std::array::from_fn(|v| weights[input * VECTORS + v]);
                $(
                    let value = simd.splat_f32s($line.x[input]);
                    for (sum, weight) in $line.sums.iter_mut().zip(weights) {
                        *sum = simd.mul_add_f32s(value, weight, *sum);
                    }
                )+
            }
            $(
                $line.end(&mut out[$row * stride..][..columns]);
            )+
        }
    };
}

tile!(one: a 0);
tile!(two: a 0, b 1);
tile!(three: a 0, b 1, c 2);
tile!(four: a 0, b 1, c 2, d 3);
tile!(eight: a 0, b 1, c 2, d 3, e 4, f 5, g 6, h 7);
tile!(twelve: a 0, b 1, c 2, d 3, e 4, f 5, g 6, h 7, i 8, j 9, k 10, l 11);

#[cfg(test)]
mod tests {
    use super::*;

    fn numbers(count: usize, seed: u32) -> Vec<f32> {
        let mut state = seed;
        (0..count)
            .map(|_| {
                state = state.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
                f32::from(u16::try_from(state >> 16).unwrap()) / 65536.0 - 0.5
            })
            .collect()
    }

    fn run(x: &[f32], count: usize, weight: &Packed, write: Write) -> Vec<f32> {
        let mut out = vec![1.0; count * weight.outputs()];
        let rows = Rows {
            data: x,
            stride: weight.inputs(),
            count,
        };
        product(
            Arch::new(),
            rows,
            weight,
            Target::rows(&mut out, weight.outputs(), write),
        );
        out
    }

    #[test]
    fn a_product_equals_the_sum_in_double_precision() {
        for (inputs, outputs, count) in [(7, 5, 3), (64, 32, 13), (100, 70, 31), (1, 33, 1)] {
            let (x, w) = (numbers(count * inputs, 1), numbers(outputs * inputs, 2));
            let packed = Packed::stack(inputs, &[&w]);
            let out = run(&x, count, &packed, Write::Add);
            for r in 0..count {
                for o in 0..outputs {
                    let exact: f64 = (0..inputs)
                        .map(|i| f64::from(x[r * inputs + i]) * f64::from(w[o * inputs + i]))
                        .sum();
                    assert!((f64::from(out[r * outputs + o]) - 1.0 - exact).abs() < 1e-5);
                }
            }
        }
    }

    #[test]
    fn the_single_row_product_equals_the_others_up_to_rounding() {
        struct Both<'a>(&'a [f32], &'a [f32], usize, [Vec<f32>; 2]);
        impl WithSimd for Both<'_> {
            type Output = [Vec<f32>; 2];
            fn with_simd<S: Simd>(self, simd: S) -> [Vec<f32>; 2] {
                let Self(row, panel, columns, [mut a, mut b]) = self;
                let target = |out| Target {
                    out,
                    stride: PANEL,
                    columns,
                    write: Write::Add,
                };
                row_times_panel(simd, row, panel, target(&mut a));
                let x = Rows {
                    data: row,
                    stride: row.len(),
                    count: 1,
                };
                rows_times_panel(simd, x, row.len(), panel, target(&mut b));
                [a, b]
            }
        }
        for (inputs, columns) in [(1, 32), (4, 32), (27, 32), (32, 7)] {
            let (row, panel) = (numbers(inputs, 7), numbers(inputs * PANEL, 8));
            let starts = [vec![0.5; PANEL], vec![0.5; PANEL]];
            let [a, b] = Arch::new().dispatch(Both(&row, &panel, columns, starts));
            for (a, b) in a.iter().zip(&b) {
                assert!((a - b).abs() < 1e-5);
            }
        }
    }

    #[test]
    fn packing_the_transpose_equals_transposing_before_packing() {
        let (inputs, outputs) = (10, 37);
        let w = numbers(inputs * outputs, 3);
        let mut turned = vec![0.0; w.len()];
        for o in 0..outputs {
            for i in 0..inputs {
                turned[i * outputs + o] = w[o * inputs + i];
            }
        }
        let x = numbers(4 * inputs, 4);
        let a = run(&x, 4, &Packed::stack(inputs, &[&w]), Write::Replace);
        let b = run(&x, 4, &Packed::transposed(inputs, &turned), Write::Replace);
        assert_eq!(a, b);
    }

    #[test]
    fn a_row_has_the_same_bits_in_every_batch() {
        let (inputs, outputs) = (1500, 40);
        let w = numbers(inputs * outputs, 5);
        let packed = Packed::stack(inputs, &[&w[..inputs * 8], &w[inputs * 8..]]);
        let x = numbers(64 * inputs, 6);
        let whole = run(&x, 64, &packed, Write::Replace);
        for count in [1, 2, 3, 5, 11, 12, 13, 63] {
            for start in [0, 64 - count] {
                let part = run(&x[start * inputs..], count, &packed, Write::Replace);
                assert_eq!(part[..], whole[start * outputs..(start + count) * outputs]);
            }
        }
    }
}
