//! Products whose factors are rounded to bf16 and whose sums are in f32.
//!
//! A processor with AVX512_BF16 multiplies pairs of such numbers in one instruction, twice as many
//! a second as in f32. Each factor is packed into strips of 16 rows (of the left factor) or columns
//! (of the right one), in which a register holds two neighbouring inner steps of each of the 16.
//! Other processors round the factors and multiply in f32: nearly the same numbers, no faster.

use super::{Destination, Matrix, Product};
use half::bf16;

/// `dst = [dst +] scale · lhs · rhs` for shapes that agree, none of which is 0, with the work shared
/// by `threads`.
pub(super) fn multiply(
    dst: Destination,
    lhs: &Matrix<&[f32]>,
    rhs: &Matrix<&[f32]>,
    how: Product,
    threads: usize,
) {
    #[cfg(target_arch = "x86_64")]
    if dst.col_stride == 1 && fast() {
        return avx512::multiply(dst, lhs, rhs, how, threads);
    }
    let (left, right) = (rounded(lhs), rounded(rhs));
    let left = Matrix::new(&left[..], lhs.rows, lhs.cols);
    let right = Matrix::new(&right[..], rhs.rows, rhs.cols);
    super::multiply_in_f32(dst, &left, &right, how, threads);
}

/// Whether this processor has instructions for such products.
pub(super) fn fast() -> bool {
    #[cfg(target_arch = "x86_64")]
    return avx512::available();
    #[cfg(not(target_arch = "x86_64"))]
    false
}

/// A copy of a matrix, row after row, with each number rounded to the nearest of bf16.
fn rounded(matrix: &Matrix<&[f32]>) -> Vec<f32> {
    let row = |i| (0..matrix.cols).map(move |j| bf16::from_f32(matrix.at(i, j)).to_f32());
    (0..matrix.rows).flat_map(row).collect()
}

#[cfg(target_arch = "x86_64")]
#[allow(
    unsafe_code,
    clippy::wildcard_imports,
    reason = "instructions of one kind of processor, on pointers"
)]
mod avx512 {
    use super::{Destination, Matrix, Product};
    use rayon::prelude::*;
    use std::{arch::x86_64::*, cell::Cell, mem::MaybeUninit};

    /// Rows or columns of a strip: what one register holds.
    const LANES: usize = 16;
    /// Rows of the destination that the kernel computes at once.
    const ROWS: usize = 8;
    /// Strips of columns that it computes at once.
    const STRIPS: usize = 3;
    /// Pairs of inner steps after which sums go to the destination: the right factor's strips are
    /// read again for each 8 rows and are to stay in the second cache.
    const PAIRS: usize = 256;
    /// Strips of columns that are taken together for the same reason (384 KiB).
    const GROUP: usize = 24;

    pub(super) fn available() -> bool {
        is_x86_feature_detected!("avx512bf16")
            && is_x86_feature_detected!("avx512bw")
            && is_x86_feature_detected!("avx512f")
    }

    pub(super) fn multiply(
        dst: Destination,
        lhs: &Matrix<&[f32]>,
        rhs: &Matrix<&[f32]>,
        how: Product,
        threads: usize,
    ) {
        thread_local! {
            // What was packed last leaves its room to the next product.
            static ROOM: Cell<[Vec<u32>; 2]> = const { Cell::new([Vec::new(), Vec::new()]) };
        }
        let [mut left, mut right] = ROOM.take();
        let lhs = Strips::pack(lhs, &mut left, threads);
        let rhs = Strips::pack(&rhs.t(), &mut right, threads);
        // Whole strips of the left factor to each thread.
        let share = dst.rows.div_ceil(threads).next_multiple_of(LANES);
        let part = |(index, data): (usize, &mut [MaybeUninit<f32>])| {
            let from = index * share;
            let rows = share.min(dst.rows - from);
            lhs.multiply(from, &rhs, Matrix { data, rows, ..dst }, how);
        };
        if threads > 1 {
            let parts = dst.data.par_chunks_mut(share * dst.row_stride);
            parts
                .take(dst.rows.div_ceil(share))
                .enumerate()
                .for_each(part);
        } else {
            part((0, dst.data));
        }
        ROOM.set([left, right]);
    }

    /// A factor: strips of 16 rows, the last one filled up with zeros; in a strip 16 pairs, one of
    /// each row, for each two columns.
    struct Strips<'a> {
        data: &'a [u32],
        pairs: usize,
    }

    impl<'a> Strips<'a> {
        fn pack(matrix: &Matrix<&[f32]>, room: &'a mut Vec<u32>, threads: usize) -> Self {
            let pairs = matrix.cols.div_ceil(2);
            let strips = matrix.rows.div_ceil(LANES);
            let length = strips * LANES * pairs;
            if room.len() < length {
                room.resize(length, 0);
            }
            let data = &mut room[..length];
            let share = strips.div_ceil(threads);
            let pack = |(index, part)| Self::pack_part(matrix, pairs, index * share, part);
            if threads > 1 {
                let parts = data.par_chunks_mut(share * LANES * pairs);
                parts.enumerate().for_each(pack);
            } else {
                pack((0, &mut *data));
            }
            Self { data, pairs }
        }

        /// Packs the strips from `first` on, as many as `part` has room for.
        fn pack_part(matrix: &Matrix<&[f32]>, pairs: usize, first: usize, part: &mut [u32]) {
            let strips = part.len() / (LANES * pairs);
            let blocks = pairs.div_ceil(LANES);
            for step in 0..strips * blocks {
                // In the order in which the numbers lie in memory.
                let (strip, block) = if matrix.col_stride == 1 {
                    (step / blocks, step % blocks)
                } else {
                    (step % strips, step / strips)
                };
                let from = block * LANES;
                let to = (from + LANES).min(pairs);
                let at = strip * pairs;
                let block = &mut part[(at + from) * LANES..(at + to) * LANES];
                // SAFETY: `available` was asked.
                unsafe { pack_block(matrix, (first + strip) * LANES, 2 * from, block) };
            }
        }

        fn strip(&self, index: usize) -> &'a [u32] {
            &self.data[index * LANES * self.pairs..][..LANES * self.pairs]
        }

        /// Multiplies rows from `from` on with all columns of `rhs`.
        fn multiply(&self, from: usize, rhs: &Self, dst: Destination, how: Product) {
            let strips = dst.cols.div_ceil(LANES);
            for group in (0..strips).step_by(GROUP) {
                let group = group..(group + GROUP).min(strips);
                for start in (0..self.pairs).step_by(PAIRS) {
                    let pairs = start..(start + PAIRS).min(self.pairs);
                    let within = |strip: &'a [u32]| &strip[pairs.start * LANES..pairs.end * LANES];
                    let accumulate = how.accumulate || start > 0;
                    for row in (0..dst.rows).step_by(ROWS) {
                        let left = within(self.strip((from + row) / LANES));
                        for strip in group.clone().step_by(STRIPS) {
                            let count = STRIPS.min(group.end - strip);
                            let column = strip * LANES;
                            let mut target = Target {
                                data: &mut dst.data[row * dst.row_stride + column..],
                                stride: dst.row_stride,
                                rows: ROWS.min(dst.rows - row),
                                columns: (count * LANES).min(dst.cols - column),
                                scale: how.scale,
                                accumulate,
                            };
                            let right = |i: usize| within(rhs.strip(strip + i));
                            let left = &left[(from + row) % LANES..];
                            // SAFETY: `available` was asked.
                            unsafe {
                                match count {
                                    1 => kernel([right(0)], left, &mut target),
                                    2 => kernel([right(0), right(1)], left, &mut target),
                                    _ => kernel([right(0), right(1), right(2)], left, &mut target),
                                }
                            }
                        }
                    }
                }
            }
        }
    }

    /// Where a kernel's sums go.
    struct Target<'a> {
        data: &'a mut [MaybeUninit<f32>],
        stride: usize,
        rows: usize,
        columns: usize,
        scale: f32,
        accumulate: bool,
    }

    /// Eight rows times some strips: `left` starts at the first of the rows in its strip.
    #[target_feature(enable = "avx512f,avx512bf16")]
    fn kernel<const N: usize>(right: [&[u32]; N], left: &[u32], target: &mut Target) {
        let mut sums = [[_mm512_setzero_ps(); N]; ROWS];
        let pairs = right[0].len() / LANES;
        assert!(right.iter().all(|strip| strip.len() == pairs * LANES));
        assert!(left.len() >= (pairs - 1) * LANES + ROWS);
        for pair in 0..pairs {
            // SAFETY: both lie inside of their slices, as was asserted.
            unsafe {
                let columns = right.map(|strip| load(strip.as_ptr().add(pair * LANES)));
                let rows = left.as_ptr().add(pair * LANES);
                for (i, sums) in sums.iter_mut().enumerate() {
                    let row = as_bf16(_mm512_set1_epi32((*rows.add(i)).cast_signed()));
                    for (sum, column) in sums.iter_mut().zip(columns) {
                        *sum = _mm512_dpbf16_ps(*sum, row, as_bf16(column));
                    }
                }
            }
        }
        let scale = _mm512_set1_ps(target.scale);
        for (i, sums) in sums.into_iter().enumerate().take(target.rows) {
            let row = &mut target.data[i * target.stride..][..target.columns];
            for (part, sum) in row.chunks_mut(LANES).zip(sums) {
                let mask = u16::MAX >> (LANES - part.len());
                let to = part.as_mut_ptr().cast::<f32>();
                // SAFETY: the mask leaves out what lies behind the part.
                unsafe {
                    let before = if target.accumulate {
                        _mm512_maskz_loadu_ps(mask, to)
                    } else {
                        _mm512_setzero_ps()
                    };
                    _mm512_mask_storeu_ps(to, mask, _mm512_fmadd_ps(sum, scale, before));
                }
            }
        }
    }

    /// Packs 16 rows from `row` on, and from column `col` on as many as `block` has room for; what
    /// the matrix does not have is zero.
    #[target_feature(enable = "avx512f,avx512bw,avx512bf16")]
    fn pack_block(matrix: &Matrix<&[f32]>, row: usize, col: usize, block: &mut [u32]) {
        const COLS: usize = 2 * LANES;
        let whole = row + LANES <= matrix.rows && col + COLS <= matrix.cols;
        let packed = if whole && matrix.col_stride == 1 {
            let rows = &matrix.data[row * matrix.row_stride + col..];
            side_by_side(rows, matrix.row_stride)
        } else if whole && matrix.row_stride == 1 {
            let cols = &matrix.data[col * matrix.col_stride + row..];
            one_below_the_other(cols, matrix.col_stride)
        } else {
            let mut part = [0f32; LANES * COLS];
            for i in 0..LANES.min(matrix.rows - row) {
                for j in 0..COLS.min(matrix.cols - col) {
                    part[i * COLS + j] = matrix.at(row + i, col + j);
                }
            }
            side_by_side(&part, COLS)
        };
        for (to, pairs) in block.as_chunks_mut::<LANES>().0.iter_mut().zip(packed) {
            // SAFETY: 16 numbers are what is stored.
            unsafe { _mm512_storeu_si512(to.as_mut_ptr().cast(), pairs) };
        }
    }

    /// 16 rows of 32 numbers, `stride` apart, to 16 registers that hold a pair of each row.
    #[target_feature(enable = "avx512f,avx512bf16")]
    fn side_by_side(rows: &[f32], stride: usize) -> [__m512i; LANES] {
        let mut pairs = [_mm512_setzero_si512(); LANES];
        for (i, pairs) in pairs.iter_mut().enumerate() {
            let row = rows[i * stride..].first_chunk::<{ 2 * LANES }>();
            let row = row.expect("32 numbers a row").as_ptr();
            // SAFETY: there are 32.
            let (low, high) = unsafe { (_mm512_loadu_ps(row), _mm512_loadu_ps(row.add(LANES))) };
            *pairs = as_integers(_mm512_cvtne2ps_pbh(high, low));
        }
        transposed(&pairs)
    }

    /// 32 rows of 16 numbers, `stride` apart, to 16 registers that hold pairs of neighbouring rows.
    #[target_feature(enable = "avx512f,avx512bw,avx512bf16")]
    fn one_below_the_other(rows: &[f32], stride: usize) -> [__m512i; LANES] {
        // 0, 16, 1, 17, …: numbers of the second half go beside those of the first.
        const BESIDE: [u16; 2 * LANES] = {
            let mut words = [0; 2 * LANES];
            let mut i = 0;
            while i < 2 * LANES {
                words[i] = (i / 2 + i % 2 * LANES) as u16;
                i += 1;
            }
            words
        };
        // SAFETY: an array of 64 bytes.
        let beside = unsafe { _mm512_loadu_si512(BESIDE.as_ptr().cast()) };
        let mut pairs = [_mm512_setzero_si512(); LANES];
        for (i, pairs) in pairs.iter_mut().enumerate() {
            let upper = &rows[2 * i * stride..][..LANES];
            let lower = &rows[(2 * i + 1) * stride..][..LANES];
            // SAFETY: 16 numbers each.
            let (upper, lower) = unsafe {
                (
                    _mm512_loadu_ps(upper.as_ptr()),
                    _mm512_loadu_ps(lower.as_ptr()),
                )
            };
            let halves = as_integers(_mm512_cvtne2ps_pbh(lower, upper));
            *pairs = _mm512_permutexvar_epi16(beside, halves);
        }
        pairs
    }

    /// The transpose of 16 rows of 16.
    #[target_feature(enable = "avx512f")]
    fn transposed(rows: &[__m512i; LANES]) -> [__m512i; LANES] {
        let zero = [_mm512_setzero_si512(); LANES];
        let (mut twos, mut fours, mut all) = (zero, zero, zero);
        for i in (0..LANES).step_by(2) {
            twos[i] = _mm512_unpacklo_epi32(rows[i], rows[i + 1]);
            twos[i + 1] = _mm512_unpackhi_epi32(rows[i], rows[i + 1]);
        }
        for i in (0..LANES).step_by(4) {
            fours[i] = _mm512_unpacklo_epi64(twos[i], twos[i + 2]);
            fours[i + 1] = _mm512_unpackhi_epi64(twos[i], twos[i + 2]);
            fours[i + 2] = _mm512_unpacklo_epi64(twos[i + 1], twos[i + 3]);
            fours[i + 3] = _mm512_unpackhi_epi64(twos[i + 1], twos[i + 3]);
        }
        // A quarter l of `fours[4 · i + j]` holds column 4 · l + j of the rows from 4 · i on.
        for j in 0..4 {
            let [a, b, c, d] = [fours[j], fours[4 + j], fours[8 + j], fours[12 + j]];
            let even = [
                _mm512_shuffle_i32x4::<0x88>(a, b),
                _mm512_shuffle_i32x4::<0x88>(c, d),
            ];
            let odd = [
                _mm512_shuffle_i32x4::<0xdd>(a, b),
                _mm512_shuffle_i32x4::<0xdd>(c, d),
            ];
            all[j] = _mm512_shuffle_i32x4::<0x88>(even[0], even[1]);
            all[4 + j] = _mm512_shuffle_i32x4::<0x88>(odd[0], odd[1]);
            all[8 + j] = _mm512_shuffle_i32x4::<0xdd>(even[0], even[1]);
            all[12 + j] = _mm512_shuffle_i32x4::<0xdd>(odd[0], odd[1]);
        }
        all
    }

    #[inline]
    #[target_feature(enable = "avx512f")]
    unsafe fn load(from: *const u32) -> __m512i {
        // SAFETY: as the caller says.
        unsafe { _mm512_loadu_si512(from.cast()) }
    }

    #[inline]
    #[target_feature(enable = "avx512f")]
    fn as_bf16(register: __m512i) -> __m512bh {
        // SAFETY: both are 64 bytes of any value.
        unsafe { std::mem::transmute(register) }
    }

    #[inline]
    #[target_feature(enable = "avx512f")]
    fn as_integers(register: __m512bh) -> __m512i {
        // SAFETY: both are 64 bytes of any value.
        unsafe { std::mem::transmute(register) }
    }
}
