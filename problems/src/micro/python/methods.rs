//! Methods of strings, lists and dictionaries.

use std::sync::Arc;

use super::ast::{Call, Expr};
use super::eval::{Evaluated, Scope};
use super::{Halt, builtins, operators, unsupported};
use crate::micro::value::Value;

impl<'a> Scope<'a> {
    pub(super) fn method(
        &mut self,
        object: &'a Expr,
        method: &'a str,
        call: &'a Call,
    ) -> Evaluated {
        if let (Expr::Name(name), "fromkeys") = (object, method)
            && &**name == "dict"
        {
            let [source] = call.args.as_slice() else {
                return unsupported("`dict.fromkeys` of other than one argument");
            };
            let keys = builtins::items(&self.eval(source)?)?;
            let pairs = keys
                .into_iter()
                .map(|key| Value::Tuple(Arc::new(vec![key, Value::None])));
            return builtins::dict(pairs.collect());
        }
        if method == "sort" {
            return self.sort(object, call);
        }
        let value = self.eval(object)?;
        if !call.keywords.is_empty() {
            return unsupported(format!("keywords of `{method}`"));
        }
        let args = self.all(&call.args)?;
        match &value {
            Value::Str(text) => string(text, method, &args),
            Value::List(items) => {
                if let Some(result) = list(items, method, &args) {
                    return result;
                }
                // This handle would keep the list shared and make the change copy it all.
                drop(value);
                self.in_place(object, |list| change_list(list, method, &args))
            }
            Value::Dict(pairs) => {
                if let Some(result) = dict(pairs, method, &args) {
                    return result;
                }
                drop(value);
                self.in_place(object, |dict| change_dict(dict, method, &args))
            }
            Value::Set(_) if method == "add" && args.len() == 1 => self.in_place(object, |set| {
                let mut items = builtins::items(set)?;
                items.extend(args);
                *set = builtins::set(items);
                Ok(Value::None)
            }),
            _ => Err(Halt::Raised("AttributeError")),
        }
    }

    fn sort(&mut self, object: &'a Expr, call: &'a Call) -> Evaluated {
        let items = builtins::items(&self.eval(object)?)?;
        let sorted = self.ordered("sorted", items, call)?;
        self.in_place(object, |list| {
            *list = sorted;
            Ok(Value::None)
        })
    }
}

fn string(text: &str, method: &str, args: &[Value]) -> Evaluated {
    let only =
        |wanted: fn(char) -> bool| Ok(Value::Bool(!text.is_empty() && text.chars().all(wanted)));
    match (method, args) {
        ("upper", []) => Ok(Value::text(&text.to_ascii_uppercase())),
        ("lower", []) => Ok(Value::text(&text.to_ascii_lowercase())),
        ("swapcase", []) => Ok(Value::text(
            &text.chars().map(swap_case).collect::<String>(),
        )),
        ("capitalize", []) => Ok(Value::text(&capitalized(text))),
        ("title", []) => Ok(Value::text(&title(text))),
        ("strip", []) => Ok(Value::text(text.trim_matches(' '))),
        ("lstrip", []) => Ok(Value::text(text.trim_start_matches(' '))),
        ("rstrip", []) => Ok(Value::text(text.trim_end_matches(' '))),
        ("isdigit", []) => only(|c| c.is_ascii_digit()),
        ("isalpha", []) => only(|c| c.is_ascii_alphabetic()),
        ("isalnum", []) => only(|c| c.is_ascii_alphanumeric()),
        ("isspace", []) => only(|c| c == ' '),
        ("isupper", []) => Ok(Value::Bool(is_cased(text, |c| c.is_ascii_uppercase()))),
        ("islower", []) => Ok(Value::Bool(is_cased(text, |c| c.is_ascii_lowercase()))),
        ("split", []) => Ok(Value::list(
            text.split(' ')
                .filter(|w| !w.is_empty())
                .map(Value::text)
                .collect(),
        )),
        ("split", [Value::Str(by)]) if by.is_empty() => Err(Halt::Raised("ValueError")),
        ("split", [Value::Str(by)]) => {
            Ok(Value::list(text.split(&**by).map(Value::text).collect()))
        }
        ("join", [source]) => join(text, source),
        ("replace", [Value::Str(old), Value::Str(new)]) => {
            Ok(Value::text(&text.replace(&**old, new)))
        }
        ("count", [Value::Str(part)]) if part.is_empty() => count(text.len() + 1),
        ("count", [Value::Str(part)]) => count(text.matches(&**part).count()),
        ("find", [Value::Str(part)]) => text.find(&**part).map_or(Ok(Value::Int(-1)), count),
        ("rfind", [Value::Str(part)]) => text.rfind(&**part).map_or(Ok(Value::Int(-1)), count),
        ("startswith", [Value::Str(part)]) => Ok(Value::Bool(text.starts_with(&**part))),
        ("endswith", [Value::Str(part)]) => Ok(Value::Bool(text.ends_with(&**part))),
        _ => unsupported(format!("`str.{method}`")),
    }
}

fn swap_case(c: char) -> char {
    if c.is_ascii_uppercase() {
        c.to_ascii_lowercase()
    } else {
        c.to_ascii_uppercase()
    }
}

fn capitalized(word: &str) -> String {
    word.chars()
        .enumerate()
        .map(|(i, c)| {
            if i == 0 {
                c.to_ascii_uppercase()
            } else {
                c.to_ascii_lowercase()
            }
        })
        .collect()
}

fn title(text: &str) -> String {
    let mut after_letter = false;
    text.chars()
        .map(|c| {
            let out = if after_letter {
                c.to_ascii_lowercase()
            } else {
                c.to_ascii_uppercase()
            };
            after_letter = c.is_ascii_alphabetic();
            out
        })
        .collect()
}

/// At least one letter, and every letter as wanted.
fn is_cased(text: &str, wanted: fn(char) -> bool) -> bool {
    let mut letters = text.chars().filter(char::is_ascii_alphabetic).peekable();
    letters.peek().is_some() && letters.all(wanted)
}

fn join(by: &str, source: &Value) -> Evaluated {
    let mut joined = String::new();
    for (i, item) in builtins::items(source)?.iter().enumerate() {
        let Value::Str(item) = item else {
            return Err(Halt::Raised("TypeError"));
        };
        if i > 0 {
            joined.push_str(by);
        }
        joined.push_str(item);
    }
    Ok(Value::text(&joined))
}

fn count(n: usize) -> Evaluated {
    i64::try_from(n).map(Value::Int).map_err(|_| Halt::Beyond)
}

/// The methods that only read a list.
fn list(items: &[Value], method: &str, args: &[Value]) -> Option<Evaluated> {
    match (method, args) {
        ("count", [item]) => Some(count(items.iter().filter(|v| *v == item).count())),
        ("index", [item]) => Some(
            items
                .iter()
                .position(|v| v == item)
                .map_or(Err(Halt::Raised("ValueError")), count),
        ),
        ("copy", []) => Some(Ok(Value::list(items.to_vec()))),
        _ => None,
    }
}

fn change_list(list: &mut Value, method: &str, args: &[Value]) -> Evaluated {
    let Value::List(items) = list else {
        return Err(Halt::Raised("AttributeError"));
    };
    let items = Arc::make_mut(items);
    match (method, args) {
        ("append", [item]) => items.push(item.clone()),
        ("extend", [more]) => items.extend(builtins::items(more)?),
        ("reverse", []) => items.reverse(),
        ("insert", [Value::Int(0), item]) => items.insert(0, item.clone()),
        ("pop", []) => return items.pop().ok_or(Halt::Raised("IndexError")),
        ("pop", [Value::Int(0)]) if items.is_empty() => return Err(Halt::Raised("IndexError")),
        ("pop", [Value::Int(0)]) => return Ok(items.remove(0)),
        ("remove", [item]) => match items.iter().position(|v| v == item) {
            Some(at) => drop(items.remove(at)),
            None => return Err(Halt::Raised("ValueError")),
        },
        _ => return unsupported(format!("`list.{method}`")),
    }
    Ok(Value::None)
}

/// The methods that only read a dictionary.
fn dict(pairs: &[(Value, Value)], method: &str, args: &[Value]) -> Option<Evaluated> {
    let find = |key: &Value| pairs.iter().find(|(k, _)| k == key).map(|(_, v)| v.clone());
    match (method, args) {
        ("keys", []) => Some(Ok(Value::list(
            pairs.iter().map(|(k, _)| k.clone()).collect(),
        ))),
        ("values", []) => Some(Ok(Value::list(
            pairs.iter().map(|(_, v)| v.clone()).collect(),
        ))),
        ("items", []) => Some(Ok(Value::list(
            pairs
                .iter()
                .map(|(k, v)| Value::Tuple(Arc::new(vec![k.clone(), v.clone()])))
                .collect(),
        ))),
        ("get", [key]) => Some(Ok(find(key).unwrap_or(Value::None))),
        ("get", [key, default]) => Some(Ok(find(key).unwrap_or_else(|| default.clone()))),
        ("copy", []) => Some(Ok(Value::dict(pairs.to_vec()))),
        _ => None,
    }
}

fn change_dict(dict: &mut Value, method: &str, args: &[Value]) -> Evaluated {
    match (method, args) {
        ("setdefault", [key, default]) => {
            if let Ok(value) = operators::index(dict, key) {
                return Ok(value);
            }
            operators::store(dict, key.clone(), default.clone())?;
            Ok(default.clone())
        }
        _ => unsupported(format!("`dict.{method}`")),
    }
}
