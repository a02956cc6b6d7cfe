//! An evaluator for the small part of Python in which micro problems are written.
//!
//! Why: a problem's cases are chosen by which bugs they kill, for tens of thousands of problems at
//! generation time, and a second copy of each primitive in Rust would sooner or later disagree with
//! the Python text that people and models read. Here the text is the only copy.
//!
//! It runs texts that this crate composed, never a candidate: it has no limits on memory worth the
//! name and no claim to completeness. What it does not know is an `Unsupported` error, never a
//! guess. The authority on expected answers stays the sandbox.

mod ast;
mod builtins;
mod eval;
mod lexer;
mod methods;
mod operators;
mod parser;

use super::value::Value;

/// Why an evaluation gave no value.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Halt {
    /// Python raises an exception of this type.
    Raised(&'static str),
    /// The evaluator gave up: 64 bits, the step budget or the size of a value ran out, though Python
    /// might go on.
    Beyond,
    /// The text uses something that this evaluator does not know.
    Unsupported(String),
}

/// One parsed function.
#[derive(Clone, Debug)]
pub(super) struct Program {
    function: ast::Function,
}

impl Program {
    /// Reads the text of one function definition.
    pub(super) fn parse(text: &str) -> Result<Self, Halt> {
        let tokens = lexer::tokens(text)?;
        Ok(Self {
            function: parser::function(tokens)?,
        })
    }

    /// Calls the function.
    pub(super) fn call(&self, args: &[Value]) -> Result<Value, Halt> {
        eval::call(&self.function, args)
    }
}

fn unsupported<T>(what: impl Into<String>) -> Result<T, Halt> {
    Err(Halt::Unsupported(what.into()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(expression: &str, expected: &str) {
        let text = format!("def f():\n    return {expression}\n");
        let value = Program::parse(&text).and_then(|p| p.call(&[]));
        let shown = match value {
            Ok(value) => value.to_json().expect("a plain value").to_string(),
            Err(halt) => format!("{halt:?}"),
        };
        assert_eq!(shown, expected, "{expression}");
    }

    #[test]
    fn division_and_remainder_round_towards_minus_infinity() {
        check(
            "[-7 // 2, 7 // -2, -7 % 3, 7 % -3, -6 % 3]",
            "[-4,-4,2,-2,0]",
        );
        check("1 // 0", "Raised(\"ZeroDivisionError\")");
    }

    #[test]
    fn slices_clip_and_step_backwards() {
        check(
            "'abcdef'[1:-1] + '|' + 'abc'[5:] + '|' + 'abc'[::-1]",
            r#""bcde||cba""#,
        );
        check("[1, 2, 3, 4][::2] + [1, 2, 3][-2:]", "[1,3,2,3]");
        check("[1, 2, 3][3]", "Raised(\"IndexError\")");
    }

    #[test]
    fn comparisons_chain_and_booleans_return_operands() {
        check("1 < 2 < 3 and 0 or 'x'", r#""x""#);
        check("not 1 in [1, 2]", "false");
    }

    #[test]
    fn sorting_is_stable_even_in_reverse() {
        check(
            "sorted(['bb', 'a', 'cc', 'd'], key=len, reverse=True)",
            r#"["bb","cc","a","d"]"#,
        );
    }

    #[test]
    fn numbers_beyond_64_bits_are_given_up_and_not_wrapped() {
        check("10 ** 30", "Beyond");
    }

    #[test]
    fn comprehension_variables_do_not_leak() {
        check("[v for v in [v * 2 for v in [1, 2]] if v > 2]", "[4]");
        check("[v for v in [1]] + [v]", "Raised(\"NameError\")");
    }

    #[test]
    fn loops_branches_and_targets_work_together() {
        let text = "def f(xs: list[int]) -> dict[str, int]:\n    \"\"\"Say.\"\"\"\n    r = {}\n    \
                    for i, v in enumerate(xs):\n        if v < 0:\n            continue\n        \
                    elif v == 9:\n            break\n        else:\n            r[str(v)] = \
                    r.get(str(v), 0) + i\n    return r\n";
        let xs = [3, -1, 3, 9, 4].map(Value::Int).to_vec();
        let value = Program::parse(text)
            .unwrap()
            .call(&[Value::list(xs)])
            .unwrap();
        assert_eq!(value.to_json().unwrap().to_string(), r#"{"3":2}"#);
    }

    #[test]
    fn an_endless_loop_is_given_up() {
        let program = Program::parse("def f():\n    while True:\n        pass\n").unwrap();
        assert_eq!(program.call(&[]).unwrap_err(), Halt::Beyond);
    }
}
