//! Built-in shapes by name.
//!
//! `tiny`, `small` and `base` have about 1, 10 and 100 million parameters; each `-moe` twin has
//! about as many *active* parameters, so that the two compare at equal work. The published shapes
//! carry the numbers of their config.json.

use super::{Config, DenseConfig, Head, MoeConfig, Rope, RopeScaling, TopkMethod, Yarn};

/// Names that [`Config::preset`] knows.
pub const PRESETS: &[&str] = &[
    "tiny",
    "tiny-moe",
    "small",
    "small-moe",
    "base",
    "base-moe",
    "deepseek-coder-1.3b",
    "deepseek-coder-v2-lite",
];

pub(super) fn preset(name: &str) -> Option<Config> {
    Some(match name {
        "tiny" => dense(TINY),
        "tiny-moe" => moe(
            TINY,
            Experts {
                routed: 16,
                shared: 1,
                per_token: 4,
                width: 64,
            },
        ),
        "small" => dense(SMALL),
        "small-moe" => moe(
            SMALL,
            Experts {
                routed: 32,
                shared: 1,
                per_token: 6,
                width: 128,
            },
        ),
        "base" => dense(BASE),
        "base-moe" => moe(
            BASE,
            Experts {
                routed: 64,
                shared: 2,
                per_token: 6,
                width: 256,
            },
        ),
        "deepseek-coder-1.3b" => Config::Dense(deepseek_coder()),
        "deepseek-coder-v2-lite" => Config::Moe(deepseek_coder_v2_lite()),
        _ => return None,
    })
}

#[derive(Clone, Copy)]
struct Shape {
    vocab: usize,
    hidden: usize,
    layers: usize,
    heads: usize,
    intermediate: usize,
    kv_lora: usize,
    std: f64,
}

/// In each shape `shared + per_token` experts are together as wide as the dense feed-forward.
#[derive(Clone, Copy)]
struct Experts {
    routed: usize,
    shared: usize,
    per_token: usize,
    width: usize,
}

const TINY: Shape = Shape {
    vocab: 1024,
    hidden: 128,
    layers: 4,
    heads: 4,
    intermediate: 320,
    kv_lora: 64,
    std: 0.02,
};
const SMALL: Shape = Shape {
    vocab: 4096,
    hidden: 320,
    layers: 6,
    heads: 5,
    intermediate: 896,
    kv_lora: 128,
    std: 0.02,
};
const BASE: Shape = Shape {
    vocab: 16384,
    hidden: 768,
    layers: 12,
    heads: 12,
    intermediate: 2048,
    kv_lora: 256,
    std: 0.02,
};

/// Prompts and answers of the built-in problems are some hundred tokens; longer ones still work.
const BUILT_IN_CONTEXT: usize = 2048;

fn dense(s: Shape) -> Config {
    Config::Dense(DenseConfig {
        vocab_size: s.vocab,
        hidden_size: s.hidden,
        intermediate_size: s.intermediate,
        num_hidden_layers: s.layers,
        num_attention_heads: s.heads,
        num_key_value_heads: s.heads,
        head_dim: s.hidden / s.heads,
        max_position_embeddings: BUILT_IN_CONTEXT,
        rms_norm_eps: 1e-6,
        rope: Rope {
            theta: 10_000.0,
            scaling: RopeScaling::None,
        },
        tie_word_embeddings: false,
        bos_token_id: None,
        eos_token_id: None,
        initializer_range: s.std,
        head: Head::LanguageModel,
    })
}

/// Chosen scores start near 1 / experts each, so that without a factor the routed experts would
/// hardly be heard beside the shared one. DeepSeek-V2's factor of 16 for 6 of 160 experts is this
/// share of what would bring them to a sum of 1.
const SCALING: f64 = 16.0 * 6.0 / 160.0;

fn moe(s: Shape, e: Experts) -> Config {
    let head = s.hidden / s.heads;
    Config::Moe(MoeConfig {
        vocab_size: s.vocab,
        hidden_size: s.hidden,
        intermediate_size: s.intermediate,
        moe_intermediate_size: e.width,
        num_hidden_layers: s.layers,
        num_attention_heads: s.heads,
        first_k_dense_replace: 1,
        n_routed_experts: e.routed,
        n_shared_experts: e.shared,
        num_experts_per_tok: e.per_token,
        topk_method: TopkMethod::Greedy,
        // transformers 5 ignores the other way, and our folders shall compute the same there.
        norm_topk_prob: false,
        routed_scaling_factor: SCALING * e.routed as f64 / e.per_token as f64,
        aux_loss_alpha: 0.001,
        q_lora_rank: None,
        kv_lora_rank: s.kv_lora,
        qk_nope_head_dim: head,
        qk_rope_head_dim: head / 2,
        v_head_dim: head,
        max_position_embeddings: BUILT_IN_CONTEXT,
        rms_norm_eps: 1e-6,
        rope: Rope {
            theta: 10_000.0,
            scaling: RopeScaling::None,
        },
        tie_word_embeddings: false,
        bos_token_id: None,
        eos_token_id: None,
        initializer_range: s.std,
        head: Head::LanguageModel,
    })
}

/// huggingface.co/deepseek-ai/deepseek-coder-1.3b-base.
fn deepseek_coder() -> DenseConfig {
    DenseConfig {
        vocab_size: 32_256,
        hidden_size: 2048,
        intermediate_size: 5504,
        num_hidden_layers: 24,
        num_attention_heads: 16,
        num_key_value_heads: 16,
        head_dim: 128,
        max_position_embeddings: 16_384,
        rms_norm_eps: 1e-6,
        rope: Rope {
            theta: 100_000.0,
            scaling: RopeScaling::Linear { factor: 4.0 },
        },
        tie_word_embeddings: false,
        bos_token_id: Some(32_013),
        eos_token_id: Some(32_014),
        initializer_range: 0.02,
        head: Head::LanguageModel,
    }
}

/// huggingface.co/deepseek-ai/DeepSeek-Coder-V2-Lite-Base.
fn deepseek_coder_v2_lite() -> MoeConfig {
    MoeConfig {
        vocab_size: 102_400,
        hidden_size: 2048,
        intermediate_size: 10_944,
        moe_intermediate_size: 1408,
        num_hidden_layers: 27,
        num_attention_heads: 16,
        first_k_dense_replace: 1,
        n_routed_experts: 64,
        n_shared_experts: 2,
        num_experts_per_tok: 6,
        topk_method: TopkMethod::Greedy,
        norm_topk_prob: false,
        routed_scaling_factor: 1.0,
        aux_loss_alpha: 0.001,
        q_lora_rank: None,
        kv_lora_rank: 512,
        qk_nope_head_dim: 128,
        qk_rope_head_dim: 64,
        v_head_dim: 128,
        max_position_embeddings: 163_840,
        rms_norm_eps: 1e-6,
        rope: Rope {
            theta: 10_000.0,
            scaling: RopeScaling::Yarn(Yarn {
                factor: 40.0,
                original_max_position_embeddings: 4096,
                beta_fast: 32.0,
                beta_slow: 1.0,
                mscale: 0.707,
                mscale_all_dim: 0.707,
                attention_factor: None,
            }),
        },
        tie_word_embeddings: false,
        bos_token_id: Some(100_000),
        eos_token_id: Some(100_001),
        initializer_range: 0.02,
        head: Head::LanguageModel,
    }
}
