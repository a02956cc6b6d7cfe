//! Facts about sampling with whole networks.

use super::*;
use crate::{Batch, Network};
use candle_core::Device;

fn sampler(preset: &str) -> Sampler {
    let (config, weights) = policy(preset);
    let bytes = (0..config.vocab_size())
        .map(|t| vec![b'a' + (t % 26) as u8])
        .collect();
    Sampler::new(&config, &weights, TokenBytes::new(bytes)).unwrap()
}

fn policy(preset: &str) -> (Config, Weights) {
    let config = Config::preset(preset).unwrap();
    // Wider than usual, so that the distribution is far from flat.
    let config = match config {
        Config::Dense(mut c) => {
            c.initializer_range = 0.2;
            Config::Dense(c)
        }
        Config::Moe(mut c) => {
            c.initializer_range = 0.2;
            Config::Moe(c)
        }
    };
    let weights = Weights::initial(&config, 7, &Device::Cpu).unwrap();
    (config, weights)
}

fn requests() -> Vec<Request> {
    (0..5_u32)
        .map(|i| Request {
            tokens: (0..20 + 30 * i).map(|t| (t * 7 + i) % 1000).collect(),
            prompt: u64::from(i),
            first_rollout: 0,
            samples: 3,
        })
        .collect()
}

fn params() -> SamplingParams {
    SamplingParams {
        max_new_tokens: 40,
        seed: Seed { run: 3, step: 1 },
        stop_tokens: (0..20).collect(),
        ..SamplingParams::default()
    }
}

#[test]
fn a_sample_has_the_same_bits_alone_in_a_batch_and_on_any_number_of_threads() {
    for preset in ["tiny", "tiny-moe"] {
        let sampler = sampler(preset);
        let (requests, params) = (requests(), params());
        let whole = sampler.sample(
            &requests,
            &SamplingParams {
                threads: 1,
                ..params.clone()
            },
        );
        let whole = whole.unwrap();
        assert!(
            whole
                .iter()
                .flatten()
                .any(|c| c.finish == Finish::StopToken)
        );
        for (threads, batch) in [(2, 64), (3, 2), (1, 1)] {
            let params = SamplingParams {
                threads,
                batch,
                ..params.clone()
            };
            assert_eq!(sampler.sample(&requests, &params).unwrap(), whole);
        }
        let alone = Request {
            samples: 1,
            first_rollout: 2,
            ..requests[3].clone()
        };
        assert_eq!(
            sampler.sample(&[alone], &params).unwrap()[0][0],
            whole[3][2]
        );
    }
}

#[test]
fn decoding_with_the_cache_equals_running_the_whole_text_at_once() {
    for preset in ["tiny", "tiny-moe"] {
        let sampler = sampler(preset);
        for (request, completions) in requests()
            .iter()
            .zip(sampler.sample(&requests(), &params()).unwrap())
        {
            for completion in completions {
                let all = [&request.tokens[..], &completion.tokens].concat();
                let whole = &sampler.log_probs(&all).unwrap()[request.tokens.len() - 1..];
                for (a, b) in whole.iter().zip(&completion.log_probs) {
                    assert!((a - b).abs() < 2e-5, "{preset}: {a} and {b}");
                }
                assert_eq!(completion.log_probs, completion.sampling_log_probs);
            }
        }
    }
}

#[test]
fn samples_of_one_prompt_differ_and_seeds_make_them_differ() {
    let sampler = sampler("tiny");
    let first = sampler.sample(&requests(), &params()).unwrap();
    assert_ne!(first[0][0].tokens, first[0][1].tokens);
    let other = SamplingParams {
        seed: Seed { run: 3, step: 2 },
        ..params()
    };
    assert_ne!(
        sampler.sample(&requests(), &other).unwrap()[0][0].tokens,
        first[0][0].tokens
    );
}

#[test]
fn stop_strings_end_the_text_before_them() {
    let sampler = sampler("tiny");
    let stop = SamplingParams {
        stop_strings: vec!["e".into(), "q".into()],
        stop_tokens: Vec::new(),
        max_new_tokens: 200,
        ..params()
    };
    let all = sampler.sample(&requests(), &stop).unwrap();
    for completion in all.iter().flatten() {
        assert_eq!(completion.finish, Finish::StopString);
        assert_eq!(completion.text.len() + 1, completion.tokens.len());
        assert!(!completion.text.contains(['e', 'q']));
        assert_eq!(completion.pieces.concat(), completion.text);
    }
}

#[test]
fn routes_are_told_for_every_position_that_was_run() {
    let sampler = sampler("tiny-moe");
    let params = SamplingParams {
        routing: true,
        ..params()
    };
    for (request, completions) in requests()
        .iter()
        .zip(sampler.sample(&requests(), &params).unwrap())
    {
        for completion in completions {
            assert_eq!(
                completion.routes.len(),
                request.tokens.len() + completion.tokens.len() - 1
            );
            assert!(
                completion
                    .routes
                    .iter()
                    .all(|r| r.len() == 3 * 4 && r.iter().all(|&e| e < 16))
            );
        }
    }
}

#[test]
fn bad_prompts_are_refused_with_one_line() {
    let sampler = sampler("tiny");
    for tokens in [vec![], vec![5000], vec![1; 2048]] {
        let request = Request {
            tokens,
            prompt: 0,
            first_rollout: 0,
            samples: 1,
        };
        let message = sampler
            .sample(&[request], &params())
            .unwrap_err()
            .to_string();
        assert!(
            !message.contains('\n') && message.contains(';'),
            "{message}"
        );
    }
}

#[test]
fn sampler_and_trainer_agree_on_log_probabilities_and_on_every_router_choice() {
    for preset in ["tiny", "tiny-moe"] {
        let (config, weights) = policy(preset);
        let sampler = Sampler::new(&config, &weights, TokenBytes::default()).unwrap();
        let network = Network::new(&config, &weights.frozen()).unwrap();
        let params = SamplingParams {
            routing: true,
            ..params()
        };
        let requests = requests();
        let completions = sampler.sample(&requests, &params).unwrap();
        for (request, completion) in requests.iter().zip(completions.iter().map(|c| &c[0])) {
            let all = [&request.tokens[..], &completion.tokens].concat();
            let batch = Batch::new(&[all]).unwrap();
            let forward = network.forward(&batch).unwrap();
            let trained = network
                .log_probs(&forward.hidden, &batch.next_tokens())
                .unwrap();
            let trained = trained.flatten_all().unwrap().to_vec1::<f32>().unwrap();
            for (a, b) in trained[request.tokens.len() - 1..]
                .iter()
                .zip(&completion.log_probs)
            {
                assert!((a - b).abs() < 1e-4, "{preset}: {a} and {b}");
            }
            for (layer, routing) in forward.routing.iter().enumerate() {
                for (route, wanted) in completion.routes.iter().zip(routing.choices.chunks(4)) {
                    assert_eq!(&route[layer * 4..(layer + 1) * 4], wanted);
                }
            }
        }
    }
}

#[test]
fn the_tensor_sampler_draws_the_same_samples() {
    for preset in ["tiny", "tiny-moe"] {
        let (config, weights) = policy(preset);
        let slices = Sampler::new(&config, &weights, TokenBytes::default()).unwrap();
        let tensors = TensorSampler::new(&config, &weights, TokenBytes::default()).unwrap();
        let params = SamplingParams {
            max_new_tokens: 15,
            ..params()
        };
        let a = slices.sample(&requests(), &params).unwrap();
        let b = tensors.sample(&requests(), &params).unwrap();
        for (a, b) in a.iter().flatten().zip(b.iter().flatten()) {
            assert_eq!((&a.tokens, a.finish), (&b.tokens, b.finish), "{preset}");
            for (a, b) in a.log_probs.iter().zip(&b.log_probs) {
                assert!((a - b).abs() < 1e-4, "{preset}: {a} and {b}");
            }
        }
    }
}
