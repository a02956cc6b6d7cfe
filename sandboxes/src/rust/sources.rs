//! The texts that are compiled: a candidate with a function that serves calls behind it, and tests
//! in which the tested function asks.

use crate::heads::{bare, is_word, pieces};

/// What is made of a text.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Kind {
    /// A program with a `main`.
    Command,
    /// A library whose functions are called.
    Reactor,
}

impl Kind {
    /// The compiler's word for it.
    pub(super) fn crate_type(self) -> &'static str {
        match self {
            Kind::Command => "bin",
            Kind::Reactor => "cdylib",
        }
    }
}

/// A candidate that serves calls of one of its functions. Its own text comes first and stays the root
/// of the crate, so that its lines keep their numbers and its paths their meaning.
pub(super) fn serving(source: &str, function: &str) -> String {
    let export = crate::program::export(0);
    format!(
        "{source}\n\n#[export_name = \"{export}\"]\npub extern \"C\" fn {export}() {{ \
         ::rewardsmith::serve({function}) }}\n"
    )
}

/// The tests, with the tested function's body replaced by a question to the host.
pub(super) fn asking(trusted: &str, head: &Head, tests: &str) -> String {
    let (mut puts, mut changes) = (String::new(), String::new());
    for Parameter { name, is_lent } in &head.parameters {
        puts += "__question.put(&";
        puts += name;
        puts += ");\n";
        if *is_lent {
            changes += "__answer.change(";
            changes += name;
            changes += ");\n";
        }
    }
    let unused = if puts.is_empty() { "" } else { "mut " };
    format!(
        "{trusted}\nlet {unused}__question = ::rewardsmith::Question::new();\n{puts}\
         let mut __answer = __question.ask();\nlet __value = __answer.take();\n{changes}\
         __answer.end();\n__value\n}}\n{tests}\n"
    )
}

/// The head of the tested function, read from the problem's own text, which ends with it and an
/// opening brace. What a candidate wrote is never read here.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Head {
    pub(super) name: String,
    parameters: Vec<Parameter>,
}

#[derive(Clone, Debug, PartialEq, Eq)]
struct Parameter {
    name: String,
    /// Whether the function may change it for its caller.
    is_lent: bool,
}

impl Head {
    /// The head of the function `name`, which the text opens.
    pub(super) fn of(text: &str, name: &str) -> Result<Self, String> {
        let refused = |what: &str| format!("the head of `{name}` cannot be read: {what}");
        let bare = bare(text);
        let at = bare
            .rmatch_indices(name)
            .find(|(at, _)| is_head(&bare, *at, name))
            .map(|(at, _)| at)
            .ok_or_else(|| refused("no `fn` opens it"))?;
        let rest = bare[at + name.len()..].trim_start();
        if rest.starts_with('<') {
            return Err(refused("it is generic"));
        }
        let rest = rest
            .strip_prefix('(')
            .ok_or_else(|| refused("it has no parameters"))?;
        let end = closing(rest).ok_or_else(|| refused("its parentheses do not match"))?;
        // Of these no value can cross.
        let is_open = |word: &str| ["dyn", "impl"].contains(&word);
        if rest.split(|c| !is_word(c)).any(is_open) {
            return Err(refused("it takes or gives what is not a plain value"));
        }
        let parameters = pieces(&rest[..end]).into_iter();
        let parameters: Option<Vec<_>> = parameters.map(parameter).collect();
        Ok(Self {
            name: name.to_owned(),
            parameters: parameters.ok_or_else(|| refused("a parameter has no plain name"))?,
        })
    }
}

/// Whether the function's name stands here, behind `fn`.
fn is_head(text: &str, at: usize, name: &str) -> bool {
    let before = text[..at].trim_end();
    let behind = text[at + name.len()..].chars().next();
    before.len() < at
        && before
            .strip_suffix("fn")
            .is_some_and(|rest| !rest.ends_with(is_word))
        && !behind.is_some_and(is_word)
}

/// Where the parenthesis closes that opened before this text.
fn closing(text: &str) -> Option<usize> {
    let mut depth = 0;
    for (at, c) in text.char_indices() {
        match c {
            '(' => depth += 1,
            ')' if depth == 0 => return Some(at),
            ')' => depth -= 1,
            _ => {}
        }
    }
    None
}

fn parameter(piece: &str) -> Option<Parameter> {
    let (name, ty) = piece.split_once(':')?;
    let name = name.trim();
    let name = name.strip_prefix("mut ").unwrap_or(name).trim();
    let is_plain = !name.is_empty() && name.chars().all(is_word) && name != "self";
    let ty = ty.trim();
    let referred = ty.strip_prefix('&').map(str::trim_start);
    let referred = referred.map(|rest| match rest.strip_prefix('\'') {
        Some(lifetime) => lifetime.trim_start_matches(is_word).trim_start(),
        None => rest,
    });
    is_plain.then(|| Parameter {
        name: name.to_owned(),
        is_lent: referred.is_some_and(|rest| rest.starts_with("mut ")),
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn parameters(text: &str, name: &str) -> Vec<(String, bool)> {
        let head = Head::of(text, name).unwrap();
        let parameters = head.parameters.into_iter();
        parameters.map(|it| (it.name, it.is_lent)).collect()
    }

    #[test]
    fn a_head_is_read_behind_comments_and_helpers() {
        let text = "/// fn f(a: u8) {\nuse std::collections::HashMap;\nfn ff(f: i64) -> i64 { f }\n\
            /* f( */ pub fn f(mut a: Vec<(i64, String)>, b: &mut HashMap<String, i64>, \
            c: &'static mut [u8], d: &str, e: [i64; 3],) -> Option<(i64, f64)>{\n";
        let found = parameters(text, "f");
        let found: Vec<_> = found
            .iter()
            .map(|(name, lent)| (name.as_str(), *lent))
            .collect();
        assert_eq!(
            found,
            [
                ("a", false),
                ("b", true),
                ("c", true),
                ("d", false),
                ("e", false)
            ]
        );
        assert_eq!(parameters("fn f() {", "f"), []);
    }

    #[test]
    fn what_cannot_be_read_is_refused_in_words() {
        for (text, why) in [
            ("fn g(x: u8) {", "no `fn`"),
            ("fn f<T: Ord>(x: T) {", "generic"),
            ("fn f((a, b): (u8, u8)) {", "no plain name"),
            ("fn f(&self) {", "no plain name"),
            ("fn f(x: u8 {", "do not match"),
            ("fn f(x: Vec<Box<dyn Any>>) {", "plain value"),
            ("fn f(x: u8) -> impl Iterator<Item = u8> {", "plain value"),
        ] {
            let refused = Head::of(text, "f").unwrap_err();
            assert!(refused.contains(why), "{text}: {refused}");
        }
    }

    #[test]
    fn tests_ask_instead_of_knowing() {
        let trusted = "fn f(a: &str, b: &mut Vec<i64>) -> bool {";
        let head = Head::of(trusted, "f").unwrap();
        let text = asking(trusted, &head, "fn main() { f(\"\", &mut vec![]); }");
        insta::assert_snapshot!(text, @r#"
        fn f(a: &str, b: &mut Vec<i64>) -> bool {
        let mut __question = ::rewardsmith::Question::new();
        __question.put(&a);
        __question.put(&b);
        let mut __answer = __question.ask();
        let __value = __answer.take();
        __answer.change(b);
        __answer.end();
        __value
        }
        fn main() { f("", &mut vec![]); }
        "#);
    }
}
