//! What no flag makes clang take: a `main` that gives nothing back.
//!
//! Old books begin with `void main`, and on a machine of registers it does no harm. In WebAssembly a
//! function cannot be called as one of another type, so such a program would trap before its first
//! line. Its text is read as if it said `int main`, which gives 0 where it ends.

use super::widen::{Lexeme, comment, lexeme};

/// The text with every `void main` an `int main`. Lines stay where they are.
pub(super) fn with_int_main(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    let mut rest = text;
    while !rest.is_empty() {
        let (Lexeme::Word(length)
        | Lexeme::Number(length)
        | Lexeme::Text(length)
        | Lexeme::Other(length)) = lexeme(rest);
        let (taken, behind) = rest.split_at(length);
        let is_type_of_main = taken == "void" && is_head_of_main(behind);
        out.push_str(if is_type_of_main { "int" } else { taken });
        rest = behind;
    }
    out
}

/// Whether the text goes on with `main(`.
fn is_head_of_main(text: &str) -> bool {
    let parameters = without_space(text).strip_prefix("main").map(without_space);
    parameters.is_some_and(|rest| rest.starts_with('('))
}

fn without_space(text: &str) -> &str {
    let mut text = text.trim_start();
    while let Some(length) = comment(text) {
        text = text[length..].trim_start();
    }
    text
}

#[cfg(test)]
mod tests {
    use super::with_int_main;

    #[test]
    fn a_main_that_gives_nothing_gives_a_number() {
        for (old, new) in [
            ("void main() {", "int main() {"),
            ("void\nmain (int c)", "int\nmain (int c)"),
            ("void /* so */ main(void)", "int /* so */ main(void)"),
            (
                "void mainly(); void main_(); avoid main();",
                "void mainly(); void main_(); avoid main();",
            ),
            (
                "// void main()\n\"void main()\"",
                "// void main()\n\"void main()\"",
            ),
            ("void", "void"),
            ("void /* main(", "void /* main("),
        ] {
            assert_eq!(with_int_main(old), new);
        }
    }

    #[test]
    fn any_number_of_comments_may_stand_before_main() {
        let between = "/**/ ".repeat(100_000);
        let new = with_int_main(&format!("void {between}main() {{"));
        assert_eq!(new, format!("int {between}main() {{"));
    }
}
