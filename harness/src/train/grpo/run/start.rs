//! What a run begins with: everything that a configuration names, loaded and checked before anything
//! is written.

use std::collections::BTreeSet;
use std::sync::atomic::AtomicBool;

use model::metrics::MetricsWriter;
use model::sampler::{SamplingParams, Shaping};
use model::train::TrainParams;
use model::{Config, Head, Placement, Tokenizer, Training, memory};
use sandboxes::Language;

use super::{Run, interrupted, tokenizer_of};
use crate::commands::Failure;
use crate::console::Console;
use crate::judge::{Session, languages};
use crate::sampling::{Policy, body_stops, prompts};
use crate::train::folder::Folder;
use crate::train::grpo::config::{GrpoConfig, Variant};
use crate::train::grpo::reference::Reference;
use crate::train::grpo::refresh::Refresh;
use crate::train::lora::{loaded_as, trainer, training_bytes};
use crate::train::measure::Measure;
use crate::train::placement::{load, placement};
use crate::train::request::{Clock, Ended, Request};
use crate::train::scorer::{Scorer, load_reward_model};
use crate::train::sections::Device;
use crate::train::strengths::kept_cases;

/// Trains to the end, or until `halt` is set.
pub(in crate::train) fn train(
    config: &GrpoConfig,
    request: &Request<'_>,
    halt: &AtomicBool,
    console: &Console,
) -> Result<Ended, Failure> {
    let mut clock = Clock::start();
    let folder = Folder::open(request.out, request.resume)?;
    let resumes = folder.has_checkpoint()?;
    let lora = config.adapters();
    let placement = placement(config.device, config.dtype, loaded_as(lora.as_ref()))?;
    let start = if resumes && lora.is_none() {
        load(&folder.checkpoint(), &placement)?
    } else {
        load(&config.model.folder, &placement)?
    };
    if start.config.head() != Head::LanguageModel {
        return Err(Failure::bad_input(format!(
            "`model.folder` is `{}`, a reward model; give a language model",
            config.model.folder.display()
        )));
    }
    let tokenizer = tokenizer_of(&start);
    let suite = problems::load(&config.prompts.problems, None)?;
    if suite.problems.len() < config.prompts.per_step {
        return Err(Failure::bad_input(format!(
            "`prompts.per_step` is {} and `{}` has {} problems; give at most as many",
            config.prompts.per_step,
            config.prompts.problems,
            suite.problems.len()
        )));
    }
    let params = config.params();
    let mut trainer = trainer(
        &start.config,
        &start.weights,
        lora.as_ref(),
        config.seed,
        params.clone(),
    )?;
    let place = folder.place(&mut trainer, config.course())?;
    clock.go_on(&place);
    let frozen = Placement {
        training: Training::Frozen,
        ..placement
    };
    let reference = Reference::find(config, &folder, &start, &place, &frozen)?;
    let goes_on = resumes.then_some(&folder);
    let refresh = Refresh::find(config, goes_on, tokenizer, &frozen)?;
    let scorer = scorer(config, refresh.as_ref(), tokenizer, &frozen)?;
    let samples_first = config.loss.variant == Variant::Rft;
    let weights = match &reference {
        Some(reference) if samples_first => reference.weights.clone(),
        _ => trainer.weights()?.frozen(),
    };
    let policy = Policy::new(&start.config, &weights, tokenizer)?;
    let requests = policy.requests(prompts(&suite), config.prompts.group)?;
    let prompts: Vec<Vec<u32>> = requests.into_iter().map(|r| r.tokens).collect();
    check_size(config, &start.config, &prompts)?;

    let spoken = languages::of_suite(&suite, None)?;
    let stops = body_stops(&suite, &spoken);
    let (mut session, measure) = judges(config, spoken, request, console)?;
    let plans = session.plans(&suite)?;
    let kept = kept_cases(&config.tests, &mut session, &suite, &plans, halt, console)?;
    let held_out = match &measure {
        Some(measure) => {
            let (suite, plans) = (measure.suite(), measure.plans());
            kept_cases(&config.tests, &mut session, suite, plans, halt, console)?
        }
        None => Some(Vec::new()),
    };
    let (Some(kept), Some(kept_held_out)) = (kept, held_out) else {
        return Ok(interrupted(config, &place, &clock));
    };
    // The input is known to be good by now: only now is anything written.
    folder.begin(&config.to_toml())?;
    let first = if resumes { place.steps + 1 } else { 0 };
    folder.forget_from(first)?;
    let metrics = MetricsWriter::open(folder.path(), first)
        .map_err(|error| Failure::cannot_run(error.to_string()))?;
    let run = Run {
        objective: config.loss.objective(config.sampling.max_new_tokens),
        sampling: sampling(config, &policy, stops, &params),
        config,
        folder,
        start: start.clone(),
        suite,
        plans,
        kept,
        kept_held_out,
        prompts,
        policy,
        reference,
        refresh,
        scorer,
        trainer,
        params,
        measure,
        session,
        metrics,
        clock,
        place,
        loss: f64::NAN,
        measured: Vec::new(),
    };
    run.go(halt, console)
}

/// The reward model, where the reward asks one.
fn scorer(
    config: &GrpoConfig,
    refresh: Option<&Refresh<'_>>,
    policy: &Tokenizer,
    placement: &Placement,
) -> Result<Option<Scorer>, Failure> {
    match (refresh, &config.reward.model) {
        (Some(refresh), _) => refresh.scorer().map(Some),
        (None, Some(path)) => {
            let model = load_reward_model(path, policy, placement)?;
            Scorer::of(&model, config.reward.model_output).map(Some)
        }
        (None, None) => Ok(None),
    }
}

/// Who judges candidates of these languages and of the suite that is measured, and that measurement.
fn judges(
    config: &GrpoConfig,
    mut spoken: BTreeSet<Language>,
    request: &Request<'_>,
    console: &Console,
) -> Result<(Session, Option<Measure>), Failure> {
    let Some(evaluation) = &config.evaluation else {
        return Ok((Session::start(&request.judging, &spoken, console)?, None));
    };
    let suite = problems::load(&evaluation.problems, None)?;
    spoken.extend(languages::of_suite(&suite, None)?);
    let mut session = Session::start(&request.judging, &spoken, console)?;
    let measure = Measure::start(evaluation, suite, &mut session)?;
    Ok((session, Some(measure)))
}

fn sampling(
    config: &GrpoConfig,
    policy: &Policy,
    stop_strings: Vec<String>,
    params: &TrainParams,
) -> SamplingParams {
    SamplingParams {
        shaping: Shaping {
            temperature: config.sampling.temperature,
            ..Shaping::default()
        },
        max_new_tokens: config.sampling.max_new_tokens,
        stop_tokens: policy.stop_tokens(),
        stop_strings,
        threads: params.threads,
        ..SamplingParams::default()
    }
}

fn check_size(config: &GrpoConfig, shape: &Config, prompts: &[Vec<u32>]) -> Result<(), Failure> {
    let longest = prompts.iter().map(Vec::len).max().unwrap_or(0);
    let longest = longest + config.sampling.max_new_tokens;
    if longest > shape.max_position_embeddings() {
        return Err(Failure::bad_input(format!(
            "a prompt with `sampling.max_new_tokens` has {longest} tokens and the model {} \
             positions; lower it",
            shape.max_position_embeddings()
        )));
    }
    if config.device != Device::Cpu {
        return Ok(());
    }
    let at_a_time = config.optimiser.micro_batch_tokens.div_ceil(longest).max(1);
    let threads = config.params().threads;
    let lora = config.adapters();
    let needed = training_bytes(shape, lora.as_ref(), threads, at_a_time, longest)?;
    Ok(memory::require_bytes("training", needed)?)
}
