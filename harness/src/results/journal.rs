//! The journal of an evaluation: one line as each candidate ends, so that whatever ends the process
//! loses at most the line it was writing.

use std::fs::{self, File, OpenOptions, TryLockError};
use std::io::{self, BufRead, BufReader, Seek, SeekFrom, Write};
use std::path::{Path, PathBuf};

use serde::{Deserialize, Serialize};

use crate::commands::Failure;
use crate::judge::Outcome;

/// An open journal.
pub(crate) struct Journal {
    path: PathBuf,
    file: File,
    /// How many of its lines make no sense.
    damaged: usize,
}

/// The first line: what the journal is about.
#[derive(Serialize, Deserialize)]
struct Header {
    journal: u32,
    evaluation: String,
}

/// Every other line.
#[derive(Serialize, Deserialize)]
struct Entry {
    candidate: u64,
    outcome: Outcome,
}

const VERSION: u32 = 1;

impl Journal {
    /// Opens the journal of an evaluation, which is named by a digest of everything it depends on,
    /// and hands over what was judged before. A last line that was cut short is dropped, and a line
    /// that makes no sense is passed over: each costs its own candidate another judgement, and no
    /// other.
    pub(crate) fn open(
        path: &Path,
        evaluation: &str,
        candidates: usize,
    ) -> Result<(Self, Vec<Option<Outcome>>), Failure> {
        let mut known = vec![None; candidates];
        let failed = |error: io::Error| Failure::write(path, &error);
        let mut options = OpenOptions::new();
        let mut file = options
            .read(true)
            .write(true)
            .create(true)
            .truncate(false)
            .open(path)
            .map_err(failed)?;
        // The lock goes with the process, however that ends. A file system that knows no locks is no
        // reason to refuse.
        if let Err(TryLockError::WouldBlock) = file.try_lock() {
            return Err(Failure::bad_input(format!(
                "{}: another process is judging these samples right now; wait for it, or give \
                 another folder with `--out`",
                path.display()
            )));
        }
        let (whole, damaged) = Self::read(path, &file, evaluation, &mut known)?;
        file.set_len(whole).map_err(failed)?;
        file.seek(SeekFrom::End(0)).map_err(failed)?;
        let mut journal = Self {
            path: path.to_owned(),
            file,
            damaged,
        };
        if whole == 0 {
            journal.write(&Header {
                journal: VERSION,
                evaluation: evaluation.to_owned(),
            })?;
        }
        Ok((journal, known))
    }

    /// How many lines were passed over.
    pub(crate) fn damaged(&self) -> usize {
        self.damaged
    }

    /// Reads what is there; returns how many bytes of it are whole lines, and how many of those make
    /// no sense.
    fn read(
        path: &Path,
        file: &File,
        evaluation: &str,
        known: &mut [Option<Outcome>],
    ) -> Result<(u64, usize), Failure> {
        let foreign = |why: &str| {
            Failure::bad_input(format!(
                "{}:1: {why}; remove the file, or give another folder with `--out`",
                path.display()
            ))
        };
        let mut reader = BufReader::new(file);
        let (mut whole, mut damaged, mut line) = (0, 0, Vec::new());
        for number in 1.. {
            line.clear();
            let read = reader
                .read_until(b'\n', &mut line)
                .map_err(|e| Failure::write(path, &e))?;
            if line.last() != Some(&b'\n') {
                break;
            }
            if number == 1 {
                let header: Option<Header> = serde_json::from_slice(&line).ok();
                match header {
                    Some(header)
                        if header.journal == VERSION && header.evaluation == evaluation => {}
                    Some(_) => {
                        return Err(foreign(
                            "this journal belongs to another evaluation (other \
                                               problems, samples, limits or version)",
                        ));
                    }
                    None => return Err(foreign("this is not a journal of rewardsmith")),
                }
            } else {
                let entry: Option<Entry> = serde_json::from_slice(&line).ok();
                let place = entry.and_then(|Entry { candidate, outcome }| {
                    let slot = usize::try_from(candidate).ok();
                    Some((slot.and_then(|i| known.get_mut(i))?, outcome))
                });
                match place {
                    // A candidate that could not be judged deserves another attempt.
                    Some((slot, outcome)) => *slot = outcome.passed().map(|_| outcome),
                    None => damaged += 1,
                }
            }
            whole += read as u64;
        }
        Ok((whole, damaged))
    }

    /// Adds what was found for a candidate.
    pub(crate) fn add(&mut self, candidate: u64, outcome: &Outcome) -> Result<(), Failure> {
        self.write(&Entry {
            candidate,
            outcome: outcome.clone(),
        })
    }

    fn write(&mut self, line: &impl Serialize) -> Result<(), Failure> {
        let mut bytes = serde_json::to_vec(line).expect("our own records are JSON");
        bytes.push(b'\n');
        self.file
            .write_all(&bytes)
            .map_err(|error| Failure::write(&self.path, &error))
    }

    /// Where it is.
    pub(crate) fn path(&self) -> &Path {
        &self.path
    }

    /// Removes the journal of an evaluation whose results are all written.
    pub(crate) fn finish(self) -> Result<(), Failure> {
        fs::remove_file(&self.path).map_err(|error| Failure::write(&self.path, &error))
    }
}

#[cfg(test)]
mod tests {
    use sandboxes::Fuel;

    use super::*;
    use crate::Verdict;

    fn outcome(fuel: u64) -> Outcome {
        Outcome {
            verdict: Verdict::Passed,
            detail: String::new(),
            fuel: Fuel(fuel),
            memory_bytes: 1,
            cases: Vec::new(),
        }
    }

    #[test]
    fn a_line_that_was_cut_short_is_dropped_and_the_rest_is_known() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("journal");
        let (mut journal, _) = Journal::open(&path, "x", 3).unwrap();
        journal.add(2, &outcome(7)).unwrap();
        journal.add(0, &outcome(8)).unwrap();
        drop(journal);
        let bytes = fs::read(&path).unwrap();
        for cut in 0..bytes.len() {
            fs::write(&path, &bytes[..cut]).unwrap();
            let (mut journal, known) = Journal::open(&path, "x", 3).unwrap();
            let lines = bytes[..cut].split(|byte| *byte == b'\n').count() - 1;
            assert_eq!(known.iter().flatten().count(), lines.saturating_sub(1));
            journal.add(1, &outcome(9)).unwrap();
            drop(journal);
            let (_, known) = Journal::open(&path, "x", 3).unwrap();
            assert_eq!(
                known[1],
                Some(outcome(9)),
                "the line after the cut is whole"
            );
        }
    }

    #[test]
    fn lines_that_make_no_sense_cost_their_own_candidates_and_no_other() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("journal");
        let (mut journal, _) = Journal::open(&path, "x", 3).unwrap();
        for candidate in 0..3 {
            journal.add(candidate, &outcome(candidate)).unwrap();
        }
        drop(journal);
        let bytes = fs::read(&path).unwrap();
        let lines: Vec<&[u8]> = bytes.split_inclusive(|byte| *byte == b'\n').collect();
        let nothing = [&[0; 40][..], b"\n"].concat();
        let beyond = String::from_utf8(lines[2].to_vec()).unwrap();
        let beyond = beyond.replace("\"candidate\":1", "\"candidate\":3");
        for bad in [&nothing[..], b"{\n", b"\xff\n", b"\n", beyond.as_bytes()] {
            fs::write(&path, [lines[0], lines[1], bad, lines[3]].concat()).unwrap();
            let (mut journal, known) = Journal::open(&path, "x", 3).unwrap();
            assert_eq!(known, [Some(outcome(0)), None, Some(outcome(2))]);
            assert_eq!(journal.damaged(), 1);
            journal.add(1, &outcome(1)).unwrap();
            drop(journal);
            let (_, known) = Journal::open(&path, "x", 3).unwrap();
            assert!(known.iter().all(Option::is_some));
        }
    }

    #[test]
    fn the_journal_of_another_evaluation_is_refused() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("journal");
        drop(Journal::open(&path, "x", 1).unwrap());
        let refused = Journal::open(&path, "y", 1).err().unwrap();
        assert!(
            refused.message.contains("another evaluation"),
            "{}",
            refused.message
        );
    }

    #[test]
    fn a_journal_that_somebody_is_writing_is_refused_and_left_alone() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("journal");
        let (mut journal, _) = Journal::open(&path, "x", 1).unwrap();
        journal.add(0, &outcome(7)).unwrap();
        let before = fs::read(&path).unwrap();
        let refused = Journal::open(&path, "x", 1).err().unwrap();
        assert!(refused.message.contains("right now"), "{}", refused.message);
        assert_eq!(fs::read(&path).unwrap(), before);
    }

    #[test]
    fn what_could_not_be_judged_is_judged_again() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("journal");
        let (mut journal, _) = Journal::open(&path, "x", 1).unwrap();
        journal
            .add(0, &Outcome::not_judged("a worker died".to_owned()))
            .unwrap();
        drop(journal);
        let (_, known) = Journal::open(&path, "x", 1).unwrap();
        assert_eq!(known, [None]);
    }
}
