//! The names of languages, as data sets write them and as this project does.

/// Names that data sets use for a language, and the one used here.
const NAMES: [(&str, &str); 15] = [
    ("py", "python"),
    ("python3", "python"),
    ("js", "javascript"),
    ("node", "javascript"),
    ("nodejs", "javascript"),
    ("ts", "typescript"),
    ("c++", "cpp"),
    ("cc", "cpp"),
    ("cxx", "cpp"),
    ("cplusplus", "cpp"),
    ("rs", "rust"),
    ("golang", "go"),
    ("rb", "ruby"),
    ("jl", "julia"),
    ("rkt", "racket"),
];

/// The name that is used here for a language that a file names.
pub(crate) fn canonical(name: &str) -> String {
    let lower = name.trim().to_lowercase();
    let known = NAMES.iter().find(|(other, _)| *other == lower);
    known.map_or(lower, |(_, name)| (*name).to_owned())
}
