//! A mixture of experts as three operations: rows are sorted by expert, each expert's rows go
//! through its weights in one product, and each token adds up what its experts answered.
//!
//! A loop over experts that cut rows out of one tensor would pay, in its backward, a whole
//! gradient tensor per expert. Sorting by counting and one operation over all segments does not.

use super::{
    gemm::{Matrix, Precision, Product, multiply},
    precomputed, simd, slices,
};
use candle_core::{CpuStorage, CustomOp1, CustomOp2, Layout, Result, Shape, Tensor, bail};
use rayon::prelude::*;
use std::{ops::Range, sync::Arc};

/// Which rows go to which expert: a counting sort of (token, choice) pairs by expert.
#[derive(Clone, Debug)]
pub struct Dispatch {
    /// Experts with at least one row, in order.
    pub active: Vec<usize>,
    /// The sorted rows of each of them.
    segments: Arc<[Range<usize>]>,
    /// Token of each sorted row.
    tokens: Arc<[u32]>,
    /// Sorted row of each (token, choice), or `NOWHERE`.
    rows: Arc<[u32]>,
    per_token: usize,
}

/// As a choice: the token goes to no expert (padding).
const NOWHERE: u32 = u32::MAX;

impl Dispatch {
    /// From the experts that each token chose, `per_token` each; `u32::MAX` chooses none.
    pub fn new(choices: &[u32], per_token: usize, experts: usize) -> Self {
        let mut starts = vec![0usize; experts + 1];
        for &expert in choices.iter().filter(|&&e| e != NOWHERE) {
            starts[expert as usize + 1] += 1;
        }
        for expert in 0..experts {
            starts[expert + 1] += starts[expert];
        }
        let (mut active, mut segments) = (Vec::new(), Vec::new());
        for expert in 0..experts {
            if starts[expert] < starts[expert + 1] {
                active.push(expert);
                segments.push(starts[expert]..starts[expert + 1]);
            }
        }
        let mut tokens = vec![0u32; starts[experts]];
        let mut rows = vec![NOWHERE; choices.len()];
        for (pair, &expert) in choices.iter().enumerate() {
            if expert != NOWHERE {
                let row = &mut starts[expert as usize];
                rows[pair] = *row as u32;
                tokens[*row] = (pair / per_token) as u32;
                *row += 1;
            }
        }
        Self {
            active,
            segments: segments.into(),
            tokens: tokens.into(),
            rows: rows.into(),
            per_token,
        }
    }

    /// Number of sorted rows.
    pub fn len(&self) -> usize {
        self.tokens.len()
    }

    /// [`Self::tokens`] where `like` lies.
    fn token_numbers(&self, like: &Tensor) -> Result<Tensor> {
        Tensor::new(&self.tokens[..], like.device())
    }

    /// The (token, choice) of each sorted row where `like` lies.
    fn pair_numbers(&self, like: &Tensor) -> Result<Tensor> {
        let mut pairs = vec![0u32; self.len()];
        for (pair, &row) in (0..).zip(self.rows.iter()) {
            if row != NOWHERE {
                pairs[row as usize] = pair;
            }
        }
        Tensor::from_vec(pairs, self.len(), like.device())
    }

    /// [`Self::rows`] where `like` lies; the number behind the last row stands for nowhere.
    fn row_numbers(&self, like: &Tensor) -> Result<Tensor> {
        let none = self.len() as u32;
        let rows = self.rows.iter().map(|&row| row.min(none));
        Tensor::from_vec(rows.collect::<Vec<_>>(), self.rows.len(), like.device())
    }

    /// Whether no token goes anywhere.
    pub fn is_empty(&self) -> bool {
        self.tokens.is_empty()
    }
}

/// `x` (tokens, d) to sorted rows (rows, d).
pub fn dispatch(x: &Tensor, plan: &Dispatch) -> Result<Tensor> {
    if slices::fused(x) {
        return x.contiguous()?.apply_op1(Scatter(plan.clone()));
    }
    dispatch_composed(x, plan)
}

/// The same for any device.
pub fn dispatch_composed(x: &Tensor, plan: &Dispatch) -> Result<Tensor> {
    let value = x
        .detach()
        .contiguous()?
        .index_select(&plan.token_numbers(x)?, 0)?;
    let plan = plan.clone();
    precomputed::of_one("dispatch", x, value, move |x, grad| {
        let (tokens, d) = x.dims2()?;
        let pairs = precomputed::gather(grad, &plan.row_numbers(grad)?)?;
        pairs.reshape((tokens, plan.per_token, d))?.sum(1)
    })
}

/// Sorted rows `x` (rows, in) through the active experts' weights, stacked in the order of
/// [`Dispatch::active`], `w` (active · out, in), to (rows, out); precision as in [`super::linear`].
pub fn grouped_linear(
    x: &Tensor,
    w: &Tensor,
    plan: &Dispatch,
    precision: Precision,
) -> Result<Tensor> {
    let (stacked, _) = w.dims2()?;
    if plan.active.is_empty() || stacked % plan.active.len() != 0 {
        bail!(
            "{stacked} rows of weights do not divide among {} experts",
            plan.active.len()
        );
    }
    if slices::fused(x) {
        let op = GroupedLinear {
            segments: plan.segments.clone(),
            precision,
        };
        return x.contiguous()?.apply_op2(&w.contiguous()?, op);
    }
    grouped_linear_composed(x, w, plan)
}

/// The same for any device.
pub fn grouped_linear_composed(x: &Tensor, w: &Tensor, plan: &Dispatch) -> Result<Tensor> {
    let out = w.dim(0)? / plan.active.len();
    let segments = plan.segments.clone();
    // Each expert's part of some tensors: sorted rows, and rows of weights.
    let rows = |t: &Tensor, at: &Range<usize>| t.narrow(0, at.start, at.len());
    let value: Result<Vec<Tensor>> = (0..)
        .zip(segments.iter())
        .map(|(expert, at)| {
            let w = w.detach().narrow(0, expert * out, out)?;
            rows(&x.detach(), at)?.matmul(&w.t()?)
        })
        .collect();
    let value = Tensor::cat(&value?, 0)?;
    precomputed::of_two("grouped_linear", (x, w), value, move |x, w, grad| {
        let (mut dx, mut dw) = (Vec::new(), Vec::new());
        for (expert, at) in segments.iter().enumerate() {
            let grad = rows(grad, at)?;
            dx.push(grad.matmul(&w.narrow(0, expert * out, out)?)?);
            dw.push(grad.t()?.matmul(&rows(x, at)?)?);
        }
        Ok((Tensor::cat(&dx, 0)?, Tensor::cat(&dw, 0)?))
    })
}

/// Sorted rows `y` (rows, d) weighted by `gates` (tokens, choices) and added up to (tokens, d).
pub fn combine(y: &Tensor, gates: &Tensor, plan: &Dispatch) -> Result<Tensor> {
    if slices::fused(y) {
        return y
            .contiguous()?
            .apply_op2(&gates.contiguous()?, Combine(plan.clone()));
    }
    combine_composed(y, gates, plan)
}

/// The same for any device.
pub fn combine_composed(y: &Tensor, gates: &Tensor, plan: &Dispatch) -> Result<Tensor> {
    let (tokens, choices) = gates.dims2()?;
    let d = y.dim(1)?;
    let answers = move |y: &Tensor, rows: &Tensor| {
        precomputed::gather(y, rows)?.reshape((tokens, choices, d))
    };
    let rows = plan.row_numbers(y)?;
    let value = answers(&y.detach(), &rows)?
        .broadcast_mul(&gates.detach().unsqueeze(2)?)?
        .sum(1)?;
    let plan = plan.clone();
    precomputed::of_two("combine", (y, gates), value, move |y, gates, grad| {
        let wide = grad.unsqueeze(1)?;
        let dgates = answers(y, &rows)?.broadcast_mul(&wide)?.sum(2)?;
        // Each pair's share of its token's gradient, in the order of the sorted rows.
        let pairs = wide.broadcast_mul(&gates.unsqueeze(2)?)?;
        let pairs = pairs.reshape((tokens * choices, d))?;
        Ok((pairs.index_select(&plan.pair_numbers(y)?, 0)?, dgates))
    })
}

struct Scatter(Dispatch);

impl CustomOp1 for Scatter {
    fn name(&self) -> &'static str {
        "dispatch"
    }

    fn cpu_fwd(&self, storage: &CpuStorage, layout: &Layout) -> Result<(CpuStorage, Shape)> {
        let x = slices::of(storage, layout)?;
        let (_, d) = layout.shape().dims2()?;
        let mut y = vec![0f32; self.0.len() * d];
        y.par_chunks_mut(d)
            .zip(&self.0.tokens[..])
            .for_each(|(y, &token)| {
                y.copy_from_slice(&x[token as usize * d..][..d]);
            });
        Ok((CpuStorage::F32(y), Shape::from((self.0.len(), d))))
    }

    fn bwd(&self, x: &Tensor, _: &Tensor, grad: &Tensor) -> Result<Option<Tensor>> {
        let (_, d) = x.dims2()?;
        let dx = slices::with([grad], |[grad]| {
            let mut dx = vec![0f32; x.elem_count()];
            let rows = self.0.rows.par_chunks(self.0.per_token);
            dx.par_chunks_mut(d).zip(rows).for_each(|(dx, rows)| {
                for &row in rows.iter().filter(|&&row| row != NOWHERE) {
                    simd::add_scaled(dx, 1.0, &grad[row as usize * d..][..d]);
                }
            });
            dx
        })?;
        Ok(Some(Tensor::from_vec(dx, x.shape(), x.device())?))
    }
}

struct GroupedLinear {
    segments: Arc<[Range<usize>]>,
    precision: Precision,
}

impl GroupedLinear {
    /// Cuts rows of width `d` into the experts' segments.
    fn cut<'a>(&self, mut rows: &'a mut [f32], d: usize) -> Vec<&'a mut [f32]> {
        let mut parts = Vec::with_capacity(self.segments.len());
        for segment in &self.segments[..] {
            let (part, rest) = rows.split_at_mut(segment.len() * d);
            parts.push(part);
            rows = rest;
        }
        parts
    }
}

impl CustomOp2 for GroupedLinear {
    fn name(&self) -> &'static str {
        "grouped_linear"
    }

    fn cpu_fwd(
        &self,
        s1: &CpuStorage,
        l1: &Layout,
        s2: &CpuStorage,
        l2: &Layout,
    ) -> Result<(CpuStorage, Shape)> {
        let (x, w) = (slices::of(s1, l1)?, slices::of(s2, l2)?);
        let (rows, inner) = l1.shape().dims2()?;
        let size = w.len() / self.segments.len();
        let out = size / inner;
        let mut y = vec![0f32; rows * out];
        let set = Product::SET.rounded_to(self.precision);
        let work = self
            .cut(&mut y, out)
            .into_par_iter()
            .zip(w.par_chunks(size));
        work.zip(&self.segments[..]).for_each(|((y, w), segment)| {
            let n = segment.len();
            let x = Matrix::new(&x[segment.start * inner..], n, inner);
            let w = Matrix::new(w, out, inner).t();
            multiply(Matrix::new(y, n, out), &x, &w, set);
        });
        Ok((CpuStorage::F32(y), Shape::from((rows, out))))
    }

    fn bwd(
        &self,
        x: &Tensor,
        w: &Tensor,
        _: &Tensor,
        grad: &Tensor,
    ) -> Result<(Option<Tensor>, Option<Tensor>)> {
        let (_, inner) = x.dims2()?;
        let (dx, dw) = slices::with([x, w, grad], |[x, w, grad]| {
            let size = w.len() / self.segments.len();
            let out = size / inner;
            let (mut dx, mut dw) = (vec![0f32; x.len()], vec![0f32; w.len()]);
            let set = Product::SET.rounded_to(self.precision);
            let work = self
                .cut(&mut dx, inner)
                .into_par_iter()
                .zip(dw.par_chunks_mut(size));
            work.zip(w.par_chunks(size))
                .zip(&self.segments[..])
                .for_each(|(((dx, dw), w), segment)| {
                    let n = segment.len();
                    let grad = Matrix::new(&grad[segment.start * out..], n, out);
                    let w = Matrix::new(w, out, inner);
                    multiply(Matrix::new(dx, n, inner), &grad, &w, set);
                    let x = Matrix::new(&x[segment.start * inner..], n, inner);
                    multiply(Matrix::new(dw, out, inner), &grad.t(), &x, set);
                });
            (dx, dw)
        })?;
        let dx = Tensor::from_vec(dx, x.shape(), x.device())?;
        Ok((Some(dx), Some(Tensor::from_vec(dw, w.shape(), w.device())?)))
    }
}

struct Combine(Dispatch);

impl CustomOp2 for Combine {
    fn name(&self) -> &'static str {
        "combine"
    }

    fn cpu_fwd(
        &self,
        s1: &CpuStorage,
        l1: &Layout,
        s2: &CpuStorage,
        l2: &Layout,
    ) -> Result<(CpuStorage, Shape)> {
        let (y, gates) = (slices::of(s1, l1)?, slices::of(s2, l2)?);
        let (_, d) = l1.shape().dims2()?;
        let per_token = self.0.per_token;
        let mut out = vec![0f32; gates.len() / per_token * d];
        let choices = self
            .0
            .rows
            .par_chunks(per_token)
            .zip(gates.par_chunks(per_token));
        out.par_chunks_mut(d)
            .zip(choices)
            .for_each(|(out, (rows, gates))| {
                for (&row, &gate) in rows.iter().zip(gates).filter(|(row, _)| **row != NOWHERE) {
                    simd::add_scaled(out, gate, &y[row as usize * d..][..d]);
                }
            });
        Ok((
            CpuStorage::F32(out),
            Shape::from((gates.len() / per_token, d)),
        ))
    }

    fn bwd(
        &self,
        y: &Tensor,
        gates: &Tensor,
        _: &Tensor,
        grad: &Tensor,
    ) -> Result<(Option<Tensor>, Option<Tensor>)> {
        let (_, d) = y.dims2()?;
        let per_token = self.0.per_token;
        let (dy, dgates) = slices::with([y, gates, grad], |[y, gates, grad]| {
            let mut dgates = vec![0f32; gates.len()];
            let mut gate_of_row = vec![0f32; self.0.len()];
            for (pair, &row) in self
                .0
                .rows
                .iter()
                .enumerate()
                .filter(|(_, r)| **r != NOWHERE)
            {
                gate_of_row[row as usize] = gates[pair];
            }
            let mut dy = vec![0f32; y.len()];
            let rows = self.0.tokens.par_iter().zip(&gate_of_row);
            dy.par_chunks_mut(d)
                .zip(rows)
                .for_each(|(dy, (&token, &gate))| {
                    simd::add_scaled(dy, gate, &grad[token as usize * d..][..d]);
                });
            let choices = self.0.rows.par_chunks(per_token).zip(grad.par_chunks(d));
            dgates
                .par_chunks_mut(per_token)
                .zip(choices)
                .for_each(|(dgates, (rows, grad))| {
                    for (dgate, &row) in dgates.iter_mut().zip(rows).filter(|(_, r)| **r != NOWHERE)
                    {
                        *dgate = simd::dot(grad, &y[row as usize * d..][..d]);
                    }
                });
            (dy, dgates)
        })?;
        let dy = Tensor::from_vec(dy, y.shape(), y.device())?;
        Ok((
            Some(dy),
            Some(Tensor::from_vec(dgates, gates.shape(), gates.device())?),
        ))
    }
}
