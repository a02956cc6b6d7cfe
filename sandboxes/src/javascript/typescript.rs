//! TypeScript becomes JavaScript: types go, enums and namespaces are written out.
//!
//! Types are not checked: a program with type errors runs as it would without its types. Only what
//! is not TypeScript at all does not compile.

use std::path::Path;
use std::time::Duration;

use oxc_allocator::Allocator;
use oxc_codegen::{Codegen, CodegenOptions};
use oxc_parser::Parser;
use oxc_semantic::SemanticBuilder;
use oxc_span::SourceType;
use oxc_transformer::{TransformOptions, Transformer};

use crate::worker::Judged;
use crate::{Exit, Fuel, Job, Record, Task, native};

/// The largest source that is parsed, and how deep its brackets may be nested. The parser is native
/// code without a limit of its own: what it may take of the stack is bounded by these.
const SOURCE_BYTES_MAX: usize = 256 << 10;
const DEPTH_MAX: usize = 2_000;

/// The processor time that reading types may take. Honest texts take milliseconds.
const TYPES_TIME_MAX: Duration = Duration::from_secs(2);

/// A source without types, and where its lines come from.
struct Stripped {
    code: String,
    /// For each line of the code, from 1: its line in the source.
    lines: Vec<u32>,
}

/// Why a source is not TypeScript.
struct Refused {
    message: String,
    line: u32,
}

/// Strips what a job brings, has it judged, and tells lines as they are in the source.
pub(super) fn judge(job: &Job, judge: impl FnOnce(&Job) -> Judged) -> Judged {
    let stripped = match native::bounded(TYPES_TIME_MAX, || too_long(job), || strip(&job.source)) {
        Ok(stripped) => stripped,
        Err(refused) => return Ok(not_compiled(job, refused)),
    };
    let mut job = job.clone();
    job.source = stripped.code;
    if let Task::Test { trusted, cases, .. } = &mut job.task {
        for source in std::iter::once(trusted).chain(cases) {
            // What is no TypeScript is no JavaScript either, and is told as such.
            if let Ok(stripped) = strip(source) {
                *source = stripped.code;
            }
        }
    }
    let mut record = judge(&job)?;
    let told = |exit: &mut Exit| {
        if let Exit::Raised { line, .. } | Exit::NotCompiled { line, .. } = exit {
            let index = (*line as usize).wrapping_sub(1);
            *line = stripped.lines.get(index).copied().unwrap_or(0);
        }
    };
    told(&mut record.load);
    record
        .cases
        .iter_mut()
        .for_each(|case| told(&mut case.exit));
    Ok(record)
}

/// What is found of a program whose types cannot be taken out in the time that there is for it: some
/// texts of a few thousand comparisons take the parser minutes.
fn too_long(job: &Job) -> Record {
    let seconds = TYPES_TIME_MAX.as_secs();
    let message = format!("SyntaxError: reading its types takes more than {seconds} s");
    not_compiled(job, Refused { message, line: 0 })
}

fn not_compiled(job: &Job, refused: Refused) -> Record {
    let exit = Exit::NotCompiled {
        message: refused.message,
        line: refused.line,
    };
    let mut record = Record::starting_with(exit.clone());
    if let Task::Run { stdin } = &job.task {
        record.load = Exit::Finished;
        record
            .cases
            .extend(stdin.first().map(|_| crate::CaseRecord {
                exit,
                answer: None,
                stdout: Vec::new(),
                stderr: Vec::new(),
                fuel: Fuel(0),
            }));
    }
    record
}

fn strip(source: &str) -> Result<Stripped, Refused> {
    let refused = |message: &str| Refused {
        message: message.to_owned(),
        line: 0,
    };
    if source.len() > SOURCE_BYTES_MAX {
        return Err(refused("SyntaxError: a source of more than 256 KiB"));
    }
    if depth(source) > DEPTH_MAX {
        return Err(refused("SyntaxError: brackets nested more than 2,000 deep"));
    }
    let allocator = Allocator::default();
    // A file is a script unless it imports or exports; only as a script it has global names.
    let kind = SourceType::ts();
    let script = Parser::new(&allocator, source, kind.with_script(true)).parse();
    let parsed = if script.diagnostics.is_empty() {
        script
    } else {
        let module = Parser::new(&allocator, source, kind.with_module(true)).parse();
        if module.diagnostics.is_empty() {
            module
        } else {
            script
        }
    };
    if let Some(first) = parsed.diagnostics.first() {
        let offset = first
            .labels
            .first()
            .map_or(0, oxc_span::LabeledSpan::offset);
        return Err(Refused {
            message: format!("SyntaxError: {}", first.message),
            line: line_at(source, offset),
        });
    }
    let mut program = parsed.program;
    let scoping = SemanticBuilder::new()
        .build(&program)
        .semantic
        .into_scoping();
    let options = TransformOptions::default();
    let path = Path::new("candidate.ts");
    Transformer::new(&allocator, path, &options).build_with_scoping(scoping, &mut program);
    let options = CodegenOptions {
        source_map_path: Some(path.to_owned()),
        // Else deeply nested statements on one line become hundreds of megabytes of tabs.
        indent_width: 0,
        ..CodegenOptions::default()
    };
    let printed = Codegen::new().with_options(options).build(&program);
    let count = printed.code.lines().count();
    let mut lines = vec![0; count];
    if let Some(map) = &printed.map {
        for token in map.get_tokens() {
            if let Some(line) = lines.get_mut(token.get_dst_line() as usize)
                && *line == 0
            {
                *line = token.get_src_line() + 1;
            }
        }
    }
    Ok(Stripped {
        code: printed.code,
        lines,
    })
}

/// How deep brackets are nested, those in texts and comments counted like all others.
fn depth(source: &str) -> usize {
    let (mut depth, mut deepest) = (0_usize, 0);
    for byte in source.bytes() {
        match byte {
            b'(' | b'[' | b'{' => depth += 1,
            b')' | b']' | b'}' => depth = depth.saturating_sub(1),
            _ => {}
        }
        deepest = deepest.max(depth);
    }
    deepest
}

fn line_at(source: &str, offset: u32) -> u32 {
    let before = source.as_bytes().iter().take(offset as usize);
    let lines = before.filter(|byte| **byte == b'\n').count();
    u32::try_from(lines + 1).unwrap_or(0)
}

#[cfg(test)]
mod tests {
    use super::strip;

    #[test]
    fn deep_nesting_does_not_swell_a_program() {
        let source = format!("let a = 1; {};", "if (a) ".repeat(1_000));
        let Ok(stripped) = strip(&source) else {
            panic!("it is TypeScript");
        };
        assert!(stripped.code.len() < 2 * source.len());
    }
}
