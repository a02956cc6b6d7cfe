//! Facts about model folders.

use super::*;
use std::{fs, path::PathBuf};
use tempfile::TempDir;

fn saved(preset: &str, dtype: DType) -> (TempDir, PathBuf, Checkpoint) {
    let home = tempfile::tempdir().unwrap();
    let config = Config::preset(preset).unwrap();
    let corpus = ["def f(x):\n    return x\n".to_owned()];
    let checkpoint = Checkpoint {
        weights: Weights::initial(&config, 1, &Device::Cpu).unwrap(),
        config,
        tokenizer: Some(Tokenizer::train(corpus.into_iter(), 280).unwrap()),
    };
    let folder = home.path().join("model");
    checkpoint.save(&folder, dtype).unwrap();
    (home, folder, checkpoint)
}

fn load(folder: &Path) -> Result<Checkpoint> {
    Checkpoint::load(folder, &Placement::cpu(Training::Frozen))
}

fn message(folder: &Path) -> String {
    let message = load(folder).unwrap_err().to_string();
    assert!(!message.contains('\n'), "{message}");
    message
}

fn largest_difference(a: &Weights, b: &Weights) -> f32 {
    let mut largest = 0f32;
    for (name, tensor) in a.iter() {
        let off = (tensor - b.tensor(name).unwrap()).unwrap().abs().unwrap();
        let off = off.flatten_all().unwrap().to_vec1::<f32>().unwrap();
        largest = off.into_iter().fold(largest, f32::max);
    }
    largest
}

#[test]
fn what_is_saved_comes_back_to_the_bit_in_f32_and_rounded_in_half_precision() {
    for (dtype, tolerance) in [(DType::F32, 0.0), (DType::BF16, 5e-4), (DType::F16, 5e-5)] {
        let (_home, folder, checkpoint) = saved("tiny", dtype);
        let back = load(&folder).unwrap();
        assert_eq!(back.config, checkpoint.config);
        assert!(largest_difference(&back.weights, &checkpoint.weights) <= tolerance);
        let ids = |c: &Checkpoint| c.tokenizer.as_ref().unwrap().encode("def g(y):").unwrap();
        assert_eq!(ids(&back), ids(&checkpoint));
    }
}

#[test]
fn shards_come_back_and_a_missing_one_is_named() {
    let (_home, _, checkpoint) = saved("tiny-moe", DType::F32);
    let home = tempfile::tempdir().unwrap();
    checkpoint
        .write(home.path(), DType::F32, 1_000_000)
        .unwrap();
    let shards = fs::read_dir(home.path()).unwrap().count() - 3;
    assert!(shards > 3, "{shards}");
    let back = load(home.path()).unwrap();
    assert!(largest_difference(&back.weights, &checkpoint.weights) == 0.0);
    let gone = format!("model-00002-of-{shards:05}.safetensors");
    fs::remove_file(home.path().join(&gone)).unwrap();
    assert!(message(home.path()).contains(&gone));
}

#[test]
fn a_truncated_file_is_told_by_its_length() {
    let (_home, folder, _) = saved("tiny", DType::F32);
    let path = folder.join(SINGLE);
    let bytes = fs::read(&path).unwrap();
    for keep in [3, 60, bytes.len() - 1] {
        fs::write(&path, &bytes[..keep]).unwrap();
        assert!(message(&folder).contains("truncated"), "{keep}");
    }
}

#[test]
fn every_damaged_header_is_an_error_and_no_crash() {
    let (_home, folder, _) = saved("tiny", DType::F32);
    let path = folder.join(SINGLE);
    let bytes = fs::read(&path).unwrap();
    for at in (0..400).step_by(7) {
        let mut damaged = bytes.clone();
        damaged[at] ^= 0x15;
        fs::write(&path, &damaged).unwrap();
        // A flipped letter of the format's note is harmless; nothing else may pass unseen.
        if let Ok(back) = load(&folder) {
            back.weights.check(&back.config).unwrap();
        }
    }
}

#[test]
fn a_tensor_of_the_wrong_shape_is_named_with_both_shapes() {
    let (_home, folder, checkpoint) = saved("tiny", DType::F32);
    let wider = checkpoint.config.with_vocabulary(2048, 0, 1);
    fs::write(folder.join(CONFIG), wider.to_json()).unwrap();
    let message = message(&folder);
    assert!(message.contains("`model.embed_tokens.weight`"), "{message}");
    assert!(message.contains(SINGLE), "{message}");
    assert!(
        message.contains("[1024, 128]") && message.contains("[2048, 128]"),
        "{message}"
    );
}

#[test]
fn a_missing_and_an_unknown_tensor_are_named() {
    let (_home, folder, checkpoint) = saved("tiny", DType::F32);
    let scalar = checkpoint.config.clone().with_head(crate::Head::Scalar);
    fs::write(folder.join(CONFIG), scalar.to_json()).unwrap();
    assert!(message(&folder).contains("`lm_head.weight`"));
    let Config::Dense(dense) = checkpoint.config else {
        panic!()
    };
    let deeper = Config::Dense(crate::DenseConfig {
        num_hidden_layers: 5,
        ..dense
    });
    fs::write(folder.join(CONFIG), deeper.to_json()).unwrap();
    assert!(message(&folder).contains("`model.layers.4."));
}

#[test]
fn a_tokenizer_with_more_ids_than_the_embedding_is_refused() {
    let (_home, folder, _) = saved("tiny", DType::F32);
    let letter = |i: u8| char::from(b'a' + i % 26);
    let corpus = (0..20_000u32).map(move |i| {
        let bytes = (i.wrapping_mul(2_654_435_761)).to_le_bytes();
        bytes.map(letter).iter().collect::<String>()
    });
    let large = Tokenizer::train(corpus, 1500).unwrap();
    fs::write(folder.join(TOKENIZER), large.to_json().unwrap()).unwrap();
    assert!(message(&folder).contains("vocab_size"));
}

#[test]
fn absent_and_foreign_folders_are_told_apart() {
    let home = tempfile::tempdir().unwrap();
    assert!(message(&home.path().join("nothing")).contains("no such folder"));
    assert!(message(home.path()).contains("config.json"));
    let config = Config::preset("tiny").unwrap();
    fs::write(home.path().join(CONFIG), config.to_json()).unwrap();
    assert!(message(home.path()).contains(SINGLE));
}

#[test]
fn an_index_may_not_point_outside_its_folder() {
    let (_home, folder, _) = saved("tiny", DType::F32);
    fs::write(
        folder.join(INDEX),
        r#"{"weight_map": {"a": "../model/model.safetensors"}}"#,
    )
    .unwrap();
    assert!(message(&folder).contains("no file name"));
}
