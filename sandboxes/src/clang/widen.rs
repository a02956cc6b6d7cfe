//! `long` as programs know it.
//!
//! Programs and tests are written for machines on which `long` has 64 bits; in 32-bit WebAssembly it
//! has 32. So a signed `long` is read as `long long`, in literals, in formats and in the functions
//! that give one, too, in the candidate's text and in the tests' alike. `unsigned long` stays what
//! it is, because `std::size_t` is one. What is written for both `long` and `long long`, such as two
//! overloads, is then one thing twice, and does not compile.

use crate::heads::is_word;

/// The text with every signed `long` widened. Lines stay where they are.
pub(super) fn widened(text: &str) -> String {
    let mut out = String::with_capacity(text.len() + 64);
    let mut rest = text;
    while !rest.is_empty() {
        let taken = match lexeme(rest) {
            Lexeme::Word(length) if is_specifier(&rest[..length]) => {
                let run = run_of_specifiers(rest);
                write_specifiers(&rest[..run], &mut out);
                run
            }
            Lexeme::Word(length) => {
                out.push_str(wide_name(&rest[..length]));
                length
            }
            Lexeme::Number(length) => {
                write_number(&rest[..length], &mut out);
                length
            }
            Lexeme::Text(length) => {
                write_format(&rest[..length], &mut out);
                length
            }
            Lexeme::Other(length) => {
                out.push_str(&rest[..length]);
                length
            }
        };
        rest = &rest[taken..];
    }
    out
}

pub(super) enum Lexeme {
    /// An identifier or keyword of that length.
    Word(usize),
    Number(usize),
    /// A literal in double quotes.
    Text(usize),
    /// A comment, a character, a raw literal, anything else.
    Other(usize),
}

pub(super) fn lexeme(text: &str) -> Lexeme {
    let first = text.chars().next().unwrap_or(' ');
    if let Some(length) = comment(text) {
        return Lexeme::Other(length);
    }
    if first.is_ascii_digit() {
        let mut before = ' ';
        let end = text.find(|c: char| {
            let sign = matches!(c, '+' | '-') && matches!(before, 'e' | 'E' | 'p' | 'P');
            let inside = is_word(c) || c == '.' || c == '\'' || sign;
            before = c;
            !inside
        });
        return Lexeme::Number(end.unwrap_or(text.len()));
    }
    if is_word(first) {
        let length = text.find(|c| !is_word(c)).unwrap_or(text.len());
        let is_raw = matches!(&text[..length], "R" | "u8R" | "uR" | "UR" | "LR");
        if is_raw && text[length..].starts_with('"') {
            return Lexeme::Other(raw_literal(text, length));
        }
        return Lexeme::Word(length);
    }
    match first {
        '"' => Lexeme::Text(literal(text, '"')),
        '\'' => Lexeme::Other(literal(text, '\'')),
        c => Lexeme::Other(c.len_utf8()),
    }
}

pub(super) fn comment(text: &str) -> Option<usize> {
    if text.starts_with("//") {
        return Some(text.find('\n').unwrap_or(text.len()));
    }
    let inside = text.strip_prefix("/*")?;
    Some(inside.find("*/").map_or(text.len(), |end| end + 4))
}

fn literal(text: &str, quote: char) -> usize {
    let mut escaped = false;
    for (at, c) in text.char_indices().skip(1) {
        match c {
            _ if escaped => escaped = false,
            '\\' => escaped = true,
            // One that does not end on its line is no literal.
            '\n' => return at,
            c if c == quote => return at + 1,
            _ => {}
        }
    }
    text.len()
}

fn raw_literal(text: &str, prefix: usize) -> usize {
    let inside = &text[prefix + 1..];
    let Some(open) = inside.find('(') else {
        return text.len();
    };
    let end = format!("){}\"", &inside[..open]);
    let found = inside.find(&end);
    found.map_or(text.len(), |at| prefix + 1 + at + end.len())
}

/// The words that make up the name of a built-in type of numbers, in any order.
fn is_specifier(word: &str) -> bool {
    matches!(
        word,
        "long" | "int" | "unsigned" | "signed" | "double" | "const" | "volatile" | "static"
    )
}

/// How much of the text is specifiers with space between.
fn run_of_specifiers(text: &str) -> usize {
    let (mut at, mut end) = (0, 0);
    loop {
        let rest = &text[at..];
        match lexeme(rest) {
            Lexeme::Word(length) if is_specifier(&rest[..length]) => {
                at += length;
                end = at;
            }
            Lexeme::Other(length)
                if rest[..length].trim().is_empty() || comment(rest).is_some() =>
            {
                at += length;
            }
            _ => return end,
        }
        if at == text.len() {
            return end;
        }
    }
}

fn write_specifiers(run: &str, out: &mut String) {
    let words = || run.split(|c| !is_word(c));
    let longs = words().filter(|word| *word == "long").count();
    let other = words().any(|word| matches!(word, "double" | "unsigned"));
    if longs != 1 || other {
        return out.push_str(run);
    }
    let mut rest = run;
    while !rest.is_empty() {
        let taken = match lexeme(rest) {
            Lexeme::Word(length) => {
                out.push_str(match &rest[..length] {
                    "long" => "long long",
                    other => other,
                });
                length
            }
            Lexeme::Number(length) | Lexeme::Text(length) | Lexeme::Other(length) => {
                out.push_str(&rest[..length]);
                length
            }
        };
        rest = &rest[taken..];
    }
}

/// What stands for the names that have to do with a signed `long`.
fn wide_name(name: &str) -> &str {
    match name {
        "LONG_MAX" => "LLONG_MAX",
        "LONG_MIN" => "LLONG_MIN",
        "labs" => "llabs",
        "atol" => "atoll",
        "strtol" => "strtoll",
        "stol" => "stoll",
        "lround" => "llround",
        "lrint" => "llrint",
        other => other,
    }
}

/// `1L` is a `long`.
fn write_number(number: &str, out: &mut String) {
    out.push_str(number);
    let is_hexadecimal = number.starts_with("0x") || number.starts_with("0X");
    let is_float = number.contains('.') || (!is_hexadecimal && number.contains(['e', 'E']));
    let digits = number.trim_end_matches(['l', 'L']);
    if number.len() - digits.len() == 1 && !is_float && !digits.ends_with(['u', 'U', 'p', 'P']) {
        out.push_str(&number[digits.len()..]);
    }
}

/// `%ld` in a format is a `long`.
fn write_format(text: &str, out: &mut String) {
    let mut rest = text;
    while let Some(at) = rest.find('%') {
        let (before, from) = rest.split_at(at + 1);
        out.push_str(before);
        rest = from;
        let flags = rest
            .find(|c: char| !matches!(c, '0'..='9' | '-' | '+' | ' ' | '#' | '.' | '*'))
            .unwrap_or(rest.len());
        let behind = &rest[flags..];
        if behind.starts_with("ld") || behind.starts_with("li") {
            out.push_str(&rest[..flags]);
            out.push('l');
            rest = behind;
        } else if behind.starts_with('%') && flags == 0 {
            out.push('%');
            rest = &behind[1..];
        }
    }
    out.push_str(rest);
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::widened;

    #[test]
    fn a_signed_long_has_64_bits_wherever_it_stands() {
        for (narrow, wide) in [
            ("long f(long x) {", "long long f(long long x) {"),
            ("long long x; long int y;", "long long x; long long int y;"),
            (
                "unsigned long u; long unsigned v;",
                "unsigned long u; long unsigned v;",
            ),
            (
                "long double d; double long e;",
                "long double d; double long e;",
            ),
            ("vector<long>", "vector<long long>"),
            ("long /* c */ int x", "long long /* c */ int x"),
            (
                "1L + 2l + 3LL + 4UL + 5.0L + 0xFL",
                "1LL + 2ll + 3LL + 4UL + 5.0L + 0xFLL",
            ),
            (
                "printf(\"%5ld %lld %lu %%ld\", x)",
                "printf(\"%5lld %lld %lu %%ld\", x)",
            ),
            ("std::stol(s) < LONG_MAX", "std::stoll(s) < LLONG_MAX"),
            (
                "// long\n/* long */ 'l' \"long\"",
                "// long\n/* long */ 'l' \"long\"",
            ),
            (
                "R\"x(long \" %ld)x\" long",
                "R\"x(long \" %ld)x\" long long",
            ),
            ("along longer long_x 1'000L", "along longer long_x 1'000LL"),
        ] {
            assert_eq!(widened(narrow), wide);
        }
    }

    proptest! {
        #[test]
        fn any_text_keeps_its_lines(text in "(\\PC|long|[ \n\"'%/*()Rld1L]|double|unsigned){0,60}") {
            let wide = widened(&text);
            prop_assert_eq!(wide.lines().count(), text.lines().count());
        }
    }
}
