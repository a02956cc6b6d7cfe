//! What is particular to the Rust rows: crates, and tests in a module of their own.

use crate::code::{self, Function};

/// Crates that every declaration names. Only the standard library is there.
const CRATES: [&str; 3] = ["rand", "regex", "md5"];

/// What stands in the types of values that are not plain.
const OPEN_TYPES: [&str; 2] = ["dyn", "impl"];

/// The text without the lines that use a crate.
pub(super) fn without_crates(declaration: &str) -> String {
    let foreign = |line: &&str| {
        let used = line.trim_start().strip_prefix("use ");
        used.is_some_and(|path| {
            let first = path.split([':', ';', ' ']).next();
            first.is_some_and(|first| CRATES.contains(&first))
        })
    };
    let kept = declaration
        .split_inclusive('\n')
        .filter(|line| !foreign(line));
    kept.collect()
}

/// The function of a right program that its tests call, or why these tests cannot be run.
pub(super) fn tested<'p>(program: &'p str, test: &str) -> Result<Function<'p>, String> {
    if code::without_comments(test).trim().is_empty() {
        return Err("its tests are commented out".to_owned());
    }
    if let Some(name) = CRATES.iter().find(|name| code::has_word(test, name)) {
        return Err(format!(
            "its tests need the crate `{name}`, and there is only the standard library"
        ));
    }
    let functions = code::functions(program);
    let called = functions
        .into_iter()
        .filter(|it| code::has_word(test, it.name));
    let called: Vec<Function<'p>> = called.collect();
    match called[..] {
        [one]
            if OPEN_TYPES
                .iter()
                .any(|word| code::has_word(head(&one), word)) =>
        {
            Err(format!(
                "`{}` takes or gives what is not a plain value, and nothing else crosses",
                one.name
            ))
        }
        [one] => Ok(one),
        [] => Err("its tests call no function of its solution".to_owned()),
        [..] => Err("its tests call several functions of its solution".to_owned()),
    }
}

/// The head of a function that was found.
fn head<'p>(function: &Function<'p>) -> &'p str {
    let start = function.opened.rfind("fn ").unwrap_or(0);
    &function.opened[start..]
}

/// The tests as the rest of a program that runs them: functions marked as tests become public ones, and
/// a `main` calls them.
pub(super) fn program_of_tests(test: &str) -> String {
    let (mut module, mut names, mut marked) = (None, Vec::new(), false);
    let mut program = String::new();
    for line in test.split_inclusive('\n') {
        let code = line.trim();
        match code {
            "#[cfg(test)]" => continue,
            "#[test]" => {
                marked = true;
                continue;
            }
            _ => {}
        }
        if module.is_none() {
            module = code.strip_prefix("mod ").map(|rest| name(rest).to_owned());
        }
        match code.strip_prefix("fn ").filter(|_| marked) {
            Some(rest) => {
                marked = false;
                names.push(name(rest).to_owned());
                program.push_str(&line.replacen("fn ", "pub fn ", 1));
            }
            None => program.push_str(line),
        }
    }
    let path = module.map_or(String::new(), |module| format!("{module}::"));
    let calls = names.iter().map(|name| format!("    {path}{name}();\n"));
    format!("{program}\nfn main() {{\n{}}}\n", calls.collect::<String>())
}

fn name(text: &str) -> &str {
    let end = text.find(|c: char| !(c.is_alphanumeric() || c == '_'));
    &text[..end.unwrap_or(text.len())]
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn marked_functions_are_called_by_a_main() {
        let test = "#[cfg(test)]\nmod tests {\n    use super::*;\n #[test]\n    // why\n    fn one() {\n        \
                    fn helper() {}\n    }\n}\n";
        insta::assert_snapshot!(program_of_tests(test), @r"
        mod tests {
            use super::*;
            // why
            pub fn one() {
                fn helper() {}
            }
        }

        fn main() {
            tests::one();
        }
        ");
    }

    #[test]
    fn only_the_standard_library_is_used() {
        let kept = without_crates("use std::cmp;\nuse rand::Rng;\nuse md5;\nfn f() {");
        assert_eq!(kept, "use std::cmp;\nfn f() {");
    }

    #[test]
    fn the_tested_function_may_be_one_of_the_solution() {
        let program = "fn help(x: u8) -> u8 { x }\nfn solve(x: u8) -> u8 { help(x) }\n";
        let found = tested(program, "assert!(solve(1) == 1); // help").unwrap();
        assert_eq!(found.name, "solve");
        assert!(found.opened.ends_with("fn solve(x: u8) -> u8 {"));
        assert!(tested(program, "/* solve(1) */").is_err());
        let refused = tested("fn f(x: Vec<Box<dyn Any>>) {", "f(vec![])").unwrap_err();
        assert!(refused.contains("not a plain value"), "{refused}");
        assert!(
            tested(program, "solve(rand::random())")
                .unwrap_err()
                .contains("`rand`")
        );
    }
}
