//! The one error of this crate. Each message names the thing and says what to do; it is one line,
//! because the command prints it as it stands.

use std::path::PathBuf;

/// The result of everything in this crate that can fail.
pub type Result<T, E = Error> = std::result::Result<T, E>;

/// What can go wrong with a model, its files or its use.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// A configuration that this crate cannot run as its file means it.
    #[error("`{place}`: {message}")]
    Config {
        /// The file, or the preset.
        place: String,
        /// What is wrong and what to do.
        message: String,
    },
    /// A file that could not be read or written.
    #[error("`{path}`: {source}; check that the path exists and can be read and written")]
    Io {
        /// The file or folder.
        path: PathBuf,
        /// The system's own words.
        source: std::io::Error,
    },
    /// A checkpoint that is incomplete, damaged, or made for another model.
    #[error("`{path}`: {message}")]
    Checkpoint {
        /// The file or folder.
        path: PathBuf,
        /// What is wrong and what to do.
        message: String,
    },
    /// A tensor that the architecture needs and the weights lack.
    #[error("the weights have no tensor `{name}`; use weights that belong to this configuration")]
    MissingTensor {
        /// The checkpoint's name of the tensor.
        name: String,
    },
    /// A tensor whose shape is not the configuration's.
    #[error(
        "tensor `{name}` has shape {found:?}, the configuration needs {wanted:?}; use the \
         config.json that belongs to these weights"
    )]
    TensorShape {
        /// The checkpoint's name of the tensor.
        name: String,
        /// The shape that the file holds.
        found: Vec<usize>,
        /// The shape that the configuration implies.
        wanted: Vec<usize>,
    },
    /// A shape that would not fit the machine.
    #[error(
        "{what} needs about {needed_mib} MiB and {available_mib} MiB are available; choose a \
         smaller model, a shorter sequence or a smaller batch"
    )]
    Memory {
        /// What asked for the memory.
        what: String,
        /// The estimate.
        needed_mib: u64,
        /// What the system says is available.
        available_mib: u64,
    },
    /// A tokenizer that could not be loaded, trained or used.
    #[error("tokenizer: {0}")]
    Tokenizer(String),
    /// An argument of a call that the model cannot take.
    #[error("{0}")]
    Argument(String),
    /// An operation on tensors that failed: a fault of this crate, or of the device.
    #[error("tensor operation: {0}")]
    Tensor(#[from] candle_core::Error),
}

impl Error {
    pub(crate) fn io(path: &std::path::Path, source: std::io::Error) -> Self {
        Self::Io {
            path: path.to_owned(),
            source,
        }
    }

    pub(crate) fn checkpoint(path: &std::path::Path, message: impl Into<String>) -> Self {
        Self::Checkpoint {
            path: path.to_owned(),
            message: message.into(),
        }
    }
}
