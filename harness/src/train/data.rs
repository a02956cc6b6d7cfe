//! Rows of text, and from them batches of tokens in an order that the seed alone decides.

use std::fs::File;
use std::io::{BufRead, BufReader};
use std::path::Path;

use model::train::Example;
use model::{Fim, Tokenizer};
use problems::micro::{Mix, train_rows_in};
use rand_chacha::ChaCha8Rng;
use rand_chacha::rand_core::{Rng, SeedableRng};
use rayon::prelude::*;
use serde::Deserialize;

use super::config::{Data, Optimiser};
use crate::commands::Failure;

/// The generator that makes rows.
const MICRO: &str = "builtin:micro";

/// More rows than this teach a tokenizer nothing and take longer.
const TOKENIZER_ROWS: usize = 20_000;

/// A prompt and what is to follow it. Keys that a file has besides are of no interest.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
pub(super) struct Row {
    pub(super) prompt: String,
    pub(super) completion: String,
}

/// The rows that the configuration asks for.
pub(super) fn rows(data: &Data) -> Result<Vec<Row>, Failure> {
    if data.source == MICRO || data.source == "builtin:micro/train" {
        let usual = Mix::default();
        let mix = Mix {
            bugs: data.bugs.unwrap_or(usual.bugs),
            stubs: data.stubs.unwrap_or(usual.stubs),
        };
        let rows = train_rows_in(mix, data.seed, data.rows);
        let row = |row: problems::micro::Row| Row {
            prompt: row.prompt,
            completion: row.completion,
        };
        return Ok(rows.into_iter().map(row).collect());
    }
    if data.source.starts_with("builtin:") {
        return Err(Failure::bad_input(format!(
            "`data.source` is `{}`; there is `{MICRO}` to train on, or give a .jsonl file",
            data.source
        )));
    }
    let most = if data.rows == 0 {
        usize::MAX
    } else {
        data.rows
    };
    file(Path::new(&data.source), most)
}

fn file(path: &Path, most: usize) -> Result<Vec<Row>, Failure> {
    let name = path.display();
    let unreadable = |error| {
        Failure::bad_input(format!(
            "{name}: cannot be read ({error}); give a .jsonl file or `{MICRO}`"
        ))
    };
    let lines = BufReader::new(File::open(path).map_err(unreadable)?).lines();
    let mut rows = Vec::new();
    for (line, text) in (1..).zip(lines) {
        let text = text.map_err(unreadable)?;
        if rows.len() == most || text.trim().is_empty() {
            continue;
        }
        let row: Row = serde_json::from_str(&text).map_err(|error| {
            Failure::bad_input(format!(
                "{name}:{line}: {error}; write an object with `prompt` and `completion` a line"
            ))
        })?;
        rows.push(row);
    }
    if rows.is_empty() {
        return Err(Failure::bad_input(format!(
            "{name}: has no rows; write an object with `prompt` and `completion` a line"
        )));
    }
    Ok(rows)
}

/// A tokenizer of at most `vocab_size` ids for such rows.
pub(super) fn tokenizer(rows: &[Row], vocab_size: usize) -> model::Result<Tokenizer> {
    let step = rows.len().div_ceil(TOKENIZER_ROWS).max(1);
    let texts = rows.iter().step_by(step);
    let texts = texts.flat_map(|row| [row.prompt.clone(), row.completion.clone()]);
    Tokenizer::train(texts, vocab_size)
}

/// Encoded rows, in the order of the rows.
pub(super) struct Examples {
    #[allow(clippy::struct_field_names, reason = "examples are what it has")]
    examples: Vec<Example>,
    /// How many rows were too long.
    pub(super) left_out: usize,
    seed: u64,
    batch_tokens: usize,
}

impl Examples {
    /// Encodes: begin, prompt, completion, end, the first and the last where the tokenizer has them.
    /// Prompt and completion are encoded apart, as a sampler gets the prompt alone.
    pub(super) fn new(
        rows: &[Row],
        tokenizer: &Tokenizer,
        data: &Data,
        optimiser: &Optimiser,
        seed: u64,
    ) -> Result<Self, Failure> {
        let fim = Fim {
            rate: data.fim_rate,
            suffix_first: data.fim_suffix_first,
            seed,
        };
        let encode = |(index, row): (usize, &Row)| {
            let special = tokenizer.special();
            let mut tokens: Vec<u32> = special.bos.into_iter().collect();
            let mut prompt = 0;
            let mut changed = None;
            if fim.rate > 0.0 {
                let text = format!("{}{}", row.prompt, row.completion);
                let ids = fim.encode(tokenizer, index as u64, &text)?;
                changed = special
                    .fim
                    .filter(|fim| ids.first() == Some(&fim.begin))
                    .map(|_| ids);
            }
            if let Some(ids) = changed {
                tokens.extend(ids);
            } else {
                tokens.extend(tokenizer.encode(&row.prompt)?);
                prompt = tokens.len();
                tokens.extend(tokenizer.encode(&row.completion)?);
            }
            tokens.extend(special.eos);
            Ok(Example {
                tokens,
                prompt: if data.mask_prompt { prompt } else { 0 },
            })
        };
        let all: Vec<Example> = rows
            .par_iter()
            .enumerate()
            .map(encode)
            .collect::<model::Result<_>>()?;
        let count = all.len();
        let fits = |example: &Example| (2..=data.max_tokens).contains(&example.tokens.len());
        let examples: Vec<Example> = all.into_iter().filter(fits).collect();
        if examples.is_empty() {
            return Err(Failure::bad_input(format!(
                "`data.max_tokens` is {}, and every one of the {count} rows is longer; raise it",
                data.max_tokens
            )));
        }
        Ok(Self {
            left_out: count - examples.len(),
            examples,
            seed,
            batch_tokens: optimiser.batch_tokens,
        })
    }

    /// The longest of them, in tokens.
    pub(super) fn longest(&self) -> usize {
        self.examples
            .iter()
            .map(|e| e.tokens.len())
            .max()
            .unwrap_or(0)
    }

    /// How many steps the configured length of training takes.
    pub(super) fn step_count(&self, optimiser: &Optimiser) -> u64 {
        if let Some(steps) = optimiser.steps {
            return steps;
        }
        let one_pass = self.examples.iter().map(|e| e.tokens.len() as u64).sum();
        let wanted: u64 = optimiser.tokens.unwrap_or(one_pass);
        let mut tokens = 0;
        let batches = self.batches().take_while(|batch| {
            let room = tokens < wanted;
            tokens += self.token_count(batch);
            room
        });
        batches.count() as u64
    }

    /// Tokens of a batch.
    pub(super) fn token_count(&self, batch: &[usize]) -> u64 {
        batch
            .iter()
            .map(|&i| self.examples[i].tokens.len() as u64)
            .sum()
    }

    /// The batches without end: pass after pass, each in an order of its own. The examples of a
    /// batch go over the border of two passes. An example larger than a batch is one by itself.
    pub(super) fn batches(&self) -> impl Iterator<Item = Vec<usize>> + '_ {
        let mut order = (0..).flat_map(|pass| self.order(pass)).peekable();
        std::iter::from_fn(move || {
            let mut batch = Vec::new();
            let mut room = self.batch_tokens;
            while let Some(next) =
                order.next_if(|&i| batch.is_empty() || self.examples[i].tokens.len() <= room)
            {
                room = room.saturating_sub(self.examples[next].tokens.len());
                batch.push(next);
            }
            Some(batch)
        })
    }

    /// The examples of a batch.
    pub(super) fn of(&self, batch: &[usize]) -> Vec<Example> {
        batch.iter().map(|&i| self.examples[i].clone()).collect()
    }

    fn order(&self, pass: u64) -> Vec<usize> {
        shuffled(self.seed, pass, self.examples.len())
    }
}

/// The numbers below `count` in the order of that pass.
pub(super) fn shuffled(seed: u64, pass: u64, count: usize) -> Vec<usize> {
    let mut random = ChaCha8Rng::seed_from_u64(seed);
    random.set_stream(pass);
    let mut order: Vec<usize> = (0..count).collect();
    for last in (1..count).rev() {
        // The high half of a product is an index; its bias is far below 2^-32.
        let index = (u128::from(random.next_u64()) * (last as u128 + 1)) >> 64;
        order.swap(last, usize::try_from(index).expect("below the length"));
    }
    order
}

#[cfg(test)]
mod tests {
    use super::*;

    fn data(text: &str) -> Data {
        let all = format!("source = \"builtin:micro\"\nrows = 60\n{text}");
        toml::from_str(&all).unwrap()
    }

    fn examples(text: &str, batch_tokens: usize) -> (Examples, Tokenizer, Vec<Row>) {
        let data = data(text);
        let optimiser: Optimiser =
            toml::from_str(&format!("lr = 1.0\nbatch_tokens = {batch_tokens}")).unwrap();
        let rows = rows(&data).unwrap();
        let tokenizer = tokenizer(&rows, 300).unwrap();
        let examples = Examples::new(&rows, &tokenizer, &data, &optimiser, 5).unwrap();
        (examples, tokenizer, rows)
    }

    #[test]
    fn an_example_is_the_row_between_its_special_tokens_and_knows_its_prompt() {
        let (examples, tokenizer, rows) = examples("mask_prompt = true", 500);
        let special = tokenizer.special();
        for (example, row) in examples.examples.iter().zip(&rows) {
            let text = tokenizer.decode(&example.tokens).unwrap();
            assert_eq!(text, format!("{}{}", row.prompt, row.completion));
            assert_eq!(example.tokens.first(), special.bos.as_ref());
            assert_eq!(example.tokens.last(), special.eos.as_ref());
            let prompt = tokenizer.decode(&example.tokens[..example.prompt]).unwrap();
            assert_eq!(prompt, row.prompt);
        }
    }

    #[test]
    fn each_pass_has_every_example_once_in_an_order_of_its_own() {
        let (examples, _, rows) = examples("", 500);
        let all: Vec<usize> = examples.batches().take(40).flatten().collect();
        let (first, second) = (&all[..rows.len()], &all[rows.len()..2 * rows.len()]);
        assert_ne!(first, second);
        for pass in [first, second] {
            let mut sorted = pass.to_vec();
            sorted.sort_unstable();
            assert_eq!(sorted, (0..rows.len()).collect::<Vec<_>>());
        }
        assert!(
            examples
                .batches()
                .take(40)
                .all(|b| examples.token_count(&b) <= 500)
        );
        let again: Vec<usize> = examples.batches().take(40).flatten().collect();
        assert_eq!(all, again);
    }

    #[test]
    fn an_example_larger_than_a_batch_is_a_batch_by_itself() {
        let (examples, _, _) = examples("", 1);
        assert!(examples.batches().take(100).all(|batch| batch.len() == 1));
    }

    #[test]
    fn the_length_of_training_is_steps_or_tokens_or_one_pass() {
        let (examples, ..) = examples("", 500);
        let steps = |text: &str| {
            let text = format!("lr = 1.0\nbatch_tokens = 500\n{text}");
            examples.step_count(&toml::from_str(&text).unwrap())
        };
        assert_eq!(steps("steps = 7"), 7);
        assert_eq!(steps("tokens = 1"), 1);
        let total: u64 = examples
            .examples
            .iter()
            .map(|e| e.tokens.len() as u64)
            .sum();
        assert!(steps("") >= total.div_ceil(500) && steps("") <= total / 400);
    }

    #[test]
    fn a_changed_row_begins_with_the_token_for_it_and_is_learned_whole() {
        let (examples, tokenizer, _) = examples("fim_rate = 1.0\nmask_prompt = true", 500);
        let begin = tokenizer.special().fim.unwrap().begin;
        assert!(
            examples
                .examples
                .iter()
                .all(|e| e.tokens[1] == begin && e.prompt == 0)
        );
    }

    #[test]
    fn a_bad_row_is_named_by_file_and_line() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("d.jsonl");
        std::fs::write(
            &path,
            "{\"prompt\":\"a\",\"completion\":\"b\"}\n\n{\"prompt\":1}\n",
        )
        .unwrap();
        let message = file(&path, usize::MAX).unwrap_err().message;
        assert!(message.contains("d.jsonl:3: "), "{message}");
        assert_eq!(file(&path, 1).unwrap().len(), 1);
    }
}
