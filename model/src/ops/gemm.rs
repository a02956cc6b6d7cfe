//! Products of matrices that lie in slices with strides, on the kernels that candle itself uses.
//!
//! Candle's own product would want tensors; the operations here work on parts of them in place.

use gemm::Parallelism;

/// A matrix inside a slice: element (i, j) lies at `i · row_stride + j · col_stride`.
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
}

impl Product {
    pub(crate) const SET: Self = Self {
        scale: 1.0,
        accumulate: false,
        parallel: false,
    };
    pub(crate) const ADD: Self = Self {
        scale: 1.0,
        accumulate: true,
        parallel: false,
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

#[expect(clippy::needless_pass_by_value, reason = "a destination is used up")]
/// `dst = [dst +] scale · lhs · rhs`.
pub(crate) fn multiply(
    dst: Matrix<&mut [f32]>,
    lhs: &Matrix<&[f32]>,
    rhs: &Matrix<&[f32]>,
    how: Product,
) {
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
            (0..m).for_each(|i| dst.data[i * dst.row_stride..][..n].fill(0.0));
        }
        return;
    }
    // Handing out work costs more than a small product; 2^17 multiplications take about 1 µs.
    let threads = if how.parallel && m * n * k > 1 << 17 {
        rayon::current_num_threads()
    } else {
        1
    };
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
            m,
            n,
            k,
            dst.data.as_mut_ptr(),
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
    #![expect(clippy::float_cmp, reason = "small whole numbers are exact")]

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

    #[test]
    #[should_panic(expected = "inside its slice")]
    fn a_matrix_that_leaves_its_slice_is_refused() {
        Matrix::strided(&[0f32; 10][..], 3, 4, 4);
    }
}
