//! What a candidate did, in a few bytes: equal for candidates that answer every case alike.

use sandboxes::{CaseRecord, Exit, Judged, Record};
use sha2::{Digest, Sha256};

/// Answers and outputs of all cases, by which samples of one problem vote. `None` for a candidate
/// that was not judged or that came to the end of no case: it has nothing to vote for.
pub(crate) fn signature(judged: &Judged) -> Option<[u8; 16]> {
    let record = judged.as_ref().ok()?;
    let finished = |case: &CaseRecord| case.exit == Exit::Finished;
    if !record.cases.iter().any(finished) {
        return None;
    }
    let mut hasher = Sha256::new();
    for case in &record.cases {
        // How a case fails is no answer, so its words do not count.
        let kind = match &case.exit {
            Exit::Finished => "finished",
            Exit::Raised { kind, .. } => kind.as_str(),
            Exit::TestFailed { .. } => "failed",
            _ => "ended",
        };
        let answer = case.answer.as_ref();
        let answer = postcard::to_stdvec(&(kind, answer, &case.stdout));
        hasher.update(Sha256::digest(answer.expect("records have a binary form")));
    }
    Some(first_half(hasher))
}

/// Everything that was observed; all zeros where nothing was.
pub(crate) fn digest(judged: &Judged) -> String {
    let bytes = |record: &Record| postcard::to_stdvec(record).expect("records have a binary form");
    let half = judged.as_ref().map_or([0; 16], |record| {
        first_half(Sha256::new_with_prefix(bytes(record)))
    });
    format!("{:032x}", u128::from_be_bytes(half))
}

fn first_half(hasher: Sha256) -> [u8; 16] {
    let whole = hasher.finalize();
    whole[..16].try_into().expect("half of 32 bytes")
}

#[cfg(test)]
mod tests {
    use sandboxes::{Fuel, Value};

    use super::*;

    fn record(answers: &[Option<i64>]) -> Record {
        let case = |answer: &Option<i64>| CaseRecord {
            exit: match answer {
                Some(_) => Exit::Finished,
                None => Exit::Raised {
                    kind: "ValueError".into(),
                    message: "anything".into(),
                    line: 3,
                },
            },
            answer: answer.map(|n| Value::Int(n.into())),
            stdout: Vec::new(),
            stderr: Vec::new(),
            fuel: Fuel(7),
        };
        Record {
            load: Exit::Finished,
            load_fuel: Fuel(1),
            cases: answers.iter().map(case).collect(),
            memory_bytes: 1,
        }
    }

    #[test]
    fn those_who_answer_alike_have_one_signature_and_those_who_answer_nothing_none() {
        let of = |answers: &[Option<i64>]| signature(&Ok(record(answers)));
        assert_eq!(of(&[Some(1), None]), of(&[Some(1), None]));
        assert_ne!(of(&[Some(1), None]), of(&[Some(1), Some(2)]));
        assert_ne!(of(&[Some(1), Some(2)]), of(&[Some(2), Some(1)]));
        assert_eq!(of(&[None, None]), None);
        let fault = Err(sandboxes::Fault::new("a fault"));
        assert_eq!(signature(&fault), None);
        assert_eq!(digest(&fault), "0".repeat(32));
        assert_ne!(
            digest(&Ok(record(&[Some(1)]))),
            digest(&Ok(record(&[Some(2)])))
        );
    }
}
