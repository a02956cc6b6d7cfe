//! A module whose memory is what another instance's memory has become.
//!
//! The interpreter's module has one memory and one global, the stack pointer. So an instance that
//! has run the prelude is the module itself with other data, another first size of its memory and
//! another first value of that global: those sections are written anew and all others are copied.

use wasmtime::{bail, format_err};

const MEMORY: u8 = 5;
const GLOBAL: u8 = 6;
const START: u8 = 8;
const DATA: u8 = 11;
const DATA_COUNT: u8 = 12;
const HEADER_BYTES: usize = 8;
const PAGE_BYTES: usize = 1 << 16;

/// A run of zeros of this length ends a piece of data: a piece has a head of its own.
const GAP_BYTES: usize = 64;

/// The module `wasm`, starting from this memory and stack pointer.
pub(super) fn frozen(wasm: &[u8], memory: &[u8], stack: i32) -> wasmtime::Result<Vec<u8>> {
    let pieces = pieces(memory);
    let mut out = wasm
        .get(..HEADER_BYTES)
        .ok_or_else(|| format_err!("the interpreter is no module"))?
        .to_vec();
    let mut rest = &wasm[HEADER_BYTES..];
    while let Some((&id, tail)) = rest.split_first() {
        let (length, tail) = number(tail)?;
        let (content, tail) = tail
            .split_at_checked(length)
            .ok_or_else(|| format_err!("the interpreter's module ends early"))?;
        rest = tail;
        let content = match id {
            MEMORY => {
                let pages = u32::try_from(memory.len() / PAGE_BYTES)?;
                [vec![1, 0], unsigned(pages)].concat()
            }
            // One global: a mutable 32-bit integer with a constant for its value.
            GLOBAL if content.starts_with(&[1, 0x7f, 1, 0x41]) => {
                [vec![1, 0x7f, 1, 0x41], signed(stack), vec![0x0b]].concat()
            }
            GLOBAL | START => bail!("the interpreter's module has another shape than expected"),
            DATA_COUNT => unsigned(u32::try_from(pieces.len())?),
            DATA => data(memory, &pieces)?,
            _ => content.to_vec(),
        };
        out.push(id);
        out.extend(unsigned(u32::try_from(content.len())?));
        out.extend(content);
    }
    Ok(out)
}

/// The parts of a memory that are not zero.
fn pieces(memory: &[u8]) -> Vec<std::ops::Range<usize>> {
    let mut pieces: Vec<std::ops::Range<usize>> = Vec::new();
    for (place, _) in memory.iter().enumerate().filter(|(_, byte)| **byte != 0) {
        match pieces.last_mut() {
            Some(last) if place - last.end < GAP_BYTES => last.end = place + 1,
            _ => pieces.push(place..place + 1),
        }
    }
    pieces
}

fn data(memory: &[u8], pieces: &[std::ops::Range<usize>]) -> wasmtime::Result<Vec<u8>> {
    let mut out = unsigned(u32::try_from(pieces.len())?);
    for piece in pieces {
        // Active, at a constant address.
        out.extend([0, 0x41]);
        out.extend(signed(u32::try_from(piece.start)?.cast_signed()));
        out.push(0x0b);
        out.extend(unsigned(u32::try_from(piece.len())?));
        out.extend(&memory[piece.clone()]);
    }
    Ok(out)
}

/// Reads a number of seven bits a byte.
fn number(bytes: &[u8]) -> wasmtime::Result<(usize, &[u8])> {
    let mut value = 0;
    for (index, byte) in bytes.iter().enumerate().take(5) {
        value |= usize::from(byte & 0x7f) << (7 * index);
        if byte & 0x80 == 0 {
            return Ok((value, &bytes[index + 1..]));
        }
    }
    bail!("the interpreter's module has a damaged number")
}

fn unsigned(mut value: u32) -> Vec<u8> {
    let mut out = Vec::new();
    loop {
        let low = (value & 0x7f) as u8;
        value >>= 7;
        if value == 0 {
            out.push(low);
            return out;
        }
        out.push(low | 0x80);
    }
}

fn signed(mut value: i32) -> Vec<u8> {
    let mut out = Vec::new();
    loop {
        let low = (value & 0x7f).to_le_bytes()[0];
        value >>= 7;
        if (value == 0 && low & 0x40 == 0) || (value == -1 && low & 0x40 != 0) {
            out.push(low);
            return out;
        }
        out.push(low | 0x80);
    }
}
