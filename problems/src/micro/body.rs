//! From a chain of primitives to the body of a function.
//!
//! Three styles: one nested expression, a new local for each step, or the parameter assigned anew.
//! A template that reads its input twice gets it as a variable in any style, and a template of
//! several statements leaves its result in a variable.

use super::primitive::{Primitive, Type};

/// How the steps of a body hang together.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Style {
    Nested,
    Locals,
    Reassigned,
}

/// What fills `{k}` or `{c}`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Filling {
    None,
    Number(i64),
    Letter(&'static str),
    /// The second parameter, called `k`.
    NumberParameter(i64, i64),
    /// The second parameter, called `ch`.
    LetterParameter,
}

impl Filling {
    /// Fills `{k}`, `{k-1}`, `{k+1}` and `{c}`.
    pub(super) fn fill(self, template: &str) -> String {
        match self {
            Self::None => template.to_owned(),
            Self::Number(number) => template
                .replace("{k}", &number.to_string())
                .replace("{k-1}", &(number - 1).to_string())
                .replace("{k+1}", &(number + 1).to_string()),
            Self::NumberParameter(..) => template
                .replace("{k}", "k")
                .replace("{k-1}", "k - 1")
                .replace("{k+1}", "k + 1"),
            Self::Letter(letter) => template.replace("{c}", &format!("'{letter}'")),
            Self::LetterParameter => template.replace("{c}", "ch"),
        }
    }

    /// The name and type of the parameter, if it is one.
    pub(super) fn parameter(self) -> Option<(&'static str, Type)> {
        match self {
            Self::NumberParameter(..) => Some(("k", Type::Int)),
            Self::LetterParameter => Some(("ch", Type::Str)),
            _ => None,
        }
    }
}

/// One primitive in a chain.
#[derive(Clone, Copy, Debug)]
pub(super) struct Step {
    pub(super) primitive: &'static Primitive,
    pub(super) filling: Filling,
    /// Which of the right templates a reference uses.
    pub(super) code: usize,
}

impl Step {
    pub(super) fn right(&self) -> &'static str {
        self.primitive.code[self.code]
    }
}

/// Local names, none of which is a parameter's or a template's.
const LOCALS: [&str; 3] = ["a", "b", "e"];
const RESULTS: [&str; 3] = ["r", "t", "q"];

/// Writes the body, indented by four spaces, with one template for each step.
pub(super) fn write(parameter: &str, steps: &[(&str, Filling)], style: Style) -> String {
    let mut lines = String::new();
    let mut current = parameter.to_owned();
    let (mut locals, mut results) = (LOCALS.into_iter(), RESULTS.into_iter());
    for (template, filling) in steps {
        let is_name = current.bytes().all(|b| b.is_ascii_alphanumeric());
        if !is_name && (style != Style::Nested || template.contains("{X}")) {
            let name = match style {
                Style::Reassigned => parameter,
                Style::Nested | Style::Locals => locals.next().expect("at most three steps"),
            };
            push_line(&mut lines, &format!("{name} = {current}"));
            name.clone_into(&mut current);
        }
        let filled = filling.fill(&with_input(template, &current));
        if template.contains("{r}") {
            let result = results.next().expect("at most three steps");
            for line in filled.replace("{r}", result).lines() {
                push_line(&mut lines, line);
            }
            result.clone_into(&mut current);
        } else {
            current = filled;
        }
    }
    push_line(&mut lines, &format!("return {current}"));
    lines
}

fn push_line(lines: &mut String, line: &str) {
    lines.push_str("    ");
    lines.push_str(line);
    lines.push('\n');
}

/// Puts the input into the template, in parentheses where Python could read it otherwise.
fn with_input(template: &str, input: &str) -> String {
    let template = template.replace("{X}", input);
    let Some((before, after)) = template.split_once("{x}") else {
        return template;
    };
    let is_argument = (before.ends_with('(') || before.ends_with(", "))
        && (after.starts_with(')') || after.starts_with(", "));
    let is_whole = before.is_empty() && after.is_empty();
    let is_condition = before.ends_with("if ")
        && (after.starts_with(" else") || after.starts_with(':'))
        && !input.contains(" if ");
    if is_argument || is_whole || is_condition || is_atom(input) {
        format!("{before}{input}{after}")
    } else {
        format!("{before}({input}){after}")
    }
}

/// Whether nothing outside of brackets and quotes could bind looser than a method call.
fn is_atom(text: &str) -> bool {
    let (mut depth, mut quoted) = (0, false);
    for byte in text.bytes() {
        match byte {
            b'\'' => quoted = !quoted,
            _ if quoted => {}
            b'(' | b'[' | b'{' => depth += 1,
            b')' | b']' | b'}' => depth -= 1,
            b' ' if depth == 0 => return false,
            _ => {}
        }
    }
    !text.starts_with('-')
}

#[cfg(test)]
mod tests {
    use super::*;

    fn body(templates: &[&str], style: Style) -> String {
        let steps: Vec<_> = templates.iter().map(|t| (*t, Filling::None)).collect();
        write("xs", &steps, style)
    }

    #[test]
    fn a_looser_expression_is_put_in_parentheses_only_where_needed() {
        assert_eq!(
            body(&["{x} + 1", "{x} * 2"], Style::Nested),
            "    return (xs + 1) * 2\n"
        );
        assert_eq!(
            body(&["{x} + 1", "abs({x})"], Style::Nested),
            "    return abs(xs + 1)\n"
        );
        assert_eq!(
            body(&["-{x}", "{x} ** 2"], Style::Nested),
            "    return (-xs) ** 2\n"
        );
        assert_eq!(
            body(&["{x} > 0", "1 if {x} else 0"], Style::Nested),
            "    return 1 if xs > 0 else 0\n"
        );
        assert_eq!(
            body(&["' '.join({x})", "{x}[::-1]"], Style::Nested),
            "    return ' '.join(xs)[::-1]\n"
        );
    }

    #[test]
    fn a_template_that_reads_its_input_twice_gets_a_variable() {
        assert_eq!(
            body(&["sorted({x})", "{X} + {X}"], Style::Nested),
            "    a = sorted(xs)\n    return a + a\n"
        );
    }

    #[test]
    fn statements_leave_their_result_in_a_variable() {
        assert_eq!(
            body(
                &["{x}[1:]", "{r} = 0\nfor v in {x}:\n    {r} += v", "-{x}"],
                Style::Reassigned
            ),
            "    xs = xs[1:]\n    r = 0\n    for v in xs:\n        r += v\n    return -r\n"
        );
    }
}
