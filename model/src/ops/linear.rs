//! Products with weights as checkpoints lay them out: `y = x · wᵀ`, w (out, in).
//!
//! Candle's own product would transpose the weight or the gradient into a copy first.

use super::{
    gemm::{Matrix, Precision, Product, product},
    slices,
};
use candle_core::{CpuStorage, CustomOp2, Layout, Result, Shape, Tensor};

/// `x` (…, in), `w` (out, in) to (…, out). The precision is that of f32 on a CPU; elsewhere the
/// tensors' own type decides.
pub fn linear(x: &Tensor, w: &Tensor, precision: Precision) -> Result<Tensor> {
    if slices::fused(x) {
        return x
            .contiguous()?
            .apply_op2(&w.contiguous()?, Linear { precision });
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

struct Linear {
    precision: Precision,
}

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
        let y = product(
            &Matrix::new(x, rows, inner),
            &Matrix::new(w, out, inner).t(),
            Product::SET.parallel().rounded_to(self.precision),
        );
        Ok((CpuStorage::F32(y), slices::with_last(l1, out)))
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
            let grad = Matrix::new(grad, rows, out);
            let how = Product::SET.parallel().rounded_to(self.precision);
            let dx = product(&grad, &Matrix::new(w, out, inner), how);
            let dw = product(&grad.t(), &Matrix::new(x, rows, inner), how);
            (dx, dw)
        })?;
        let dx = Tensor::from_vec(dx, x.shape(), x.device())?;
        Ok((Some(dx), Some(Tensor::from_vec(dw, w.shape(), x.device())?)))
    }
}
