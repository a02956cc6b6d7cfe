//! The world a guest sees through WASI: no files, no network, no environment, a clock that counts
//! fuel, and random bytes that are always the same.
//!
//! A store that is made twice gives the same world twice. Nothing here may read the host's clock,
//! its random source or its file system.

use std::sync::{Arc, Mutex};

use wasmtime::component::{Linker, Resource, ResourceTable};
use wasmtime::{ResourceLimiter, StoreContextMut};
use wasmtime_wasi::cli::{IsTerminal, StdoutStream};
use wasmtime_wasi::p2::bindings::clocks::wall_clock::Datetime;
use wasmtime_wasi::p2::pipe::{MemoryInputPipe, MemoryOutputPipe};
use wasmtime_wasi::p2::{
    DynPollable, OutputStream, Pollable, StreamError, StreamResult, subscribe,
};
use wasmtime_wasi::{Deterministic, WasiCtx, WasiCtxBuilder, WasiCtxView, WasiView, async_trait};

use crate::{Exit, Limits};

/// The guests' clock starts here: 2024-01-01 00:00:00 UTC.
pub(crate) const EPOCH_SECONDS: u64 = 1_704_067_200;

/// The seed of everything random in a guest; the value means nothing.
const RANDOM_SEED: u128 = 0x7265_7761_7264_736d_6974_6800_0000_0001;

/// A reason to stop a guest, carried through wasmtime as an error.
#[derive(Debug, thiserror::Error)]
#[error("the guest was stopped: {0:?}")]
pub(crate) struct Stop(pub(crate) Exit);

/// What stands behind the imports of one guest. `R` is what the guest's language adds.
pub(crate) struct World<R> {
    wasi: WasiCtx,
    table: ResourceTable,
    /// The guest's memory and its bound.
    pub(crate) memory: Memory,
    /// What it printed.
    pub(crate) output: Output,
    /// The fuel it had when its clock stood at zero.
    fuel_at_start: u64,
    /// The nanoseconds it slept.
    slept: u64,
    /// An address in the guest's memory, once it has shown one.
    pub(crate) here: usize,
    /// The language's own state.
    pub(crate) role: R,
}

impl<R> World<R> {
    /// A fresh world.
    pub(crate) fn new(limits: &Limits, stdin: Vec<u8>, role: R) -> Self {
        let output = Output::new(limits.output_bytes);
        let seed = RANDOM_SEED.to_le_bytes();
        let wasi = WasiCtxBuilder::new()
            .stdin(MemoryInputPipe::new(stdin))
            .stdout(output.stream(Channel::Stdout))
            .stderr(output.stream(Channel::Stderr))
            .secure_random(stream_of(seed))
            .insecure_random(Deterministic::new(seed.to_vec()))
            .insecure_random_seed(RANDOM_SEED)
            .allow_tcp(false)
            .allow_udp(false)
            .allow_ip_name_lookup(false)
            .build();
        Self {
            wasi,
            table: ResourceTable::new(),
            memory: Memory::new(limits.memory_bytes),
            output,
            fuel_at_start: limits.fuel.0,
            slept: 0,
            here: 0,
            role,
        }
    }

    /// Whether the guest holds nothing of the host's.
    pub(crate) fn has_no_resources(&self) -> bool {
        self.table.is_empty()
    }

    /// Tells the clock that the tank was filled again when `left` was in it.
    pub(crate) fn refuelled(&mut self, left: u64, full: u64) {
        self.slept += self.fuel_at_start.saturating_sub(left);
        self.fuel_at_start = full;
    }
}

/// Random bytes that look random: a guest that draws a UUID gets a valid one, always the same.
fn stream_of(seed: [u8; 16]) -> impl wasmtime_wasi::Rng + Send + 'static {
    let mut key = [0; 32];
    key[..16].copy_from_slice(&seed);
    <rand_chacha::ChaCha8Rng as rand_chacha::rand_core::SeedableRng>::from_seed(key)
}

impl<R: Send> WasiView for World<R> {
    fn ctx(&mut self) -> WasiCtxView<'_> {
        WasiCtxView {
            ctx: &mut self.wasi,
            table: &mut self.table,
        }
    }
}

/// Links WASI, with our own clock in place of the host's.
pub(crate) fn link<R: Send + 'static>(linker: &mut Linker<World<R>>) -> wasmtime::Result<()> {
    wasmtime_wasi::p2::add_to_linker_sync(linker)?;
    linker.allow_shadowing(true);

    let mut wall = linker.instance("wasi:clocks/wall-clock@0.2.12")?;
    wall.func_wrap("now", |mut store, (): ()| {
        Ok((instant(EPOCH_SECONDS, now(&mut store)?),))
    })?;
    wall.func_wrap("resolution", |_, (): ()| Ok((instant(0, 1),)))?;

    let mut clock = linker.instance("wasi:clocks/monotonic-clock@0.2.12")?;
    clock.func_wrap("now", |mut store, (): ()| Ok((now(&mut store)?,)))?;
    clock.func_wrap("resolution", |_, (): ()| Ok((1_u64,)))?;
    clock.func_wrap("subscribe-duration", |mut store, (duration,): (u64,)| {
        Ok((sleep(&mut store, duration)?,))
    })?;
    clock.func_wrap("subscribe-instant", |mut store, (when,): (u64,)| {
        let duration = when.saturating_sub(now(&mut store)?);
        Ok((sleep(&mut store, duration)?,))
    })?;
    linker.allow_shadowing(false);
    Ok(())
}

/// One unit of fuel takes one nanosecond.
fn now<R: 'static>(store: &mut StoreContextMut<'_, World<R>>) -> wasmtime::Result<u64> {
    let left = store.get_fuel()?;
    let world = store.data();
    Ok(world
        .slept
        .saturating_add(world.fuel_at_start.saturating_sub(left)))
}

fn instant(seconds: u64, nanoseconds: u64) -> Datetime {
    const BILLION: u64 = 1_000_000_000;
    Datetime {
        seconds: seconds.saturating_add(nanoseconds / BILLION),
        nanoseconds: u32::try_from(nanoseconds % BILLION).expect("a remainder below 2^32"),
    }
}

/// Sleeping costs nothing and takes exactly as long as it says.
fn sleep<R: 'static>(
    store: &mut StoreContextMut<'_, World<R>>,
    duration: u64,
) -> wasmtime::Result<Resource<DynPollable>> {
    let world = store.data_mut();
    world.slept = world.slept.saturating_add(duration);
    let elapsed = world.table.push(Elapsed)?;
    subscribe(&mut world.table, elapsed)
}

/// A deadline that has come.
struct Elapsed;

#[async_trait]
impl Pollable for Elapsed {
    async fn ready(&mut self) {}
}

/// The bound on a guest's linear memory.
pub(crate) struct Memory {
    limit: u64,
    /// What there is now.
    pub(crate) held: u64,
    /// The most there was.
    pub(crate) peak: u64,
    /// Whether the guest asked for more than it may have.
    pub(crate) denied: bool,
}

impl Memory {
    /// None yet, and a bound.
    pub(crate) fn new(limit: u64) -> Self {
        Self {
            limit,
            held: 0,
            peak: 0,
            denied: false,
        }
    }

    /// Notes how much there is.
    pub(crate) fn hold(&mut self, bytes: u64) {
        self.held = bytes;
        self.peak = self.peak.max(bytes);
    }
}

impl ResourceLimiter for Memory {
    fn memory_growing(
        &mut self,
        _current: usize,
        desired: usize,
        _maximum: Option<usize>,
    ) -> wasmtime::Result<bool> {
        let granted = desired as u64 <= self.limit;
        if granted {
            self.hold(desired as u64);
        } else {
            self.denied = true;
        }
        Ok(granted)
    }

    fn table_growing(
        &mut self,
        _current: usize,
        desired: usize,
        maximum: Option<usize>,
    ) -> wasmtime::Result<bool> {
        Ok(maximum.is_none_or(|maximum| desired <= maximum))
    }
}

/// One of the two streams that a guest prints to.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Channel {
    Stdout,
    Stderr,
}

/// Everything a guest printed, up to a bound on both streams together.
#[derive(Clone)]
pub(crate) struct Output(Arc<Mutex<Printed>>);

struct Printed {
    streams: [Vec<u8>; 2],
    left: u64,
}

impl Output {
    /// Nothing printed yet, and a bound.
    pub(crate) fn new(limit: u64) -> Self {
        Self(Arc::new(Mutex::new(Printed {
            streams: [Vec::new(), Vec::new()],
            left: limit,
        })))
    }

    fn stream(&self, channel: Channel) -> Stream {
        Stream {
            output: self.clone(),
            channel,
        }
    }

    fn printed(&self) -> std::sync::MutexGuard<'_, Printed> {
        self.0
            .lock()
            .expect("no code panics while it holds this lock")
    }

    /// Appends what a guest prints, as far as it may.
    pub(crate) fn print(&self, channel: Channel, bytes: &[u8]) -> Result<(), Stop> {
        let mut printed = self.printed();
        let fits = printed.left >= bytes.len() as u64;
        let kept = usize::try_from(printed.left)
            .unwrap_or(usize::MAX)
            .min(bytes.len());
        printed.left -= kept as u64;
        printed.streams[channel as usize].extend_from_slice(&bytes[..kept]);
        if fits {
            Ok(())
        } else {
            Err(Stop(Exit::OutputLimit))
        }
    }

    /// What was printed to standard error so far.
    pub(crate) fn peek_errors(&self) -> Vec<u8> {
        self.printed().streams[Channel::Stderr as usize].clone()
    }

    /// Takes what was printed since the last time: standard output and standard error.
    pub(crate) fn take(&self) -> [Vec<u8>; 2] {
        std::mem::take(&mut self.printed().streams)
    }
}

struct Stream {
    output: Output,
    channel: Channel,
}

impl IsTerminal for Stream {
    fn is_terminal(&self) -> bool {
        false
    }
}

impl StdoutStream for Stream {
    fn p2_stream(&self) -> Box<dyn OutputStream> {
        Box::new(self.output.stream(self.channel))
    }

    fn async_stream(&self) -> Box<dyn tokio::io::AsyncWrite + Send + Sync> {
        // Only WASI 0.3 asks for this, and no guest speaks it.
        Box::new(MemoryOutputPipe::new(0))
    }
}

#[async_trait]
impl Pollable for Stream {
    async fn ready(&mut self) {}
}

impl OutputStream for Stream {
    fn write(&mut self, bytes: bytes::Bytes) -> StreamResult<()> {
        self.output
            .print(self.channel, &bytes)
            .map_err(|stop| StreamError::Trap(stop.into()))
    }

    fn flush(&mut self) -> StreamResult<()> {
        Ok(())
    }

    fn check_write(&mut self) -> StreamResult<usize> {
        Ok(64 << 10)
    }
}
