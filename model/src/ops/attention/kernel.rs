//! The kernel on slices: one task per sequence, heads one after the other, rows in tiles.

use super::super::{
    gemm::{Matrix, Precision, Product, multiply},
    simd,
};
use pulp::{Arch, Simd};
use rayon::prelude::*;
use std::sync::Arc;

/// Query rows that share one block of scores; with 256 keys the block stays in the second cache.
const TILE: usize = 64;

/// A score whose probability is nothing; finite, so that no difference of two is undefined.
const MASKED: f32 = -1e30;

/// Room for a tile's scores.
fn block(length: usize) -> Vec<f32> {
    vec![0f32; TILE * length.next_multiple_of(simd::LANES)]
}

/// Where one head's rows lie inside one of the two key and value tensors.
#[derive(Clone, Copy, Debug)]
pub(super) struct Place {
    /// Which of the two tensors.
    pub(super) slot: usize,
    /// Where the first group's numbers start in a row.
    pub(super) start: usize,
    /// From one group's numbers to the next's; 0 where all heads share them.
    pub(super) head_stride: usize,
    /// From one position to the next.
    pub(super) row_stride: usize,
    /// Query heads that share a group.
    pub(super) group: usize,
}

/// A part of the keys; parts lie in a query one after the other.
#[derive(Clone, Copy, Debug)]
pub(super) struct Part {
    pub(super) place: Place,
    pub(super) dim: usize,
}

#[derive(Clone, Debug)]
pub(super) struct Plan {
    pub(super) heads: usize,
    pub(super) query_dim: usize,
    pub(super) parts: Vec<Part>,
    pub(super) value: Place,
    pub(super) value_dim: usize,
    pub(super) scale: f32,
    pub(super) lengths: Arc<[usize]>,
    pub(super) precision: Precision,
}

impl Place {
    fn at(&self, head: usize) -> usize {
        self.start + head / self.group * self.head_stride
    }
}

/// One sequence's part of everything that is read.
struct Read<'a> {
    q: &'a [f32],
    slots: [&'a [f32]; 2],
}

/// One head's tile of rows.
#[derive(Clone, Copy)]
struct Tile {
    head: usize,
    from: usize,
    to: usize,
}

impl Tile {
    fn rows(self) -> usize {
        self.to - self.from
    }

    /// Row stride of the tile's block of scores.
    fn width(self) -> usize {
        self.to.next_multiple_of(simd::LANES)
    }
}

impl Plan {
    pub(super) fn forward(&self, q: &[f32], slots: [&[f32]; 2], length: usize) -> Vec<f32> {
        let batch = self.lengths.len();
        let mut out = vec![0f32; batch * length * self.heads * self.value_dim];
        if out.is_empty() {
            return out;
        }
        let per_item = out.len() / batch;
        out.par_chunks_mut(per_item)
            .enumerate()
            .for_each(|(item, out)| {
                let read = read(q, slots, item, batch);
                let mut scores = block(length);
                self.tiles(self.lengths[item], |tile| {
                    self.probabilities(&read, tile, &mut scores);
                    let p = Matrix::strided(&scores[..], tile.rows(), tile.to, tile.width());
                    let (at, stride) = self.output(tile);
                    let o = Matrix::strided(&mut out[at..], tile.rows(), self.value_dim, stride);
                    multiply(o, &p, &self.values(read.slots, tile), self.set());
                });
            });
        out
    }

    /// Gradients of the query and the two key and value tensors.
    pub(super) fn backward(
        &self,
        q: &[f32],
        slots: [&[f32]; 2],
        grad: &[f32],
        length: usize,
    ) -> [Vec<f32>; 3] {
        let batch = self.lengths.len();
        let mut dq = vec![0f32; q.len()];
        let mut da = vec![0f32; slots[0].len()];
        let mut db = vec![0f32; slots[1].len()];
        if q.is_empty() {
            return [dq, da, db];
        }
        let per_item = |n: usize| n / batch;
        dq.par_chunks_mut(per_item(q.len()))
            .zip(da.par_chunks_mut(per_item(slots[0].len())))
            .zip(db.par_chunks_mut(per_item(slots[1].len())))
            .zip(grad.par_chunks(per_item(grad.len())))
            .enumerate()
            .for_each(|(item, (((dq, da), db), grad))| {
                let read = read(q, slots, item, batch);
                let mut write = Write {
                    dq,
                    slots: [da, db],
                };
                let mut scratch = [block(length), block(length)];
                self.tiles(self.lengths[item], |tile| {
                    self.tile_backward(&read, grad, tile, &mut scratch, &mut write);
                });
            });
        [dq, da, db]
    }

    fn set(&self) -> Product {
        Product::SET.rounded_to(self.precision)
    }

    fn add(&self) -> Product {
        Product::ADD.rounded_to(self.precision)
    }

    fn tiles(&self, length: usize, mut f: impl FnMut(Tile)) {
        for head in 0..self.heads {
            for from in (0..length).step_by(TILE) {
                f(Tile {
                    head,
                    from,
                    to: (from + TILE).min(length),
                });
            }
        }
    }

    /// Probabilities of a tile's rows over keys `0..tile.width()`, with zeros after each row's own.
    fn probabilities(&self, read: &Read, tile: Tile, scores: &mut [f32]) {
        let mut how = self.set().scaled(self.scale);
        let mut at = 0;
        for part in &self.parts {
            let block = Matrix::strided(&mut *scores, tile.rows(), tile.to, tile.width());
            let q = self.query(read.q, tile, at, part.dim);
            multiply(block, &q, &keys(read.slots, part, tile).t(), how);
            how.accumulate = true;
            at += part.dim;
        }
        let width = tile.width();
        causal_softmax(&mut scores[..tile.rows() * width], width, tile.from);
    }

    fn tile_backward(
        &self,
        read: &Read,
        grad: &[f32],
        tile: Tile,
        [p, ds]: &mut [Vec<f32>; 2],
        write: &mut Write,
    ) {
        let (rows, cols, width) = (tile.rows(), tile.to, tile.width());
        self.probabilities(read, tile, p);
        let (at, stride) = self.output(tile);
        let grad = Matrix::strided(&grad[at..], rows, self.value_dim, stride);
        let values = self.values(read.slots, tile).t();
        multiply(
            Matrix::strided(&mut ds[..], rows, cols, width),
            &grad,
            &values,
            self.set(),
        );
        let dv = self
            .value
            .matrix(write.slots[self.value.slot], tile, self.value_dim);
        multiply(
            dv,
            &Matrix::strided(&p[..], rows, cols, width).t(),
            &grad,
            self.add(),
        );
        // What lies right of a row's own key is an older tile's, but finite, and its probability is 0.
        simd::softmax_backward(&p[..rows * width], &mut ds[..rows * width], width);

        let mut at = 0;
        for part in &self.parts {
            let scores = Matrix::strided(&ds[..], rows, cols, width);
            let row = self.heads * self.query_dim;
            let start = tile.from * row + tile.head * self.query_dim + at;
            let dq = Matrix::strided(&mut write.dq[start..], rows, part.dim, row);
            let set = self.set().scaled(self.scale);
            multiply(dq, &scores, &keys(read.slots, part, tile), set);
            let dk = part
                .place
                .matrix(write.slots[part.place.slot], tile, part.dim);
            let q = self.query(read.q, tile, at, part.dim);
            multiply(dk, &scores.t(), &q, self.add().scaled(self.scale));
            at += part.dim;
        }
    }

    fn query<'a>(&self, q: &'a [f32], tile: Tile, at: usize, dim: usize) -> Matrix<&'a [f32]> {
        let row = self.heads * self.query_dim;
        let start = tile.from * row + tile.head * self.query_dim + at;
        Matrix::strided(&q[start..], tile.rows(), dim, row)
    }

    fn values<'a>(&self, slots: [&'a [f32]; 2], tile: Tile) -> Matrix<&'a [f32]> {
        let at = self.value.at(tile.head);
        let slot = &slots[self.value.slot][at..];
        Matrix::strided(slot, tile.to, self.value_dim, self.value.row_stride)
    }

    /// Where a tile's outputs start, and how far its rows lie apart.
    fn output(&self, tile: Tile) -> (usize, usize) {
        let stride = self.heads * self.value_dim;
        (tile.from * stride + tile.head * self.value_dim, stride)
    }
}

/// One sequence's part of everything that is written.
struct Write<'a> {
    dq: &'a mut [f32],
    slots: [&'a mut [f32]; 2],
}

impl Place {
    fn matrix<'a>(&self, slot: &'a mut [f32], tile: Tile, dim: usize) -> Matrix<&'a mut [f32]> {
        Matrix::strided(
            &mut slot[self.at(tile.head)..],
            tile.to,
            dim,
            self.row_stride,
        )
    }
}

fn keys<'a>(slots: [&'a [f32]; 2], part: &Part, tile: Tile) -> Matrix<&'a [f32]> {
    let place = part.place;
    let slot = &slots[place.slot][place.at(tile.head)..];
    Matrix::strided(slot, tile.to, part.dim, place.row_stride)
}

fn read<'a>(q: &'a [f32], slots: [&'a [f32]; 2], item: usize, batch: usize) -> Read<'a> {
    let own = |all: &'a [f32]| {
        let n = all.len() / batch;
        &all[item * n..(item + 1) * n]
    };
    Read {
        q: own(q),
        slots: slots.map(own),
    }
}

/// Probabilities of rows of scores, `width` apart, whose first one looks at keys up to number `first`.
#[pulp::with_simd(causal_softmax = Arch::new())]
#[inline(always)]
fn causal_softmax_loop<S: Simd>(arch: S, scores: &mut [f32], width: usize, first: usize) {
    for (i, row) in scores.chunks_exact_mut(width).enumerate() {
        let own = first + i + 1;
        // A length that fills registers: loops over a row's own length would spend most of their
        // time on what is left over.
        let filled = own.next_multiple_of(simd::LANES);
        row[own..filled].fill(MASKED);
        simd::softmax_loop(arch, &mut row[..filled]);
        row[own..].fill(0.0);
    }
}
