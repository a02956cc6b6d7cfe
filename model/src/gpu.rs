//! The first GPU, set up for this crate.

use candle_core::{Device, Result};

/// The first GPU, with one stream for all threads: candle's usual device has one a thread, and what one
/// thread launches then does not wait for what another did. Since there is one, nothing has to track
/// which stream uses a tensor; and memory that is given back stays with this process, since every
/// operation's result is a new allocation.
pub fn gpu() -> Result<Device> {
    let device = Device::new_cuda_with_stream(0)?;
    #[cfg(feature = "cuda")]
    prepare(&device)?;
    Ok(device)
}

#[cfg(feature = "cuda")]
#[allow(unsafe_code, reason = "calls of the driver")]
fn prepare(device: &Device) -> Result<()> {
    use candle_core::cuda_backend::{WrapErr, cudarc::driver};
    use driver::{result, sys::CUmemPool_attribute};
    let device = device.as_cuda_device()?;
    let mut keep = u64::MAX;
    // SAFETY: the device is a device, its pool lives as long, and this attribute is 64 bits. All tensors
    // of this crate are made and used in the device's one stream.
    unsafe {
        device.disable_event_tracking();
        let pool = result::device::get_mem_pool(device.cuda_stream().context().cu_device()).w()?;
        let attribute = CUmemPool_attribute::CU_MEMPOOL_ATTR_RELEASE_THRESHOLD;
        result::mem_pool::set_attribute(pool, attribute, (&raw mut keep).cast()).w()
    }
}
