//! The plain values of JavaScript, and how they are read out of an interpreter and made in one.
//!
//! Reading asks the interpreter's own classes and property tables. It runs no getter, no proxy's
//! trap and no method of the program, so an object cannot answer differently from what it holds. An
//! object is plain only if its prototype is the built-in one: what equals everything, or counts its
//! readers, does not cross.

use num_bigint::BigInt;
use num_traits::{FromPrimitive, ToPrimitive};

use super::handle::{Handle, tag};
use super::machine::{Known, Machine, Thrown};
use crate::wire::DEPTH_MAX;
use crate::{Text, Value};

/// A value that can cross between instances as it is.
#[derive(Clone, Debug)]
pub(super) enum Plain {
    Undefined,
    Null,
    Bool(bool),
    Number(f64),
    BigInt(BigInt),
    Text(Text),
    Array(Vec<Plain>),
    Object(Vec<(Text, Plain)>),
    Map(Vec<(Plain, Plain)>),
    Set(Vec<Plain>),
}

/// Why a value was not read.
#[derive(Debug)]
pub(super) enum Unread {
    /// The guest ended.
    Guest(wasmtime::Error),
    /// It is not plain: what it is instead.
    Opaque(String),
    /// It is larger than an answer may be.
    Large,
}

impl From<wasmtime::Error> for Unread {
    fn from(error: wasmtime::Error) -> Self {
        Self::Guest(error)
    }
}

impl Plain {
    /// The value as every language has it.
    pub(super) fn into_value(self) -> Value {
        let all = |items: Vec<Plain>| items.into_iter().map(Plain::into_value).collect();
        match self {
            Self::Undefined | Self::Null => Value::None,
            Self::Bool(value) => Value::Bool(value),
            Self::Number(number) => whole(number).map_or(Value::Float(number), Value::Int),
            Self::BigInt(integer) => Value::Int(integer),
            Self::Text(text) => Value::Str(text),
            Self::Array(items) => Value::List(all(items)),
            Self::Set(items) => Value::Set(all(items)),
            Self::Object(entries) => Value::Dict(
                entries
                    .into_iter()
                    .map(|(key, item)| (Value::Str(key), item.into_value()))
                    .collect(),
            ),
            Self::Map(entries) => Value::Dict(
                entries
                    .into_iter()
                    .map(|(key, item)| (key.into_value(), item.into_value()))
                    .collect(),
            ),
        }
    }

    /// The JavaScript form of a value; the error names what has none. Integers that a number does
    /// not hold become BigInts, and dictionaries with other keys than text become Maps.
    pub(super) fn from_value(value: Value) -> Result<Self, &'static str> {
        let all = |items: Vec<Value>| -> Result<Vec<Self>, _> {
            items.into_iter().map(Self::from_value).collect()
        };
        Ok(match value {
            Value::None => Self::Null,
            Value::Bool(value) => Self::Bool(value),
            Value::Int(integer) => match integer.to_i64() {
                Some(small) if small.unsigned_abs() <= SAFE => {
                    Self::Number(small.to_f64().expect("a safe integer is a number"))
                }
                _ => Self::BigInt(integer),
            },
            Value::Float(number) => Self::Number(number),
            Value::Complex(..) => return Err("a complex number"),
            Value::Str(text) => Self::Text(text),
            Value::Bytes(_) => return Err("bytes"),
            Value::List(items) | Value::Tuple(items) => Self::Array(all(items)?),
            Value::Set(items) | Value::FrozenSet(items) => Self::Set(all(items)?),
            Value::Dict(entries) => {
                if entries.iter().all(|(key, _)| matches!(key, Value::Str(_))) {
                    let mut named = Vec::with_capacity(entries.len());
                    for (key, item) in entries {
                        if let Value::Str(key) = key {
                            named.push((key, Self::from_value(item)?));
                        }
                    }
                    Self::Object(named)
                } else {
                    let mut pairs = Vec::with_capacity(entries.len());
                    for (key, item) in entries {
                        pairs.push((Self::from_value(key)?, Self::from_value(item)?));
                    }
                    Self::Map(pairs)
                }
            }
        })
    }

    /// Whether a call can leave it changed.
    pub(super) fn is_container(&self) -> bool {
        matches!(
            self,
            Self::Array(_) | Self::Object(_) | Self::Map(_) | Self::Set(_)
        )
    }

    /// Whether it is the same in every respect, NaN and the sign of zero included.
    pub(super) fn same(&self, other: &Self) -> bool {
        let all = |a: &[Plain], b: &[Plain]| {
            a.len() == b.len() && a.iter().zip(b).all(|(a, b)| a.same(b))
        };
        match (self, other) {
            (Self::Undefined, Self::Undefined) | (Self::Null, Self::Null) => true,
            (Self::Bool(a), Self::Bool(b)) => a == b,
            (Self::Number(a), Self::Number(b)) => a.to_bits() == b.to_bits(),
            (Self::BigInt(a), Self::BigInt(b)) => a == b,
            (Self::Text(a), Self::Text(b)) => a == b,
            (Self::Array(a), Self::Array(b)) | (Self::Set(a), Self::Set(b)) => all(a, b),
            (Self::Object(a), Self::Object(b)) => {
                a.len() == b.len() && a.iter().zip(b).all(|((k, v), (l, w))| k == l && v.same(w))
            }
            (Self::Map(a), Self::Map(b)) => {
                a.len() == b.len()
                    && a.iter()
                        .zip(b)
                        .all(|((k, v), (l, w))| k.same(l) && v.same(w))
            }
            _ => false,
        }
    }
}

/// The largest number up to which every integer is a number.
const SAFE: u64 = (1 << 53) - 1;

fn whole(number: f64) -> Option<BigInt> {
    let negative_zero = number == 0.0 && number.is_sign_negative();
    (number.fract() == 0.0 && !negative_zero)
        .then(|| BigInt::from_f64(number))
        .flatten()
}

/// Digits of a BigInt beyond which it is too large to be an answer: reading them is not linear.
const DIGITS_MAX: usize = 100_000;

// What the interpreter's header says of its tables.
const NAMES_STRINGS: u32 = 1;
const NAMES_SYMBOLS: u32 = 1 << 1;
const NAMES_ENUMERABLE: u32 = 1 << 4;
const PROPERTY_ACCESSOR: u32 = 1 << 4;
const PROPERTY_ALL: u32 = 7;
const CLASS_OBJECT: u32 = 1;

impl Machine<'_> {
    /// Reads a value that is no larger than `budget` bytes.
    pub(super) fn plain(&mut self, value: Handle, budget: u64) -> Result<Plain, Unread> {
        let mut reading = Reading {
            machine: self,
            left: budget,
        };
        reading.value(value, 0)
    }

    /// Makes a value.
    pub(super) fn make(&mut self, plain: &Plain) -> wasmtime::Result<Handle> {
        match plain {
            Plain::Undefined => Ok(Handle::UNDEFINED),
            Plain::Null => Ok(Handle::NULL),
            Plain::Bool(value) => Ok(Handle::bool(*value)),
            Plain::Number(number) => Ok(Handle::number(*number)),
            Plain::BigInt(integer) => {
                let digits = self.new_text(integer.to_string().as_bytes())?;
                self.made_by(Known::MakeBigInt, digits)
            }
            Plain::Text(text) => self.new_text(text.as_bytes()),
            Plain::Array(items) => self.make_all(items),
            Plain::Set(items) => {
                let items = self.make_all(items)?;
                self.made_by(Known::MakeSet, items)
            }
            Plain::Map(entries) => {
                let mut items = Vec::with_capacity(entries.len() * 2);
                for (key, item) in entries {
                    items.push(self.make(key)?);
                    items.push(self.make(item)?);
                }
                let items = self.new_array(&items)?;
                self.made_by(Known::MakeMap, items)
            }
            Plain::Object(entries) => {
                let functions = self.functions.clone();
                let context = self.places.context;
                let object = functions.new_object.call(&mut self.store, context)?;
                let object = Self::made(object)?;
                for (key, item) in entries {
                    let key = self.new_text(key.as_bytes())?;
                    let item = self.make(item)?;
                    let atom = functions.atom_of.call(&mut self.store, (context, key.0))?;
                    let parameters = (context, object.0, atom, item.0, PROPERTY_ALL);
                    functions.define.call(&mut self.store, parameters)?;
                    functions.free_atom.call(&mut self.store, (context, atom))?;
                    self.free(key)?;
                }
                Ok(object)
            }
        }
    }

    fn make_all(&mut self, items: &[Plain]) -> wasmtime::Result<Handle> {
        let items: Vec<Handle> = items
            .iter()
            .map(|item| self.make(item))
            .collect::<wasmtime::Result<_>>()?;
        self.new_array(&items)
    }

    fn made_by(&mut self, known: Known, argument: Handle) -> wasmtime::Result<Handle> {
        let made = self.call_known(known, &[argument])?;
        self.free(argument)?;
        // These fail for want of memory or stack only.
        made.or_else(|_| Self::made(Handle::EXCEPTION.0))
    }
}

struct Reading<'m, 'a> {
    machine: &'m mut Machine<'a>,
    left: u64,
}

impl Reading<'_, '_> {
    fn spend(&mut self, bytes: u64) -> Result<(), Unread> {
        self.left = self.left.checked_sub(bytes).ok_or(Unread::Large)?;
        Ok(())
    }

    fn value(&mut self, value: Handle, depth: usize) -> Result<Plain, Unread> {
        if depth > DEPTH_MAX {
            let what = "a value nested too deeply, or one that contains itself";
            return Err(Unread::Opaque(what.to_owned()));
        }
        self.spend(4)?;
        if let Some(number) = value.float() {
            return Ok(Plain::Number(number));
        }
        Ok(match value.tag() {
            tag::INT => Plain::Number(value.payload().cast_signed().into()),
            tag::BOOL => Plain::Bool(value.payload() != 0),
            tag::NULL => Plain::Null,
            tag::UNDEFINED => Plain::Undefined,
            tag::STRING | tag::STRING_ROPE => Plain::Text(self.text(value)?),
            tag::BIG_INT | tag::SHORT_BIG_INT => Plain::BigInt(self.integer(value)?),
            tag::OBJECT => self.object(value, depth)?,
            tag::SYMBOL => return Err(Unread::Opaque("a symbol".to_owned())),
            _ => {
                return Err(Unread::Opaque(
                    "a value of the interpreter's own".to_owned(),
                ));
            }
        })
    }

    fn text(&mut self, value: Handle) -> Result<Text, Unread> {
        let bytes = known(self.machine.text(value)?)?;
        self.spend(bytes.len() as u64)?;
        Text::of_bytes(bytes).map_err(|error| Unread::Opaque(error.to_string()))
    }

    fn integer(&mut self, value: Handle) -> Result<BigInt, Unread> {
        let digits = known(self.machine.text(value)?)?;
        self.spend(digits.len() as u64)?;
        if digits.len() > DIGITS_MAX {
            return Err(Unread::Large);
        }
        BigInt::parse_bytes(&digits, 10)
            .ok_or_else(|| Unread::Opaque("an integer without digits".to_owned()))
    }

    fn object(&mut self, object: Handle, depth: usize) -> Result<Plain, Unread> {
        let functions = self.machine.functions.clone();
        let context = self.machine.places.context;
        let store = &mut self.machine.store;
        let opaque = |what: &str| Err(Unread::Opaque(what.to_owned()));
        if functions.is_proxy.call(&mut *store, object.0)? != 0 {
            return opaque("a proxy");
        }
        let prototype = Handle(functions.prototype.call(&mut *store, (context, object.0))?);
        if functions.is_array.call(&mut *store, object.0)? != 0 {
            if prototype != self.machine.known(Known::ArrayPrototype)? {
                return opaque("an array of the program's own class");
            }
            return Ok(Plain::Array(self.array(object, depth)?));
        }
        if functions.is_map.call(&mut *store, object.0)? != 0 {
            if prototype != self.machine.known(Known::MapPrototype)? {
                return opaque("a Map of the program's own class");
            }
            let mut items = self.items(Known::MapItems, object, depth)?.into_iter();
            let mut entries = Vec::with_capacity(items.len() / 2);
            while let (Some(key), Some(item)) = (items.next(), items.next()) {
                entries.push((key, item));
            }
            return Ok(Plain::Map(entries));
        }
        if functions.is_set.call(&mut *store, object.0)? != 0 {
            if prototype != self.machine.known(Known::SetPrototype)? {
                return opaque("a Set of the program's own class");
            }
            return Ok(Plain::Set(self.items(Known::SetItems, object, depth)?));
        }
        if functions
            .is_function
            .call(&mut *store, (context, object.0))?
            != 0
        {
            return opaque("a function");
        }
        if functions.is_promise.call(&mut *store, object.0)? != 0 {
            return opaque("a promise");
        }
        if functions.is_error.call(&mut *store, object.0)? != 0 {
            return opaque("an error");
        }
        if functions.is_date.call(&mut *store, object.0)? != 0 {
            return opaque("a date");
        }
        let plain =
            prototype == Handle::NULL || prototype == self.machine.known(Known::ObjectPrototype)?;
        if !plain || functions.class.call(&mut self.machine.store, object.0)? != CLASS_OBJECT {
            return opaque("an object that is neither plain nor an array, a Map or a Set");
        }
        self.entries(object, depth)
    }

    /// The keys or items of a Map or Set, by way of a list that the prelude makes.
    fn items(
        &mut self,
        known_by: Known,
        object: Handle,
        depth: usize,
    ) -> Result<Vec<Plain>, Unread> {
        let list = known(self.machine.call_known(known_by, &[object])?)?;
        let items = self.array(list, depth)?;
        self.machine.free(list)?;
        Ok(items)
    }

    fn array(&mut self, array: Handle, depth: usize) -> Result<Vec<Plain>, Unread> {
        let functions = self.machine.functions.clone();
        let (context, scratch) = (self.machine.places.context, self.machine.scratch());
        let parameters = (context, array.0, scratch);
        functions.length.call(&mut self.machine.store, parameters)?;
        let length = self.machine.read_u64(scratch)?;
        // Each item takes at least as much: a length without items reserves nothing.
        if length > self.left / 4 {
            return Err(Unread::Large);
        }
        let length = u32::try_from(length).map_err(|_| Unread::Large)?;
        let mut items = Vec::with_capacity(length.min(1024) as usize);
        for index in 0..length {
            let parameters = (context, index);
            let atom = functions
                .atom_of_index
                .call(&mut self.machine.store, parameters)?;
            let item = self.own(array, atom)?;
            functions
                .free_atom
                .call(&mut self.machine.store, (context, atom))?;
            items.push(match item {
                Some(item) => {
                    let plain = self.value(item, depth + 1)?;
                    self.machine.free(item)?;
                    plain
                }
                None => Plain::Undefined,
            });
        }
        Ok(items)
    }

    fn entries(&mut self, object: Handle, depth: usize) -> Result<Plain, Unread> {
        let functions = self.machine.functions.clone();
        let (context, scratch) = (self.machine.places.context, self.machine.scratch());
        let flags = NAMES_STRINGS | NAMES_SYMBOLS | NAMES_ENUMERABLE;
        let parameters = (context, scratch, scratch + 4, object.0, flags);
        if functions
            .own_names
            .call(&mut self.machine.store, parameters)?
            < 0
        {
            return Err(Unread::Opaque("an object without names".to_owned()));
        }
        let table = self.machine.read_u32(scratch)?;
        let count = self.machine.read_u32(scratch + 4)?;
        if u64::from(count) > self.left / 4 {
            return Err(Unread::Large);
        }
        let mut entries = Vec::with_capacity(count.min(1024) as usize);
        for index in 0..count {
            // Each entry is a flag and an atom.
            let atom = self.machine.read_u32(table + index * 8 + 4)?;
            let parameters = (context, atom);
            let key = Handle(
                functions
                    .atom_value
                    .call(&mut self.machine.store, parameters)?,
            );
            if key.tag() == tag::SYMBOL {
                return Err(Unread::Opaque(
                    "an object with symbols for names".to_owned(),
                ));
            }
            let name = self.text(key)?;
            self.machine.free(key)?;
            if let Some(item) = self.own(object, atom)? {
                entries.push((name, self.value(item, depth + 1)?));
                self.machine.free(item)?;
            }
        }
        let parameters = (context, table, count);
        functions
            .free_names
            .call(&mut self.machine.store, parameters)?;
        Ok(Plain::Object(entries))
    }

    /// What an object holds itself under a name, or nothing.
    fn own(&mut self, object: Handle, atom: u32) -> Result<Option<Handle>, Unread> {
        let functions = self.machine.functions.clone();
        // A descriptor: flags, then value, getter and setter.
        let (context, place) = (self.machine.places.context, self.machine.scratch() + 16);
        let parameters = (context, place, object.0, atom);
        let found = functions
            .own_property
            .call(&mut self.machine.store, parameters)?;
        if found <= 0 {
            return Ok(None);
        }
        if self.machine.read_u32(place)? & PROPERTY_ACCESSOR != 0 {
            return Err(Unread::Opaque("an object with a getter".to_owned()));
        }
        Ok(Some(Handle(self.machine.read_u64(place + 8)?)))
    }
}

/// What the interpreter could not do was for want of memory or stack.
fn known<T>(outcome: Result<T, Thrown>) -> Result<T, Unread> {
    outcome.map_err(|_| Unread::Opaque("a value that there is no room to read".to_owned()))
}
