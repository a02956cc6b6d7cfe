//! Reads just enough of the languages with braces: which function a text leaves open, which functions
//! it has, and who defines a name.
//!
//! This is a scan of characters, not a parser. It knows comments and literals, so that braces in them
//! do not count, and nothing of what stands between: macros, templates and regular expressions are text
//! like any other.

/// A function of a text, seen at the outermost level.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Function<'a> {
    /// Its name.
    pub(crate) name: &'a str,
    /// The text up to its opening brace, with it.
    pub(crate) opened: &'a str,
    /// Whether its closing brace is there.
    pub(crate) closed: bool,
}

/// The functions of a text in the order in which they open.
pub(crate) fn functions(text: &str) -> Vec<Function<'_>> {
    let mut found: Vec<Function<'_>> = Vec::new();
    let (mut depth, mut head_from) = (0_usize, 0);
    // Whether the block that is open at the outermost level is a function.
    let mut inside = false;
    let mut scan = Scan::new(text);
    while let Some((at, c)) = scan.next_code() {
        match c {
            '{' => {
                if depth == 0 {
                    let head = &text[head_from..at];
                    inside = name_of(head).is_some();
                    if let Some(name) = name_of(head) {
                        let opened = &text[..=at];
                        found.push(Function {
                            name,
                            opened,
                            closed: false,
                        });
                    }
                }
                depth += 1;
            }
            '}' if depth > 0 => {
                depth -= 1;
                if depth == 0 {
                    head_from = at + 1;
                    if let Some(last) = found.last_mut().filter(|_| inside) {
                        last.closed = true;
                    }
                }
            }
            ';' if depth == 0 => head_from = at + 1,
            _ => {}
        }
    }
    found
}

/// The function that a text leaves open: what a completion of it continues.
pub(crate) fn open_function(text: &str) -> Option<Function<'_>> {
    functions(text).pop().filter(|last| !last.closed)
}

/// The text without its comments.
pub(crate) fn without_comments(text: &str) -> String {
    let mut bare = String::new();
    let mut scan = Scan::new(text);
    while let Some(part) = scan.next_part() {
        match part {
            Part::Comment => {}
            Part::Literal(literal) => bare.push_str(literal),
            Part::Code(_, c) => bare.push(c),
        }
    }
    bare
}

/// Whether a text has that word outside of comments.
pub(crate) fn has_word(text: &str, word: &str) -> bool {
    let bare = without_comments(text);
    let is_word = |c: char| c.is_alphanumeric() || c == '_';
    bare.match_indices(word).any(|(at, _)| {
        !bare[..at].ends_with(is_word) && !bare[at + word.len()..].starts_with(is_word)
    })
}

/// Whether a program defines that function: a line at its margin is the head of it, or gives the name
/// a value.
pub(crate) fn defines(program: &str, name: &str) -> bool {
    program.lines().any(|line| is_head_of(line, name))
}

/// The part of a prompt before the line that defines that name. Empty when no line does.
pub(crate) fn preamble<'a>(prompt: &'a str, name: &str) -> &'a str {
    let mut at = 0;
    for line in prompt.split_inclusive('\n') {
        if is_head_of(line, name) {
            return &prompt[..at];
        }
        at += line.len();
    }
    ""
}

/// A definition at the margin: the name, after words alone, before a parenthesis, a type's parameters
/// or an equals sign; and no declaration, which ends with a semicolon.
fn is_head_of(line: &str, name: &str) -> bool {
    let is_word = |c: char| c.is_alphanumeric() || c == '_';
    let starts = line.starts_with(is_word);
    let Some(at) = line.find(name).filter(|_| starts) else {
        return false;
    };
    let (before, after) = (&line[..at], line[at + name.len()..].trim_start());
    let assigned = after.starts_with('=') && !after.starts_with("==");
    let called = after.starts_with(['(', '<']) && !line.trim_end().ends_with(';');
    !before.trim().is_empty()
        && !before.ends_with(is_word)
        && !before.contains(['(', '='])
        && (assigned || called)
}

/// The name of the function whose head that is: what stands before the first parenthesis, or, where a
/// value is made of an arrow, before the equals sign.
fn name_of(head: &str) -> Option<&str> {
    let parenthesis = head.rfind_parameters()?;
    let equals = head[..parenthesis].rfind('=');
    let before = head[..equals.unwrap_or(parenthesis)].trim_end();
    // Parameters of types stand between the name and the parenthesis.
    let before = match before.strip_suffix('>').and_then(|_| before.find('<')) {
        Some(at) if equals.is_none() => before[..at].trim_end(),
        _ => before,
    };
    let is_word = |c: char| c.is_alphanumeric() || c == '_' || c == '$';
    let name = &before[before.rfind(|c| !is_word(c)).map_or(0, |at| {
        at + before[at..].chars().next().map_or(1, char::len_utf8)
    })..];
    (!name.is_empty() && !["if", "for", "while", "switch"].contains(&name)).then_some(name)
}

/// Finds where the parameters of a head begin.
trait Head {
    fn rfind_parameters(&self) -> Option<usize>;
}

impl Head for str {
    fn rfind_parameters(&self) -> Option<usize> {
        // Preprocessor lines, attributes and comments before the head may have parentheses too.
        let mut at = 0;
        let mut start = 0;
        for line in self.split_inclusive('\n') {
            at += line.len();
            if line.trim_start().starts_with(['#', '*']) || line.trim_start().starts_with("//") {
                start = at;
            }
        }
        if let Some(end) = self.rfind("*/") {
            start = start.max(end + 2);
        }
        self.get(start..)?.find('(').map(|found| start + found)
    }
}

/// Walks over a text.
struct Scan<'a> {
    text: &'a str,
    at: usize,
    /// Up to here no single quote is followed by another on its line. What follows one that is alone
    /// is alone, too; a line of many would be read again for each.
    alone_until: usize,
}

/// What comes next in a text.
enum Part<'a> {
    Comment,
    Literal(&'a str),
    /// Any other character, and where it stands.
    Code(usize, char),
}

impl<'a> Scan<'a> {
    fn new(text: &'a str) -> Self {
        Self {
            text,
            at: 0,
            alone_until: 0,
        }
    }

    fn next_part(&mut self) -> Option<Part<'a>> {
        let rest = &self.text[self.at..];
        let c = rest.chars().next()?;
        let at = self.at;
        let length = comment(rest);
        if length > 0 {
            self.at += length;
            return Some(Part::Comment);
        }
        let known_alone = c == '\'' && at < self.alone_until;
        let length = if known_alone { 0 } else { literal(rest) };
        if length > 0 {
            self.at += length;
            return Some(Part::Literal(&rest[..length]));
        }
        if c == '\'' && !known_alone {
            self.alone_until = at + rest.find('\n').unwrap_or(rest.len());
        }
        self.at += c.len_utf8();
        Some(Part::Code(at, c))
    }

    /// The next character outside of comments and literals.
    fn next_code(&mut self) -> Option<(usize, char)> {
        loop {
            if let Part::Code(at, c) = self.next_part()? {
                return Some((at, c));
            }
        }
    }
}

/// The length of the comment that a text begins with; 0 if it begins with none.
fn comment(text: &str) -> usize {
    if text.starts_with("//") {
        text.find('\n').unwrap_or(text.len())
    } else if let Some(rest) = text.strip_prefix("/*") {
        rest.find("*/").map_or(text.len(), |end| end + 4)
    } else {
        0
    }
}

/// The length of the literal that a text begins with; 0 if it begins with none. A single quote that no
/// other follows on its line is no literal: Rust's lifetimes and separators of digits have one.
fn literal(text: &str) -> usize {
    let Some(quote) = text
        .chars()
        .next()
        .filter(|c| matches!(c, '"' | '\'' | '`'))
    else {
        return 0;
    };
    let mut escaped = false;
    for (at, c) in text.char_indices().skip(1) {
        if c == '\n' && quote == '\'' {
            return 0;
        }
        if escaped {
            escaped = false;
        } else if c == '\\' {
            escaped = true;
        } else if c == quote {
            return at + 1;
        }
    }
    if quote == '\'' { 0 } else { text.len() }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn names(text: &str) -> Vec<&str> {
        functions(text).into_iter().map(|it| it.name).collect()
    }

    #[test]
    fn the_open_function_is_the_last_that_is_not_closed() {
        let cpp = "#include<a.h>\nusing namespace std;\nint help(int x){ return '}'; }\n\
                   vector<int> f(vector<int> a, string s){\n  for (;;) {\n";
        let open = open_function(cpp).unwrap();
        assert_eq!(open.name, "f");
        assert!(open.opened.ends_with("string s){"));
        assert_eq!(names(cpp), ["help", "f"]);
        assert_eq!(open_function("int f() { return 0; }"), None);
    }

    #[test]
    fn heads_of_every_language_with_braces_have_their_names() {
        assert_eq!(names("const sumOf = (a, b) => {"), ["sumOf"]);
        assert_eq!(names("function f(x){"), ["f"]);
        assert_eq!(names("let g = function (x) {"), ["g"]);
        assert_eq!(
            names("/// Says f(x).\nfn f<'a, T: Ord>(x: &'a T) -> i32 {"),
            ["f"]
        );
        assert_eq!(names("/* (a) */\nlong f(long x) {"), ["f"]);
        assert_eq!(
            names("use std::{slice::Iter, cmp::{max, self}};\nfn f(x: u8) {"),
            ["f"]
        );
        assert_eq!(names("#define M(x) x\nbool f(int x){"), ["f"]);
    }

    #[test]
    fn braces_in_comments_and_literals_do_not_count() {
        assert_eq!(
            names("// {\n/* { */ char c = '{'; const char* s = \"{\\\"{\"; void f() {"),
            ["f"]
        );
        assert!(!has_word("// rand::x\n/* rand */", "rand"));
        assert!(has_word("let x = rand::random();", "rand"));
        assert!(!has_word("operand brand_new", "rand"));
    }

    #[test]
    fn a_definition_is_a_head_at_the_margin() {
        assert!(defines("fn area(r: f64) -> f64 {", "area"));
        assert!(defines("pub fn area<T>(r: T) {", "area"));
        assert!(defines("const area = r => r;", "area"));
        assert!(defines("double area(double r) {", "area"));
        assert!(!defines("double area(double r);", "area"));
        assert!(!defines("  function area(r) {", "area"));
        assert!(!defines("area(1)", "area"));
        assert!(!defines("return best(area(1))", "area"));
        assert_eq!(
            preamble("#include <a>\nint f(int x) {\n", "f"),
            "#include <a>\n"
        );
    }

    #[test]
    fn a_line_of_single_quotes_is_read_once() {
        let text = "'\\".repeat(200_000);
        assert_eq!(without_comments(&text), text);
        assert_eq!(functions(&text), []);
    }

    proptest! {
        #[test]
        fn any_text_can_be_scanned(text in "(\\PC|[(){};'\"`=<>/*\n#\\\\]|fn |a){0,60}") {
            let _ = (functions(&text), open_function(&text), without_comments(&text));
            let _ = (has_word(&text, "a"), defines(&text, "a"), preamble(&text, "a"));
        }
    }
}
