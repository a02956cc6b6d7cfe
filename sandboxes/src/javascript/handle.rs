//! A value of the interpreter as 64 bits: a tag and a number, or an address in its memory.

/// A value of the interpreter.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Handle(pub(super) u64);

/// The tag of a value: its upper half, for all but floats.
pub(super) mod tag {
    pub(in super::super) const BIG_INT: i32 = -9;
    pub(in super::super) const SYMBOL: i32 = -8;
    pub(in super::super) const STRING: i32 = -7;
    pub(in super::super) const STRING_ROPE: i32 = -6;
    pub(in super::super) const OBJECT: i32 = -1;
    pub(in super::super) const INT: i32 = 0;
    pub(in super::super) const BOOL: i32 = 1;
    pub(in super::super) const NULL: i32 = 2;
    pub(in super::super) const UNDEFINED: i32 = 3;
    pub(in super::super) const EXCEPTION: i32 = 6;
    pub(in super::super) const SHORT_BIG_INT: i32 = 7;
}

/// What is added to a float's upper half so that it is none of the tags.
const FLOAT_ADDEND: u64 = 0x7ff8_0000 + 9 + 1;

impl Handle {
    pub(super) const UNDEFINED: Handle = Handle::tagged(tag::UNDEFINED, 0);
    pub(super) const NULL: Handle = Handle::tagged(tag::NULL, 0);
    pub(super) const EXCEPTION: Handle = Handle::tagged(tag::EXCEPTION, 0);

    #[allow(clippy::cast_sign_loss, reason = "a tag's bits are meant")]
    const fn tagged(tag: i32, payload: u32) -> Self {
        Self(((tag as u32 as u64) << 32) | payload as u64)
    }

    pub(super) fn bool(value: bool) -> Self {
        Self::tagged(tag::BOOL, value.into())
    }

    #[allow(clippy::cast_sign_loss, reason = "an integer's bits are meant")]
    pub(super) fn int(value: i32) -> Self {
        Self::tagged(tag::INT, value as u32)
    }

    /// The number as integers are kept where it is one, else as a float.
    pub(super) fn number(value: f64) -> Self {
        #[allow(clippy::cast_possible_truncation, reason = "it is compared afterwards")]
        let int = value as i32;
        if f64::from(int).to_bits() == value.to_bits() {
            return Self::int(int);
        }
        let bits = if value.is_nan() {
            f64::NAN.to_bits() & !(1 << 63)
        } else {
            value.to_bits()
        };
        Self(bits.wrapping_sub(FLOAT_ADDEND << 32))
    }

    #[allow(clippy::cast_possible_wrap, reason = "a tag's bits are meant")]
    pub(super) fn tag(self) -> i32 {
        (self.0 >> 32) as u32 as i32
    }

    #[allow(clippy::cast_possible_truncation, reason = "the lower half is meant")]
    pub(super) fn payload(self) -> u32 {
        self.0 as u32
    }

    /// The float, where it is none of the tagged kinds.
    pub(super) fn float(self) -> Option<f64> {
        (!(tag::BIG_INT..=tag::SHORT_BIG_INT).contains(&self.tag()))
            .then(|| f64::from_bits(self.0.wrapping_add(FLOAT_ADDEND << 32)))
    }

    pub(super) fn is_counted(self) -> bool {
        (tag::BIG_INT..=tag::OBJECT).contains(&self.tag())
    }
}
