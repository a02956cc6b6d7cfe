//! Facts about configurations.

use super::*;

fn changed(preset: &str, key: &str, value: Value) -> Result<Config> {
    let text = Config::preset(preset).unwrap().to_json();
    let mut map: Map<String, Value> = serde_json::from_str(&text).unwrap();
    map.insert(key.into(), value);
    Config::from_json(&Value::Object(map).to_string(), "config.json")
}

#[test]
fn the_published_shapes_have_the_published_numbers_of_parameters() {
    let count = |name| Config::preset(name).unwrap().parameter_count();
    assert_eq!(count("deepseek-coder-1.3b"), 1_346_471_936);
    assert_eq!(count("deepseek-coder-v2-lite"), 15_706_484_224);
}

#[test]
fn the_built_in_shapes_are_of_the_promised_sizes() {
    for (name, wanted) in [("tiny", 1e6), ("small", 1e7), ("base", 1e8)] {
        let dense = Config::preset(name).unwrap();
        let moe = Config::preset(&format!("{name}-moe")).unwrap();
        let ratio = dense.parameter_count() as f64 / wanted;
        assert!(
            (0.9..1.15).contains(&ratio),
            "{name}: {}",
            dense.parameter_count()
        );
        let active = moe.active_parameter_count() as f64 / dense.parameter_count() as f64;
        assert!((0.95..1.05).contains(&active), "{name}-moe: {active}");
        assert!(moe.parameter_count() > dense.parameter_count());
    }
}

#[test]
fn every_preset_survives_its_own_json() {
    for name in PRESETS {
        for head in [Head::LanguageModel, Head::Scalar] {
            let config = Config::preset(name).unwrap().with_head(head);
            assert_eq!(Config::from_json(&config.to_json(), name).unwrap(), config);
        }
    }
}

#[test]
fn both_spellings_of_the_rope_settings_mean_the_same() {
    let old = Config::preset("deepseek-coder-1.3b").unwrap();
    let mut map: Map<String, Value> = serde_json::from_str(&old.to_json()).unwrap();
    map.remove("rope_theta");
    map.remove("rope_scaling");
    map.insert(
        "rope_parameters".into(),
        serde_json::json!({"rope_theta": 100_000.0, "rope_type": "linear", "factor": 4.0}),
    );
    let new = Config::from_json(&Value::Object(map).to_string(), "config.json").unwrap();
    assert_eq!(old, new);
}

#[test]
fn a_key_that_may_change_the_mathematics_is_an_error() {
    for (key, value) in [
        ("sliding_window", serde_json::json!(4096)),
        ("hidden_act", serde_json::json!("gelu")),
        ("attention_bias", serde_json::json!(true)),
        (
            "rope_scaling",
            serde_json::json!({"type": "dynamic", "factor": 2.0}),
        ),
    ] {
        let message = changed("tiny", key, value).unwrap_err().to_string();
        assert!(
            !message.contains('\n') && message.starts_with("`config.json`: "),
            "{message}"
        );
    }
    assert!(changed("tiny-moe", "scoring_func", serde_json::json!("sigmoid")).is_err());
    assert!(changed("tiny-moe", "topk_method", serde_json::json!("noaux_tc")).is_err());
}

#[test]
fn a_count_beyond_any_network_is_refused_before_it_is_counted_to() {
    for (preset, key, value) in [
        ("tiny", "num_hidden_layers", 100_000_000_u64),
        ("tiny", "max_position_embeddings", 1 << 40),
        ("tiny", "intermediate_size", u64::MAX),
        ("tiny-moe", "n_routed_experts", 100_000_000),
        ("tiny-moe", "n_shared_experts", 100_000_000),
    ] {
        let message = changed(preset, key, serde_json::json!(value))
            .unwrap_err()
            .to_string();
        assert!(
            message.contains(key) && !message.contains('\n'),
            "{message}"
        );
    }
    // Each of the two is allowed, and both together are not.
    let Config::Moe(moe) = Config::preset("tiny-moe").unwrap() else {
        panic!()
    };
    let deep = Config::Moe(MoeConfig {
        num_hidden_layers: 900,
        n_routed_experts: 4_000,
        ..moe
    });
    let message = Config::from_json(&deep.to_json(), "x").unwrap_err();
    assert!(message.to_string().contains("times"), "{message}");
    let wide = changed("tiny", "head_dim", serde_json::json!(1_u64 << 31)).unwrap();
    let Config::Dense(wide) = wide else { panic!() };
    let widest = Config::Dense(DenseConfig {
        hidden_size: 1 << 31,
        ..wide
    });
    assert!(crate::memory::weight_bytes(&widest, 4) > 1 << 60);
}

#[test]
fn a_null_or_harmless_key_is_ignored() {
    assert!(changed("tiny", "sliding_window", Value::Null).is_ok());
    assert!(changed("tiny", "torch_dtype", serde_json::json!("bfloat16")).is_ok());
}

#[test]
fn an_unknown_architecture_is_named() {
    let text = r#"{"architectures": ["Qwen2ForCausalLM"]}"#;
    let message = Config::from_json(text, "x/config.json")
        .unwrap_err()
        .to_string();
    assert!(message.contains("`Qwen2ForCausalLM`"), "{message}");
}

#[test]
fn the_lite_models_softmax_scale_carries_the_square_of_yarns_mscale() {
    let Config::Moe(lite) = Config::preset("deepseek-coder-v2-lite").unwrap() else {
        panic!()
    };
    assert!((lite.rope.softmax_factor() - 1.58963).abs() < 1e-5);
    assert!((lite.rope.amplitude() - 1.0).abs() < 1e-12);
}

#[test]
fn the_keys_that_published_files_carry_are_all_understood() {
    // What DeepSeek's own files say beside the numbers: harmless, or the one supported value.
    let extra = serde_json::json!({
        "auto_map": {"AutoConfig": "configuration_deepseek.DeepseekV2Config"},
        "attention_bias": false, "attention_dropout": 0.0, "ep_size": 1, "n_group": 1,
        "topk_group": 1, "pretraining_tp": 1, "use_cache": true, "torch_dtype": "bfloat16",
        "transformers_version": "4.39.3", "num_key_value_heads": 16, "moe_layer_freq": 1,
        "scoring_func": "softmax", "seq_aux": true
    });
    let lite = Config::preset("deepseek-coder-v2-lite").unwrap();
    let mut map: Map<String, Value> = serde_json::from_str(&lite.to_json()).unwrap();
    map.extend(extra.as_object().unwrap().clone());
    let text = Value::Object(map).to_string();
    assert_eq!(Config::from_json(&text, "config.json").unwrap(), lite);
}

#[test]
fn yarn_keeps_fast_frequencies_and_divides_slow_ones() {
    let Config::Moe(lite) = Config::preset("deepseek-coder-v2-lite").unwrap() else {
        panic!()
    };
    let plain = Rope {
        scaling: RopeScaling::None,
        ..lite.rope.clone()
    };
    let (plain, yarn) = (plain.frequencies(64), lite.rope.frequencies(64));
    assert!((yarn[0] / plain[0] - 1.0).abs() < 1e-12);
    assert!((yarn[31] / plain[31] - 1.0 / 40.0).abs() < 1e-12);
    assert!(yarn.windows(2).all(|w| w[0] > w[1]));
}
