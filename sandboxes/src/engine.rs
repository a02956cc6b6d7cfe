//! The one wasmtime engine, configured so that what a guest does depends on nothing but its code.

use wasmtime::{Config, Enabled, Engine, InstanceAllocationStrategy, OptLevel};
use wasmtime::{PoolingAllocationConfig, WasmBacktraceDetails};

use crate::Limits;

/// The native stack of a guest. The interpreter counts its own depth and gives up (with a
/// `RecursionError`) long before it; two guests, the judge and the candidate, share one thread.
pub(crate) const WASM_STACK_BYTES: usize = 128 << 20;

/// What a worker's thread needs to hold two guests' stacks and the host's frames between them.
pub(crate) const THREAD_STACK_BYTES: usize = 3 * WASM_STACK_BYTES;

/// A candidate's instance, the judge's, one of each that is being torn down, and the one whose memory the
/// others are put back to.
const INSTANCES: u32 = 5;

/// The core modules of one guest: an interpreter built from shared libraries has some dozens.
const MODULES: u32 = 200;

/// Memory that stays mapped when an instance goes. Resetting it by copying from the snapshot costs
/// less than unmapping and faulting it in again.
const KEEP_RESIDENT_BYTES: usize = 64 << 20;

/// Enough to instantiate and locate a guest, which costs the same every time.
pub(crate) const START_FUEL: u64 = 1_000_000_000;

/// The engine that runs guests and compiles them.
pub(crate) fn engine() -> wasmtime::Result<Engine> {
    let mut config = config();
    config.allocation_strategy(InstanceAllocationStrategy::Pooling(pool()));
    Engine::new(&config)
}

/// The same for guests that run in a process once or twice. It holds no descriptor that tells of this
/// process, and so is as good in a copy of it.
pub(crate) fn engine_without_pool() -> wasmtime::Result<Engine> {
    Engine::new(&config())
}

fn pool() -> PoolingAllocationConfig {
    let mut pool = PoolingAllocationConfig::default();
    pool.total_component_instances(INSTANCES)
        // Those of fibers, each of which costs a request to the kernel.
        .total_stacks(0)
        .total_core_instances(INSTANCES * MODULES)
        .total_memories(INSTANCES)
        .total_tables(INSTANCES * 4)
        .max_core_instances_per_component(MODULES)
        .max_component_instance_size(4 << 20)
        .max_core_instance_size(4 << 20)
        .max_memories_per_component(1)
        .max_tables_per_component(4)
        .table_elements(65_536)
        .max_memory_size(usize::try_from(Limits::MEMORY_BYTES_MAX).expect("64-bit hosts only"))
        .linear_memory_keep_resident(KEEP_RESIDENT_BYTES)
        .table_keep_resident(1 << 20)
        .pagemap_scan(Enabled::Auto);
    pool
}

fn config() -> Config {
    let mut config = Config::new();
    config
        .consume_fuel(true)
        .cranelift_nan_canonicalization(true)
        .wasm_relaxed_simd(false)
        .cranelift_opt_level(OptLevel::Speed)
        .max_wasm_stack(WASM_STACK_BYTES)
        // The fibers that async calls would need are never made, yet their size must fit.
        .async_stack_size(WASM_STACK_BYTES + (1 << 20))
        .memory_init_cow(true)
        // The whole snapshot is mapped copy-on-write, however sparse it is.
        .memory_guaranteed_dense_image_size(u64::MAX)
        // A trap's address helps nobody here, and the tables that map it are megabytes.
        .wasm_backtrace_max_frames(None)
        .wasm_backtrace_details(WasmBacktraceDetails::Disable)
        .generate_address_map(false);
    config
}
