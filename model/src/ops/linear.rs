//! Products with weights as checkpoints lay them out: `y = x · wᵀ`, w (out, in).
//!
//! Candle's own product would transpose the weight or the gradient into a copy first.

use super::{
    gemm::{Matrix, Product, multiply},
    slices,
};
use candle_core::{CpuStorage, CustomOp2, CustomOp3, D, Layout, Result, Shape, Tensor};

/// `x` (…, in), `w` (out, in) to (…, out).
pub fn linear(x: &Tensor, w: &Tensor) -> Result<Tensor> {
    if slices::fused(x) {
        return x.contiguous()?.apply_op2(&w.contiguous()?, Linear);
    }
    linear_composed(x, w)
}

/// The same from candle's operations.
pub fn linear_composed(x: &Tensor, w: &Tensor) -> Result<Tensor> {
    let mut dims = x.dims().to_vec();
    let (out, inner) = w.dims2()?;
    // One flat product: candle runs one product per item of a batch.
    let y = x.contiguous()?.reshape(((), inner))?.matmul(&w.t()?)?;
    if let Some(last) = dims.last_mut() {
        *last = out;
    }
    y.reshape(dims)
}

/// Two products of one input side by side: `x` (…, in), `a` and `b` (out, in) to (…, 2 · out).
pub fn linear_pair(x: &Tensor, a: &Tensor, b: &Tensor) -> Result<Tensor> {
    if slices::fused(x) {
        return x
            .contiguous()?
            .apply_op3(&a.contiguous()?, &b.contiguous()?, LinearPair);
    }
    linear_pair_composed(x, a, b)
}

/// The same from candle's operations.
pub fn linear_pair_composed(x: &Tensor, a: &Tensor, b: &Tensor) -> Result<Tensor> {
    Tensor::cat(&[linear_composed(x, a)?, linear_composed(x, b)?], D::Minus1)
}

struct Linear;

impl CustomOp2 for Linear {
    fn name(&self) -> &'static str {
        "linear"
    }

    fn cpu_fwd(
        &self,
        s1: &CpuStorage,
        l1: &Layout,
        s2: &CpuStorage,
        l2: &Layout,
    ) -> Result<(CpuStorage, Shape)> {
        let (x, w) = (slices::of(s1, l1)?, slices::of(s2, l2)?);
        let (out, inner) = l2.shape().dims2()?;
        let rows = x.len() / inner;
        let mut y = vec![0f32; rows * out];
        multiply(
            Matrix::new(&mut y[..], rows, out),
            &Matrix::new(x, rows, inner),
            &Matrix::new(w, out, inner).t(),
            Product::SET.parallel(),
        );
        Ok((CpuStorage::F32(y), with_last(l1, out)))
    }

    fn bwd(
        &self,
        x: &Tensor,
        w: &Tensor,
        _: &Tensor,
        grad: &Tensor,
    ) -> Result<(Option<Tensor>, Option<Tensor>)> {
        let (out, inner) = w.dims2()?;
        let (dx, dw) = slices::with([x, w, grad], |[x, w, grad]| {
            let rows = x.len() / inner;
            let (mut dx, mut dw) = (vec![0f32; x.len()], vec![0f32; w.len()]);
            let grad = Matrix::new(grad, rows, out);
            let set = Product::SET.parallel();
            let w = Matrix::new(w, out, inner);
            multiply(Matrix::new(&mut dx[..], rows, inner), &grad, &w, set);
            let x = Matrix::new(x, rows, inner);
            multiply(Matrix::new(&mut dw[..], out, inner), &grad.t(), &x, set);
            (dx, dw)
        })?;
        let dx = Tensor::from_vec(dx, x.shape(), x.device())?;
        Ok((Some(dx), Some(Tensor::from_vec(dw, w.shape(), x.device())?)))
    }
}

struct LinearPair;

impl CustomOp3 for LinearPair {
    fn name(&self) -> &'static str {
        "linear_pair"
    }

    fn cpu_fwd(
        &self,
        s1: &CpuStorage,
        l1: &Layout,
        s2: &CpuStorage,
        l2: &Layout,
        s3: &CpuStorage,
        l3: &Layout,
    ) -> Result<(CpuStorage, Shape)> {
        let x = slices::of(s1, l1)?;
        let (out, inner) = l2.shape().dims2()?;
        let rows = x.len() / inner;
        let mut y = vec![0f32; rows * 2 * out];
        for (side, w) in [slices::of(s2, l2)?, slices::of(s3, l3)?]
            .into_iter()
            .enumerate()
        {
            multiply(
                Matrix::strided(&mut y[side * out..], rows, out, 2 * out),
                &Matrix::new(x, rows, inner),
                &Matrix::new(w, out, inner).t(),
                Product::SET.parallel(),
            );
        }
        Ok((CpuStorage::F32(y), with_last(l1, 2 * out)))
    }

    fn bwd(
        &self,
        x: &Tensor,
        a: &Tensor,
        b: &Tensor,
        _: &Tensor,
        grad: &Tensor,
    ) -> Result<(Option<Tensor>, Option<Tensor>, Option<Tensor>)> {
        let (out, inner) = a.dims2()?;
        let (dx, da, db) = slices::with([x, a, b, grad], |[x, a, b, grad]| {
            let rows = x.len() / inner;
            let mut dx = vec![0f32; x.len()];
            let mut side = |at: usize, w: &[f32], how: Product| {
                let grad = Matrix::strided(&grad[at * out..], rows, out, 2 * out);
                let mut dw = vec![0f32; w.len()];
                let w = Matrix::new(w, out, inner);
                multiply(
                    Matrix::new(&mut dx[..], rows, inner),
                    &grad,
                    &w,
                    how.parallel(),
                );
                let x = Matrix::new(x, rows, inner);
                let set = Product::SET.parallel();
                multiply(Matrix::new(&mut dw[..], out, inner), &grad.t(), &x, set);
                dw
            };
            let da = side(0, a, Product::SET);
            let db = side(1, b, Product::ADD);
            (dx, da, db)
        })?;
        let of = |values, like: &Tensor| Tensor::from_vec(values, like.shape(), like.device());
        Ok((Some(of(dx, x)?), Some(of(da, a)?), Some(of(db, b)?)))
    }
}

fn with_last(layout: &Layout, last: usize) -> Shape {
    let mut dims = layout.dims().to_vec();
    if let Some(dim) = dims.last_mut() {
        *dim = last;
    }
    Shape::from(dims)
}
