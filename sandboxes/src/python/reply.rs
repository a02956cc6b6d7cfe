//! The replies of `app.py`, parsed from bytes that a candidate may have written.

use num_traits::ToPrimitive;

use crate::{Text, Value, decode};

/// What an interpreter answered. The docs of each are at the head of `app.py`.
#[derive(Debug)]
pub(super) enum Reply {
    Ok {
        value: Value,
    },
    Syntax {
        message: String,
        line: u32,
    },
    Raised {
        kinds: Vec<String>,
        message: String,
        line: u32,
    },
    Opaque {
        what: String,
    },
    Failed {
        kind: String,
        message: String,
    },
}

/// Longer texts than the guest's own limit come only from a candidate that forged its reply.
const TEXT_BYTES_MAX: usize = 4096;

impl Reply {
    /// The reply, or what is wrong with it.
    pub(super) fn parse(bytes: &[u8]) -> Result<Self, String> {
        let value = decode(bytes).map_err(|error| format!("it answered {error}"))?;
        Self::from_value(value).ok_or_else(|| "it answered outside the protocol".to_owned())
    }

    fn from_value(value: Value) -> Option<Self> {
        let Value::Tuple(items) = value else {
            return None;
        };
        let mut items = items.into_iter();
        let tag = text(items.next()?)?;
        let reply = match &tag[..] {
            "ok" => {
                let value = items.next()?;
                is_change(&items.next()?).then_some(Self::Ok { value })?
            }
            "syntax" => Self::Syntax {
                message: text(items.next()?)?,
                line: line(&items.next()?)?,
            },
            "raised" => {
                let Value::List(kinds) = items.next()? else {
                    return None;
                };
                let kinds: Vec<_> = kinds.into_iter().map(text).collect::<Option<_>>()?;
                if kinds.is_empty() {
                    return None;
                }
                Self::Raised {
                    kinds,
                    message: text(items.next()?)?,
                    line: line(&items.next()?)?,
                }
            }
            "opaque" => Self::Opaque {
                what: text(items.next()?)?,
            },
            "failed" => Self::Failed {
                kind: text(items.next()?)?,
                message: text(items.next()?)?,
            },
            _ => return None,
        };
        items.next().is_none().then_some(reply)
    }
}

fn text(value: Value) -> Option<String> {
    let Value::Str(text) = value else { return None };
    let text: &Text = &text;
    let text = text.lossy();
    (text.len() <= TEXT_BYTES_MAX).then(|| text.into_owned())
}

fn line(value: &Value) -> Option<u32> {
    let Value::Int(line) = value else { return None };
    line.to_u32()
}

/// `None`, or the arguments and keyword arguments that a call left behind.
fn is_change(value: &Value) -> bool {
    match value {
        Value::None => true,
        Value::Tuple(items) => matches!(&items[..], [Value::List(_), Value::Dict(_)]),
        _ => false,
    }
}
