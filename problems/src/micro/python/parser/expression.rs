//! Expressions, loosest level first.

use super::super::ast::{Call, Clause, Collects, Comparison, Expr, Name, Op};
use super::super::lexer::Token;
use super::super::{Halt, unsupported};
use super::{Parsed, Parser};
use crate::micro::value::Value;

impl Parser {
    /// One expression, or a tuple without parentheses.
    pub(super) fn expression_list(&mut self) -> Parsed<Expr> {
        let first = self.expression()?;
        if !self.is(",") {
            return Ok(first);
        }
        let mut items = vec![first];
        while self.takes(",") {
            items.push(self.expression()?);
        }
        Ok(Expr::Tuple(items))
    }

    pub(super) fn expression(&mut self) -> Parsed<Expr> {
        if self.takes_word("lambda") {
            let mut params = Vec::new();
            while !self.takes(":") {
                params.push(self.name()?);
                self.takes(",");
            }
            return Ok(Expr::Lambda(params, Box::new(self.expression()?)));
        }
        let then = self.or()?;
        if !self.takes_word("if") {
            return Ok(then);
        }
        let condition = self.or()?;
        self.word("else")?;
        let otherwise = self.expression()?;
        Ok(Expr::IfElse(
            Box::new(condition),
            Box::new(then),
            Box::new(otherwise),
        ))
    }

    fn or(&mut self) -> Parsed<Expr> {
        let mut left = self.and()?;
        while self.takes_word("or") {
            left = Expr::Or(Box::new(left), Box::new(self.and()?));
        }
        Ok(left)
    }

    fn and(&mut self) -> Parsed<Expr> {
        let mut left = self.not()?;
        while self.takes_word("and") {
            left = Expr::And(Box::new(left), Box::new(self.not()?));
        }
        Ok(left)
    }

    fn not(&mut self) -> Parsed<Expr> {
        if self.takes_word("not") {
            return Ok(Expr::Not(Box::new(self.not()?)));
        }
        self.comparison()
    }

    fn comparison(&mut self) -> Parsed<Expr> {
        let left = self.sum()?;
        let mut rest = Vec::new();
        while let Some(comparison) = self.comparison_sign()? {
            rest.push((comparison, self.sum()?));
        }
        Ok(if rest.is_empty() {
            left
        } else {
            Expr::Compare(Box::new(left), rest)
        })
    }

    fn comparison_sign(&mut self) -> Parsed<Option<Comparison>> {
        let signs = [
            ("==", Comparison::Eq),
            ("!=", Comparison::Ne),
            ("<=", Comparison::Le),
            (">=", Comparison::Ge),
            ("<", Comparison::Lt),
            (">", Comparison::Gt),
        ];
        for (sign, comparison) in signs {
            if self.takes(sign) {
                return Ok(Some(comparison));
            }
        }
        if self.takes_word("in") {
            return Ok(Some(Comparison::In));
        }
        if self.takes_word("not") {
            self.word("in")?;
            return Ok(Some(Comparison::NotIn));
        }
        Ok(None)
    }

    fn sum(&mut self) -> Parsed<Expr> {
        self.binary(&[("+", Op::Add), ("-", Op::Sub)], Self::product)
    }

    fn product(&mut self) -> Parsed<Expr> {
        self.binary(
            &[("*", Op::Mul), ("//", Op::FloorDiv), ("%", Op::Mod)],
            Self::unary,
        )
    }

    fn binary(
        &mut self,
        signs: &[(&str, Op)],
        tighter: fn(&mut Self) -> Parsed<Expr>,
    ) -> Parsed<Expr> {
        let mut left = tighter(self)?;
        while let Some(&(_, op)) = signs.iter().find(|(sign, _)| self.is(sign)) {
            self.at += 1;
            left = Expr::Binary(op, Box::new(left), Box::new(tighter(self)?));
        }
        Ok(left)
    }

    fn unary(&mut self) -> Parsed<Expr> {
        if self.takes("-") {
            return Ok(Expr::Negate(Box::new(self.unary()?)));
        }
        let base = self.postfix()?;
        if self.takes("**") {
            return Ok(Expr::Binary(
                Op::Pow,
                Box::new(base),
                Box::new(self.unary()?),
            ));
        }
        Ok(base)
    }

    fn postfix(&mut self) -> Parsed<Expr> {
        let mut base = self.atom()?;
        loop {
            if self.takes(".") {
                let method = self.name()?;
                self.sign("(")?;
                base = Expr::Method(Box::new(base), method, self.call()?);
            } else if self.takes("[") {
                base = self.subscript(base)?;
            } else if self.is("(") {
                let Expr::Name(name) = base else {
                    return unsupported("a call of an expression");
                };
                self.at += 1;
                base = Expr::Call(name, self.call()?);
            } else {
                return Ok(base);
            }
        }
    }

    fn call(&mut self) -> Parsed<Call> {
        let mut call = Call {
            args: Vec::new(),
            keywords: Vec::new(),
        };
        while !self.takes(")") {
            if let Some(name) = self.keyword() {
                call.keywords.push((name, self.expression()?));
            } else {
                let arg = self.expression()?;
                call.args.push(if self.is_word("for") {
                    Expr::Comprehension(Collects::List, Box::new(arg), self.clauses()?)
                } else {
                    arg
                });
            }
            if !self.is(")") {
                self.sign(",")?;
            }
        }
        Ok(call)
    }

    fn keyword(&mut self) -> Option<Name> {
        let Token::Word(word) = self.peek() else {
            return None;
        };
        if self.tokens.get(self.at + 1) != Some(&Token::Sign("=")) {
            return None;
        }
        let name = Name::from(word.as_str());
        self.at += 2;
        Some(name)
    }

    fn subscript(&mut self, base: Expr) -> Parsed<Expr> {
        let mut parts: [Option<Box<Expr>>; 3] = [None, None, None];
        let mut colons = 0;
        loop {
            if self.takes("]") {
                break;
            }
            if self.takes(":") {
                colons += 1;
                if colons > 2 {
                    return unsupported("a slice of four parts");
                }
            } else {
                parts[colons] = Some(Box::new(self.expression()?));
            }
        }
        if colons > 0 {
            return Ok(Expr::Slice(Box::new(base), parts));
        }
        match parts {
            [Some(index), ..] => Ok(Expr::Index(Box::new(base), index)),
            _ => unsupported("an empty subscript"),
        }
    }

    fn clauses(&mut self) -> Parsed<Vec<Clause>> {
        let mut clauses = Vec::new();
        while self.takes_word("for") {
            let target = self.loop_target()?;
            self.word("in")?;
            let source = self.or()?;
            let mut conditions = Vec::new();
            while self.takes_word("if") {
                conditions.push(self.or()?);
            }
            clauses.push(Clause {
                target,
                source,
                conditions,
            });
        }
        Ok(clauses)
    }

    fn atom(&mut self) -> Parsed<Expr> {
        let token = self.peek().clone();
        match token {
            Token::Int(number) => {
                self.at += 1;
                Ok(Expr::Literal(Value::Int(number)))
            }
            Token::Str(text) => {
                self.at += 1;
                Ok(Expr::Literal(Value::text(&text)))
            }
            Token::Word(word) => Ok(match word.as_str() {
                "True" => self.literal(Value::Bool(true)),
                "False" => self.literal(Value::Bool(false)),
                "None" => self.literal(Value::None),
                _ => Expr::Name(self.name()?),
            }),
            Token::Sign("(") => self.parenthesis(),
            Token::Sign("[") => self.list(),
            Token::Sign("{") => self.braces(),
            other => Err(Halt::Unsupported(format!(
                "{other:?} where a value was due"
            ))),
        }
    }

    fn literal(&mut self, value: Value) -> Expr {
        self.at += 1;
        Expr::Literal(value)
    }

    fn parenthesis(&mut self) -> Parsed<Expr> {
        self.sign("(")?;
        let inner = self.expression_list()?;
        self.sign(")")?;
        Ok(inner)
    }

    fn list(&mut self) -> Parsed<Expr> {
        self.sign("[")?;
        if self.takes("]") {
            return Ok(Expr::List(Vec::new()));
        }
        let first = self.expression()?;
        let list = if self.is_word("for") {
            Expr::Comprehension(Collects::List, Box::new(first), self.clauses()?)
        } else {
            let mut items = vec![first];
            while self.takes(",") {
                items.push(self.expression()?);
            }
            Expr::List(items)
        };
        self.sign("]")?;
        Ok(list)
    }

    fn braces(&mut self) -> Parsed<Expr> {
        self.sign("{")?;
        if self.takes("}") {
            return Ok(Expr::Dict(Vec::new()));
        }
        let first = self.expression()?;
        let is_dict = self.takes(":");
        let first = if is_dict {
            Expr::Tuple(vec![first, self.expression()?])
        } else {
            first
        };
        if self.is_word("for") {
            let collects = if is_dict {
                Collects::Dict
            } else {
                Collects::Set
            };
            let all = Expr::Comprehension(collects, Box::new(first), self.clauses()?);
            self.sign("}")?;
            return Ok(all);
        }
        let mut items = vec![first];
        while self.takes(",") {
            let key = self.expression()?;
            items.push(if is_dict {
                self.sign(":")?;
                Expr::Tuple(vec![key, self.expression()?])
            } else {
                key
            });
        }
        self.sign("}")?;
        if !is_dict {
            return Ok(Expr::Set(items));
        }
        let pairs = items.into_iter().filter_map(|item| match item {
            Expr::Tuple(mut pair) => Some((pair.remove(0), pair.remove(0))),
            _ => None,
        });
        Ok(Expr::Dict(pairs.collect()))
    }
}
