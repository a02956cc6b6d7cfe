//! The names of languages, as data sets and files' extensions write them and as this project does.

/// Names that others use for a language, and the one used here.
const NAMES: [(&str, &str); 17] = [
    ("py", "python"),
    ("python3", "python"),
    ("js", "javascript"),
    ("cjs", "javascript"),
    ("node", "javascript"),
    ("nodejs", "javascript"),
    ("ts", "typescript"),
    ("cts", "typescript"),
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

/// The name that is used here for a language, whatever a data set or an extension calls it.
pub fn canonical(name: &str) -> String {
    let lower = name.trim().to_lowercase();
    let known = NAMES.iter().find(|(other, _)| *other == lower);
    known.map_or(lower, |(_, name)| (*name).to_owned())
}
