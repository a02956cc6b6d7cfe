//! `rewardsmith ablate`: a grid of trainings, compared.

use std::path::{Path, PathBuf};

use crate::Status;
use crate::ablate::{self, Ablation, Plan, Request, Shard};
use crate::commands::Failure;
use crate::commands::eval::stop_on_interrupt;
use crate::console::{Console, Format};
use crate::judge::JudgeOptions;
use crate::report::ablation_table;
use crate::train::run_name;

/// Prints a configuration: the one named, with every key written out unless it is one inside the
/// binary, or the one that documents them.
pub(crate) fn print_config(
    path_or_builtin: Option<&str>,
    console: &Console,
) -> Result<Status, Failure> {
    console.line(ablate::documented(path_or_builtin)?.trim_end());
    Ok(Status::Done)
}

/// Makes the runs of a file or of `builtin:NAME`.
pub(crate) fn run(
    path_or_builtin: &str,
    out: Option<&Path>,
    shard: Shard,
    judging: JudgeOptions,
    console: &Console,
) -> Result<Status, Failure> {
    let default = PathBuf::from("runs").join(run_name(path_or_builtin));
    let out = out.unwrap_or(&default);
    let shown = out.display();
    let Some(planned) = make(path_or_builtin, out, shard, judging, console)? else {
        return Ok(Status::Interrupted);
    };
    let rows = ablate::read_results(out);
    match console.format {
        Format::Human => console.line(ablation_table(&rows)),
        Format::Jsonl => rows.iter().for_each(|row| console.json(row)),
    }
    console.note(format!(
        "{} of {} runs are in `{shown}/results.jsonl`",
        rows.len(),
        planned
    ));
    Ok(Status::Done)
}

/// Makes the runs; how many the whole grid has, or `None` where it was interrupted.
pub(crate) fn make(
    path_or_builtin: &str,
    out: &Path,
    shard: Shard,
    judging: JudgeOptions,
    console: &Console,
) -> Result<Option<usize>, Failure> {
    let plan = Plan::of(&Ablation::load(path_or_builtin)?, out)?;
    let stop = stop_on_interrupt();
    let request = Request {
        plan: &plan,
        out,
        shard,
        judging,
    };
    if ablate::run(&request, &stop, console)? {
        console.note(format!(
            "interrupted; what is done is in `{}`: the same command goes on",
            out.display()
        ));
        return Ok(None);
    }
    Ok(Some(plan.runs.len()))
}
