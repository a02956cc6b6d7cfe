//! Log-probabilities of given tokens, fused with the output layer.
//!
//! The logits of a hundred thousand tokens for a whole batch would be gigabytes. They exist for
//! some rows at a time, in the forward and once more in the backward (a small vocabulary's are kept),
//! and rows without a target (a prompt's, the padding's) are not computed at all.

use super::{
    gemm::{Matrix, Precision, Product, multiply, product},
    kept::Kept,
    precomputed, simd, slices,
};
use candle_core::{CpuStorage, CustomOp2, D, DType, Layout, Result, Shape, Tensor, bail};
use rayon::prelude::*;
use std::sync::Arc;

/// As a target: nothing is asked at this position; its log-probability is 0 and has no gradient.
pub const NO_TARGET: u32 = u32::MAX;

/// Logits that exist at once; 2^19 numbers are 2 MiB, about a core's second cache.
const BLOCK: usize = 1 << 19;

/// Logits at once on a device, where launches cost more than memory.
const DEVICE_BLOCK: usize = 1 << 27;

/// `hidden` (…, d), output layer `w` (vocabulary, d), one target a row of `hidden`, to the natural
/// logarithms of the targets' probabilities (…); precision as in [`super::linear`].
pub fn log_probs(
    hidden: &Tensor,
    w: &Tensor,
    targets: &[u32],
    precision: Precision,
) -> Result<Tensor> {
    check(hidden, w, targets)?;
    if slices::fused(hidden) {
        let op = LogProbs::new(targets, precision);
        return hidden.contiguous()?.apply_op2(&w.contiguous()?, op);
    }
    log_probs_composed(hidden, w, targets)
}

/// The same from candle's operations, in blocks of rows that the backward computes again.
pub fn log_probs_composed(hidden: &Tensor, w: &Tensor, targets: &[u32]) -> Result<Tensor> {
    check(hidden, w, targets)?;
    let blocks = Blocks::new(hidden, w, targets)?;
    let shape = &hidden.dims()[..hidden.rank() - 1];
    let value = blocks
        .forward(&hidden.detach(), &w.detach())?
        .reshape(shape)?;
    precomputed::of_two("log_probs", (hidden, w), value, move |hidden, w, grad| {
        blocks.backward(hidden, w, grad)
    })
}

fn check(hidden: &Tensor, w: &Tensor, targets: &[u32]) -> Result<()> {
    let (vocab, d) = w.dims2()?;
    if hidden.dim(D::Minus1)? != d || hidden.elem_count() / d != targets.len() {
        bail!(
            "{} targets do not fit hidden states {:?}",
            targets.len(),
            hidden.shape()
        );
    }
    match targets
        .iter()
        .find(|&&t| t != NO_TARGET && t as usize >= vocab)
    {
        Some(target) => bail!("target {target} is outside the vocabulary of {vocab}"),
        None => Ok(()),
    }
}

/// Probabilities of at most this many (row, word) pairs are kept for the backward (32 MiB); beyond,
/// they are computed again.
const KEPT: usize = 1 << 23;

struct LogProbs {
    targets: Arc<[u32]>,
    /// Each block's probabilities, where they are few enough.
    kept: Kept<Vec<Vec<f32>>>,
    precision: Precision,
}

/// A row with a target.
#[derive(Clone, Copy)]
struct Asked {
    row: usize,
    target: usize,
}

/// The output layer's weight.
#[derive(Clone, Copy)]
struct Words<'a> {
    w: &'a [f32],
    vocab: usize,
    d: usize,
    precision: Precision,
}

impl Words<'_> {
    /// Hidden states of some rows, one after the other.
    fn gather(&self, hidden: &[f32], asked: &[Asked]) -> Vec<f32> {
        let rows = asked
            .iter()
            .flat_map(|a| &hidden[a.row * self.d..][..self.d]);
        rows.copied().collect()
    }

    fn logits(&self, states: &[f32], n: usize) -> Vec<f32> {
        product(
            &Matrix::new(states, n, self.d),
            &Matrix::new(self.w, self.vocab, self.d).t(),
            Product::SET.parallel().rounded_to(self.precision),
        )
    }

    fn probabilities(&self, states: &[f32], n: usize) -> Vec<f32> {
        let mut logits = self.logits(states, n);
        let rows = logits.par_chunks_exact_mut(self.vocab);
        rows.for_each(|row| {
            simd::softmax(row);
        });
        logits
    }

    fn block(&self) -> usize {
        (BLOCK / self.vocab).max(16)
    }
}

impl LogProbs {
    fn new(targets: &[u32], precision: Precision) -> Self {
        Self {
            targets: targets.into(),
            kept: Kept::default(),
            precision,
        }
    }

    fn asked(&self) -> Vec<Asked> {
        let rows = self.targets.iter().enumerate();
        let asked = rows.filter(|(_, t)| **t != NO_TARGET);
        let asked = asked.map(|(row, &target)| Asked {
            row,
            target: target as usize,
        });
        asked.collect()
    }
}

impl CustomOp2 for LogProbs {
    fn name(&self) -> &'static str {
        "log_probs"
    }

    fn cpu_fwd(
        &self,
        s1: &CpuStorage,
        l1: &Layout,
        s2: &CpuStorage,
        l2: &Layout,
    ) -> Result<(CpuStorage, Shape)> {
        let hidden = slices::of(s1, l1)?;
        let (vocab, d) = l2.shape().dims2()?;
        let words = Words {
            w: slices::of(s2, l2)?,
            vocab,
            d,
            precision: self.precision,
        };
        let asked = self.asked();
        let mut kept = Vec::new();
        let mut out = vec![0f32; self.targets.len()];
        for block in asked.chunks(words.block()) {
            let mut logits = words.logits(&words.gather(hidden, block), block.len());
            let rows = logits.par_chunks_exact_mut(vocab).zip(block);
            let log_probs: Vec<f32> = rows
                .map(|(row, a)| {
                    let logit = row[a.target];
                    logit - simd::softmax(row)
                })
                .collect();
            for (a, log_prob) in block.iter().zip(log_probs) {
                out[a.row] = log_prob;
            }
            if asked.len() * vocab <= KEPT {
                kept.push(logits);
            }
        }
        self.kept.keep(kept);
        let dims = l1.dims();
        Ok((CpuStorage::F32(out), Shape::from(&dims[..dims.len() - 1])))
    }

    fn bwd(
        &self,
        hidden: &Tensor,
        w: &Tensor,
        _: &Tensor,
        grad: &Tensor,
    ) -> Result<(Option<Tensor>, Option<Tensor>)> {
        let (vocab, d) = w.dims2()?;
        let (dh, dw) = slices::with([hidden, w, grad], |[hidden, w, grad]| {
            let precision = self.precision;
            let words = Words {
                w,
                vocab,
                d,
                precision,
            };
            let (mut dh, mut dw) = (vec![0f32; hidden.len()], vec![0f32; w.len()]);
            let mut kept = self.kept.take().into_iter().flatten();
            for block in self.asked().chunks(words.block()) {
                // What has no gradient is left out.
                let learned = |a: &Asked| grad[a.row] != 0.0;
                let kept = kept.next().map(|mut kept| {
                    if !block.iter().all(learned) {
                        let rows = kept.chunks_exact(vocab).zip(block);
                        let rows = rows.filter(|(_, a)| learned(a));
                        kept = rows.flat_map(|(row, _)| row).copied().collect();
                    }
                    kept
                });
                let block: Vec<Asked> = block.iter().copied().filter(learned).collect();
                let states = words.gather(hidden, &block);
                let mut dlogits = kept.unwrap_or_else(|| words.probabilities(&states, block.len()));
                dlogits
                    .par_chunks_exact_mut(vocab)
                    .zip(&block)
                    .for_each(|(row, a)| {
                        let grad = grad[a.row];
                        simd::scale(row, -grad);
                        row[a.target] += grad;
                    });
                let n = block.len();
                let dlogits = Matrix::new(&dlogits[..], n, vocab);
                let set = Product::SET.parallel().rounded_to(precision);
                let rows = product(&dlogits, &Matrix::new(w, vocab, d), set);
                for (values, a) in rows.chunks_exact(d).zip(&block) {
                    dh[a.row * d..][..d].copy_from_slice(values);
                }
                let states = Matrix::new(&states[..], n, d);
                let add = Product::ADD.parallel().rounded_to(precision);
                multiply(
                    Matrix::new(&mut dw[..], vocab, d),
                    &dlogits.t(),
                    &states,
                    add,
                );
            }
            (dh, dw)
        })?;
        let dh = Tensor::from_vec(dh, hidden.shape(), hidden.device())?;
        Ok((Some(dh), Some(Tensor::from_vec(dw, w.shape(), w.device())?)))
    }
}

/// The composed operation's blocks of rows with a target, as index tensors on the device.
struct Blocks {
    /// Rows and their targets, one pair of tensors a block.
    blocks: Vec<(Tensor, Tensor)>,
    rows: usize,
    /// For each row its place among the rows with a target, or the place behind them all: rows are
    /// gathered, since a device adds rows to others one after the other.
    places: Tensor,
}

impl Blocks {
    fn new(hidden: &Tensor, w: &Tensor, targets: &[u32]) -> Result<Self> {
        let asked: Vec<(u32, u32)> = targets
            .iter()
            .enumerate()
            .filter(|(_, target)| **target != NO_TARGET)
            .map(|(row, target)| (row as u32, *target))
            .collect();
        let mut blocks = Vec::new();
        for block in asked.chunks((DEVICE_BLOCK / w.dim(0)?).max(16)) {
            let (rows, targets): (Vec<u32>, Vec<u32>) = block.iter().copied().unzip();
            let n = rows.len();
            let rows = Tensor::from_vec(rows, n, hidden.device())?;
            blocks.push((rows, Tensor::from_vec(targets, (n, 1), hidden.device())?));
        }
        let mut places = vec![asked.len() as u32; targets.len()];
        for ((row, _), place) in asked.iter().zip(0..) {
            places[*row as usize] = place;
        }
        Ok(Self {
            blocks,
            rows: targets.len(),
            places: Tensor::from_vec(places, targets.len(), hidden.device())?,
        })
    }

    /// What was computed for the rows with a target, spread over all rows, with zeros in the others.
    fn spread(&self, computed: &[Tensor]) -> Result<Tensor> {
        precomputed::gather(&Tensor::cat(computed, 0)?, &self.places)
    }

    /// Probabilities, and log-probabilities of the targets, of one block's hidden states in f32
    /// at least.
    fn block(states: &Tensor, w: &Tensor, targets: &Tensor) -> Result<(Tensor, Tensor)> {
        let logits = super::linear_composed(states, w)?;
        let logits = match logits.dtype() {
            DType::F16 | DType::BF16 => logits.to_dtype(DType::F32)?,
            _ => logits,
        };
        let shifted = logits.broadcast_sub(&logits.max_keepdim(1)?)?;
        let exp = shifted.exp()?;
        let total = exp.sum_keepdim(1)?;
        let log_probs = (shifted.gather(targets, 1)? - total.log()?)?;
        Ok((exp.broadcast_div(&total)?, log_probs))
    }

    fn forward(&self, hidden: &Tensor, w: &Tensor) -> Result<Tensor> {
        let flat = hidden.contiguous()?.reshape((self.rows, ()))?;
        let wide = if hidden.dtype() == DType::F64 {
            DType::F64
        } else {
            DType::F32
        };
        let block = |(rows, targets): &(Tensor, Tensor)| {
            Ok(Self::block(&flat.index_select(rows, 0)?, w, targets)?.1)
        };
        let computed: Vec<Tensor> = self.blocks.iter().map(block).collect::<Result<_>>()?;
        if computed.is_empty() {
            return Tensor::zeros(self.rows, wide, hidden.device());
        }
        self.spread(&computed)?.flatten_all()
    }

    fn backward(&self, hidden: &Tensor, w: &Tensor, grad: &Tensor) -> Result<(Tensor, Tensor)> {
        let flat = hidden.contiguous()?.reshape((self.rows, ()))?;
        let grad = grad.contiguous()?.reshape((self.rows, 1))?;
        let (mut dh, mut dw) = (Vec::with_capacity(self.blocks.len()), w.zeros_like()?);
        for (rows, targets) in &self.blocks {
            let states = flat.index_select(rows, 0)?;
            let (probabilities, _) = Self::block(&states, w, targets)?;
            let grad = grad.index_select(rows, 0)?;
            let dlogits = probabilities
                .broadcast_mul(&grad.neg()?)?
                .scatter_add(targets, &grad, 1)?
                .to_dtype(w.dtype())?;
            dh.push(dlogits.matmul(w)?);
            dw = (dw + dlogits.t()?.matmul(&states)?)?;
        }
        if dh.is_empty() {
            return Ok((hidden.zeros_like()?, dw));
        }
        Ok((self.spread(&dh)?.reshape(hidden.shape())?, dw))
    }
}
