//! Rows of a table by number.

use super::{precomputed, slices};
use candle_core::{DType, Result, Tensor};

/// A table's gradient is a product with a matrix of zeros and ones where that has at most as many
/// numbers (1 GiB in half precision).
const ONE_HOT: usize = 1 << 29;

/// Rows of `table` (words, d) for `ids` (n), to (n, d).
pub fn embedding(table: &Tensor, ids: &Tensor) -> Result<Tensor> {
    if slices::fused(table) {
        return table.index_select(ids, 0);
    }
    embedding_composed(table, ids)
}

/// The same for any device, on which adding to the table row by row would take long.
pub fn embedding_composed(table: &Tensor, ids: &Tensor) -> Result<Tensor> {
    if table.dim(0)? * ids.elem_count() > ONE_HOT {
        return table.index_select(ids, 0);
    }
    let value = table.detach().contiguous()?.index_select(ids, 0)?;
    let ids = ids.clone();
    precomputed::of_one("embedding", table, value, move |table, grad| {
        let words = Tensor::arange(0, table.dim(0)? as u32, table.device())?.unsqueeze(1)?;
        let chosen = words.broadcast_eq(&ids.to_dtype(DType::U32)?.unsqueeze(0)?)?;
        chosen.to_dtype(table.dtype())?.matmul(grad)
    })
}
