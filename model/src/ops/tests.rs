//! Facts about the operations: each kernel equals the composition, and each gradient is what
//! finite differences say.

use super::*;
use candle_core::{DType, Device, Tensor, Var};
use rand_chacha::{
    ChaCha8Rng,
    rand_core::{Rng, SeedableRng},
};

type Function<'a> = &'a dyn Fn(&[Tensor]) -> candle_core::Result<Tensor>;

fn random(seed: u64, shape: &[usize]) -> Tensor {
    let mut rng = ChaCha8Rng::seed_from_u64(seed);
    let count = shape.iter().product();
    let values: Vec<f32> = (0..count)
        .map(|_| (f64::from(rng.next_u32()) / 2f64.powi(31) - 1.0) as f32)
        .collect();
    Tensor::from_vec(values, shape, &Device::Cpu).unwrap()
}

fn numbers(t: &Tensor) -> Vec<f64> {
    t.flatten_all()
        .unwrap()
        .to_device(&Device::Cpu)
        .unwrap()
        .to_dtype(DType::F64)
        .unwrap()
        .to_vec1()
        .unwrap()
}

/// The value and the gradients of `Σ weight · f(inputs)` with fixed random weights.
fn value_and_gradients(f: Function, inputs: &[Tensor], dtype: DType) -> (Tensor, Vec<Tensor>) {
    let vars: Vec<Var> = inputs
        .iter()
        .map(|t| Var::from_tensor(&t.to_dtype(dtype).unwrap()).unwrap())
        .collect();
    let tensors: Vec<Tensor> = vars.iter().map(|v| v.as_tensor().clone()).collect();
    let y = f(&tensors).unwrap();
    let weight = random(99, y.dims())
        .to_dtype(y.dtype())
        .unwrap()
        .to_device(y.device())
        .unwrap();
    let grads = (&y * weight)
        .unwrap()
        .sum_all()
        .unwrap()
        .backward()
        .unwrap();
    let grads = vars
        .iter()
        .map(|v| grads.get(v).expect("each input has a gradient").clone());
    (y.clone(), grads.collect())
}

fn assert_close(a: &Tensor, b: &Tensor, tolerance: f64, what: &str) {
    assert_eq!(a.dims(), b.dims(), "{what}");
    let (a, b) = (numbers(a), numbers(b));
    let top = b.iter().fold(1e-3f64, |m, x| m.max(x.abs()));
    for (x, y) in a.iter().zip(&b) {
        assert!(
            (x - y).abs() <= tolerance * top,
            "{what}: {x} {y}, largest {top}"
        );
    }
}

/// [`check_kernel`] and [`check_elsewhere`].
fn check(fused: Function, composed: Function, inputs: &[Tensor]) {
    check_kernel(fused, composed, inputs);
    check_elsewhere(composed, inputs);
}

/// The kernel in f32 against the composition in f64, and the composition's gradient against
/// finite differences in f64; then the kernel's own directional difference in f32.
fn check_kernel(fused: Function, composed: Function, inputs: &[Tensor]) {
    let (y, grads) = value_and_gradients(fused, inputs, DType::F32);
    let (exact, exact_grads) = value_and_gradients(composed, inputs, DType::F64);
    assert_close(&y, &exact, 3e-6, "value");
    for (i, (a, b)) in grads.iter().zip(&exact_grads).enumerate() {
        assert_close(a, b, 1e-5, &format!("gradient {i}"));
    }
    finite_differences(composed, inputs, &exact_grads, (DType::F64, 1e-5, 1e-6));
    finite_differences(fused, inputs, &grads, (DType::F32, 1e-2, 1e-2));
}

/// The composition in half precision, and on the device that `REWARDSMITH_DEVICE` names (`cuda`),
/// against f64 on the CPU.
fn check_elsewhere(composed: Function, inputs: &[Tensor]) {
    let rounded: Vec<Tensor> = inputs
        .iter()
        .map(|t| t.to_dtype(DType::BF16).unwrap())
        .collect();
    let (exact, exact_grads) = value_and_gradients(composed, &rounded, DType::F64);
    let device = crate::device_under_test();
    for (dtype, tolerance) in [(DType::F32, 1e-4), (DType::BF16, 0.06)] {
        let there: Vec<Tensor> = rounded
            .iter()
            .map(|t| t.to_device(&device).unwrap())
            .collect();
        let (y, grads) = value_and_gradients(composed, &there, dtype);
        assert_close(&y, &exact, tolerance, &format!("value in {dtype:?}"));
        for (i, (a, b)) in grads.iter().zip(&exact_grads).enumerate() {
            assert_close(a, b, tolerance, &format!("gradient {i} in {dtype:?}"));
        }
    }
}

/// Compares each gradient with a difference quotient along a random direction.
fn finite_differences(
    f: Function,
    inputs: &[Tensor],
    grads: &[Tensor],
    (dtype, step, tolerance): (DType, f64, f64),
) {
    let objective = |inputs: &[Tensor]| -> f64 {
        let y = f(inputs).unwrap();
        let weights = numbers(&random(99, y.dims()));
        numbers(&y).iter().zip(&weights).map(|(y, w)| y * w).sum()
    };
    let inputs: Vec<Tensor> = inputs.iter().map(|t| t.to_dtype(dtype).unwrap()).collect();
    for (i, grad) in grads.iter().enumerate() {
        let direction = random(7 + i as u64, inputs[i].dims())
            .to_dtype(dtype)
            .unwrap();
        let moved = |by: f64| {
            let mut inputs = inputs.clone();
            inputs[i] = (&inputs[i] + (&direction * by).unwrap()).unwrap();
            objective(&inputs)
        };
        let quotient = (moved(step) - moved(-step)) / (2.0 * step);
        let wanted: f64 = numbers(grad)
            .iter()
            .zip(numbers(&direction))
            .map(|(g, d)| g * d)
            .sum();
        let size = numbers(grad)
            .iter()
            .map(|g| g * g)
            .sum::<f64>()
            .sqrt()
            .max(1e-3);
        assert!(
            (quotient - wanted).abs() < tolerance * size,
            "{i}: {quotient} {wanted} {size}"
        );
    }
}

#[test]
fn rms_norm_matches() {
    let inputs = [random(1, &[3, 50, 37]), random(2, &[37])];
    let eps = 1e-5;
    check(
        &|t| rms_norm(&t[0], &t[1], eps),
        &|t| rms_norm_composed(&t[0], &t[1], eps),
        &inputs,
    );
}

#[test]
fn embeddings_match() {
    let table = [random(1, &[9, 5])];
    let ids = Tensor::new(&[3u32, 0, 8, 3, 3, 1], &Device::Cpu).unwrap();
    check(
        &|t| embedding(&t[0], &ids),
        &|t| embedding_composed(&t[0], &ids.to_device(t[0].device())?),
        &table,
    );
}

#[test]
fn softmax_matches() {
    let x = [(random(1, &[70, 16]) * 4.0).unwrap()];
    check(&|t| softmax(&t[0]), &|t| softmax_composed(&t[0]), &x);
}

#[test]
fn swiglu_matches() {
    let x = [(random(1, &[40, 2, 34]) * 5.0).unwrap()];
    check(&|t| swiglu(&t[0]), &|t| swiglu_composed(&t[0]), &x);
}

#[test]
fn rotations_match() {
    let rope = crate::Rope {
        theta: 100.0,
        scaling: crate::RopeScaling::Linear { factor: 4.0 },
    };
    for rotation in [Rotation::Halves, Rotation::Pairs] {
        for width in [8, 13] {
            let tables = RotaryTables::new(&rope, 8, 9);
            let x = [random(1, &[2, 7, 3, width])];
            let fused = |t: &[Tensor]| rotate(&t[0], &tables, rotation);
            let composed = |t: &[Tensor]| rotate_composed(&t[0], &tables, rotation);
            check(&fused, &composed, &x);
        }
    }
}

#[test]
fn linear_layers_match() {
    let inputs = [random(1, &[2, 9, 20]), random(2, &[15, 20])];
    check(
        &|t| linear(&t[0], &t[1], Precision::F32),
        &|t| linear_composed(&t[0], &t[1]),
        &inputs,
    );
}

#[test]
fn gated_units_match_also_where_the_backward_computes_again() {
    let inputs = [
        random(1, &[2, 9, 20]),
        random(2, &[15, 20]),
        random(3, &[15, 20]),
    ];
    let unit = |t: &[Tensor]| gated(&t[0], &t[1], &t[2], Precision::F32);
    let composed = |t: &[Tensor]| gated_composed(&t[0], &t[1], &t[2]);
    check(&unit, &composed, &inputs);

    let x = Var::from_tensor(&inputs[0]).unwrap();
    let y = gated(&x, &inputs[1], &inputs[2], Precision::F32).unwrap();
    let [first, second] = [(); 2].map(|()| {
        let gradients = y.backward().unwrap();
        numbers(gradients.get(&x).unwrap())
    });
    assert!(first.iter().any(|g| *g != 0.0));
    assert_eq!(first, second);
}

#[test]
fn attention_matches_with_groups_tiles_and_padding() {
    for (heads, groups, length, lengths) in [(4, 2, 9, [9, 5]), (3, 3, 150, [150, 70])] {
        let inputs = [
            random(1, &[2, length, heads, 8]),
            random(2, &[2, length, groups, 8]),
            random(3, &[2, length, groups, 6]),
        ];
        let shape = AttentionShape {
            scale: 0.7,
            lengths: lengths.into(),
            precision: Precision::F32,
        };
        let fused = |t: &[Tensor]| attention(&t[0], &t[1], &t[2], &shape);
        let composed = |t: &[Tensor]| attention_composed(&t[0], &t[1], &t[2], &shape);
        check(&fused, &composed, &inputs);
    }
}

#[test]
fn latent_attention_matches_with_tiles_and_padding() {
    for (length, lengths) in [(9, [9, 5]), (150, [70, 150])] {
        let inputs = [
            random(1, &[2, length, 3, 8 + 4]),
            random(2, &[2, length, 3, 8 + 6]),
            random(3, &[2, length, 4]),
        ];
        let shape = AttentionShape {
            scale: 0.7,
            lengths: lengths.into(),
            precision: Precision::F32,
        };
        let fused = |t: &[Tensor]| latent_attention(&t[0], &t[1], &t[2], &shape);
        let composed = |t: &[Tensor]| latent_attention_composed(&t[0], &t[1], &t[2], &shape);
        check(&fused, &composed, &inputs);
    }
}

#[test]
fn log_probs_match_and_rows_without_a_target_cost_and_give_nothing() {
    let inputs = [
        (random(1, &[2, 6, 10]) * 3.0).unwrap(),
        random(2, &[33, 10]),
    ];
    let mut targets: Vec<u32> = (0..12).map(|i| i * 5 % 33).collect();
    targets[3] = NO_TARGET;
    targets[11] = NO_TARGET;
    let fused = |t: &[Tensor]| log_probs(&t[0], &t[1], &targets, Precision::F32);
    check(
        &fused,
        &|t| log_probs_composed(&t[0], &t[1], &targets),
        &inputs,
    );

    let (y, grads) = value_and_gradients(&fused, &inputs, DType::F32);
    assert!(numbers(&y)[3] == 0.0 && numbers(&y)[4] < 0.0);
    assert!(numbers(&grads[0])[30..40].iter().all(|&g| g == 0.0));
}

#[test]
fn log_probs_of_many_blocks_equal_the_plain_composition() {
    // 40,000 words at 2^19 logits a block: several blocks of 16 rows; kept for 40 rows, computed
    // again for 250.
    for rows in [40, 250] {
        many_blocks(rows);
    }
}

fn many_blocks(rows: u32) {
    let inputs = [
        random(1, &[rows as usize, 4]),
        (random(2, &[40_000, 4]) * 3.0).unwrap(),
    ];
    let targets: Vec<u32> = (0..rows).map(|i| i * 149).collect();
    let plain = |t: &[Tensor]| {
        let logits = linear_composed(&t[0], &t[1])?;
        let ids = Tensor::new(&targets[..], &Device::Cpu)?.unsqueeze(1)?;
        logits.gather(&ids, 1)?.squeeze(1)? - logits.exp()?.sum(1)?.log()?
    };
    check_kernel(
        &|t| log_probs(&t[0], &t[1], &targets, Precision::F32),
        &plain,
        &inputs,
    );
}

#[test]
fn log_probs_that_nothing_is_learned_from_leave_the_others_gradients_alone() {
    let inputs = [random(1, &[40, 4]), random(2, &[40_000, 4])];
    let targets: Vec<u32> = (0..40).map(|i| i * 199).collect();
    // Some rows of a block, all of one, none of one.
    let learned = |row: u32| f32::from(row % 3 == 1 && row < 10 || row >= 32);
    let learned = Tensor::from_iter((0..40).map(learned), &Device::Cpu).unwrap();
    let masked = |y: Tensor| y.broadcast_mul(&learned.to_dtype(y.dtype())?);
    check(
        &|t| masked(log_probs(&t[0], &t[1], &targets, Precision::F32)?),
        &|t| masked(log_probs_composed(&t[0], &t[1], &targets)?),
        &inputs,
    );
}

#[test]
fn a_target_outside_the_vocabulary_is_refused() {
    assert!(
        log_probs(
            &random(1, &[1, 4]),
            &random(2, &[8, 4]),
            &[8],
            Precision::F32
        )
        .is_err()
    );
}

#[test]
fn a_mixture_matches_a_loop_over_tokens() {
    const NONE: u32 = u32::MAX;
    let choices = [4, 0, 1, 4, NONE, NONE, 2, 1, 4, 1];
    let plan = Dispatch::new(&choices, 2, 6);
    assert_eq!(plan.active, [0, 1, 2, 4]);
    assert_eq!(plan.len(), 8);
    let inputs = [
        random(1, &[5, 7]),
        random(2, &[4 * 3, 7]),
        random(3, &[5, 2]),
    ];
    let fused = |t: &[Tensor]| {
        combine(
            &grouped_linear(&dispatch(&t[0], &plan)?, &t[1], &plan, Precision::F32)?,
            &t[2],
            &plan,
        )
    };
    let composed = |t: &[Tensor]| {
        let sorted = grouped_linear_composed(&dispatch_composed(&t[0], &plan)?, &t[1], &plan)?;
        combine_composed(&sorted, &t[2], &plan)
    };
    check(&fused, &composed, &inputs);

    let y = numbers(&fused(&inputs).unwrap());
    let (x, w, gates) = (
        numbers(&inputs[0]),
        numbers(&inputs[1]),
        numbers(&inputs[2]),
    );
    for token in 0..5 {
        for out in 0..3 {
            let mut wanted = 0.0;
            for k in 0..2 {
                let expert = choices[token * 2 + k];
                if let Some(at) = plan.active.iter().position(|&e| e == expert as usize) {
                    let row = &w[(at * 3 + out) * 7..][..7];
                    let dot: f64 = row.iter().zip(&x[token * 7..]).map(|(w, x)| w * x).sum();
                    wanted += gates[token * 2 + k] * dot;
                }
            }
            assert!((y[token * 3 + out] - wanted).abs() < 1e-5);
        }
    }
}

#[test]
fn results_do_not_depend_on_the_number_of_threads() {
    let inputs = [random(1, &[8, 100, 4, 16]), random(2, &[64])];
    let run = |threads| {
        let pool = rayon::ThreadPoolBuilder::new()
            .num_threads(threads)
            .build()
            .unwrap();
        pool.install(|| {
            let f = |t: &[Tensor]| {
                let shape = AttentionShape {
                    scale: 0.2,
                    lengths: vec![100; 8].into(),
                    precision: Precision::F32,
                };
                let y = attention(&t[0], &t[0], &t[0], &shape)?.reshape((8, 100, 64))?;
                linear(
                    &rms_norm(&y, &t[1], 1e-6)?,
                    &random(5, &[96, 64]),
                    Precision::F32,
                )
            };
            let (y, grads) = value_and_gradients(&f, &inputs, DType::F32);
            (numbers(&y), grads.iter().map(numbers).collect::<Vec<_>>())
        })
    };
    assert_eq!(run(1), run(3));
}
