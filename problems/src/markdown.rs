//! Takes code out of Markdown fences.
//!
//! Chat models answer with prose around a fenced block. The rule is the one that trainers use: the last
//! block of the language counts; where none is marked with the language, the last unmarked one. A block
//! that is not closed, because the answer was cut off, ends with the answer. And when the fence was
//! opened by the prompt, so that the answer starts with code and only closes it, the code is what stands
//! before the fence.

use crate::language;

/// The code of an answer, if it is fenced.
pub(crate) fn fenced_code<'a>(answer: &'a str, language: &str) -> Option<&'a str> {
    let fences = fences(answer);
    let first = fences.first()?;
    let before = &answer[..first.start];
    if first.info.is_empty() && starts_as_code(before) {
        return Some(before);
    }
    let blocks = blocks(answer, &fences);
    let last = |wanted: &dyn Fn(&str) -> bool| blocks.iter().rfind(|block| wanted(block.tag));
    let block = last(&|tag| is_language(tag, language)).or_else(|| last(&str::is_empty))?;
    Some(block.code)
}

/// A line that opens or closes a block.
struct Fence<'a> {
    start: usize,
    end: usize,
    mark: char,
    length: usize,
    info: &'a str,
}

struct Block<'a> {
    tag: &'a str,
    code: &'a str,
}

/// Every line that could be a fence: three or more of a mark, at most three spaces from the margin.
fn fences(text: &str) -> Vec<Fence<'_>> {
    let mut fences = Vec::new();
    let mut at = 0;
    for line in text.split_inclusive('\n') {
        let (start, end) = (at, at + line.len());
        at = end;
        let content = line.trim_start_matches(' ');
        if line.len() - content.len() > 3 {
            continue;
        }
        let Some(mark) = content
            .chars()
            .next()
            .filter(|mark| matches!(mark, '`' | '~'))
        else {
            continue;
        };
        let info = content.trim_start_matches(mark);
        let length = content.len() - info.len();
        let info = info.trim();
        // Three marks around a word within one line are inline code.
        if length >= 3 && !(mark == '`' && info.contains('`')) {
            fences.push(Fence {
                start,
                end,
                mark,
                length,
                info,
            });
        }
    }
    fences
}

/// Pairs the fences: one that opens, and the next bare one of its mark that is at least as long.
fn blocks<'a>(text: &'a str, fences: &[Fence<'a>]) -> Vec<Block<'a>> {
    let mut blocks = Vec::new();
    let mut open: Option<&Fence<'a>> = None;
    for fence in fences {
        match open {
            None => open = Some(fence),
            Some(opening) if closes(fence, opening) => {
                blocks.push(block(opening, &text[opening.end..fence.start]));
                open = None;
            }
            Some(_) => {}
        }
    }
    if let Some(opening) = open {
        blocks.push(block(opening, &text[opening.end..]));
    }
    blocks
}

fn block<'a>(opening: &Fence<'a>, code: &'a str) -> Block<'a> {
    let tag = opening
        .info
        .split([' ', '\t', '{', ','])
        .next()
        .unwrap_or_default();
    Block { tag, code }
}

fn closes(fence: &Fence<'_>, opening: &Fence<'_>) -> bool {
    fence.mark == opening.mark && fence.length >= opening.length && fence.info.is_empty()
}

/// Whether the first line that is not blank is indented, as the body of a function is, or begins like a
/// Python module does and prose does not.
fn starts_as_code(text: &str) -> bool {
    const STARTS: [&str; 8] = [
        " ",
        "\t",
        "def ",
        "async def ",
        "class ",
        "import ",
        "from ",
        "@",
    ];
    let first = text.lines().find(|line| !line.trim().is_empty());
    first.is_some_and(|line| STARTS.iter().any(|start| line.starts_with(start)))
}

/// Whether a fence's tag means that language.
fn is_language(tag: &str, language: &str) -> bool {
    language::canonical(tag) == language
}

#[cfg(test)]
mod tests {
    use super::fenced_code;

    fn python(answer: &str) -> Option<&str> {
        fenced_code(answer, "python")
    }

    #[test]
    fn prose_and_code_without_fences_are_left_alone() {
        assert_eq!(python(""), None);
        assert_eq!(python("    return `x`\n"), None);
        assert_eq!(python("def f(): # ```\n    return 1\n"), None);
        assert_eq!(
            python("x = \"\"\"\n    ```\n    text\n    ```\n\"\"\"\n"),
            None
        );
    }

    #[test]
    fn the_last_block_of_the_language_counts() {
        let answer = "```python\na\n```\n```py\nb\n```\n```text\nc\n```\n```\nd\n```\n";
        assert_eq!(python(answer), Some("b\n"));
    }

    #[test]
    fn without_a_block_of_the_language_the_last_unmarked_one_counts() {
        let answer = "First:\n```\na\n```\nThen:\n```\nb\n```\n```bash\nc\n```\n";
        assert_eq!(python(answer), Some("b\n"));
        assert_eq!(python("```bash\nls\n```\n"), None);
    }

    #[test]
    fn a_block_that_is_not_closed_ends_with_the_answer() {
        assert_eq!(python("Text\n```python\nx = 1\ny ="), Some("x = 1\ny ="));
        assert_eq!(python("```python"), Some(""));
    }

    #[test]
    fn a_longer_fence_holds_a_shorter_one() {
        assert_eq!(python("````python\nx\n```\ny\n````\n"), Some("x\n```\ny\n"));
        assert_eq!(python("~~~python\nx\n```\n~~~\n"), Some("x\n```\n"));
    }

    #[test]
    fn a_tag_may_have_another_case_or_more_words() {
        assert_eq!(python("```Python title=\"a\"\nx\n```"), Some("x\n"));
        assert_eq!(python("```{python}\nx\n```"), Some("x\n"));
        assert_eq!(fenced_code("```c++\nx\n```", "cpp"), Some("x\n"));
    }

    #[test]
    fn windows_line_ends_do_not_hide_a_fence() {
        assert_eq!(python("```python\r\nx\r\n```\r\n"), Some("x\r\n"));
    }

    #[test]
    fn code_before_a_lone_closing_fence_counts() {
        assert_eq!(python("    return 1\n```\nDone."), Some("    return 1\n"));
        assert_eq!(
            python("def f():\n    pass\n```\nDone."),
            Some("def f():\n    pass\n")
        );
        assert_eq!(python("Done.\n```\n    return 1"), Some("    return 1"));
    }
}
