//! Places for large arrays of zeros.
//!
//! An object file for WebAssembly spells out every zero, so four arrays of 100 MB, as programs for
//! contests have them, fit neither into the compiler's memory nor into its files. Where room was
//! lacking, such arrays get addresses of their own, between the stack and the data, where memory is
//! zero from the start, and the program names the addresses instead.

use std::collections::BTreeMap;
use std::fmt::Write as _;

/// What is smaller stays where it was.
const LARGE_BYTES: u64 = 1 << 20;

/// Every place is divisible by this.
const ALIGNMENT_LOG2: u32 = 16;

/// What 32-bit WebAssembly addresses.
const MEMORY_END: u64 = 1 << 32;

/// A program whose large arrays lie elsewhere.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Placed {
    /// Its text in LLVM's language.
    pub(super) program: String,
    /// Where the last array ends.
    pub(super) end: u64,
}

/// Places a program's large arrays from an address on, if it has any and memory has room for them.
/// `assembly` is what the compiler makes of the program; it says how large each array is.
pub(super) fn placed(program: &str, assembly: &str, start: u64) -> Option<Placed> {
    let mut places = BTreeMap::new();
    let mut end = start;
    for (name, size) in large_zeros(assembly) {
        places.insert(name, end);
        end = end.checked_add(size)?;
        end = end.checked_next_multiple_of(1 << ALIGNMENT_LOG2)?;
    }
    let fits = !places.is_empty() && end < MEMORY_END;
    fits.then(|| Placed {
        program: with_places(program, &places),
        end,
    })
}

/// The names and sizes of what is large and nothing but zeros.
fn large_zeros(assembly: &str) -> Vec<(&str, u64)> {
    let mut found = Vec::new();
    let (mut is_zeros, mut alignment) = (false, 0);
    for line in assembly.lines() {
        let (directive, rest) = line.trim_start().split_once('\t').unwrap_or_default();
        match directive {
            ".section" => (is_zeros, alignment) = (rest.starts_with(".bss."), 0),
            ".p2align" => {
                let log2 = rest.split(',').next().and_then(|log2| log2.parse().ok());
                alignment = log2.unwrap_or(u32::MAX);
            }
            ".size" if is_zeros && alignment <= ALIGNMENT_LOG2 => {
                let size = rest.split_once(", ");
                let size = size.and_then(|(name, size)| Some((name, size.parse().ok()?)));
                found.extend(size.filter(|(_, size)| *size >= LARGE_BYTES));
            }
            _ => {}
        }
    }
    found
}

/// The program without these arrays, and with their addresses instead of their names.
fn with_places(program: &str, places: &BTreeMap<&str, u64>) -> String {
    let mut out = String::with_capacity(program.len());
    for line in program.lines() {
        if !is_definition(line, places) {
            write_line(line, places, &mut out);
            out.push('\n');
        }
    }
    out
}

fn is_definition(line: &str, places: &BTreeMap<&str, u64>) -> bool {
    let parts = line
        .strip_prefix('@')
        .and_then(|rest| rest.split_once(" = "));
    parts.is_some_and(|(name, value)| {
        places.contains_key(name) && value.contains(" zeroinitializer")
    })
}

fn write_line(line: &str, places: &BTreeMap<&str, u64>, out: &mut String) {
    let mut rest = line;
    while let Some(at) = rest.find(['@', '"']) {
        let (before, from) = rest.split_at(at);
        let inside = &from[1..];
        let length = if from.starts_with('"') {
            // A quotation mark in a text is written as a number.
            inside.find('"').map_or(inside.len(), |end| end + 1)
        } else {
            inside.find(|c| !is_of_name(c)).unwrap_or(inside.len())
        };
        let (word, behind) = from.split_at(1 + length);
        out.push_str(before);
        match word.strip_prefix('@').and_then(|name| places.get(name)) {
            Some(place) => {
                write!(out, "inttoptr (i32 {place} to ptr)").expect("a string takes all");
            }
            None => out.push_str(word),
        }
        rest = behind;
    }
    out.push_str(rest);
}

fn is_of_name(c: char) -> bool {
    c.is_ascii_alphanumeric() || matches!(c, '-' | '$' | '.' | '_')
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    const ASSEMBLY: &str = "\t.hidden\tlarge\n\t.section\t.bss.large,\"\",@\n\t.p2align\t4, 0x0\n\
        large:\n\t.skip\t3000000\n\t.size\tlarge, 3000000\n\
        \t.section\t.bss.small,\"\",@\n\t.size\tsmall, 400\n\
        \t.section\t.bss.odd,\"\",@\n\t.p2align\t20, 0x0\n\t.size\todd, 3000000\n\
        \t.section\t.data.full,\"\",@\n\t.size\tfull, 3000000\n\
        \t.section\t.bss.f.more,\"\",@\n\t.size\tf.more, 5000000\n";

    #[test]
    fn large_zeros_get_addresses_and_nothing_else_does() {
        let program = "@large = hidden global [750000 x i32] zeroinitializer, align 16\n\
            @f.more = internal global [5 x %struct.a] zeroinitializer, align 16\n\
            @small = global [100 x i32] zeroinitializer\n\
            @text = constant [6 x i8] c\"@large\"\n\
            @at = global ptr getelementptr (i8, ptr @large, i32 4)\n\
            store i32 1, ptr @f.more, align 4 ; @large.1 @\"large\" @small\n";
        let placed = placed(program, ASSEMBLY, 8 << 20).unwrap();
        assert_eq!(
            placed.program,
            "@small = global [100 x i32] zeroinitializer\n\
             @text = constant [6 x i8] c\"@large\"\n\
             @at = global ptr getelementptr (i8, ptr inttoptr (i32 8388608 to ptr), i32 4)\n\
             store i32 1, ptr inttoptr (i32 11403264 to ptr), align 4 ; @large.1 @\"large\" @small\n"
        );
        assert_eq!(placed.end, 11_403_264 + 5_046_272);
    }

    #[test]
    fn what_has_no_large_zeros_or_more_than_memory_stays() {
        assert_eq!(placed("", "", 0), None);
        assert_eq!(placed("", ASSEMBLY, 1 << 32), None);
        let all = "\t.section\t.bss.a,\"\",@\n\t.size\ta, 18446744073709551615\n";
        assert_eq!(placed("", all, 1), None);
    }

    proptest! {
        #[test]
        fn any_text_is_read(text in "([@\"a-c =\n]|large|zeroinitializer|é){0,60}") {
            let _ = placed(&text, ASSEMBLY, 0);
            let _ = placed(ASSEMBLY, &text.replace(' ', "\t"), 0);
        }
    }
}
