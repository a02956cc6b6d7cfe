//! Products of matrices that lie in slices with strides, on the kernels that candle itself uses.
//!
//! Candle's own product would want tensors; the operations here work on parts of them in place.
#![allow(
    clippy::needless_pass_by_value,
    reason = "a destination is used up by the product that goes there"
)]

mod bf16;

use gemm::Parallelism;
use serde::{Deserialize, Serialize};
use std::mem::MaybeUninit;

/// What the factors of products are rounded to. Everything else is in f32: weights, the sums of
/// products, and what comes in between.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Precision {
    /// Nothing is rounded.
    #[default]
    F32,
    /// To bf16: with AVX512_BF16 a CPU multiplies twice as fast, without it more slowly.
    Bf16,
}

impl Precision {
    /// Whether this processor has instructions for such products; without them the factors are
    /// rounded one by one, and the products are slower than in f32.
    pub fn is_fast(self) -> bool {
        match self {
            Self::F32 => true,
            Self::Bf16 => bf16::fast(),
        }
    }
}

/// A matrix inside a slice: element (i, j) lies at `i · row_stride + j · col_stride`.
#[derive(Clone, Copy)]
pub(crate) struct Matrix<T> {
    data: T,
    rows: usize,
    cols: usize,
    row_stride: usize,
    col_stride: usize,
}

/// What happens to the destination, and who does it.
#[derive(Clone, Copy)]
pub(crate) struct Product {
    /// What the product is multiplied by.
    pub(crate) scale: f32,
    /// Whether the destination's old numbers are added.
    pub(crate) accumulate: bool,
    /// Whether the current pool's threads share the work.
    pub(crate) parallel: bool,
    /// What the factors are rounded to.
    pub(crate) precision: Precision,
}

impl Product {
    pub(crate) const SET: Self = Self {
        scale: 1.0,
        accumulate: false,
        parallel: false,
        precision: Precision::F32,
    };
    pub(crate) const ADD: Self = Self {
        scale: 1.0,
        accumulate: true,
        parallel: false,
        precision: Precision::F32,
    };

    pub(crate) fn parallel(self) -> Self {
        Self {
            parallel: true,
            ..self
        }
    }

    pub(crate) fn scaled(self, scale: f32) -> Self {
        Self { scale, ..self }
    }

    pub(crate) fn rounded_to(self, precision: Precision) -> Self {
        Self { precision, ..self }
    }
}

impl<T: AsRef<[f32]>> Matrix<T> {
    /// Rows one after the other.
    pub(crate) fn new(data: T, rows: usize, cols: usize) -> Self {
        Self::strided(data, rows, cols, cols)
    }

    /// Rows `row_stride` apart.
    pub(crate) fn strided(data: T, rows: usize, cols: usize, row_stride: usize) -> Self {
        if rows > 0 && cols > 0 {
            let last = (rows - 1) * row_stride + cols - 1;
            assert!(
                last < data.as_ref().len(),
                "a matrix must lie inside its slice"
            );
        }
        Self {
            data,
            rows,
            cols,
            row_stride,
            col_stride: 1,
        }
    }

    /// Element (row, col).
    fn at(&self, row: usize, col: usize) -> f32 {
        self.data.as_ref()[row * self.row_stride + col * self.col_stride]
    }
}

impl<T> Matrix<T> {
    /// The transpose, without moving anything.
    pub(crate) fn t(self) -> Self {
        Self {
            rows: self.cols,
            cols: self.rows,
            row_stride: self.col_stride,
            col_stride: self.row_stride,
            ..self
        }
    }
}

/// Where a product goes. What is not accumulated is only written, so it may hold nothing before.
type Destination<'a> = Matrix<&'a mut [MaybeUninit<f32>]>;

/// `dst = [dst +] scale · lhs · rhs`.
pub(crate) fn multiply(
    dst: Matrix<&mut [f32]>,
    lhs: &Matrix<&[f32]>,
    rhs: &Matrix<&[f32]>,
    how: Product,
) {
    #[allow(unsafe_code, reason = "numbers seen as what may be none")]
    // SAFETY: the two types lie in memory alike, and only numbers are written.
    let data = unsafe { &mut *(std::ptr::from_mut(dst.data) as *mut [MaybeUninit<f32>]) };
    let dst = Matrix {
        data,
        rows: dst.rows,
        cols: dst.cols,
        row_stride: dst.row_stride,
        col_stride: dst.col_stride,
    };
    multiply_into(dst, lhs, rhs, how);
}

/// `scale · lhs · rhs`, row after row. Memory that is filled with zeros first costs small networks
/// some 4 % of a training step.
pub(crate) fn product(lhs: &Matrix<&[f32]>, rhs: &Matrix<&[f32]>, how: Product) -> Vec<f32> {
    assert!(!how.accumulate, "there is nothing to add to");
    let (rows, cols) = (lhs.rows, rhs.cols);
    let mut values = Vec::with_capacity(rows * cols);
    let dst = Matrix {
        data: &mut values.spare_capacity_mut()[..rows * cols],
        rows,
        cols,
        row_stride: cols,
        col_stride: 1,
    };
    multiply_into(dst, lhs, rhs, how);
    #[allow(unsafe_code, reason = "the product fills what was reserved")]
    // SAFETY: each of the rows · cols numbers was written.
    unsafe {
        values.set_len(rows * cols);
    }
    values
}

/// Writes each element of the destination.
fn multiply_into(dst: Destination, lhs: &Matrix<&[f32]>, rhs: &Matrix<&[f32]>, how: Product) {
    let (m, n, k) = (dst.rows, dst.cols, lhs.cols);
    assert!(
        lhs.rows == m && rhs.rows == k && rhs.cols == n,
        "shapes of a product must agree"
    );
    if m == 0 || n == 0 {
        return;
    }
    if k == 0 {
        if !how.accumulate {
            for i in 0..m {
                for j in 0..n {
                    dst.data[i * dst.row_stride + j * dst.col_stride].write(0.0);
                }
            }
        }
        return;
    }
    // Handing out work costs more than a small product; 2^17 multiplications take about 1 µs.
    let threads = if how.parallel && m * n * k > 1 << 17 {
        rayon::current_num_threads()
    } else {
        1
    };
    match how.precision {
        Precision::F32 => multiply_in_f32(dst, lhs, rhs, how, threads),
        Precision::Bf16 => bf16::multiply(dst, lhs, rhs, how, threads),
    }
}

fn multiply_in_f32(
    dst: Destination,
    lhs: &Matrix<&[f32]>,
    rhs: &Matrix<&[f32]>,
    how: Product,
    threads: usize,
) {
    let parallelism = if threads > 1 {
        Parallelism::Rayon(threads)
    } else {
        Parallelism::None
    };
    let stride = isize::try_from;
    let fits = "a slice's length fits isize";
    #[allow(unsafe_code, reason = "gemm takes pointers")]
    // SAFETY: `strided` checked that each matrix lies inside its slice, transposing keeps that, and
    // the mutable borrow of the destination means that it overlaps neither source.
    unsafe {
        gemm::gemm(
            dst.rows,
            dst.cols,
            lhs.cols,
            dst.data.as_mut_ptr().cast::<f32>(),
            stride(dst.col_stride).expect(fits),
            stride(dst.row_stride).expect(fits),
            how.accumulate,
            lhs.data.as_ptr(),
            stride(lhs.col_stride).expect(fits),
            stride(lhs.row_stride).expect(fits),
            rhs.data.as_ptr(),
            stride(rhs.col_stride).expect(fits),
            stride(rhs.row_stride).expect(fits),
            1.0f32,
            how.scale,
            false,
            false,
            false,
            parallelism,
        );
    }
}

#[cfg(test)]
mod tests {
    #![expect(
        clippy::float_cmp,
        clippy::many_single_char_names,
        reason = "small whole numbers are exact; shapes and matrices have their usual letters"
    )]

    use super::*;

    #[test]
    fn a_product_of_strided_and_transposed_matrices_is_the_sum_of_products() {
        let a: Vec<f32> = (0..12).map(|i| i as f32).collect();
        let b: Vec<f32> = (0..20).map(|i| (i * i % 7) as f32).collect();
        // lhs: 3 x 2 inside rows of 4; rhs: transpose of 5 x 2 inside rows of 4.
        let lhs = Matrix::strided(&a[1..], 3, 2, 4);
        let rhs = Matrix::strided(&b[..], 5, 2, 4).t();
        let mut c = [1f32; 15];
        multiply(
            Matrix::new(&mut c[..], 3, 5),
            &lhs,
            &rhs,
            Product::ADD.scaled(2.0),
        );
        for i in 0..3 {
            for j in 0..5 {
                let wanted: f32 = (0..2).map(|k| a[1 + i * 4 + k] * b[j * 4 + k]).sum();
                assert_eq!(c[i * 5 + j], 1.0 + 2.0 * wanted);
            }
        }
    }

    /// Numbers between -1 and 1 of which bf16 holds few.
    fn numbers(count: usize, seed: u64) -> Vec<f32> {
        let mixed = |i: u64| (i + seed).wrapping_mul(0x9e37_79b9_7f4a_7c15);
        let number = |i| (mixed(i) >> 40) as f32 / (1 << 23) as f32 - 1.0;
        (0..count as u64).map(number).collect()
    }

    /// Products in bf16 of every layout, with edges and more steps than are summed at once.
    #[test]
    fn a_product_in_bf16_is_the_sum_of_products_of_rounded_factors() {
        for (m, n, k) in [
            (1, 1, 1),
            (8, 48, 2),
            (16, 32, 64),
            (37, 29, 41),
            (50, 401, 33),
            (24, 70, 1100),
        ] {
            let (a, b) = (numbers(m * k, 1), numbers(k * n, 2));
            let old = numbers(m * n, 3);
            for (turn_a, turn_b, accumulate) in [
                (false, false, false),
                (false, true, true),
                (true, false, true),
                (true, true, false),
            ] {
                let factor = |data, rows, cols, turned| {
                    if turned {
                        Matrix::new(data, cols, rows).t()
                    } else {
                        Matrix::new(data, rows, cols)
                    }
                };
                let lhs = factor(&a[..], m, k, turn_a);
                let rhs = factor(&b[..], k, n, turn_b);
                let mut c = old.clone();
                let how = Product {
                    accumulate,
                    ..Product::SET.scaled(0.5).rounded_to(Precision::Bf16)
                };
                multiply(Matrix::new(&mut c[..], m, n), &lhs, &rhs, how);
                let rounded = |x: f32| f64::from(half::bf16::from_f32(x));
                for i in 0..m {
                    for j in 0..n {
                        let products =
                            (0..k).map(|l| rounded(lhs.at(i, l)) * rounded(rhs.at(l, j)));
                        let before = f64::from(u8::from(accumulate)) * f64::from(old[i * n + j]);
                        let wanted = before + 0.5 * products.clone().sum::<f64>();
                        let got = f64::from(c[i * n + j]);
                        let bound = 1e-6 * (1.0 + products.map(f64::abs).sum::<f64>());
                        assert!(
                            (got - wanted).abs() < bound,
                            "{m} {n} {k} ({i}, {j}): {got} {wanted}"
                        );
                    }
                }
            }
        }
    }

    #[test]
    fn a_product_in_bf16_has_the_same_bits_for_any_number_of_threads() {
        let (m, n, k) = (300, 130, 700);
        let (a, b) = (numbers(m * k, 1), numbers(k * n, 2));
        let product = |threads| {
            let pool = rayon::ThreadPoolBuilder::new().num_threads(threads);
            let mut c = vec![0f32; m * n];
            pool.build().unwrap().install(|| {
                multiply(
                    Matrix::new(&mut c[..], m, n),
                    &Matrix::new(&a[..], m, k),
                    &Matrix::new(&b[..], k, n),
                    Product::SET.parallel().rounded_to(Precision::Bf16),
                );
            });
            c
        };
        let one = product(1);
        assert!(one.iter().any(|&x| x != 0.0));
        assert!(product(2) == one && product(3) == one);
    }

    #[test]
    #[should_panic(expected = "inside its slice")]
    fn a_matrix_that_leaves_its_slice_is_refused() {
        Matrix::strided(&[0f32; 10][..], 3, 4, 4);
    }
}
