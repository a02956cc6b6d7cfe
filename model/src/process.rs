//! Two settings that a process can make only for itself, and only before anything else runs.
//!
//! Candle shares its own element-wise operations among spinning threads of its own; replicas that
//! each keep to one thread then fight over them. And the system's allocator maps and unmaps every
//! large temporary, so that a training step spends its time on page faults. The log has figures:
//! together they double training on two cores.

/// Call it first in `main`, before any thread starts: training on a CPU is about twice as fast.
/// What the user has set (`CANDLE_NUM_THREADS`, `MALLOC_MMAP_MAX_`) stays.
#[allow(
    unsafe_code,
    reason = "an environment variable is candle's only setting, and mallopt the allocator's"
)]
pub fn prepare() {
    if std::env::var_os("CANDLE_NUM_THREADS").is_none() {
        // SAFETY: `main` has started no thread yet, as the documentation asks.
        unsafe { std::env::set_var("CANDLE_NUM_THREADS", "1") };
    }
    #[cfg(target_env = "gnu")]
    if std::env::var_os("MALLOC_MMAP_MAX_").is_none() {
        // SAFETY: mallopt takes two numbers and refuses those it does not know.
        unsafe {
            libc::mallopt(libc::M_MMAP_MAX, 0);
            libc::mallopt(libc::M_TRIM_THRESHOLD, libc::c_int::MAX);
            // More than the 64 MiB that a thread's heap grows to: an emptied one would be unmapped.
            libc::mallopt(libc::M_TOP_PAD, 128 << 20);
        }
    }
}
