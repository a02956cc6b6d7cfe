//! The gated unit of a feed-forward with its two products: `silu(x · gateᵀ) · (x · upᵀ)`.
//!
//! One operation and not three: candle's backward would fill a gradient with zeros and add to it
//! for each of them.

use super::{
    gemm::{Matrix, Precision, Product, multiply, product},
    kept::Kept,
    linear::linear_composed,
    slices,
    swiglu::{self, swiglu_composed},
};
use candle_core::{CpuStorage, CustomOp3, D, Layout, Result, Shape, Tensor};

/// `x` (…, in), `gate` and `up` (out, in) to (…, out); precision as in [`super::linear`].
pub fn gated(x: &Tensor, gate: &Tensor, up: &Tensor, precision: Precision) -> Result<Tensor> {
    if slices::fused(x) {
        let op = Gated {
            precision,
            kept: Kept::default(),
        };
        return x
            .contiguous()?
            .apply_op3(&gate.contiguous()?, &up.contiguous()?, op);
    }
    gated_composed(x, gate, up)
}

/// The same from candle's operations.
pub fn gated_composed(x: &Tensor, gate: &Tensor, up: &Tensor) -> Result<Tensor> {
    let sides = [linear_composed(x, gate)?, linear_composed(x, up)?];
    swiglu_composed(&Tensor::cat(&sides, D::Minus1)?)
}

struct Gated {
    precision: Precision,
    /// What the products gave.
    kept: Kept<[Vec<f32>; 2]>,
}

impl Gated {
    fn how(&self) -> Product {
        Product::SET.parallel().rounded_to(self.precision)
    }

    fn sides(
        &self,
        x: &[f32],
        weights: [&[f32]; 2],
        (out, inner): (usize, usize),
    ) -> [Vec<f32>; 2] {
        let x = Matrix::new(x, x.len() / inner, inner);
        weights.map(|w| product(&x, &Matrix::new(w, out, inner).t(), self.how()))
    }
}

impl CustomOp3 for Gated {
    fn name(&self) -> &'static str {
        "gated"
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
        let (out, inner) = l2.shape().dims2()?;
        let weights = [slices::of(s2, l2)?, slices::of(s3, l3)?];
        let [gate, up] = self.sides(slices::of(s1, l1)?, weights, (out, inner));
        let y = swiglu::forward(&gate, &up);
        self.kept.keep([gate, up]);
        Ok((CpuStorage::F32(y), slices::with_last(l1, out)))
    }

    fn bwd(
        &self,
        x: &Tensor,
        gate: &Tensor,
        up: &Tensor,
        _: &Tensor,
        grad: &Tensor,
    ) -> Result<(Option<Tensor>, Option<Tensor>, Option<Tensor>)> {
        let (out, inner) = gate.dims2()?;
        let [dx, dgate, dup] = slices::with([x, gate, up, grad], |[x, gate, up, grad]| {
            let kept = self.kept.take();
            let mut sides = kept.unwrap_or_else(|| self.sides(x, [gate, up], (out, inner)));
            let [dgate, dup] = &mut sides;
            swiglu::backward(dgate, dup, grad);
            let rows = x.len() / inner;
            let [dgate, dup] = [&dgate[..], &dup[..]].map(|d| Matrix::new(d, rows, out));
            let weight = |w| Matrix::new(w, out, inner);
            let mut dx = product(&dgate, &weight(gate), self.how());
            let add = Product {
                accumulate: true,
                ..self.how()
            };
            let into = Matrix::new(&mut dx[..], rows, inner);
            multiply(into, &dup, &weight(up), add);
            let x = Matrix::new(x, rows, inner);
            let [dgate, dup] = [dgate, dup].map(|d| product(&d.t(), &x, self.how()));
            [dx, dgate, dup]
        })?;
        let of = |values, like: &Tensor| Tensor::from_vec(values, like.shape(), like.device());
        Ok((Some(of(dx, x)?), Some(of(dgate, gate)?), Some(of(dup, up)?)))
    }
}
