//! Operations of which candle's own backward would be slow: the value is computed beforehand, without a
//! graph, and the backward is a function of ours. The same on every device.
//!
//! What is avoided is adding rows to rows by index, which a device does one after the other, and a whole
//! tensor of zeros for the gradient of each piece that was cut out of one.

use candle_core::{
    CpuStorage, CudaStorage, CustomOp1, CustomOp2, Layout, Result, Shape, Storage, Tensor, bail,
};

/// A value that was just computed (contiguous, from its storage's start), and its backward.
pub(super) struct Precomputed<B> {
    name: &'static str,
    value: Tensor,
    backward: B,
}

impl<B> Precomputed<B> {
    fn cpu(&self) -> Result<(CpuStorage, Shape)> {
        let (storage, _) = self.value.storage_and_layout();
        match &*storage {
            Storage::Cpu(values) => Ok((values.clone(), self.value.shape().clone())),
            _ => bail!("the value must lie where its arguments lie"),
        }
    }

    fn cuda(&self) -> Result<(CudaStorage, Shape)> {
        use candle_core::backend::BackendStorage;
        let (storage, layout) = self.value.storage_and_layout();
        match &*storage {
            Storage::Cuda(values) => Ok((values.try_clone(layout)?, self.value.shape().clone())),
            _ => bail!("the value must lie where its arguments lie"),
        }
    }
}

/// `value` as a function of `x`; the backward takes `x` and the value's gradient.
pub(super) fn of_one<B>(
    name: &'static str,
    x: &Tensor,
    value: Tensor,
    backward: B,
) -> Result<Tensor>
where
    B: Fn(&Tensor, &Tensor) -> Result<Tensor> + Send + Sync + 'static,
{
    x.contiguous()?.apply_op1(Precomputed {
        name,
        value,
        backward,
    })
}

/// `value` as a function of `x` and `w`; the backward takes both and the value's gradient.
pub(super) fn of_two<B>(
    name: &'static str,
    (x, w): (&Tensor, &Tensor),
    value: Tensor,
    backward: B,
) -> Result<Tensor>
where
    B: Fn(&Tensor, &Tensor, &Tensor) -> Result<(Tensor, Tensor)> + Send + Sync + 'static,
{
    let op = Precomputed {
        name,
        value,
        backward,
    };
    x.contiguous()?.apply_op2(&w.contiguous()?, op)
}

impl<B> CustomOp1 for Precomputed<B>
where
    B: Fn(&Tensor, &Tensor) -> Result<Tensor> + Send + Sync,
{
    fn name(&self) -> &'static str {
        self.name
    }

    fn cpu_fwd(&self, _: &CpuStorage, _: &Layout) -> Result<(CpuStorage, Shape)> {
        self.cpu()
    }

    fn cuda_fwd(&self, _: &CudaStorage, _: &Layout) -> Result<(CudaStorage, Shape)> {
        self.cuda()
    }

    fn bwd(&self, x: &Tensor, _: &Tensor, grad: &Tensor) -> Result<Option<Tensor>> {
        (self.backward)(&x.detach(), &grad.detach().contiguous()?).map(Some)
    }
}

impl<B> CustomOp2 for Precomputed<B>
where
    B: Fn(&Tensor, &Tensor, &Tensor) -> Result<(Tensor, Tensor)> + Send + Sync,
{
    fn name(&self) -> &'static str {
        self.name
    }

    fn cpu_fwd(
        &self,
        _: &CpuStorage,
        _: &Layout,
        _: &CpuStorage,
        _: &Layout,
    ) -> Result<(CpuStorage, Shape)> {
        self.cpu()
    }

    fn cuda_fwd(
        &self,
        _: &CudaStorage,
        _: &Layout,
        _: &CudaStorage,
        _: &Layout,
    ) -> Result<(CudaStorage, Shape)> {
        self.cuda()
    }

    fn bwd(
        &self,
        x: &Tensor,
        w: &Tensor,
        _: &Tensor,
        grad: &Tensor,
    ) -> Result<(Option<Tensor>, Option<Tensor>)> {
        let grad = grad.detach().contiguous()?;
        let (dx, dw) = (self.backward)(&x.detach(), &w.detach(), &grad)?;
        Ok((Some(dx), Some(dw)))
    }
}

/// Rows of `x` (rows, d) by number; the number behind the last is a row of zeros.
pub(super) fn gather(x: &Tensor, numbers: &Tensor) -> Result<Tensor> {
    let zeros = Tensor::zeros((1, x.dim(1)?), x.dtype(), x.device())?;
    Tensor::cat(&[x, &zeros], 0)?.index_select(numbers, 0)
}
