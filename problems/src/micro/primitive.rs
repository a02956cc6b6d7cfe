//! What a primitive is: one small step from one value to another, in words and in Python.
//!
//! A primitive is one entry of one table below `micro/`; nothing else lists it. The templates know
//! these holes:
//!
//! | hole | stands for |
//! |---|---|
//! | `{x}` | the input, which may be any expression; at most once a template |
//! | `{X}` | the input as a variable, for templates that read it twice or more |
//! | `{r}` | the result variable; a template with it is a block of statements, else an expression |
//! | `{k}`, `{k-1}`, `{k+1}` | a small number, or the parameter `k` |
//! | `{c}` | a letter in quotes, or the parameter `ch` |
//!
//! Templates may use the names `v`, `w`, `c`, `i`, `j` and `key` for themselves. Every primitive
//! must give an answer for every input of its type, so that any chain of them does; the tests at
//! the end of `catalogue` check that, and that each bug shows on some input.

/// The type of a value between two primitives.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Type {
    /// `int`
    Int,
    /// `bool`
    Bool,
    /// `str`
    Str,
    /// `list[int]`
    Ints,
    /// `list[str]`
    Strs,
    /// `dict[str, int]`
    Dict,
}

impl Type {
    /// The annotation in Python.
    pub fn annotation(self) -> &'static str {
        match self {
            Self::Int => "int",
            Self::Bool => "bool",
            Self::Str => "str",
            Self::Ints => "list[int]",
            Self::Strs => "list[str]",
            Self::Dict => "dict[str, int]",
        }
    }

    /// The names a parameter of this type may have; none of them occurs in a template.
    pub(super) fn names(self) -> &'static [&'static str] {
        match self {
            Self::Int => &["n", "x", "num"],
            Self::Bool => &["flag"],
            Self::Str => &["s", "text"],
            Self::Ints => &["xs", "nums", "values"],
            Self::Strs => &["words", "names"],
            Self::Dict => &["d", "counts"],
        }
    }
}

/// What kind of mistake a known-wrong variant makes.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum BugKind {
    /// One too far or one too short.
    OffByOne,
    /// Another comparison, such as `>=` for `>`, or the condition turned around.
    WrongComparison,
    /// Another operator or function.
    WrongOperator,
    /// A case that the description asks for is not handled.
    MissingCase,
    /// Fine except on the empty, smallest or only input.
    ForgottenEdge,
    /// The right things in the wrong order.
    WrongOrder,
}

impl BugKind {
    /// The kind as a word for files.
    pub fn name(self) -> &'static str {
        match self {
            Self::OffByOne => "off_by_one",
            Self::WrongComparison => "wrong_comparison",
            Self::WrongOperator => "wrong_operator",
            Self::MissingCase => "missing_case",
            Self::ForgottenEdge => "forgotten_edge",
            Self::WrongOrder => "wrong_order",
        }
    }
}

/// A known mistake in a primitive.
#[derive(Clone, Copy, Debug)]
pub struct Bug {
    /// What kind of mistake it is.
    pub kind: BugKind,
    /// The wrong template.
    pub code: &'static str,
}

/// What else a primitive needs besides its input.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Extra {
    /// Nothing.
    None,
    /// A number in this range, both ends included.
    Number(i64, i64),
    /// A letter.
    Letter,
}

/// One step from one value to another.
#[derive(Clone, Copy, Debug)]
pub struct Primitive {
    /// Its name, unique; the splits hash it, so renaming moves compositions between splits.
    pub name: &'static str,
    /// The type of its input.
    pub takes: Type,
    /// The type of its result.
    pub gives: Type,
    /// What it needs besides.
    pub extra: Extra,
    /// Phrases that name the result: "the sum of {x}".
    pub nouns: &'static [&'static str],
    /// Phrases that command the step: "add up the numbers".
    pub steps: &'static [&'static str],
    /// Right templates, all equal in what they compute.
    pub code: &'static [&'static str],
    /// Wrong templates.
    pub bugs: &'static [Bug],
}

/// Writes a table of primitives without the punctuation of struct literals.
macro_rules! primitives {
    ($(
        $name:literal: $takes:ident => $gives:ident $(, $extra:expr)?;
        say $($noun:literal)|+;
        step $($step:literal)|+;
        code $($code:literal)|+;
        bugs $($kind:ident $bug:literal)|+;
    )*) => {
        pub(super) static TABLE: &[$crate::micro::primitive::Primitive] = &[$(
            $crate::micro::primitive::Primitive {
                name: $name,
                takes: $crate::micro::primitive::Type::$takes,
                gives: $crate::micro::primitive::Type::$gives,
                extra: {
                    use $crate::micro::primitive::Extra::*;
                    let extra = None;
                    $(let _ = extra; let extra = $extra;)?
                    extra
                },
                nouns: &[$($noun),+],
                steps: &[$($step),+],
                code: &[$($code),+],
                bugs: &[$($crate::micro::primitive::Bug {
                    kind: $crate::micro::primitive::BugKind::$kind,
                    code: $bug,
                }),+],
            },
        )*];
    };
}

pub(super) use primitives;
