//! Text to tokens, with Python's indentation as tokens of its own.

use super::{Halt, unsupported};

#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Token {
    Word(String),
    Int(i64),
    Str(String),
    Sign(&'static str),
    Newline,
    Indent,
    Dedent,
    End,
}

/// Longer signs first, so that `//=` is not read as `//` and `=`.
const SIGNS: [&str; 34] = [
    "//=", "**=", "//", "**", "==", "!=", "<=", ">=", "->", "+=", "-=", "*=", "%=", "+", "-", "*",
    "%", "<", ">", "=", "(", ")", "[", "]", "{", "}", ",", ":", ".", ";", "/", "|", "&", "@",
];

pub(super) fn tokens(text: &str) -> Result<Vec<Token>, Halt> {
    let mut tokens = Vec::with_capacity(text.len() / 2);
    let mut depths = vec![0];
    let mut rest = text;
    while !rest.is_empty() {
        let depth = rest.len() - rest.trim_start_matches(' ').len();
        rest = &rest[depth..];
        if let Some(after) = rest.strip_prefix('\n') {
            rest = after;
            continue;
        }
        indentation(depth, &mut depths, &mut tokens)?;
        rest = line(rest, &mut tokens)?;
    }
    indentation(0, &mut depths, &mut tokens)?;
    tokens.push(Token::End);
    Ok(tokens)
}

fn indentation(depth: usize, depths: &mut Vec<usize>, tokens: &mut Vec<Token>) -> Result<(), Halt> {
    if depths.last().is_some_and(|&top| depth > top) {
        depths.push(depth);
        tokens.push(Token::Indent);
    }
    while depths.last().is_some_and(|&top| depth < top) {
        depths.pop();
        tokens.push(Token::Dedent);
    }
    if depths.last() == Some(&depth) {
        Ok(())
    } else {
        unsupported("uneven indentation")
    }
}

/// Reads one line of text and returns what follows it.
fn line<'a>(mut rest: &'a str, tokens: &mut Vec<Token>) -> Result<&'a str, Halt> {
    loop {
        rest = rest.trim_start_matches(' ');
        let Some(first) = rest.chars().next() else {
            break;
        };
        if first == '\n' {
            rest = &rest[1..];
            break;
        }
        rest = if first.is_ascii_digit() {
            number(rest, tokens)?
        } else if first.is_ascii_alphabetic() || first == '_' {
            let end = rest
                .find(|c: char| !c.is_ascii_alphanumeric() && c != '_')
                .unwrap_or(rest.len());
            tokens.push(Token::Word(rest[..end].to_owned()));
            &rest[end..]
        } else if first == '"' || first == '\'' {
            string(rest, tokens)?
        } else {
            let Some(sign) = SIGNS.into_iter().find(|sign| rest.starts_with(sign)) else {
                return unsupported(format!("character `{first}`"));
            };
            tokens.push(Token::Sign(sign));
            &rest[sign.len()..]
        };
    }
    tokens.push(Token::Newline);
    Ok(rest)
}

fn number<'a>(rest: &'a str, tokens: &mut Vec<Token>) -> Result<&'a str, Halt> {
    let end = rest
        .find(|c: char| !c.is_ascii_digit())
        .unwrap_or(rest.len());
    let Ok(number) = rest[..end].parse() else {
        return Err(Halt::Beyond);
    };
    tokens.push(Token::Int(number));
    Ok(&rest[end..])
}

/// A string without escapes: our texts need none.
fn string<'a>(rest: &'a str, tokens: &mut Vec<Token>) -> Result<&'a str, Halt> {
    let quote = if rest.starts_with("\"\"\"") {
        "\"\"\""
    } else {
        &rest[..1]
    };
    let body = &rest[quote.len()..];
    let Some(end) = body.find(quote) else {
        return unsupported("a string without an end");
    };
    if body[..end].contains('\\') {
        return unsupported("an escape in a string");
    }
    tokens.push(Token::Str(body[..end].to_owned()));
    Ok(&body[end + quote.len()..])
}
