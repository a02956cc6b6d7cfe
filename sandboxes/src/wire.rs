//! Plain values and the form in which they cross between instances.
//!
//! The form is the subset of Python's marshal format, version 2, that has no code objects and no
//! references: it is what the interpreter writes and reads fastest. The host trusts no byte of it.
//! Every message that comes out of a candidate is parsed here before anything else sees it.

use num_bigint::{BigInt, BigUint, Sign};
use serde::{Deserialize, Serialize};

/// A plain value, exactly typed.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub enum Value {
    /// `None`, `null`.
    None,
    /// A truth value.
    Bool(bool),
    /// An integer of any size.
    Int(BigInt),
    /// A 64-bit float, NaN and infinities included.
    Float(f64),
    /// A complex number: real and imaginary part.
    Complex(f64, f64),
    /// Text: UTF-8, except that lone surrogates stand as three bytes each, as Python has them.
    Str(Text),
    /// Bytes.
    Bytes(Vec<u8>),
    /// A list.
    List(Vec<Value>),
    /// A tuple.
    Tuple(Vec<Value>),
    /// A dictionary, in the order of insertion.
    Dict(Vec<(Value, Value)>),
    /// A set, in the order in which the guest iterates it.
    Set(Vec<Value>),
    /// A frozen set, likewise.
    FrozenSet(Vec<Value>),
}

/// Text that may hold lone surrogates.
#[derive(Clone, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
pub struct Text(Vec<u8>);

impl Text {
    /// The text, with lone surrogates replaced.
    pub fn lossy(&self) -> std::borrow::Cow<'_, str> {
        String::from_utf8_lossy(&self.0)
    }

    /// The bytes, if they are UTF-8 but for lone surrogates.
    pub(crate) fn of_bytes(bytes: Vec<u8>) -> Result<Self, Malformed> {
        if is_text(&bytes) {
            Ok(Self(bytes))
        } else {
            Err(Malformed::Damaged("text"))
        }
    }

    /// UTF-8, with three bytes for each lone surrogate.
    pub(crate) fn as_bytes(&self) -> &[u8] {
        &self.0
    }
}

impl From<&str> for Text {
    fn from(text: &str) -> Self {
        Self(text.as_bytes().to_vec())
    }
}

/// Why bytes are not a value.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Malformed {
    /// The message ends too early.
    #[error("a message that ends in the middle of a value")]
    Short,
    /// Bytes follow the value.
    #[error("a message with bytes behind its value")]
    Trailing,
    /// A type that is not plain, or no type at all.
    #[error("a message with a value of the unknown type {0:#04x}")]
    Kind(u8),
    /// Containers nested beyond [`DEPTH_MAX`].
    #[error("a value nested more than {DEPTH_MAX} deep")]
    Deep,
    /// A number or text that breaks the format's own rules.
    #[error("a message with a damaged {0}")]
    Damaged(&'static str),
}

/// How deep containers may be nested; Python's own recursion limit ends honest use before it.
pub const DEPTH_MAX: usize = 256;

/// Writes a value.
pub fn encode(value: &Value) -> Vec<u8> {
    let mut out = Vec::new();
    write(value, &mut out);
    out
}

/// The wire form of a tuple of these values.
pub(crate) fn encode_tuple(items: &[Value]) -> Vec<u8> {
    let mut out = Vec::new();
    write_items(b'(', items, &mut out);
    out
}

fn length(out: &mut Vec<u8>, kind: u8, length: usize) {
    out.push(kind);
    let length = i32::try_from(length).expect("values are bounded far below 2 GiB");
    out.extend(length.to_le_bytes());
}

fn write(value: &Value, out: &mut Vec<u8>) {
    match value {
        Value::None => out.push(b'N'),
        Value::Bool(true) => out.push(b'T'),
        Value::Bool(false) => out.push(b'F'),
        Value::Int(integer) => write_integer(integer, out),
        Value::Float(float) => {
            out.push(b'g');
            out.extend(float.to_le_bytes());
        }
        Value::Complex(real, imaginary) => {
            out.push(b'y');
            out.extend(real.to_le_bytes());
            out.extend(imaginary.to_le_bytes());
        }
        Value::Str(text) => {
            length(out, b'u', text.0.len());
            out.extend(&text.0);
        }
        Value::Bytes(bytes) => {
            length(out, b's', bytes.len());
            out.extend(bytes);
        }
        Value::List(items) => write_items(b'[', items, out),
        Value::Tuple(items) => write_items(b'(', items, out),
        Value::Set(items) => write_items(b'<', items, out),
        Value::FrozenSet(items) => write_items(b'>', items, out),
        Value::Dict(entries) => {
            out.push(b'{');
            for (key, item) in entries {
                write(key, out);
                write(item, out);
            }
            out.push(b'0');
        }
    }
}

fn write_items(kind: u8, items: &[Value], out: &mut Vec<u8>) {
    length(out, kind, items.len());
    for item in items {
        write(item, out);
    }
}

fn write_integer(integer: &BigInt, out: &mut Vec<u8>) {
    if let Ok(small) = i32::try_from(integer) {
        out.push(b'i');
        out.extend(small.to_le_bytes());
        return;
    }
    out.push(b'l');
    // Fifteen bits a digit, least significant first.
    let bits = integer.bits();
    let count = i32::try_from(bits.div_ceil(15)).expect("values are bounded far below 2 GiB");
    out.extend(
        if integer.sign() == Sign::Minus {
            -count
        } else {
            count
        }
        .to_le_bytes(),
    );
    let (mut window, mut held) = (0u64, 0);
    let mut words = integer.magnitude().iter_u32_digits();
    for _ in 0..count {
        if held < 15 {
            window |= u64::from(words.next().unwrap_or(0)) << held;
            held += 32;
        }
        out.extend(((window & 0x7fff) as u16).to_le_bytes());
        window >>= 15;
        held -= 15;
    }
}

/// Reads a value that fills the whole message.
pub fn decode(bytes: &[u8]) -> Result<Value, Malformed> {
    let mut reader = Reader { rest: bytes };
    let value = reader.value(0)?.ok_or(Malformed::Kind(b'0'))?;
    if reader.rest.is_empty() {
        Ok(value)
    } else {
        Err(Malformed::Trailing)
    }
}

struct Reader<'a> {
    rest: &'a [u8],
}

impl<'a> Reader<'a> {
    fn take(&mut self, count: usize) -> Result<&'a [u8], Malformed> {
        let (taken, rest) = self.rest.split_at_checked(count).ok_or(Malformed::Short)?;
        self.rest = rest;
        Ok(taken)
    }

    fn array<const N: usize>(&mut self) -> Result<[u8; N], Malformed> {
        Ok(self
            .take(N)?
            .try_into()
            .expect("`take` gives as many as asked"))
    }

    fn count(&mut self) -> Result<usize, Malformed> {
        let count = i32::from_le_bytes(self.array()?);
        usize::try_from(count).map_err(|_| Malformed::Damaged("length"))
    }

    /// A value, or `None` for the mark that ends a dictionary.
    fn value(&mut self, depth: usize) -> Result<Option<Value>, Malformed> {
        if depth > DEPTH_MAX {
            return Err(Malformed::Deep);
        }
        let [kind] = self.array()?;
        Ok(Some(match kind {
            b'0' => return Ok(None),
            b'N' => Value::None,
            b'T' => Value::Bool(true),
            b'F' => Value::Bool(false),
            b'i' => Value::Int(i64::from(i32::from_le_bytes(self.array()?)).into()),
            b'l' => Value::Int(self.integer()?),
            b'g' => Value::Float(f64::from_le_bytes(self.array()?)),
            b'y' => Value::Complex(
                f64::from_le_bytes(self.array()?),
                f64::from_le_bytes(self.array()?),
            ),
            b'u' => Value::Str(self.text()?),
            b's' => {
                let count = self.count()?;
                Value::Bytes(self.take(count)?.to_vec())
            }
            b'[' => Value::List(self.items(depth)?),
            b'(' => Value::Tuple(self.items(depth)?),
            b'<' => Value::Set(self.items(depth)?),
            b'>' => Value::FrozenSet(self.items(depth)?),
            b'{' => Value::Dict(self.entries(depth)?),
            other => return Err(Malformed::Kind(other)),
        }))
    }

    fn items(&mut self, depth: usize) -> Result<Vec<Value>, Malformed> {
        let count = self.count()?;
        // Each item takes at least a byte: a forged length reserves nothing.
        if count > self.rest.len() {
            return Err(Malformed::Short);
        }
        let mut items = Vec::with_capacity(count.min(1024));
        for _ in 0..count {
            items.push(self.value(depth + 1)?.ok_or(Malformed::Kind(b'0'))?);
        }
        Ok(items)
    }

    fn entries(&mut self, depth: usize) -> Result<Vec<(Value, Value)>, Malformed> {
        let mut entries = Vec::new();
        while let Some(key) = self.value(depth + 1)? {
            let item = self.value(depth + 1)?.ok_or(Malformed::Kind(b'0'))?;
            entries.push((key, item));
        }
        Ok(entries)
    }

    fn integer(&mut self) -> Result<BigInt, Malformed> {
        let count = i32::from_le_bytes(self.array()?);
        let bytes = self.take(count.unsigned_abs() as usize * 2)?;
        let digits = bytes
            .chunks_exact(2)
            .map(|pair| u16::from_le_bytes([pair[0], pair[1]]));
        if digits.clone().next_back().is_none_or(|last| last == 0) {
            return Err(Malformed::Damaged("integer"));
        }
        let mut words = Vec::with_capacity(digits.len() / 2 + 1);
        let (mut window, mut held) = (0u64, 0);
        for digit in digits {
            if digit > 0x7fff {
                return Err(Malformed::Damaged("integer"));
            }
            window |= u64::from(digit) << held;
            held += 15;
            if held >= 32 {
                words.push((window & 0xffff_ffff) as u32);
                window >>= 32;
                held -= 32;
            }
        }
        words.push((window & 0xffff_ffff) as u32);
        let sign = if count < 0 { Sign::Minus } else { Sign::Plus };
        Ok(BigInt::from_biguint(sign, BigUint::new(words)))
    }

    fn text(&mut self) -> Result<Text, Malformed> {
        let count = self.count()?;
        let bytes = self.take(count)?;
        Text::of_bytes(bytes.to_vec())
    }
}

/// Whether bytes are UTF-8 but for lone surrogates (ED A0..BF xx).
fn is_text(bytes: &[u8]) -> bool {
    let mut rest = bytes;
    loop {
        let Err(error) = std::str::from_utf8(rest) else {
            return true;
        };
        match &rest[error.valid_up_to()..] {
            [0xed, 0xa0..=0xbf, 0x80..=0xbf, tail @ ..] => rest = tail,
            _ => return false,
        }
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn values() -> impl Strategy<Value = Value> {
        let leaf = prop_oneof![
            Just(Value::None),
            any::<bool>().prop_map(Value::Bool),
            any::<i64>().prop_map(|value| Value::Int(value.into())),
            "-?[1-9][0-9]{0,60}".prop_map(|text| Value::Int(text.parse().unwrap())),
            proptest::num::f64::NORMAL.prop_map(Value::Float),
            any::<String>().prop_map(|text| Value::Str(text.as_str().into())),
            proptest::collection::vec(any::<u8>(), 0..9).prop_map(Value::Bytes),
        ];
        leaf.prop_recursive(4, 32, 5, |inner| {
            prop_oneof![
                proptest::collection::vec(inner.clone(), 0..5).prop_map(Value::List),
                proptest::collection::vec(inner.clone(), 0..5).prop_map(Value::Tuple),
                proptest::collection::vec(inner.clone(), 0..5).prop_map(Value::Set),
                proptest::collection::vec((inner.clone(), inner), 0..5).prop_map(Value::Dict),
            ]
        })
    }

    proptest! {
        #[test]
        fn a_value_survives_the_wire(value in values()) {
            prop_assert_eq!(decode(&encode(&value)).unwrap(), value);
        }

        #[test]
        fn arbitrary_bytes_never_panic(bytes in proptest::collection::vec(any::<u8>(), 0..200)) {
            let _ = decode(&bytes);
        }

        #[test]
        fn damaged_messages_never_panic(
            value in values(), place in any::<prop::sample::Index>(), byte in any::<u8>()
        ) {
            let mut bytes = encode(&value);
            let place = place.index(bytes.len());
            bytes[place] = byte;
            let _ = decode(&bytes);
        }
    }

    #[test]
    fn the_bytes_are_those_that_cpython_writes() {
        // Made with `marshal.dumps(value, 2)` on CPython 3.14.
        let value = Value::Tuple(vec![
            Value::Int(1.into()),
            Value::Int("-1267650600228229401496703205376".parse().unwrap()),
            Value::Dict(vec![(Value::Str("a".into()), Value::Float(1.5))]),
        ]);
        let expected = b"(\x03\0\0\0i\x01\0\0\0l\xf9\xff\xff\xff\0\0\0\0\0\0\0\0\0\0\0\0\0\x04\
            {u\x01\0\0\0ag\0\0\0\0\0\0\xf8?0";
        assert_eq!(encode(&value), expected);
    }

    #[test]
    fn code_objects_references_and_endless_nesting_are_refused() {
        assert_eq!(decode(b"c"), Err(Malformed::Kind(b'c')));
        assert_eq!(decode(b"r\0\0\0\0"), Err(Malformed::Kind(b'r')));
        assert_eq!(
            decode(&b"[\x01\0\0\0".repeat(100_000)),
            Err(Malformed::Deep)
        );
        assert_eq!(decode(b"[\xff\xff\xff\x7f"), Err(Malformed::Short));
        assert_eq!(decode(b"NN"), Err(Malformed::Trailing));
    }

    #[test]
    fn lone_surrogates_cross_and_other_damage_does_not() {
        assert!(decode(b"u\x03\0\0\0\xed\xa0\x80").is_ok());
        assert_eq!(decode(b"u\x01\0\0\0\xff"), Err(Malformed::Damaged("text")));
    }
}
