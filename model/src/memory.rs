//! Whether a shape fits the machine, asked before anything is allocated: a system that runs out of
//! memory kills the process without a word.

use crate::{
    config::Config,
    error::{Error, Result},
};

const MIB: u64 = 1 << 20;

/// Bytes that a configuration's weights take at so many bytes a number.
pub fn weight_bytes(config: &Config, bytes_per_number: usize) -> u64 {
    config.parameter_count().saturating_mul(bytes_per_number) as u64
}

/// About how many bytes a training step in f32 takes at its peak: weights, gradients and AdamW's
/// two moments, and what the graph keeps for the backward of `batch` sequences of `seq` tokens.
pub fn training_bytes(config: &Config, batch: usize, seq: usize) -> u64 {
    4 * (4 * config.parameter_count() + graph(config, batch, seq)) as u64
}

/// The same where adapters of so many numbers are trained on frozen weights and `threads` share the
/// batch: no gradients and moments but theirs, and for each thread a copy of the weights with the
/// adapters worked in.
pub fn adapted_training_bytes(
    config: &Config,
    adapters: usize,
    threads: usize,
    batch: usize,
    seq: usize,
) -> u64 {
    let weights = (1 + threads) * config.parameter_count() + 4 * adapters;
    4 * (weights + graph(config, batch, seq)) as u64
}

/// Numbers that the graph keeps for the backward.
fn graph(config: &Config, batch: usize, seq: usize) -> usize {
    let per_layer = match config {
        Config::Dense(c) => {
            let heads = c.num_attention_heads + c.num_key_value_heads;
            // Norms, sums and projections in and out; queries and keys before and after rotation,
            // values, outputs; gate, up and their product.
            8 * c.hidden_size + 4 * heads * c.head_dim + 3 * c.intermediate_size
        }
        Config::Moe(c) => {
            let experts = c.num_experts_per_tok + c.n_shared_experts;
            let unfolded = 2 * c.qk_head_dim() + c.qk_nope_head_dim + 2 * c.v_head_dim;
            8 * c.hidden_size
                + 2 * c.num_experts_per_tok * c.hidden_size
                + c.num_attention_heads * unfolded
                + 3 * experts * c.moe_intermediate_size
                + 2 * c.kv_lora_rank
        }
    };
    // The backward holds gradients of the same size for a few layers, never for all.
    per_layer * (config.num_hidden_layers() + 3) * batch * seq
}

/// Bytes that this process may still take: what the system calls available, or less where a
/// control group limits it. None where the system does not say.
pub fn available_bytes() -> Option<u64> {
    let system = std::fs::read_to_string("/proc/meminfo")
        .ok()
        .and_then(|t| mem_available(&t))?;
    let number = |path: &str| {
        std::fs::read_to_string(path)
            .ok()?
            .trim()
            .parse::<u64>()
            .ok()
    };
    let limit = number("/sys/fs/cgroup/memory.max");
    let used = number("/sys/fs/cgroup/memory.current");
    Some(match (limit, used) {
        (Some(limit), Some(used)) => system.min(limit.saturating_sub(used)),
        _ => system,
    })
}

/// An error where `needed` bytes are more than there are.
pub fn require_bytes(what: &str, needed: u64) -> Result<()> {
    match available_bytes() {
        Some(available) if needed > available => Err(Error::Memory {
            what: what.to_owned(),
            needed_mib: needed / MIB,
            available_mib: available / MIB,
        }),
        _ => Ok(()),
    }
}

fn mem_available(meminfo: &str) -> Option<u64> {
    let line = meminfo
        .lines()
        .find(|line| line.starts_with("MemAvailable:"))?;
    line.split_whitespace()
        .nth(1)?
        .parse::<u64>()
        .ok()
        .map(|kib| kib * 1024)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_shape_beyond_any_machine_is_refused_in_one_line() {
        let config = Config::preset("deepseek-coder-v2-lite").unwrap();
        let needed = training_bytes(&config, 4096, 16_384);
        assert!(needed > weight_bytes(&config, 4) * 4);
        if available_bytes().is_some() {
            let message = require_bytes("training", needed).unwrap_err().to_string();
            assert!(message.contains("MiB are available") && !message.contains('\n'));
        }
        require_bytes("nothing", 0).unwrap();
    }

    #[test]
    fn the_systems_available_memory_is_read_in_kibibytes() {
        let text = "MemTotal:       100 kB\nMemAvailable:    64 kB\n";
        assert_eq!(mem_available(text), Some(65_536));
        assert_eq!(mem_available("MemTotal: 1 kB"), None);
    }
}
