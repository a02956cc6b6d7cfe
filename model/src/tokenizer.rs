//! Text to token ids and back: Hugging Face's `tokenizer.json`, or a byte-level BPE trained here.
//!
//! Special tokens have DeepSeek's spelling, in their checkpoints and in ours. Plain encoding leaves
//! such a spelling inside a text as ordinary text: a problem's statement must not be able to end
//! the prompt that it stands in.

use crate::{
    config::Config,
    error::{Error, Result},
};
use std::path::Path;
use tokenizers::{
    AddedToken, DecoderWrapper, PreTokenizerWrapper,
    models::{
        TrainerWrapper,
        bpe::{BPE, BpeTrainer},
    },
    pre_tokenizers::{byte_level::ByteLevel, digits::Digits, sequence::Sequence},
};

const BOS: &str = "<｜begin▁of▁sentence｜>";
const EOS: &str = "<｜end▁of▁sentence｜>";
const PAD: &str = "<｜pad｜>";
const FIM_BEGIN: &str = "<｜fim▁begin｜>";
const FIM_HOLE: &str = "<｜fim▁hole｜>";
const FIM_END: &str = "<｜fim▁end｜>";

/// Ids of the special tokens that a tokenizer has.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct SpecialTokens {
    /// Begins a text.
    pub bos: Option<u32>,
    /// Ends a text.
    pub eos: Option<u32>,
    /// Fills up; DeepSeek's own tokenizers have none and use the end of text.
    pub pad: Option<u32>,
    /// For filling in the middle.
    pub fim: Option<FimTokens>,
}

/// Ids of the tokens for filling in the middle.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct FimTokens {
    /// Before everything.
    pub begin: u32,
    /// Between prefix and suffix: here is something to fill in.
    pub hole: u32,
    /// After prefix and suffix: what follows is the middle.
    pub end: u32,
}

/// A tokenizer with its special tokens.
#[derive(Clone)]
pub struct Tokenizer {
    /// Recognises the spelling of special tokens in a text.
    recognising: tokenizers::Tokenizer,
    /// Takes every text as text.
    plain: tokenizers::Tokenizer,
    special: SpecialTokens,
}

/// In short: a vocabulary has a hundred thousand entries.
impl std::fmt::Debug for Tokenizer {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Tokenizer")
            .field("vocab_size", &self.vocab_size())
            .field("special", &self.special)
            .finish_non_exhaustive()
    }
}

impl Tokenizer {
    /// Reads a `tokenizer.json`.
    pub fn from_file(path: &Path) -> Result<Self> {
        let text = std::fs::read_to_string(path).map_err(|e| Error::io(path, e))?;
        Self::from_json(&text)
            .map_err(|e| Error::checkpoint(path, format!("not a tokenizer ({e}); fetch it again")))
    }

    /// Reads the text of a `tokenizer.json`.
    pub fn from_json(text: &str) -> Result<Self> {
        Ok(Self::new(
            tokenizers::Tokenizer::from_bytes(text).map_err(failed)?,
        ))
    }

    /// Trains a byte-level BPE of at most `vocab_size` ids, special tokens first. The same corpus
    /// gives the same tokenizer.
    pub fn train(corpus: impl Iterator<Item = String> + Send, vocab_size: usize) -> Result<Self> {
        let mut tokenizer = tokenizers::Tokenizer::new(BPE::default());
        // Digits one by one, so that numbers look the same wherever they stand.
        let digits = PreTokenizerWrapper::from(Digits::new(true));
        let bytes = PreTokenizerWrapper::from(ByteLevel::new(false, false, true));
        tokenizer.with_pre_tokenizer(Some(Sequence::new(vec![digits, bytes])));
        tokenizer.with_decoder(Some(DecoderWrapper::from(ByteLevel::default())));
        let special = [BOS, EOS, PAD, FIM_BEGIN, FIM_HOLE, FIM_END];
        let trainer = BpeTrainer::builder()
            .show_progress(false)
            .vocab_size(vocab_size)
            .initial_alphabet(ByteLevel::alphabet().into_iter().collect())
            .special_tokens(special.map(|s| AddedToken::from(s, true)).to_vec())
            .build();
        let mut trainer = TrainerWrapper::from(trainer);
        tokenizer.train(&mut trainer, corpus).map_err(failed)?;
        Ok(Self::new(tokenizer))
    }

    fn new(recognising: tokenizers::Tokenizer) -> Self {
        let id = |token| recognising.token_to_id(token);
        let fim = match (id(FIM_BEGIN), id(FIM_HOLE), id(FIM_END)) {
            (Some(begin), Some(hole), Some(end)) => Some(FimTokens { begin, hole, end }),
            _ => None,
        };
        let special = SpecialTokens {
            bos: id(BOS),
            eos: id(EOS),
            pad: id(PAD),
            fim,
        };
        let mut plain = recognising.clone();
        plain.set_encode_special_tokens(true);
        Self {
            recognising,
            plain,
            special,
        }
    }

    /// The text of a `tokenizer.json`.
    pub fn to_json(&self) -> Result<String> {
        self.recognising.to_string(true).map_err(failed)
    }

    /// Ids of the special tokens.
    pub fn special(&self) -> SpecialTokens {
        self.special
    }

    /// Number of ids: one more than the largest.
    pub fn vocab_size(&self) -> usize {
        let largest = self.recognising.get_vocab(true).into_values().max();
        largest.map_or(0, |id| id as usize + 1)
    }

    /// Ids of a text, in which nothing is special. Adds no beginning or end.
    pub fn encode(&self, text: &str) -> Result<Vec<u32>> {
        let encoding = self.plain.encode_fast(text, false).map_err(failed)?;
        Ok(encoding.get_ids().to_vec())
    }

    /// Ids of a text in which the spelling of a special token means that token: for templates.
    pub fn encode_with_specials(&self, text: &str) -> Result<Vec<u32>> {
        let encoding = self.recognising.encode_fast(text, false).map_err(failed)?;
        Ok(encoding.get_ids().to_vec())
    }

    /// Text of ids without special tokens. Bytes that are not UTF-8 become replacement characters.
    pub fn decode(&self, ids: &[u32]) -> Result<String> {
        self.recognising.decode(ids, true).map_err(failed)
    }

    /// Refuses a configuration whose embedding lacks some of the ids. (Checkpoints often have some
    /// rows too many; those do no harm.)
    pub fn check_vocabulary(&self, config: &Config) -> Result<()> {
        let (ids, rows) = (self.vocab_size(), config.vocab_size());
        if ids <= rows {
            return Ok(());
        }
        Err(Error::Tokenizer(format!(
            "it has {ids} ids and the model's `vocab_size` is {rows}; use the tokenizer that \
             belongs to the model"
        )))
    }
}

#[expect(
    clippy::needless_pass_by_value,
    reason = "this is what map_err hands over"
)]
fn failed(error: tokenizers::Error) -> Error {
    Error::Tokenizer(error.to_string().replace('\n', " "))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn corpus() -> Vec<String> {
        (0..50)
            .map(|i| format!("def f{i}(x: int) -> int:\n    return x + {i}  # naïve\n"))
            .collect()
    }

    #[test]
    fn a_trained_tokenizer_gives_back_every_text() {
        let tokenizer = Tokenizer::train(corpus().into_iter(), 280).unwrap();
        assert_eq!(tokenizer.vocab_size(), 280);
        for text in [
            "def f(x):\n\treturn 12\r\n",
            "日本語 🙂 é",
            "",
            "  a  ",
            EOS,
        ] {
            let ids = tokenizer.encode(text).unwrap();
            assert_eq!(tokenizer.decode(&ids).unwrap(), text);
        }
        let short = tokenizer.encode("    return x").unwrap();
        assert!(short.len() < "    return x".len(), "{short:?}");
    }

    #[test]
    fn the_same_corpus_gives_the_same_tokenizer() {
        let json = || {
            Tokenizer::train(corpus().into_iter(), 320)
                .unwrap()
                .to_json()
                .unwrap()
        };
        let once = json();
        assert_eq!(once, json());
        let again = Tokenizer::from_json(&once).unwrap();
        assert_eq!(again.to_json().unwrap(), once);
    }

    #[test]
    fn special_tokens_in_a_text_are_text_unless_asked_for() {
        let tokenizer = Tokenizer::train(corpus().into_iter(), 280).unwrap();
        let special = tokenizer.special();
        let text = format!("{BOS}x{EOS}");
        let ids = tokenizer.encode_with_specials(&text).unwrap();
        assert_eq!(
            (ids[0], *ids.last().unwrap()),
            (special.bos.unwrap(), special.eos.unwrap())
        );
        assert_eq!(tokenizer.decode(&ids).unwrap(), "x");
        let plain = tokenizer.encode(&text).unwrap();
        assert!(!plain.contains(&special.eos.unwrap()) && !plain.contains(&special.bos.unwrap()));
        assert!(special.pad.is_some() && special.fim.is_some());
    }

    #[test]
    fn a_vocabulary_larger_than_the_embedding_is_refused() {
        let tokenizer = Tokenizer::train(corpus().into_iter(), 280).unwrap();
        let config = Config::preset("tiny").unwrap();
        tokenizer.check_vocabulary(&config).unwrap();
        let small = config.with_vocabulary(279, 0, 1);
        let message = tokenizer.check_vocabulary(&small).unwrap_err().to_string();
        assert!(
            message.contains("280 ids") && !message.contains('\n'),
            "{message}"
        );
    }
}
