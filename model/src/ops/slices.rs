//! From candle's tensors to slices of f32 and back.

use candle_core::{CpuStorage, DType, Layout, Result, Shape, Storage, Tensor, bail};

/// Whether the kernels of this crate take a tensor.
pub(super) fn fused(tensor: &Tensor) -> bool {
    tensor.device().is_cpu() && tensor.dtype() == DType::F32
}

/// The numbers of a contiguous f32 tensor in a custom operation's forward.
pub(super) fn of<'a>(storage: &'a CpuStorage, layout: &Layout) -> Result<&'a [f32]> {
    let CpuStorage::F32(values) = storage else {
        bail!("a fused operation takes f32 alone");
    };
    match layout.contiguous_offsets() {
        Some((from, to)) => Ok(&values[from..to]),
        None => bail!("a fused operation takes contiguous tensors alone"),
    }
}

/// A tensor's shape with another last size.
pub(super) fn with_last(layout: &Layout, last: usize) -> Shape {
    let mut dims = layout.dims().to_vec();
    if let Some(dim) = dims.last_mut() {
        *dim = last;
    }
    Shape::from(dims)
}

/// Lends the numbers of some f32 tensors on the CPU; what is not contiguous is copied first.
pub(super) fn with<const N: usize, R>(
    tensors: [&Tensor; N],
    f: impl FnOnce([&[f32]; N]) -> R,
) -> Result<R> {
    let mut owned = Vec::with_capacity(N);
    for tensor in tensors {
        owned.push(tensor.contiguous()?);
    }
    let guards: Vec<_> = owned.iter().map(Tensor::storage_and_layout).collect();
    let mut slices: [&[f32]; N] = [&[]; N];
    for (slice, (storage, layout)) in slices.iter_mut().zip(&guards) {
        let Storage::Cpu(storage) = &**storage else {
            bail!("a fused operation takes tensors on the CPU alone");
        };
        *slice = of(storage, layout)?;
    }
    Ok(f(slices))
}
