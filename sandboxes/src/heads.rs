//! Reading the head of the function that tests are about, in languages whose texts are alike: words,
//! comments between `/*` and `*/` or behind `//`, and lists between commas and in brackets.

pub(crate) fn is_word(c: char) -> bool {
    c.is_alphanumeric() || c == '_'
}

/// The parts between commas that stand in no brackets; none of nothing.
pub(crate) fn pieces(text: &str) -> Vec<&str> {
    let (mut found, mut depth, mut start) = (Vec::new(), 0, 0);
    let mut before = ' ';
    for (at, c) in text.char_indices() {
        match c {
            '(' | '<' | '[' | '{' => depth += 1,
            // That of an arrow closes nothing.
            '>' if before == '-' => {}
            ')' | '>' | ']' | '}' => depth -= 1,
            ',' if depth == 0 => {
                found.push(text[start..at].trim());
                start = at + 1;
            }
            _ => {}
        }
        before = c;
    }
    found.push(text[start..].trim());
    // A comma may stand behind the last.
    if found.last() == Some(&"") {
        found.pop();
    }
    found
}

/// The text without its comments, with a space for each, and without what its literals say: a
/// parenthesis in there closes nothing, and two strokes begin no comment.
pub(crate) fn bare(text: &str) -> String {
    let mut bare = String::new();
    let mut rest = text;
    while let Some(c) = rest.chars().next() {
        let (length, instead) = if rest.starts_with("//") {
            (rest.find('\n').unwrap_or(rest.len()), " ")
        } else if let Some(comment) = rest.strip_prefix("/*") {
            let end = comment.find("*/");
            (end.map_or(rest.len(), |end| end + 4), " ")
        } else if rest.starts_with("'\"'") {
            (3, "' '")
        } else if rest.starts_with("'\\\"'") {
            (4, "' '")
        } else if c == '"' {
            (literal(rest), "\"\"")
        } else {
            bare.push(c);
            rest = &rest[c.len_utf8()..];
            continue;
        };
        bare.push_str(instead);
        rest = &rest[length..];
    }
    bare
}

/// The length of the text in quotes that a text begins with. It ends with its line.
fn literal(text: &str) -> usize {
    let mut escaped = false;
    for (at, c) in text.char_indices().skip(1) {
        match c {
            '\n' => return at,
            _ if escaped => escaped = false,
            '\\' => escaped = true,
            '"' => return at + 1,
            _ => {}
        }
    }
    text.len()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_literals_and_comments_say_is_gone() {
        for (text, left) in [
            ("f(\"(\") // )\ng", "f(\"\")  \ng"),
            ("a /* \" */ b", "a   b"),
            ("u = \"http://x\"; f(", "u = \"\"; f("),
            ("q = '\"', r = '\\\"'; f(", "q = ' ', r = ' '; f("),
            ("\"a\\\"(\" f", "\"\" f"),
            ("\"open\nf", "\"\"\nf"),
        ] {
            assert_eq!(bare(text), left);
        }
    }

    #[test]
    fn commas_in_brackets_part_nothing() {
        assert_eq!(pieces("a, b<c, d>, (e, f)"), ["a", "b<c, d>", "(e, f)"]);
        assert_eq!(pieces("f: fn(u8) -> u8, b"), ["f: fn(u8) -> u8", "b"]);
        assert_eq!(pieces("a,"), ["a"]);
        assert_eq!(pieces(" "), [""; 0]);
    }
}
