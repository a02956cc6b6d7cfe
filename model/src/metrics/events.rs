//! TensorBoard's event files: records of a length, a message, and checksums of both.
//!
//! A record is the message's length (8 bytes, little-endian), its masked CRC-32C, the message, and
//! its masked CRC-32C (TensorFlow's record format). A message is a protocol buffer `Event` with a
//! wall time, a step, and scalars. The three message types needed are written by hand here: a
//! crate for protocol buffers would weigh more than these lines.

use crate::error::{Error, Result};
use std::{
    fs::File,
    io::Write,
    path::{Path, PathBuf},
    time::{Duration, SystemTime},
};

/// Appends scalars to one event file.
pub struct EventWriter {
    file: File,
    path: PathBuf,
}

impl EventWriter {
    /// Starts a file of its own in `folder`; TensorBoard joins all files of a folder.
    pub fn create(folder: &Path) -> Result<Self> {
        let now = SystemTime::now()
            .duration_since(SystemTime::UNIX_EPOCH)
            .unwrap_or_default();
        let name = format!(
            "events.out.tfevents.{:010}.{}.{:09}",
            now.as_secs(),
            std::process::id(),
            now.subsec_nanos()
        );
        let path = folder.join(name);
        let file = File::create(&path).map_err(|e| Error::io(&path, e))?;
        let mut writer = Self { file, path };
        writer.append(&version(now))?;
        Ok(writer)
    }

    /// Writes one step's numbers.
    pub fn scalars(&mut self, step: u64, numbers: &[(&str, f64)]) -> Result<()> {
        let now = SystemTime::now()
            .duration_since(SystemTime::UNIX_EPOCH)
            .unwrap_or_default();
        self.append(&event(now, step, numbers))
    }

    fn append(&mut self, message: &[u8]) -> Result<()> {
        self.file
            .write_all(&record(message))
            .map_err(|e| Error::io(&self.path, e))
    }
}

fn record(message: &[u8]) -> Vec<u8> {
    let length = (message.len() as u64).to_le_bytes();
    let checksum = |bytes: &[u8]| masked_crc32c(bytes).to_le_bytes();
    [&length[..], &checksum(&length), message, &checksum(message)].concat()
}

/// The CRC of bytes that hold a CRC themselves behaves badly, so the format rotates and shifts it.
fn masked_crc32c(bytes: &[u8]) -> u32 {
    crc32c(bytes).rotate_right(15).wrapping_add(0xA282_EAD8)
}

/// Castagnoli's polynomial, bits reversed; a bit at a time, since an event is some hundred bytes.
fn crc32c(bytes: &[u8]) -> u32 {
    let step = |crc: u32, _| (crc >> 1) ^ (0x82F6_3B78 & (crc & 1).wrapping_neg());
    !bytes
        .iter()
        .fold(!0, |crc, &byte| (0..8).fold(crc ^ u32::from(byte), step))
}

/// The first event of a file names the format's version.
fn version(now: Duration) -> Vec<u8> {
    let mut message = wall_time(now);
    bytes_field(&mut message, 3, b"brain.Event:2");
    message
}

fn event(now: Duration, step: u64, numbers: &[(&str, f64)]) -> Vec<u8> {
    let mut summary = Vec::new();
    for (name, value) in numbers {
        let mut scalar = Vec::new();
        bytes_field(&mut scalar, 1, name.as_bytes());
        key(&mut scalar, 2, FIXED_32);
        scalar.extend_from_slice(&(*value as f32).to_le_bytes());
        bytes_field(&mut summary, 1, &scalar);
    }
    let mut message = wall_time(now);
    key(&mut message, 2, VARINT);
    varint(&mut message, step);
    bytes_field(&mut message, 5, &summary);
    message
}

fn wall_time(now: Duration) -> Vec<u8> {
    let mut message = Vec::new();
    key(&mut message, 1, FIXED_64);
    message.extend_from_slice(&now.as_secs_f64().to_le_bytes());
    message
}

// Protocol buffers' wire types.
const VARINT: u64 = 0;
const FIXED_64: u64 = 1;
const LENGTH_DELIMITED: u64 = 2;
const FIXED_32: u64 = 5;

fn key(message: &mut Vec<u8>, field: u64, wire: u64) {
    varint(message, field << 3 | wire);
}

fn bytes_field(message: &mut Vec<u8>, field: u64, bytes: &[u8]) {
    key(message, field, LENGTH_DELIMITED);
    varint(message, bytes.len() as u64);
    message.extend_from_slice(bytes);
}

fn varint(message: &mut Vec<u8>, mut value: u64) {
    while value >= 0x80 {
        message.push(value as u8 | 0x80);
        value >>= 7;
    }
    message.push(value as u8);
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_checksum_is_castagnolis() {
        // RFC 3720, appendix B.4.
        assert_eq!(crc32c(&[0; 32]), 0x8A91_36AA);
        assert_eq!(crc32c(&[0xFF; 32]), 0x62A8_AB43);
        assert_eq!(crc32c(b"123456789"), 0xE306_9283);
    }

    #[test]
    fn a_version_record_has_the_known_bytes() {
        // A wall time of 0, as TensorFlow writes it, but for the checksum of its own time.
        let bytes = record(&version(Duration::ZERO));
        let message = b"\x09\0\0\0\0\0\0\0\0\x1a\x0dbrain.Event:2";
        assert_eq!(bytes[..8], 24_u64.to_le_bytes());
        // Every TensorBoard file starts with a message of 24 bytes: this checksum is in all of them.
        assert_eq!(bytes[8..12], [0xA3, 0x7F, 0x4B, 0x22]);
        assert_eq!(&bytes[12..36], message);
        assert_eq!(bytes.len(), 40);
    }

    #[test]
    fn an_event_has_its_step_and_scalars_in_their_fields() {
        let bytes = event(Duration::from_secs(1), 300, &[("loss", 0.5)]);
        let wanted =
            b"\x09\0\0\0\0\0\0\xf0\x3f\x10\xac\x02\x2a\x0d\x0a\x0b\x0a\x04loss\x15\0\0\0\x3f";
        assert_eq!(bytes, wanted);
    }
}
