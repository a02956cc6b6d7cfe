//! `rewardsmith setup`: fetches and builds the guests, so that nothing else has to.

use sandboxes::{Language, is_set_up_unasked};

use crate::Status;
use crate::commands::Failure;
use crate::console::{Console, Format};
use crate::judge::set_up;

/// Sets up the guests of `languages`, and if none is named those that take little.
pub(crate) fn run(languages: &[Language], console: &Console) -> Result<Status, Failure> {
    let every: Vec<Language> = Language::ALL
        .into_iter()
        .filter(|it| is_set_up_unasked(*it))
        .collect();
    let languages = if languages.is_empty() {
        &every
    } else {
        languages
    };
    for language in languages {
        let guest = set_up(*language, console)?;
        match console.format {
            Format::Human => {
                let path = guest.compiled.display();
                console.line(format!(
                    "{language}: ready, guest {} in {path}",
                    guest.digest
                ));
            }
            Format::Jsonl => console.json(&serde_json::json!({
                "type": "guest",
                "language": language.name(),
                "digest": guest.digest,
                "path": guest.compiled,
            })),
        }
    }
    Ok(Status::Done)
}
