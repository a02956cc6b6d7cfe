//! Fill-in-the-middle as a change of the training data (Bavarian et al. 2022): a document is cut
//! into prefix, middle and suffix, and the middle is moved to the end.
//!
//! DeepSeek-Coder was trained at rate 0.5 in prefix-suffix-middle order, document by document.

use crate::{
    error::{Error, Result},
    tokenizer::{FimTokens, Tokenizer},
};
use rand_chacha::{
    ChaCha8Rng,
    rand_core::{Rng, SeedableRng},
};

/// In which order a changed document shows its parts.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum FimOrder {
    /// begin PREFIX hole SUFFIX end MIDDLE.
    PrefixSuffixMiddle,
    /// begin hole SUFFIX end PREFIX MIDDLE: prefix and middle stay one text.
    SuffixPrefixMiddle,
}

/// How many documents are changed, and how.
#[derive(Clone, Copy, Debug)]
pub struct Fim {
    /// Share of documents that are changed, from 0 to 1.
    pub rate: f64,
    /// Share of the changed ones in suffix-prefix-middle order, from 0 to 1.
    pub suffix_first: f64,
    /// Of the cuts and choices.
    pub seed: u64,
}

impl Fim {
    /// Ids of the document number `index`, changed or not, without beginning and end of text.
    /// What happens to a document depends on the seed and its number alone.
    pub fn encode(&self, tokenizer: &Tokenizer, index: u64, text: &str) -> Result<Vec<u32>> {
        let mut rng = ChaCha8Rng::seed_from_u64(self.seed);
        rng.set_stream(index);
        if uniform(&mut rng) >= self.rate {
            return tokenizer.encode(text);
        }
        let order = if uniform(&mut rng) < self.suffix_first {
            FimOrder::SuffixPrefixMiddle
        } else {
            FimOrder::PrefixSuffixMiddle
        };
        let (a, b) = (cut(&mut rng, text), cut(&mut rng, text));
        let (from, to) = (a.min(b), a.max(b));
        let parts = Parts {
            prefix: &text[..from],
            middle: &text[from..to],
            suffix: &text[to..],
        };
        parts.encode(tokenizer, order)
    }
}

/// A document in three parts.
#[derive(Clone, Copy, Debug)]
pub struct Parts<'a> {
    /// Before the middle.
    pub prefix: &'a str,
    /// What is to be filled in; empty in a prompt.
    pub middle: &'a str,
    /// After it.
    pub suffix: &'a str,
}

impl Parts<'_> {
    /// Ids in an order. With an empty middle this is the prompt that asks for one.
    pub fn encode(&self, tokenizer: &Tokenizer, order: FimOrder) -> Result<Vec<u32>> {
        let FimTokens { begin, hole, end } = tokenizer.special().fim.ok_or_else(|| {
            Error::Tokenizer(
                "it has no tokens for filling in the middle; use a tokenizer that has them".into(),
            )
        })?;
        let mut ids = vec![begin];
        match order {
            FimOrder::PrefixSuffixMiddle => {
                ids.extend(tokenizer.encode(self.prefix)?);
                ids.push(hole);
                ids.extend(tokenizer.encode(self.suffix)?);
                ids.push(end);
                ids.extend(tokenizer.encode(self.middle)?);
            }
            FimOrder::SuffixPrefixMiddle => {
                ids.push(hole);
                ids.extend(tokenizer.encode(self.suffix)?);
                ids.push(end);
                ids.extend(tokenizer.encode(&[self.prefix, self.middle].concat())?);
            }
        }
        Ok(ids)
    }
}

fn uniform(rng: &mut ChaCha8Rng) -> f64 {
    (rng.next_u64() >> 11) as f64 / (1u64 << 53) as f64
}

/// A place between two characters, the ends included, each equally likely.
fn cut(rng: &mut ChaCha8Rng, text: &str) -> usize {
    let places = text.chars().count() as u64 + 1;
    // The remainder's bias is below 2^-40 for any text that fits a memory.
    let place = (rng.next_u64() % places) as usize;
    text.char_indices()
        .nth(place)
        .map_or(text.len(), |(at, _)| at)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn tokenizer() -> Tokenizer {
        Tokenizer::train(["def f(x):\n    return x é\n".to_owned()].into_iter(), 280).unwrap()
    }

    /// Takes a changed document apart again.
    fn whole(tokenizer: &Tokenizer, ids: &[u32]) -> String {
        let FimTokens { begin, hole, end } = tokenizer.special().fim.unwrap();
        let text = |ids: &[u32]| tokenizer.decode(ids).unwrap();
        if ids.first() != Some(&begin) {
            return text(ids);
        }
        let hole_at = ids.iter().position(|&id| id == hole).unwrap();
        let end_at = ids.iter().position(|&id| id == end).unwrap();
        let suffix = text(&ids[hole_at + 1..end_at]);
        text(&ids[1..hole_at]) + &text(&ids[end_at + 1..]) + &suffix
    }

    #[test]
    fn a_changed_document_still_holds_its_whole_text() {
        let tokenizer = tokenizer();
        let text = "def naïve(🙂):\n    return 1\n";
        for suffix_first in [0.0, 1.0] {
            let fim = Fim {
                rate: 1.0,
                suffix_first,
                seed: 3,
            };
            for index in 0..40 {
                let ids = fim.encode(&tokenizer, index, text).unwrap();
                assert_eq!(whole(&tokenizer, &ids), text);
            }
        }
    }

    #[test]
    fn the_rates_are_kept_and_the_seed_decides() {
        let tokenizer = tokenizer();
        let fim = Fim {
            rate: 0.5,
            suffix_first: 0.25,
            seed: 1,
        };
        let encode = |fim: Fim, i| fim.encode(&tokenizer, i, "def f(x): return x").unwrap();
        let special = tokenizer.special().fim.unwrap();
        let changed: Vec<_> = (0..2000)
            .map(|i| encode(fim, i))
            .filter(|ids| ids[0] == special.begin)
            .collect();
        let suffix_first = changed.iter().filter(|ids| ids[1] == special.hole).count();
        assert!((930..1070).contains(&changed.len()), "{}", changed.len());
        // A quarter by choice, and one in nineteen of the others for an empty prefix, roughly.
        assert!((220..380).contains(&suffix_first), "{suffix_first}");
        assert_eq!(encode(fim, 7), encode(fim, 7));
        let other = Fim { seed: 2, ..fim };
        assert!((0..50).any(|i| encode(fim, i) != encode(other, i)));
    }

    #[test]
    fn an_empty_document_stays_possible() {
        let fim = Fim {
            rate: 1.0,
            suffix_first: 0.0,
            seed: 1,
        };
        assert_eq!(fim.encode(&tokenizer(), 0, "").unwrap().len(), 3);
    }
}
