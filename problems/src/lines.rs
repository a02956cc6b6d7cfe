//! Reads a text file line by line, compressed or not, and says exactly where it stops making sense.
//!
//! Lines are streamed, so a file never lies in memory as text, and both a line and a file have a
//! largest size: a small gzip file can unfold into any amount of text.

use std::fs::File;
use std::io::{self, BufRead, BufReader, Cursor, Read};
use std::path::{Path, PathBuf};

use flate2::read::MultiGzDecoder;
use serde_json::{Map, Value};

use crate::error::{Error, Fault, Place, json_kind};

/// The largest rows of public sets are some megabytes; more than this is no row.
const MAX_LINE_BYTES: u64 = 64 << 20;
/// What is parsed side by side: many rows, and little beside what becomes of them.
const BATCH_BYTES: usize = 8 << 20;
/// Large enough for a million samples of a kilobyte, several times over.
const MAX_FILE_BYTES: u64 = 4 << 30;
const GZIP_MAGIC: [u8; 2] = [0x1f, 0x8b];

/// How much of a file is read at most.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Bounds {
    line_bytes: u64,
    file_bytes: u64,
}

impl Default for Bounds {
    fn default() -> Self {
        Self {
            line_bytes: MAX_LINE_BYTES,
            file_bytes: MAX_FILE_BYTES,
        }
    }
}

/// A line's number and the object on it.
pub(crate) type NumberedRow = (usize, Map<String, Value>);

/// The non-blank lines of a file.
pub(crate) struct Lines {
    path: PathBuf,
    reader: Box<dyn BufRead>,
    bounds: Bounds,
    line: usize,
    bytes: u64,
    buffer: Vec<u8>,
}

impl Lines {
    /// Opens a file; that it is compressed is seen by its first bytes, whatever its name.
    pub(crate) fn open(path: &Path) -> Result<Self, Error> {
        let refuse = |error: &io::Error| Error::new(Place::file(path), unreadable(error));
        let mut file = BufReader::new(File::open(path).map_err(|error| refuse(&error))?);
        let start = file.fill_buf().map_err(|error| refuse(&error))?;
        let named_gz = path.extension().is_some_and(|extension| extension == "gz");
        let reader: Box<dyn BufRead> = if start.starts_with(&GZIP_MAGIC) || named_gz {
            if start.is_empty() {
                return Err(Error::new(
                    Place::file(path),
                    Fault::Empty { what: "content" },
                ));
            }
            Box::new(BufReader::new(MultiGzDecoder::new(file)))
        } else {
            Box::new(file)
        };
        Ok(Self::new(path, reader, Bounds::default()))
    }

    /// The lines of a file that lies in memory.
    pub(crate) fn of_bytes(path: &Path, bytes: &[u8]) -> Self {
        let reader = Box::new(Cursor::new(bytes.to_vec()));
        Self::new(path, reader, Bounds::default())
    }

    fn new(path: &Path, reader: Box<dyn BufRead>, bounds: Bounds) -> Self {
        Self {
            path: path.to_owned(),
            reader,
            bounds,
            line: 0,
            bytes: 0,
            buffer: Vec::new(),
        }
    }

    /// The next line that is not blank, with its number.
    pub(crate) fn next_line(&mut self) -> Result<Option<(usize, &str)>, Error> {
        loop {
            let before = self.line;
            if !self.fill()? {
                return Ok(None);
            }
            debug_assert_eq!(self.line, before + 1);
            if !self.buffer.iter().all(u8::is_ascii_whitespace) {
                break;
            }
        }
        let bytes = match self.buffer.strip_prefix(b"\xef\xbb\xbf") {
            // Some Windows programs put this mark before the first line.
            Some(rest) if self.line == 1 => rest,
            _ => &self.buffer,
        };
        match std::str::from_utf8(bytes) {
            Ok(text) => Ok(Some((self.line, text))),
            Err(error) => {
                let fault = Fault::NotUtf8 {
                    byte: error.valid_up_to() + 1,
                };
                Err(Error::new(self.place(self.line), fault))
            }
        }
    }

    /// The next row: a line that must hold a JSON object.
    pub(crate) fn next_row(&mut self) -> Result<Option<NumberedRow>, Error> {
        let path = self.path.clone();
        let Some((line, text)) = self.next_line()? else {
            return Ok(None);
        };
        match parse_row(text) {
            Ok(row) => Ok(Some((line, row))),
            Err(fault) => Err(Error::new(Place::line(path, line), fault)),
        }
    }

    /// The next lines that are not blank, as many as are parsed side by side; none at the end. The
    /// error is what came after them.
    pub(crate) fn next_batch(&mut self) -> (Vec<(usize, String)>, Result<(), Error>) {
        let mut batch = Vec::new();
        let mut bytes = 0;
        while bytes < BATCH_BYTES {
            match self.next_line() {
                Ok(Some((line, text))) => {
                    bytes += text.len();
                    batch.push((line, text.to_owned()));
                }
                Ok(None) => break,
                Err(error) => return (batch, Err(error)),
            }
        }
        (batch, Ok(()))
    }

    /// A line of this file as a place.
    pub(crate) fn place(&self, line: usize) -> Place {
        Place::line(&self.path, line)
    }

    fn fill(&mut self) -> Result<bool, Error> {
        self.buffer.clear();
        let Bounds {
            line_bytes,
            file_bytes,
        } = self.bounds;
        let read = (&mut self.reader)
            .take(line_bytes + 1)
            .read_until(b'\n', &mut self.buffer);
        let read = read.map_err(|error| self.stream_error(&error))? as u64;
        if read == 0 {
            return Ok(false);
        }
        self.line += 1;
        self.bytes += read;
        let fault = if read > line_bytes {
            Fault::LineTooLong {
                mib: line_bytes >> 20,
            }
        } else if self.bytes > file_bytes {
            Fault::FileTooLong {
                mib: file_bytes >> 20,
            }
        } else {
            return Ok(true);
        };
        Err(Error::new(self.place(self.line), fault))
    }

    /// The decoder's errors come as the kinds of `io::Error`.
    fn stream_error(&self, error: &io::Error) -> Error {
        match error.kind() {
            // What was read of the line that was cut does not count.
            io::ErrorKind::UnexpectedEof if self.line == 0 => {
                Error::new(Place::file(&self.path), Fault::TruncatedGzip)
            }
            io::ErrorKind::UnexpectedEof => Error::new(self.place(self.line), Fault::TruncatedGzip),
            io::ErrorKind::InvalidData | io::ErrorKind::InvalidInput => Error::new(
                Place::file(&self.path),
                Fault::BadGzip {
                    why: error.to_string(),
                },
            ),
            _ => Error::new(Place::file(&self.path), unreadable(error)),
        }
    }
}

/// The fault behind an error of the operating system.
pub(crate) fn unreadable(error: &io::Error) -> Fault {
    match error.kind() {
        io::ErrorKind::NotFound => Fault::NotFound,
        _ => Fault::Unreadable {
            why: error.to_string(),
        },
    }
}

/// A whole file as text.
pub(crate) fn utf8(path: &Path, bytes: Vec<u8>) -> Result<String, Error> {
    String::from_utf8(bytes).map_err(|error| {
        let valid = &error.as_bytes()[..error.utf8_error().valid_up_to()];
        let lines: Vec<&[u8]> = valid.split(|byte| *byte == b'\n').collect();
        let byte = lines.last().map_or(0, |last| last.len()) + 1;
        Error::new(Place::line(path, lines.len()), Fault::NotUtf8 { byte })
    })
}

/// Parses a line that must be a JSON object.
pub(crate) fn parse_row(text: &str) -> Result<Map<String, Value>, Fault> {
    match serde_json::from_str(text) {
        Ok(Value::Object(row)) => Ok(row),
        Ok(other) => Err(Fault::NotObject {
            found: json_kind(&other),
        }),
        Err(error) => Err(not_json(&error)),
    }
}

/// Takes the parser's position out of its words: it counts lines within the line.
pub(crate) fn not_json(error: &serde_json::Error) -> Fault {
    let text = error.to_string();
    let why = text.split(" at line ").next().unwrap_or(&text).to_owned();
    Fault::NotJson {
        why,
        column: error.column(),
    }
}

#[cfg(test)]
mod tests {
    use std::io::Cursor;

    use super::*;

    fn lines_of(bytes: &[u8], line_bytes: u64, file_bytes: u64) -> Lines {
        let reader = Box::new(Cursor::new(bytes.to_vec()));
        Lines::new(
            Path::new("rows.jsonl"),
            reader,
            Bounds {
                line_bytes,
                file_bytes,
            },
        )
    }

    #[test]
    fn blank_lines_are_skipped_and_counted() {
        let mut lines = lines_of(b"\n  \r\n{}\n\n[1]", 100, 100);
        assert_eq!(lines.next_line().unwrap(), Some((3, "{}\n")));
        assert_eq!(lines.next_line().unwrap(), Some((5, "[1]")));
        assert_eq!(lines.next_line().unwrap(), None);
    }

    #[test]
    fn a_byte_order_mark_before_the_first_line_is_dropped() {
        let mut lines = lines_of(b"\xef\xbb\xbf{}\n", 100, 100);
        assert_eq!(lines.next_line().unwrap(), Some((1, "{}\n")));
    }

    #[test]
    fn a_line_beyond_the_bound_is_refused_without_being_held() {
        let endless = Box::new(BufReader::new(io::repeat(b'x')));
        let bounds = Bounds {
            line_bytes: 2 << 20,
            file_bytes: 4 << 20,
        };
        let mut lines = Lines::new(Path::new("rows.jsonl"), endless, bounds);
        let error = lines.next_line().unwrap_err();
        insta::assert_snapshot!(error, @"rows.jsonl:1: longer than 2 MiB; write one JSON object a line");
        assert!(lines.buffer.len() <= (2 << 20) + 1);
    }

    #[test]
    fn a_file_beyond_the_bound_is_refused_even_when_its_lines_are_blank() {
        let endless = Box::new(BufReader::new(io::repeat(b'\n')));
        let bounds = Bounds {
            line_bytes: 1 << 20,
            file_bytes: 1 << 20,
        };
        let mut lines = Lines::new(Path::new("rows.jsonl"), endless, bounds);
        let error = lines.next_line().unwrap_err();
        insta::assert_snapshot!(error, @"rows.jsonl:1048577: more than 1 MiB of text; split the file");
    }

    #[test]
    fn bytes_that_are_no_text_are_found_by_line_and_byte() {
        let error = utf8(Path::new("a.toml"), b"one\ntwo\nab\xff".to_vec()).unwrap_err();
        insta::assert_snapshot!(error, @"a.toml:3: not UTF-8 from byte 3 of the line on; save the file as UTF-8");
    }

    #[test]
    fn numbers_keep_their_text() {
        let text = r#"{"big":123456789012345678901234567890,"one":1.0,"exp":1e+05,"tiny":-0.10}"#;
        let row = parse_row(text).unwrap();
        assert_eq!(serde_json::to_string(&row).unwrap(), text);
    }

    #[test]
    fn python_words_for_infinite_numbers_are_refused_with_their_column() {
        let fault = parse_row(r#"{"atol": NaN}"#).unwrap_err();
        insta::assert_snapshot!(fault, @"not JSON (expected value, column 10); write one JSON object a line");
    }
}
