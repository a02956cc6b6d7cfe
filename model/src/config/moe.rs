//! The mixture-of-experts architecture's configuration and the tensors that it implies.

use super::{Head, Rope, dense::Stack, fields::Fields};
use crate::weights::Parameter;
use serde_json::{Map, Value, json};

/// Each expert of each layer is three names in memory before the first weight is; the largest
/// published networks have some 20,000.
const MAX_EXPERTS_IN_ALL: usize = 200_000;

/// How the router picks experts from its scores.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum TopkMethod {
    /// The best scores of all.
    Greedy,
    /// First the groups with the best single score, then the best scores inside them.
    GroupLimitedGreedy {
        /// Number of equal groups of experts.
        n_group: usize,
        /// Groups that a token may use.
        topk_group: usize,
    },
}

/// `DeepseekV2ForCausalLM`: multi-head latent attention and DeepSeekMoE (arXiv 2405.04434).
#[derive(Clone, Debug, PartialEq)]
pub struct MoeConfig {
    /// Number of token ids.
    pub vocab_size: usize,
    /// Width of the residual stream.
    pub hidden_size: usize,
    /// Width inside the feed-forward of the first, dense layers.
    pub intermediate_size: usize,
    /// Width inside one expert.
    pub moe_intermediate_size: usize,
    /// Number of layers.
    pub num_hidden_layers: usize,
    /// Attention heads.
    pub num_attention_heads: usize,
    /// Layers before the first mixture.
    pub first_k_dense_replace: usize,
    /// Experts to choose from.
    pub n_routed_experts: usize,
    /// Experts that every token uses, stored as one wider feed-forward.
    pub n_shared_experts: usize,
    /// Routed experts a token uses.
    pub num_experts_per_tok: usize,
    /// How they are picked.
    pub topk_method: TopkMethod,
    /// Whether the chosen scores are divided by their sum.
    pub norm_topk_prob: bool,
    /// What they are multiplied by where they are not.
    pub routed_scaling_factor: f64,
    /// Weight of the balance loss.
    pub aux_loss_alpha: f64,
    /// Width of the query latent, where there is one.
    pub q_lora_rank: Option<usize>,
    /// Width of the latent that keys and values are made from; the cache holds it.
    pub kv_lora_rank: usize,
    /// Part of a head's query and key without positions.
    pub qk_nope_head_dim: usize,
    /// Part with rotary positions; its key is shared by all heads.
    pub qk_rope_head_dim: usize,
    /// Width of a head's value.
    pub v_head_dim: usize,
    /// Longest sequence that the positions were made for.
    pub max_position_embeddings: usize,
    /// Added to the mean square in the layers' norms (the latents' norms use 1e-6 always).
    pub rms_norm_eps: f64,
    /// Rotary positions, rotated in neighbouring pairs.
    pub rope: Rope,
    /// Whether the output layer is the embedding itself.
    pub tie_word_embeddings: bool,
    /// Id that begins a text.
    pub bos_token_id: Option<u32>,
    /// Id that ends a text.
    pub eos_token_id: Option<u32>,
    /// Standard deviation of fresh weights.
    pub initializer_range: f64,
    /// What stands on top.
    pub head: Head,
}

impl MoeConfig {
    /// Width of a head's query and key: without and with positions.
    pub fn qk_head_dim(&self) -> usize {
        self.qk_nope_head_dim + self.qk_rope_head_dim
    }

    /// What scores are multiplied by before the softmax: `qk_head_dim^-1/2`, and the square of
    /// YaRN's mscale.
    pub fn softmax_scale(&self) -> f64 {
        self.rope.softmax_factor() / (self.qk_head_dim() as f64).sqrt()
    }

    /// Whether layer `index` is a mixture.
    pub fn is_mixture(&self, index: usize) -> bool {
        index >= self.first_k_dense_replace
    }

    pub(super) fn idle_parameter_count(&self) -> usize {
        let layers = self
            .num_hidden_layers
            .saturating_sub(self.first_k_dense_replace);
        let idle = self
            .n_routed_experts
            .saturating_sub(self.num_experts_per_tok);
        layers * idle * 3 * self.hidden_size * self.moe_intermediate_size
    }

    pub(super) fn parse(fields: &mut Fields, head: Head) -> Result<Self, String> {
        fields.only("hidden_act", &json!("silu"))?;
        fields.only("attention_bias", &json!(false))?;
        fields.only("mlp_bias", &json!(false))?;
        fields.only("attention_dropout", &json!(0))?;
        fields.only("scoring_func", &json!("softmax"))?;
        fields.only("moe_layer_freq", &json!(1))?;
        fields.only("seq_aux", &json!(true))?;
        let num_attention_heads = fields.size("num_attention_heads")?;
        fields.only("num_key_value_heads", &json!(num_attention_heads))?;
        let qk_nope_head_dim = fields.size("qk_nope_head_dim")?;
        let qk_rope_head_dim = fields.size("qk_rope_head_dim")?;
        // transformers 5 writes these two out, as functions of the two above.
        fields.only("qk_head_dim", &json!(qk_nope_head_dim + qk_rope_head_dim))?;
        fields.only("head_dim", &json!(qk_rope_head_dim))?;
        let config = Self {
            vocab_size: fields.size("vocab_size")?,
            hidden_size: fields.size("hidden_size")?,
            intermediate_size: fields.size("intermediate_size")?,
            moe_intermediate_size: fields.size("moe_intermediate_size")?,
            num_hidden_layers: fields.size("num_hidden_layers")?,
            num_attention_heads,
            first_k_dense_replace: fields.opt_size("first_k_dense_replace")?.unwrap_or(0),
            n_routed_experts: fields.size("n_routed_experts")?,
            n_shared_experts: fields.opt_size("n_shared_experts")?.unwrap_or(0),
            num_experts_per_tok: fields.size("num_experts_per_tok")?,
            topk_method: parse_topk(fields)?,
            norm_topk_prob: fields.flag("norm_topk_prob", false)?,
            routed_scaling_factor: fields.number("routed_scaling_factor", 1.0)?,
            aux_loss_alpha: fields.number("aux_loss_alpha", 0.001)?,
            q_lora_rank: fields.opt_size("q_lora_rank")?,
            kv_lora_rank: fields.size("kv_lora_rank")?,
            qk_nope_head_dim,
            qk_rope_head_dim,
            v_head_dim: fields.size("v_head_dim")?,
            max_position_embeddings: fields.size("max_position_embeddings")?,
            rms_norm_eps: fields.number("rms_norm_eps", 1e-6)?,
            rope: Rope::parse(fields)?,
            tie_word_embeddings: fields.flag("tie_word_embeddings", false)?,
            bos_token_id: fields.token("bos_token_id")?,
            eos_token_id: fields.token("eos_token_id")?,
            initializer_range: fields.number("initializer_range", 0.02)?,
            head,
        };
        config.check()?;
        Ok(config)
    }

    fn check(&self) -> Result<(), String> {
        if self.num_hidden_layers * self.n_routed_experts > MAX_EXPERTS_IN_ALL {
            return Err(format!(
                "`num_hidden_layers` times `n_routed_experts` is more than {MAX_EXPERTS_IN_ALL}; \
                 use the file that belongs to the weights"
            ));
        }
        if self.num_experts_per_tok == 0 || self.num_experts_per_tok > self.n_routed_experts {
            return Err("`num_experts_per_tok` must be from 1 to `n_routed_experts`".into());
        }
        if let TopkMethod::GroupLimitedGreedy {
            n_group,
            topk_group,
        } = self.topk_method
        {
            let whole = n_group > 0 && self.n_routed_experts.is_multiple_of(n_group);
            if !whole || topk_group == 0 || topk_group > n_group {
                return Err("`n_routed_experts` must be a multiple of `n_group`, and \
                            `topk_group` from 1 to `n_group`"
                    .into());
            }
            if self.num_experts_per_tok > topk_group * (self.n_routed_experts / n_group) {
                return Err(
                    "`topk_group` groups hold fewer than `num_experts_per_tok` experts".into(),
                );
            }
        }
        if self.qk_rope_head_dim == 0 || !self.qk_rope_head_dim.is_multiple_of(2) {
            return Err("`qk_rope_head_dim` must be even and above 0".into());
        }
        Ok(())
    }

    pub(super) fn to_map(&self) -> Map<String, Value> {
        let class = match self.head {
            Head::LanguageModel => "DeepseekV2ForCausalLM",
            Head::Scalar => "DeepseekV2ForSequenceClassification",
        };
        let (method, n_group, topk_group) = match self.topk_method {
            TopkMethod::Greedy => ("greedy", Value::Null, Value::Null),
            TopkMethod::GroupLimitedGreedy {
                n_group,
                topk_group,
            } => ("group_limited_greedy", json!(n_group), json!(topk_group)),
        };
        let mut map = Map::new();
        let mut put = |key: &str, value: Value| map.insert(key.into(), value);
        put("architectures", json!([class]));
        put("model_type", json!("deepseek_v2"));
        put("vocab_size", json!(self.vocab_size));
        put("hidden_size", json!(self.hidden_size));
        put("intermediate_size", json!(self.intermediate_size));
        put("moe_intermediate_size", json!(self.moe_intermediate_size));
        put("num_hidden_layers", json!(self.num_hidden_layers));
        put("num_attention_heads", json!(self.num_attention_heads));
        put("num_key_value_heads", json!(self.num_attention_heads));
        put("first_k_dense_replace", json!(self.first_k_dense_replace));
        put("moe_layer_freq", json!(1));
        put("n_routed_experts", json!(self.n_routed_experts));
        put("n_shared_experts", json!(self.n_shared_experts));
        put("num_experts_per_tok", json!(self.num_experts_per_tok));
        put("scoring_func", json!("softmax"));
        put("topk_method", json!(method));
        put("n_group", n_group);
        put("topk_group", topk_group);
        put("norm_topk_prob", json!(self.norm_topk_prob));
        put("routed_scaling_factor", json!(self.routed_scaling_factor));
        put("aux_loss_alpha", json!(self.aux_loss_alpha));
        put("seq_aux", json!(true));
        put("q_lora_rank", json!(self.q_lora_rank));
        put("kv_lora_rank", json!(self.kv_lora_rank));
        put("qk_nope_head_dim", json!(self.qk_nope_head_dim));
        put("qk_rope_head_dim", json!(self.qk_rope_head_dim));
        put("v_head_dim", json!(self.v_head_dim));
        put("hidden_act", json!("silu"));
        put(
            "max_position_embeddings",
            json!(self.max_position_embeddings),
        );
        put("rms_norm_eps", json!(self.rms_norm_eps));
        put("tie_word_embeddings", json!(self.tie_word_embeddings));
        put("bos_token_id", json!(self.bos_token_id));
        put("eos_token_id", json!(self.eos_token_id));
        put("initializer_range", json!(self.initializer_range));
        if self.head == Head::Scalar {
            put("num_labels", json!(1));
        }
        self.rope.to_fields(&mut map);
        map
    }

    pub(super) fn parameters(&self) -> Vec<Parameter> {
        let mut list = Stack::new(self.num_hidden_layers, self.initializer_range);
        list.embedding(self.vocab_size, self.hidden_size);
        for layer in 0..self.num_hidden_layers {
            let at = format!("model.layers.{layer}");
            list.norm(&format!("{at}.input_layernorm"), self.hidden_size);
            self.attention(&mut list, &format!("{at}.self_attn"));
            list.norm(&format!("{at}.post_attention_layernorm"), self.hidden_size);
            self.feed_forward(&mut list, &format!("{at}.mlp"), layer);
        }
        list.top(
            self.head,
            self.tie_word_embeddings,
            self.vocab_size,
            self.hidden_size,
        );
        list.parameters
    }

    fn attention(&self, list: &mut Stack, at: &str) {
        let (hidden, heads) = (self.hidden_size, self.num_attention_heads);
        let queries = heads * self.qk_head_dim();
        if let Some(rank) = self.q_lora_rank {
            list.matrix(&format!("{at}.q_a_proj"), rank, hidden);
            list.norm(&format!("{at}.q_a_layernorm"), rank);
            list.matrix(&format!("{at}.q_b_proj"), queries, rank);
        } else {
            list.matrix(&format!("{at}.q_proj"), queries, hidden);
        }
        let rank = self.kv_lora_rank;
        list.matrix(
            &format!("{at}.kv_a_proj_with_mqa"),
            rank + self.qk_rope_head_dim,
            hidden,
        );
        list.norm(&format!("{at}.kv_a_layernorm"), rank);
        let keys_values = heads * (self.qk_nope_head_dim + self.v_head_dim);
        list.matrix(&format!("{at}.kv_b_proj"), keys_values, rank);
        list.residual(&format!("{at}.o_proj"), hidden, heads * self.v_head_dim);
    }

    fn feed_forward(&self, list: &mut Stack, at: &str, layer: usize) {
        let hidden = self.hidden_size;
        if !self.is_mixture(layer) {
            list.mlp(at, hidden, self.intermediate_size);
            return;
        }
        list.matrix(&format!("{at}.gate"), self.n_routed_experts, hidden);
        for expert in 0..self.n_routed_experts {
            list.mlp(
                &format!("{at}.experts.{expert}"),
                hidden,
                self.moe_intermediate_size,
            );
        }
        if self.n_shared_experts > 0 {
            let width = self.moe_intermediate_size * self.n_shared_experts;
            list.mlp(&format!("{at}.shared_experts"), hidden, width);
        }
    }
}

fn parse_topk(fields: &mut Fields) -> Result<TopkMethod, String> {
    let method = fields.text("topk_method", "greedy")?;
    let groups = (fields.opt_size("n_group")?, fields.opt_size("topk_group")?);
    match (method.as_str(), groups) {
        ("greedy", _) => Ok(TopkMethod::Greedy),
        ("group_limited_greedy", (Some(n_group), Some(topk_group))) => {
            Ok(TopkMethod::GroupLimitedGreedy {
                n_group,
                topk_group,
            })
        }
        ("group_limited_greedy", _) => {
            Err("`group_limited_greedy` needs `n_group` and `topk_group`; add them".into())
        }
        (other, _) => Err(format!(
            "`topk_method` = `{other}` is not supported; use greedy or group_limited_greedy"
        )),
    }
}
