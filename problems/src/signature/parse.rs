//! From text to types and signatures.

use std::str::FromStr;

use super::{Parameter, Signature, Type, TypeError};

/// Deeper nesting than any problem needs; it keeps the recursion over types shallow.
const MAX_DEPTH: usize = 16;

impl FromStr for Type {
    type Err = TypeError;

    fn from_str(text: &str) -> Result<Self, TypeError> {
        let mut parser = Parser { text, at: 0 };
        let ty = parser.ty(0)?;
        parser.end()?;
        Ok(ty)
    }
}

impl FromStr for Signature {
    type Err = TypeError;

    fn from_str(text: &str) -> Result<Self, TypeError> {
        let mut parser = Parser { text, at: 0 };
        let signature = parser.signature()?;
        parser.end()?;
        Ok(signature)
    }
}

/// Reads types by recursive descent over the bytes of the text.
struct Parser<'a> {
    text: &'a str,
    at: usize,
}

impl<'a> Parser<'a> {
    fn fail<T>(&self, why: impl Into<String>) -> Result<T, TypeError> {
        let column = self.text[..self.at].chars().count() + 1;
        Err(TypeError {
            why: why.into(),
            column,
            text: self.text.to_owned(),
        })
    }

    fn skip_spaces(&mut self) {
        self.at = self.text.len() - self.text[self.at..].trim_start().len();
    }

    fn accept(&mut self, token: &str) -> bool {
        self.skip_spaces();
        let found = self.text[self.at..].starts_with(token);
        if found {
            self.at += token.len();
        }
        found
    }

    fn expect(&mut self, token: &str) -> Result<(), TypeError> {
        if self.accept(token) {
            Ok(())
        } else {
            self.fail(format!("expected `{token}`"))
        }
    }

    fn end(&mut self) -> Result<(), TypeError> {
        self.skip_spaces();
        if self.at == self.text.len() {
            Ok(())
        } else {
            self.fail("unexpected text")
        }
    }

    fn identifier(&mut self) -> Result<&'a str, TypeError> {
        self.skip_spaces();
        let rest = &self.text[self.at..];
        let length = rest
            .find(|c: char| !(c.is_ascii_alphanumeric() || c == '_'))
            .unwrap_or(rest.len());
        if length == 0 || rest.as_bytes()[0].is_ascii_digit() {
            return self.fail("expected a name");
        }
        self.at += length;
        Ok(&rest[..length])
    }

    fn ty(&mut self, depth: usize) -> Result<Type, TypeError> {
        if depth >= MAX_DEPTH {
            return self.fail("nested too deeply");
        }
        self.skip_spaces();
        let start = self.at;
        let name = self.identifier()?;
        let ty = match name {
            "int" => Type::Int,
            "float" => Type::Float,
            "bool" => Type::Bool,
            "string" => Type::Str,
            "list" => Type::List(Box::new(self.one(depth)?)),
            "set" => Type::Set(Box::new(self.one(depth)?)),
            "optional" => Type::Optional(Box::new(self.one(depth)?)),
            "tuple" => Type::Tuple(self.parts(depth)?),
            "dict" => match <[Type; 2]>::try_from(self.parts(depth)?) {
                Ok([key, value]) => Type::Dict(Box::new(key), Box::new(value)),
                Err(_) => return self.fail("a dict takes two types"),
            },
            _ => {
                self.at = start;
                return self.fail(format!(
                    "`{name}` is no type (int, float, bool, string, list, tuple, dict, set, optional)"
                ));
            }
        };
        match &ty {
            Type::Set(key) | Type::Dict(key, _) if !key.is_key() => {
                self.fail(format!("`{key}` cannot be a key or a member of a set"))
            }
            Type::Optional(inner) if matches!(**inner, Type::Optional(_)) => {
                self.fail("an optional of an optional has two nulls")
            }
            _ => Ok(ty),
        }
    }

    fn one(&mut self, depth: usize) -> Result<Type, TypeError> {
        self.expect("<")?;
        let inner = self.ty(depth + 1)?;
        self.expect(">")?;
        Ok(inner)
    }

    fn parts(&mut self, depth: usize) -> Result<Vec<Type>, TypeError> {
        self.expect("<")?;
        let mut parts = vec![self.ty(depth + 1)?];
        while self.accept(",") {
            parts.push(self.ty(depth + 1)?);
        }
        self.expect(">")?;
        Ok(parts)
    }

    fn signature(&mut self) -> Result<Signature, TypeError> {
        let name = self.identifier()?.to_owned();
        self.expect("(")?;
        let mut parameters: Vec<Parameter> = Vec::new();
        if !self.accept(")") {
            loop {
                let name = self.identifier()?.to_owned();
                if parameters.iter().any(|parameter| parameter.name == name) {
                    return self.fail(format!("parameter `{name}` is already there"));
                }
                self.expect(":")?;
                parameters.push(Parameter {
                    name,
                    ty: self.ty(0)?,
                });
                if !self.accept(",") {
                    break;
                }
            }
            self.expect(")")?;
        }
        self.expect("->")?;
        Ok(Signature {
            name,
            parameters,
            returns: self.ty(0)?,
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn spaces_do_not_matter() {
        let ty: Type = " dict < string ,list< int> > ".parse().unwrap();
        assert_eq!(ty.to_string(), "dict<string, list<int>>");
    }

    #[test]
    fn what_is_no_type_is_refused_with_its_column() {
        let refused = |text: &str| text.parse::<Type>().unwrap_err().to_string();
        insta::assert_snapshot!(refused("list<num>"), @"`num` is no type (int, float, bool, string, list, tuple, dict, set, optional) at column 6 of `list<num>`");
        insta::assert_snapshot!(refused("list<int"), @"expected `>` at column 9 of `list<int`");
        insta::assert_snapshot!(refused("dict<int>"), @"a dict takes two types at column 10 of `dict<int>`");
        insta::assert_snapshot!(refused("optional<optional<int>>"), @"an optional of an optional has two nulls at column 24 of `optional<optional<int>>`");
        insta::assert_snapshot!(refused(""), @"expected a name at column 1 of ``");
        assert!(refused(&"list<".repeat(100_000)).starts_with("nested too deeply at column 81"));
    }
}
