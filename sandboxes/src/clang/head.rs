//! The head of the function that tests are about: what it takes and what it gives.
//!
//! It is read from the problem's own text, which ends with that head and an opening brace. What a
//! candidate wrote is never read here.

use crate::heads::{bare, is_word, pieces};

/// A function's head.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Head {
    pub(super) name: String,
    pub(super) returns: String,
    pub(super) parameters: Vec<Parameter>,
}

/// One parameter.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Parameter {
    pub(super) ty: String,
    pub(super) name: String,
}

impl Parameter {
    /// Whether the function may change it for its caller.
    pub(super) fn is_changed(&self) -> bool {
        let is_const = self.ty.split(|c: char| !is_word(c)).any(|it| it == "const");
        self.ty.ends_with('&') && !self.ty.ends_with("&&") && !is_const
    }
}

/// The head of the function `name`, which the text opens.
pub(super) fn of(text: &str, name: &str) -> Result<Head, String> {
    let refused = |what: &str| format!("the head of `{name}` cannot be read: {what}");
    let bare = bare(text);
    let opened = bare.trim_end().strip_suffix('{');
    let opened = opened.ok_or_else(|| refused("no brace opens it"))?;
    let close = opened
        .rfind(')')
        .ok_or_else(|| refused("it has no parameters"))?;
    let open = opening(&opened[..close]).ok_or_else(|| refused("its parentheses do not match"))?;
    let before = opened[..open].trim_end();
    let before = before
        .strip_suffix(name)
        .filter(|rest| !rest.ends_with(is_word))
        .ok_or_else(|| refused("another function is open"))?;
    let start = before.rfind([';', '}']).map_or(0, |at| at + 1);
    let lines = before[start..].lines();
    let returns: Vec<&str> = lines
        .filter(|line| !line.trim_start().starts_with('#'))
        .flat_map(str::split_whitespace)
        .filter(|word| !["inline", "static", "constexpr", "extern"].contains(word))
        .collect();
    let returns = returns.join(" ");
    if returns.is_empty() || returns == "auto" {
        return Err(refused("it does not say what it gives"));
    }
    let parameters = match &pieces(&opened[open + 1..close])[..] {
        ["void"] => Vec::new(),
        pieces => pieces.to_vec(),
    };
    let parameters: Result<Vec<_>, _> = parameters
        .into_iter()
        .map(|piece| parameter(piece).ok_or_else(|| refused("a parameter has no name")))
        .collect();
    Ok(Head {
        name: name.to_owned(),
        returns,
        parameters: parameters?,
    })
}

/// Where the parenthesis opens that closes behind this text.
fn opening(text: &str) -> Option<usize> {
    let mut depth = 0;
    for (at, c) in text.char_indices().rev() {
        match c {
            ')' => depth += 1,
            '(' if depth == 0 => return Some(at),
            '(' => depth -= 1,
            _ => {}
        }
    }
    None
}

fn parameter(piece: &str) -> Option<Parameter> {
    let piece = piece.split('=').next()?.trim();
    let start = piece.rfind(|c| !is_word(c))? + 1;
    let (ty, name) = piece.split_at(start);
    let (ty, name) = (ty.trim(), name.trim());
    (!ty.is_empty() && !name.is_empty()).then(|| Parameter {
        ty: ty.to_owned(),
        name: name.to_owned(),
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn parts(text: &str, name: &str) -> (String, Vec<(String, String)>) {
        let head = of(text, name).unwrap();
        let parameters = head.parameters.into_iter();
        (
            head.returns,
            parameters.map(|it| (it.ty, it.name)).collect(),
        )
    }

    #[test]
    fn a_head_is_read_behind_comments_and_helpers() {
        let text = "/* f(int x) { */\n#include<vector>\nusing namespace std;\n\
            int help(int a){ return a; }\n// bool f(int b) {\n\
            vector<pair<int, int>> f(vector<int> a, map<string,int>& b, const string& c = \"(\"){\n";
        let (returns, parameters) = parts(text, "f");
        assert_eq!(returns, "vector<pair<int, int>>");
        let types: Vec<_> = parameters.iter().map(|(ty, _)| ty.as_str()).collect();
        assert_eq!(types, ["vector<int>", "map<string,int>&", "const string&"]);
        let head = of(text, "f").unwrap();
        let changed: Vec<_> = head.parameters.iter().map(Parameter::is_changed).collect();
        assert_eq!(changed, [false, true, false]);
    }

    #[test]
    fn a_function_without_parameters_has_none() {
        assert_eq!(
            parts("long long f() {", "f"),
            ("long long".to_owned(), vec![])
        );
        assert_eq!(parts("int f(void) {", "f"), ("int".to_owned(), vec![]));
    }

    #[test]
    fn what_cannot_be_read_is_refused_in_words() {
        for (text, why) in [
            ("int f(int x)", "no brace"),
            ("int g(int x) {", "another function"),
            ("auto f(int x) {", "what it gives"),
            ("int f(int) {", "no name"),
            ("struct f {", "no parameters"),
        ] {
            let refused = of(text, "f").unwrap_err();
            assert!(refused.contains(why), "{text}: {refused}");
        }
    }
}
