//! Tokens become text while they are sampled, so that a stop string can end a sample.
//!
//! A token of a byte-level vocabulary may end inside a character. Its bytes wait then, and the
//! character counts to the piece of the token that completes it; so pieces joined are the text.

use crate::{
    error::{Error, Result},
    tokenizer::Tokenizer,
};
use serde_json::Value;
use std::{collections::HashMap, sync::Arc};

/// The bytes that each token id stands for; none for a control token.
#[derive(Clone, Debug, Default)]
pub struct TokenBytes(Arc<Vec<Vec<u8>>>);

impl TokenBytes {
    /// `bytes[id]` is what token `id` stands for.
    pub fn new(bytes: Vec<Vec<u8>>) -> Self {
        Self(Arc::new(bytes))
    }

    /// Of a byte-level tokenizer: its vocabulary writes each byte as a printable character.
    pub fn of_tokenizer(tokenizer: &Tokenizer) -> Result<Self> {
        let wrong = || Error::Tokenizer("its vocabulary is not a map from tokens to ids".into());
        let json: Value = serde_json::from_str(&tokenizer.to_json()?)
            .map_err(|e| Error::Tokenizer(format!("its own JSON cannot be read ({e})")))?;
        let byte = bytes_of_characters();
        let mut bytes = vec![Vec::new(); tokenizer.vocab_size()];
        let mut set = |id: Option<u64>, value: Vec<u8>| {
            let id = id
                .and_then(|id| usize::try_from(id).ok())
                .ok_or_else(wrong)?;
            if id >= bytes.len() {
                bytes.resize(id + 1, Vec::new());
            }
            bytes[id] = value;
            Ok::<_, Error>(())
        };
        for (token, id) in json["model"]["vocab"].as_object().ok_or_else(wrong)? {
            let decoded: Option<Vec<u8>> = token.chars().map(|c| byte.get(&c).copied()).collect();
            set(
                id.as_u64(),
                decoded.unwrap_or_else(|| token.clone().into_bytes()),
            )?;
        }
        // Added tokens are plain text, and control tokens none at all.
        for added in json["added_tokens"].as_array().into_iter().flatten() {
            let special = added["special"].as_bool().unwrap_or(false);
            let text = if special {
                ""
            } else {
                added["content"].as_str().unwrap_or("")
            };
            set(added["id"].as_u64(), text.into())?;
        }
        Ok(Self::new(bytes))
    }

    /// The bytes of a token, none for an unknown one.
    pub fn of(&self, token: u32) -> &[u8] {
        self.0.get(token as usize).map_or(&[], Vec::as_slice)
    }
}

/// GPT-2's table: printable bytes stand for themselves, the others for the characters from 256 on,
/// in order.
fn bytes_of_characters() -> HashMap<char, u8> {
    let printable = |b: u8| matches!(b, b'!'..=b'~' | 0xA1..=0xAC | 0xAE..=0xFF);
    let mut hidden = 256_u32;
    (0..=255)
        .map(|byte| {
            let code = if printable(byte) {
                u32::from(byte)
            } else {
                hidden += 1;
                hidden - 1
            };
            (
                char::from_u32(code).expect("codes below 512 are characters"),
                byte,
            )
        })
        .collect()
}

/// The text of one sample so far.
#[derive(Clone, Debug, Default)]
pub(super) struct Text {
    bytes: Vec<u8>,
    /// Bytes of complete characters that pieces hold already.
    given: usize,
    pub(super) pieces: Vec<String>,
}

impl Text {
    /// Adds a token's bytes; the index of the stop string that they complete, if any. The text then
    /// ends before that string.
    pub(super) fn push(&mut self, bytes: &[u8], stops: &[String]) -> Option<usize> {
        let longest = stops.iter().map(String::len).max().unwrap_or(0);
        // A new match ends in the new bytes; it may begin at most its own length before them.
        let from = self.bytes.len().saturating_sub(longest.saturating_sub(1));
        self.bytes.extend_from_slice(bytes);
        let found = stops
            .iter()
            .enumerate()
            .filter_map(|(index, stop)| Some((find(&self.bytes[from..], stop.as_bytes())?, index)))
            .min();
        if let Some((at, _)) = found {
            self.bytes.truncate(from + at);
        }
        let complete = complete_length(&self.bytes[self.given.min(self.bytes.len())..]);
        self.give(complete);
        found.map(|(_, index)| index)
    }

    /// The pieces, one a token, and the whole text.
    pub(super) fn finish(mut self) -> (Vec<String>, String) {
        // Bytes that never became a character show as replacement characters in the last piece.
        let rest = String::from_utf8_lossy(&self.bytes[self.given.min(self.bytes.len())..]);
        if let Some(last) = self.pieces.last_mut() {
            last.push_str(&rest);
        }
        let text = self.pieces.concat();
        (self.pieces, text)
    }

    fn give(&mut self, count: usize) {
        let mut piece = String::new();
        if self.given > self.bytes.len() {
            // The stop string began in earlier pieces: take back what they hold of it.
            let mut excess = self.given - self.bytes.len();
            for earlier in self.pieces.iter_mut().rev() {
                let taken = excess.min(earlier.len());
                earlier.truncate(earlier.floor_char_boundary(earlier.len() - taken));
                excess -= taken;
            }
            self.given = self.bytes.len();
        } else {
            piece.push_str(&String::from_utf8_lossy(
                &self.bytes[self.given..self.given + count],
            ));
            self.given += count;
        }
        self.pieces.push(piece);
    }
}

fn find(text: &[u8], wanted: &[u8]) -> Option<usize> {
    if wanted.is_empty() {
        return None;
    }
    text.windows(wanted.len())
        .position(|window| window == wanted)
}

/// How many of the bytes end at a character's end; an unfinished last character waits.
fn complete_length(bytes: &[u8]) -> usize {
    let tail = bytes.len().saturating_sub(3);
    for start in (tail..bytes.len()).rev() {
        let length = match bytes[start] {
            0xC0..=0xDF => 2,
            0xE0..=0xEF => 3,
            0xF0..=0xF7 => 4,
            0x80..=0xBF => continue,
            _ => 1,
        };
        return if start + length > bytes.len() {
            start
        } else {
            bytes.len()
        };
    }
    bytes.len()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn run(tokens: &[&[u8]], stops: &[&str]) -> (Vec<String>, String, Option<usize>) {
        let stops: Vec<String> = stops.iter().map(ToString::to_string).collect();
        let mut text = Text::default();
        let mut found = None;
        for token in tokens {
            found = text.push(token, &stops);
            if found.is_some() {
                break;
            }
        }
        let (pieces, all) = text.finish();
        (pieces, all, found)
    }

    #[test]
    fn a_character_split_between_tokens_belongs_to_the_token_that_completes_it() {
        let (pieces, text, _) = run(&[b"a\xC3", b"\xA9b", b"\xE2\x82", b"\xAC"], &[]);
        assert_eq!(pieces, ["a", "\u{e9}b", "", "\u{20ac}"]);
        assert_eq!(text, "a\u{e9}b\u{20ac}");
    }

    #[test]
    fn a_stop_string_across_tokens_ends_the_text_before_it() {
        let (pieces, text, found) = run(&[b"x = 1", b"\nde", b"f g"], &["\nclass", "\ndef"]);
        assert_eq!((text.as_str(), found), ("x = 1", Some(1)));
        assert_eq!(pieces, ["x = 1", "", ""]);
    }

    #[test]
    fn the_earliest_of_two_stop_strings_wins() {
        let (_, text, found) = run(&[b"ab#c\nd"], &["\n", "#"]);
        assert_eq!((text.as_str(), found), ("ab", Some(1)));
    }

    #[test]
    fn the_bytes_of_tokens_joined_are_the_text_that_was_encoded() {
        let text = "def f(x):\n    return x + 1  # caf\u{e9} \u{20ac}\n";
        let corpus = std::iter::repeat_n(text.to_owned(), 20);
        let tokenizer = Tokenizer::train(corpus, 300).unwrap();
        let bytes = TokenBytes::of_tokenizer(&tokenizer).unwrap();
        let ids = tokenizer.encode(text).unwrap();
        let joined: Vec<u8> = ids.iter().flat_map(|&id| bytes.of(id)).copied().collect();
        assert_eq!(String::from_utf8(joined).unwrap(), text);
        let eos = tokenizer.special().eos.unwrap();
        assert!(bytes.of(eos).is_empty());
    }

    #[test]
    fn an_unfinished_character_at_the_end_shows_as_a_replacement() {
        let (pieces, text, _) = run(&[b"a", b"\xE2\x82"], &[]);
        assert_eq!(text, "a\u{fffd}");
        assert_eq!(pieces.concat(), text);
    }
}
