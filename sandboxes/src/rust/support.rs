//! What crosses between a candidate's instance and its tests': plain values of static types.
//!
//! It is compiled once by the user's compiler. A candidate's program gets a call of `serve` behind it;
//! in the tests, the tested function's body asks. The bytes are the host's form of plain values. The
//! host checks every message, and what is of another type than expected is refused.

use std::collections::{BTreeMap, BTreeSet, HashMap, HashSet, LinkedList, VecDeque};
use std::hash::{BuildHasher, Hash};
use std::rc::Rc;

mod host {
    #[link(wasm_import_module = "rewardsmith")]
    extern "C" {
        /// The length of the message that waits for this instance.
        pub fn size() -> usize;
        /// Copies that message.
        pub fn take(to: *mut u8);
        /// A candidate's answer.
        pub fn answer(from: *const u8, length: usize);
        /// The tests' call of the candidate's function; its answer waits when this returns.
        pub fn ask(function: u32, from: *const u8, length: usize);
        /// The message is not of the type that was declared.
        pub fn refuse() -> !;
    }
}

/// The message that waits.
fn message() -> Reader {
    let mut bytes = vec![0; unsafe { host::size() }];
    unsafe { host::take(bytes.as_mut_ptr()) };
    Reader { bytes, at: 0 }
}

fn refuse() -> ! {
    unsafe { host::refuse() }
}

/// A message that is being read.
pub struct Reader {
    bytes: Vec<u8>,
    at: usize,
}

impl Reader {
    fn raw(&mut self, count: usize) -> Option<&[u8]> {
        let end = self.at.checked_add(count)?;
        let found = self.bytes.get(self.at..end)?;
        self.at = end;
        Some(found)
    }

    fn byte(&mut self) -> Option<u8> {
        Some(self.raw(1)?[0])
    }

    fn word(&mut self) -> Option<i32> {
        let bytes = self.raw(4)?;
        Some(i32::from_le_bytes([bytes[0], bytes[1], bytes[2], bytes[3]]))
    }

    fn is_next(&self, kind: u8) -> bool {
        self.bytes.get(self.at) == Some(&kind)
    }

    /// The number of items of a container of one of these kinds.
    fn container(&mut self, kinds: &[u8]) -> Option<usize> {
        let kind = self.byte()?;
        let count = self.word()? as usize;
        // Each item takes a byte at least.
        (kinds.contains(&kind) && count <= self.bytes.len() - self.at).then_some(count)
    }

    fn integer(&mut self) -> Option<i128> {
        match self.byte()? {
            b'i' => self.word().map(i128::from),
            b'l' => {
                let count = self.word()?;
                let mut size = 0_u128;
                for place in 0..count.unsigned_abs() {
                    let bytes = self.raw(2)?;
                    let digit = u128::from(u16::from_le_bytes([bytes[0], bytes[1]]));
                    let digit = if digit == 0 || 15 * place < 128 {
                        digit
                    } else {
                        return None;
                    };
                    let moved = digit.checked_shl(15 * place).unwrap_or(0);
                    if digit != 0 && moved >> (15 * place) != digit {
                        return None;
                    }
                    size |= moved;
                }
                let size = i128::try_from(size).ok()?;
                Some(if count < 0 { -size } else { size })
            }
            _ => None,
        }
    }

    fn items<T: Read>(&mut self, kinds: &[u8], mut each: impl FnMut(T)) -> Option<()> {
        for _ in 0..self.container(kinds)? {
            each(T::read(self)?);
        }
        Some(())
    }

    fn entries<K: Read, V: Read>(&mut self, mut each: impl FnMut(K, V)) -> Option<()> {
        if self.byte()? != b'{' {
            return None;
        }
        while !self.is_next(b'0') {
            each(K::read(self)?, V::read(self)?);
        }
        self.byte().map(drop)
    }
}

fn head(out: &mut Vec<u8>, kind: u8, count: usize) {
    out.push(kind);
    out.extend_from_slice(&(count as i32).to_le_bytes());
}

fn write_integer(negative: bool, mut size: u128, out: &mut Vec<u8>) {
    if size <= 0x7fff_ffff {
        out.push(b'i');
        let small = size as i32;
        out.extend_from_slice(&(if negative { -small } else { small }).to_le_bytes());
        return;
    }
    let mut digits = Vec::new();
    while size > 0 {
        digits.extend_from_slice(&((size & 0x7fff) as u16).to_le_bytes());
        size >>= 15;
    }
    let count = (digits.len() / 2) as i32;
    out.push(b'l');
    out.extend_from_slice(&(if negative { -count } else { count }).to_le_bytes());
    out.extend_from_slice(&digits);
}

/// What can be handed over.
pub trait Write {
    fn write(&self, out: &mut Vec<u8>);
}

/// What can be received.
pub trait Read: Sized {
    fn read(reader: &mut Reader) -> Option<Self>;
}

macro_rules! integers {
    ($($ty:ty),*) => {$(
        impl Write for $ty {
            fn write(&self, out: &mut Vec<u8>) {
                #[allow(unused_comparisons)]
                let negative = *self < 0;
                let size = if negative { (*self as u128).wrapping_neg() } else { *self as u128 };
                write_integer(negative, size, out);
            }
        }
        impl Read for $ty {
            fn read(reader: &mut Reader) -> Option<Self> {
                Self::try_from(reader.integer()?).ok()
            }
        }
    )*};
}
integers!(i8, i16, i32, i64, i128, isize, u8, u16, u32, u64, u128, usize);

macro_rules! floats {
    ($($ty:ty),*) => {$(
        impl Write for $ty {
            fn write(&self, out: &mut Vec<u8>) {
                out.push(b'g');
                out.extend_from_slice(&f64::from(*self).to_le_bytes());
            }
        }
        impl Read for $ty {
            fn read(reader: &mut Reader) -> Option<Self> {
                // A whole number stands for the float of its value.
                if !reader.is_next(b'g') {
                    return Some(reader.integer()? as $ty);
                }
                reader.byte()?;
                let mut bytes = [0; 8];
                bytes.copy_from_slice(reader.raw(8)?);
                Some(f64::from_le_bytes(bytes) as $ty)
            }
        }
    )*};
}
floats!(f32, f64);

impl Write for bool {
    fn write(&self, out: &mut Vec<u8>) {
        out.push(if *self { b'T' } else { b'F' });
    }
}

impl Read for bool {
    fn read(reader: &mut Reader) -> Option<Self> {
        match reader.byte()? {
            b'T' => Some(true),
            b'F' => Some(false),
            _ => None,
        }
    }
}

impl Write for () {
    fn write(&self, out: &mut Vec<u8>) {
        out.push(b'N');
    }
}

impl Read for () {
    fn read(reader: &mut Reader) -> Option<Self> {
        (reader.byte()? == b'N').then_some(())
    }
}

impl Write for str {
    fn write(&self, out: &mut Vec<u8>) {
        head(out, b'u', self.len());
        out.extend_from_slice(self.as_bytes());
    }
}

impl Write for String {
    fn write(&self, out: &mut Vec<u8>) {
        self.as_str().write(out);
    }
}

impl Read for String {
    fn read(reader: &mut Reader) -> Option<Self> {
        let count = reader.container(b"u")?;
        String::from_utf8(reader.raw(count)?.to_vec()).ok()
    }
}

impl Read for &'static str {
    fn read(reader: &mut Reader) -> Option<Self> {
        Some(Box::leak(String::read(reader)?.into_boxed_str()))
    }
}

impl Write for char {
    fn write(&self, out: &mut Vec<u8>) {
        self.encode_utf8(&mut [0; 4]).write(out);
    }
}

impl Read for char {
    fn read(reader: &mut Reader) -> Option<Self> {
        let text = String::read(reader)?;
        let mut characters = text.chars();
        characters.next().filter(|_| characters.next().is_none())
    }
}

impl<T: Write + ?Sized> Write for &T {
    fn write(&self, out: &mut Vec<u8>) {
        (**self).write(out);
    }
}

impl<T: Write + ?Sized> Write for &mut T {
    fn write(&self, out: &mut Vec<u8>) {
        (**self).write(out);
    }
}

impl<T: Read> Read for &'static T {
    fn read(reader: &mut Reader) -> Option<Self> {
        Some(Box::leak(Box::new(T::read(reader)?)))
    }
}

impl<T: Read> Read for &'static [T] {
    fn read(reader: &mut Reader) -> Option<Self> {
        Some(Box::leak(Vec::read(reader)?.into_boxed_slice()))
    }
}

macro_rules! pointers {
    ($($pointer:ident),*) => {$(
        impl<T: Write + ?Sized> Write for $pointer<T> {
            fn write(&self, out: &mut Vec<u8>) {
                (**self).write(out);
            }
        }
        impl<T: Read> Read for $pointer<T> {
            fn read(reader: &mut Reader) -> Option<Self> {
                T::read(reader).map($pointer::new)
            }
        }
    )*};
}
pointers!(Box, Rc);

impl<T: Write> Write for Option<T> {
    fn write(&self, out: &mut Vec<u8>) {
        match self {
            None => out.push(b'N'),
            Some(value) => value.write(out),
        }
    }
}

impl<T: Read> Read for Option<T> {
    fn read(reader: &mut Reader) -> Option<Self> {
        if reader.is_next(b'N') {
            reader.byte()?;
            return Some(None);
        }
        T::read(reader).map(Some)
    }
}

impl<T: Write, E: Write> Write for Result<T, E> {
    fn write(&self, out: &mut Vec<u8>) {
        head(out, b'(', 2);
        self.is_ok().write(out);
        match self {
            Ok(value) => value.write(out),
            Err(error) => error.write(out),
        }
    }
}

impl<T: Read, E: Read> Read for Result<T, E> {
    fn read(reader: &mut Reader) -> Option<Self> {
        match (reader.container(b"(")?, bool::read(reader)?) {
            (2, true) => T::read(reader).map(Ok),
            (2, false) => E::read(reader).map(Err),
            _ => None,
        }
    }
}

impl<T: Write> Write for [T] {
    fn write(&self, out: &mut Vec<u8>) {
        head(out, b'[', self.len());
        self.iter().for_each(|item| item.write(out));
    }
}

impl<T: Write, const N: usize> Write for [T; N] {
    fn write(&self, out: &mut Vec<u8>) {
        self.as_slice().write(out);
    }
}

impl<T: Read, const N: usize> Read for [T; N] {
    fn read(reader: &mut Reader) -> Option<Self> {
        let mut items = Vec::new();
        reader.items(b"[(", |item| items.push(item))?;
        items.try_into().ok()
    }
}

macro_rules! sequences {
    ($($sequence:ident $add:ident),*) => {$(
        impl<T: Write> Write for $sequence<T> {
            fn write(&self, out: &mut Vec<u8>) {
                head(out, b'[', self.len());
                self.iter().for_each(|item| item.write(out));
            }
        }
        impl<T: Read> Read for $sequence<T> {
            fn read(reader: &mut Reader) -> Option<Self> {
                let mut items = Self::new();
                reader.items(b"[", |item| items.$add(item))?;
                Some(items)
            }
        }
    )*};
}
sequences!(Vec push, VecDeque push_back, LinkedList push_back);

impl<T: Write, S> Write for HashSet<T, S> {
    fn write(&self, out: &mut Vec<u8>) {
        head(out, b'<', self.len());
        self.iter().for_each(|item| item.write(out));
    }
}

impl<T: Read + Eq + Hash, S: BuildHasher + Default> Read for HashSet<T, S> {
    fn read(reader: &mut Reader) -> Option<Self> {
        let mut items = Self::default();
        reader.items(b"<>", |item| {
            items.insert(item);
        })?;
        Some(items)
    }
}

impl<T: Write> Write for BTreeSet<T> {
    fn write(&self, out: &mut Vec<u8>) {
        head(out, b'<', self.len());
        self.iter().for_each(|item| item.write(out));
    }
}

impl<T: Read + Ord> Read for BTreeSet<T> {
    fn read(reader: &mut Reader) -> Option<Self> {
        let mut items = Self::new();
        reader.items(b"<>", |item| {
            items.insert(item);
        })?;
        Some(items)
    }
}

impl<K: Write, V: Write, S> Write for HashMap<K, V, S> {
    fn write(&self, out: &mut Vec<u8>) {
        out.push(b'{');
        self.iter().for_each(|(key, item)| {
            key.write(out);
            item.write(out);
        });
        out.push(b'0');
    }
}

impl<K: Read + Eq + Hash, V: Read, S: BuildHasher + Default> Read for HashMap<K, V, S> {
    fn read(reader: &mut Reader) -> Option<Self> {
        let mut items = Self::default();
        reader.entries(|key, item| {
            items.insert(key, item);
        })?;
        Some(items)
    }
}

impl<K: Write, V: Write> Write for BTreeMap<K, V> {
    fn write(&self, out: &mut Vec<u8>) {
        out.push(b'{');
        self.iter().for_each(|(key, item)| {
            key.write(out);
            item.write(out);
        });
        out.push(b'0');
    }
}

impl<K: Read + Ord, V: Read> Read for BTreeMap<K, V> {
    fn read(reader: &mut Reader) -> Option<Self> {
        let mut items = Self::new();
        reader.entries(|key, item| {
            items.insert(key, item);
        })?;
        Some(items)
    }
}

macro_rules! tuples {
    ($count:literal $($item:ident)*) => {
        impl<$($item: Write),*> Write for ($($item,)*) {
            #[allow(non_snake_case)]
            fn write(&self, out: &mut Vec<u8>) {
                let ($($item,)*) = self;
                head(out, b'(', $count);
                $($item.write(out);)*
            }
        }
        impl<$($item: Read),*> Read for ($($item,)*) {
            fn read(reader: &mut Reader) -> Option<Self> {
                if reader.container(b"([")? != $count {
                    return None;
                }
                Some(($($item::read(reader)?,)*))
            }
        }
    };
}
tuples!(1 A);
tuples!(2 A B);
tuples!(3 A B C);
tuples!(4 A B C D);
tuples!(5 A B C D E);
tuples!(6 A B C D E F);
tuples!(7 A B C D E F G);
tuples!(8 A B C D E F G H);

/// What a function takes: a value, or something that it may change for its caller.
pub trait Argument: Sized {
    /// What is left of it in the caller's hands.
    type Kept;

    fn receive(reader: &mut Reader) -> Option<(Self, Self::Kept)>;

    /// Hands back what the caller sees changed.
    fn give_back(_: Self::Kept, _: &mut Vec<Vec<u8>>) {}
}

macro_rules! values {
    ($([$($generic:tt)*] $ty:ty;)*) => {$(
        impl<$($generic)*> Argument for $ty {
            type Kept = ();

            fn receive(reader: &mut Reader) -> Option<(Self, ())> {
                Some((Self::read(reader)?, ()))
            }
        }
    )*};
}
values! {
    [] i8; [] i16; [] i32; [] i64; [] i128; [] isize;
    [] u8; [] u16; [] u32; [] u64; [] u128; [] usize;
    [] f32; [] f64; [] bool; [] char; [] String; [] ();
    [] &'static str; [T: Read] &'static T; [T: Read] &'static [T];
    [T: Read] Box<T>; [T: Read] Rc<T>; [T: Read] Option<T>; [T: Read, E: Read] Result<T, E>;
    [T: Read, const N: usize] [T; N]; [T: Read] Vec<T>; [T: Read] VecDeque<T>; [T: Read] LinkedList<T>;
    [T: Read + Eq + Hash, S: BuildHasher + Default] HashSet<T, S>; [T: Read + Ord] BTreeSet<T>;
    [K: Read + Eq + Hash, V: Read, S: BuildHasher + Default] HashMap<K, V, S>;
    [K: Read + Ord, V: Read] BTreeMap<K, V>;
    [A: Read] (A,); [A: Read, B: Read] (A, B); [A: Read, B: Read, C: Read] (A, B, C);
    [A: Read, B: Read, C: Read, D: Read] (A, B, C, D);
    [A: Read, B: Read, C: Read, D: Read, E: Read] (A, B, C, D, E);
}

impl<T: Read + Write> Argument for &'static mut T {
    type Kept = *mut T;

    fn receive(reader: &mut Reader) -> Option<(Self, *mut T)> {
        let kept = Box::into_raw(Box::new(T::read(reader)?));
        Some((unsafe { &mut *kept }, kept))
    }

    fn give_back(kept: *mut T, out: &mut Vec<Vec<u8>>) {
        let mut bytes = Vec::new();
        unsafe { &*kept }.write(&mut bytes);
        out.push(bytes);
    }
}

impl<T: Read + Write> Argument for &'static mut [T] {
    type Kept = *mut [T];

    fn receive(reader: &mut Reader) -> Option<(Self, *mut [T])> {
        let kept = Box::into_raw(Vec::read(reader)?.into_boxed_slice());
        Some((unsafe { &mut *kept }, kept))
    }

    fn give_back(kept: *mut [T], out: &mut Vec<Vec<u8>>) {
        let mut bytes = Vec::new();
        unsafe { &*kept }.write(&mut bytes);
        out.push(bytes);
    }
}

/// A function whose parameters and answer can cross. `M` tells its parameters apart.
pub trait Function<M> {
    fn answer(&self, reader: &mut Reader) -> Option<Vec<Vec<u8>>>;
}

macro_rules! functions {
    ($count:literal $($item:ident $kept:ident)*) => {
        impl<Z, Y, $($item: Argument),*> Function<($($item,)*)> for Z
        where
            Z: Fn($($item),*) -> Y,
            Y: Write,
        {
            #[allow(non_snake_case, unused_variables)]
            fn answer(&self, reader: &mut Reader) -> Option<Vec<Vec<u8>>> {
                if reader.container(b"(")? != $count {
                    return None;
                }
                $(let ($item, $kept) = $item::receive(reader)?;)*
                let mut result = Vec::new();
                self($($item),*).write(&mut result);
                #[allow(unused_mut)]
                let mut parts = vec![result];
                $(give_back::<$item>($kept, &mut parts);)*
                Some(parts)
            }
        }
    };
}

fn give_back<T: Argument>(kept: T::Kept, out: &mut Vec<Vec<u8>>) {
    T::give_back(kept, out);
}

functions!(0);
functions!(1 A a);
functions!(2 A a B b);
functions!(3 A a B b C c);
functions!(4 A a B b C c D d);
functions!(5 A a B b C c D d E e);
functions!(6 A a B b C c D d E e F f);
functions!(7 A a B b C c D d E e F f G g);
functions!(8 A a B b C c D d E e F f G g H h);

/// Answers the call that waits. The answer is a tuple: what came back, then what was changed.
pub fn serve<M, F: Function<M>>(function: F) {
    let parts = function.answer(&mut message()).unwrap_or_else(|| refuse());
    let mut out = Vec::new();
    head(&mut out, b'(', parts.len());
    parts.iter().for_each(|part| out.extend_from_slice(part));
    unsafe { host::answer(out.as_ptr(), out.len()) };
}

/// A call of the candidate's function that is being put together.
pub struct Question {
    count: usize,
    bytes: Vec<u8>,
}

impl Question {
    #[allow(clippy::new_without_default)]
    pub fn new() -> Self {
        Self {
            count: 0,
            bytes: Vec::new(),
        }
    }

    /// One more argument.
    pub fn put<T: Write + ?Sized>(&mut self, argument: &T) {
        self.count += 1;
        argument.write(&mut self.bytes);
    }

    /// Calls, and waits for the answer.
    pub fn ask(self) -> Answer {
        let mut request = Vec::new();
        head(&mut request, b'(', self.count);
        request.extend_from_slice(&self.bytes);
        unsafe { host::ask(0, request.as_ptr(), request.len()) };
        let mut reader = message();
        let left = reader.container(b"(").unwrap_or_else(|| refuse());
        Answer { reader, left }
    }
}

/// What a candidate's function answered.
pub struct Answer {
    reader: Reader,
    left: usize,
}

impl Answer {
    /// The next of its parts.
    pub fn take<T: Read>(&mut self) -> T {
        self.left = self.left.checked_sub(1).unwrap_or_else(|| refuse());
        T::read(&mut self.reader).unwrap_or_else(|| refuse())
    }

    /// Changes what was lent, as the candidate changed it.
    pub fn change<T: Changed + ?Sized>(&mut self, lent: &mut T) {
        lent.change(self);
    }

    /// There must be no more.
    pub fn end(self) {
        if self.left != 0 {
            refuse();
        }
    }
}

/// What can be changed by whoever it is lent to.
pub trait Changed {
    fn change(&mut self, answer: &mut Answer);
}

impl<T: Read> Changed for T {
    fn change(&mut self, answer: &mut Answer) {
        *self = answer.take();
    }
}

impl<T: Read> Changed for [T] {
    fn change(&mut self, answer: &mut Answer) {
        let items: Vec<T> = answer.take();
        if items.len() != self.len() {
            refuse();
        }
        self.iter_mut()
            .zip(items)
            .for_each(|(place, item)| *place = item);
    }
}
