//! Reads just enough of Python: who defines what, and who mentions it.
//!
//! This is a scan of lines and words, not a parser: it looks at definitions at the start of a line and
//! at names outside of string literals. A definition inside of an `if` or made by `exec` is not seen.

/// The name that a line defines as a function, if it starts one in its first column.
pub(crate) fn function_defined_by(line: &str) -> Option<&str> {
    let rest = line.strip_prefix("async ").map_or(line, str::trim_start);
    if let Some(rest) = rest.strip_prefix("def ") {
        return Some(first_word(rest.trim_start())).filter(|name| !name.is_empty());
    }
    let name = first_word(line);
    let value = line[name.len()..]
        .trim_start()
        .strip_prefix('=')?
        .trim_start();
    (value.starts_with("lambda ") || value.starts_with("lambda:"))
        .then_some(name)
        .filter(|name| !name.is_empty())
}

/// Whether a program defines that name in the first column of a line: as a function, a class or a
/// variable.
pub(crate) fn defines(program: &str, name: &str) -> bool {
    program.lines().any(|line| defined_by(line) == Some(name))
}

/// The part of a prompt before it defines that name: its imports and its helpers. Empty when the prompt
/// does not define the name.
pub(crate) fn preamble<'a>(prompt: &'a str, name: &str) -> &'a str {
    let mut at = 0;
    for line in prompt.split_inclusive('\n') {
        if defined_by(line) == Some(name) {
            return &prompt[..at];
        }
        at += line.len();
    }
    ""
}

fn defined_by(line: &str) -> Option<&str> {
    if let Some(rest) = line.strip_prefix("class ") {
        return Some(first_word(rest.trim_start()));
    }
    function_defined_by(line).or_else(|| {
        let name = first_word(line);
        let rest = line[name.len()..].trim_start().strip_prefix('=')?;
        (!rest.starts_with('=') && !name.is_empty()).then_some(name)
    })
}

fn is_word(c: char) -> bool {
    c.is_alphanumeric() || c == '_'
}

fn first_word(text: &str) -> &str {
    &text[..text.find(|c| !is_word(c)).unwrap_or(text.len())]
}

/// Whether code mentions a name outside of its string literals and comments.
pub(crate) fn mentions(code: &str, name: &str) -> bool {
    let mut rest = code;
    while let Some(c) = rest.chars().next() {
        if c == '"' || c == '\'' {
            rest = after_string(rest, c);
        } else if c == '#' {
            rest = rest.find('\n').map_or("", |end| &rest[end..]);
        } else if is_word(c) {
            let word = first_word(rest);
            if word == name {
                return true;
            }
            rest = &rest[word.len()..];
        } else {
            rest = &rest[c.len_utf8()..];
        }
    }
    false
}

/// What follows a string literal that opens the text; nothing when it is not closed.
fn after_string(text: &str, quote: char) -> &str {
    let triple: String = [quote; 3].iter().collect();
    let end = if text.starts_with(&triple) {
        triple
    } else {
        quote.to_string()
    };
    let mut at = end.len();
    while let Some(c) = text[at..].chars().next() {
        if text[at..].starts_with(&end) {
            return &text[at + end.len()..];
        }
        at += c.len_utf8();
        if c == '\\' {
            at += text[at..].chars().next().map_or(0, char::len_utf8);
        }
    }
    ""
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn definitions_are_seen_in_the_first_column_only() {
        assert_eq!(function_defined_by("def f(x):"), Some("f"));
        assert_eq!(function_defined_by("async def  g (x):"), Some("g"));
        assert_eq!(function_defined_by("h = lambda x: x"), Some("h"));
        assert_eq!(function_defined_by("    def f(x):"), None);
        assert_eq!(function_defined_by("define = 3"), None);
        assert_eq!(function_defined_by("h == lambda"), None);
        assert!(defines("x = 1\nclass A:\n    pass\n", "A"));
        assert!(defines("best = max\n", "best"));
        assert!(!defines("best == max\n", "best"));
        assert!(!defines("    def inner(): pass\n", "inner"));
        assert!(!defines("def solve_all(): pass\n", "solve"));
    }

    #[test]
    fn names_in_strings_and_comments_are_no_mentions() {
        assert!(mentions("assert f (1)", "f"));
        assert!(mentions("'a\\'b' + f(1)", "f"));
        assert!(mentions("\"\"\" f \"\" \"\"\" + f(1)", "f"));
        assert!(!mentions("assert g('f(1)') # f", "f"));
        assert!(!mentions("ff(1) or f_(1)", "f"));
        assert!(!mentions("'never closed f", "f"));
    }

    #[test]
    fn the_preamble_ends_before_the_function() {
        let prompt = "import math\n\ndef a(): pass\n\ndef b():\n    pass\n";
        assert_eq!(preamble(prompt, "b"), "import math\n\ndef a(): pass\n\n");
        assert_eq!(preamble(prompt, "c"), "");
        assert_eq!(preamble("def b(): pass", "b"), "");
    }
}
