//! `rewardsmith prompts`: what a model sees of each problem.

use problems::Suite;
use sandboxes::Language;
use serde_json::json;

use crate::Status;
use crate::commands::Failure;
use crate::console::{Console, Format};
use crate::judge::languages;

/// Shows the prompts of a suite, or the one of `task`.
pub(crate) fn run(
    suite: &Suite,
    language: Option<Language>,
    task: Option<&str>,
    console: &Console,
) -> Result<Status, Failure> {
    if let Some(task) = task.filter(|task| suite.get(task).is_none()) {
        return Err(Failure::bad_input(format!(
            "no problem `{task}` in `{}`; check its name",
            suite.name
        )));
    }
    let wanted = suite.problems.iter();
    for problem in wanted.filter(|it| task.is_none_or(|task| it.id.as_str() == task)) {
        let own = languages::of_problem(problem, language)?;
        let prompt = problem.prompt_in(own.name());
        match console.format {
            Format::Human if task.is_some() => console.line(prompt.trim_end()),
            Format::Human => console.line(format!("== {}\n{}\n", problem.id, prompt.trim_end())),
            Format::Jsonl => console.json(&json!({
                "task_id": problem.id,
                "language": own.name(),
                "prompt": prompt,
                "stop_tokens": problem.stop_tokens,
            })),
        }
    }
    Ok(Status::Done)
}
