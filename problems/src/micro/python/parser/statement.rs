//! Statements and blocks.

use super::super::ast::{Expr, Op, Stmt, Target};
use super::super::lexer::Token;
use super::super::unsupported;
use super::{Parsed, Parser};

impl Parser {
    /// `:` and an indented block; a docstring in it is an expression like any other.
    pub(super) fn block(&mut self) -> Parsed<Vec<Stmt>> {
        self.sign(":")?;
        if !self.takes_token(&Token::Newline) || !self.takes_token(&Token::Indent) {
            return unsupported("a block on the line of its head");
        }
        let mut body = Vec::new();
        while !self.takes_token(&Token::Dedent) {
            body.push(self.statement()?);
        }
        Ok(body)
    }

    fn statement(&mut self) -> Parsed<Stmt> {
        if self.takes_word("for") {
            let target = self.loop_target()?;
            self.word("in")?;
            let source = self.expression_list()?;
            return Ok(Stmt::For(target, source, self.block()?));
        }
        if self.takes_word("while") {
            let condition = self.expression()?;
            return Ok(Stmt::While(condition, self.block()?));
        }
        if self.takes_word("if") {
            return self.branches();
        }
        let simple = self.simple_statement()?;
        if self.takes_token(&Token::Newline) {
            Ok(simple)
        } else {
            unsupported(format!("{:?} at the end of a statement", self.peek()))
        }
    }

    fn branches(&mut self) -> Parsed<Stmt> {
        let condition = self.expression()?;
        let then = self.block()?;
        let otherwise = if self.takes_word("elif") {
            vec![self.branches()?]
        } else if self.takes_word("else") {
            self.block()?
        } else {
            Vec::new()
        };
        Ok(Stmt::If(condition, then, otherwise))
    }

    fn simple_statement(&mut self) -> Parsed<Stmt> {
        if self.takes_word("return") {
            return Ok(Stmt::Return(self.expression_list()?));
        }
        for (word, statement) in [
            ("pass", Stmt::Pass),
            ("break", Stmt::Break),
            ("continue", Stmt::Continue),
        ] {
            if self.takes_word(word) {
                return Ok(statement);
            }
        }
        let left = self.expression_list()?;
        if self.takes("=") {
            return Ok(Stmt::Assign(target(left)?, self.expression_list()?));
        }
        let augmented = [
            ("+=", Op::Add),
            ("-=", Op::Sub),
            ("*=", Op::Mul),
            ("//=", Op::FloorDiv),
            ("%=", Op::Mod),
            ("**=", Op::Pow),
        ];
        for (sign, op) in augmented {
            if self.takes(sign) {
                return Ok(Stmt::Augment(target(left)?, op, self.expression_list()?));
            }
        }
        Ok(Stmt::Expr(left))
    }

    /// The names between `for` and `in`.
    pub(super) fn loop_target(&mut self) -> Parsed<Target> {
        let first = Target::Name(self.name()?);
        if !self.is(",") {
            return Ok(first);
        }
        let mut names = vec![first];
        while self.takes(",") {
            names.push(Target::Name(self.name()?));
        }
        Ok(Target::Tuple(names))
    }
}

fn target(left: Expr) -> Parsed<Target> {
    match left {
        Expr::Name(name) => Ok(Target::Name(name)),
        Expr::Tuple(items) => Ok(Target::Tuple(
            items.into_iter().map(target).collect::<Parsed<_>>()?,
        )),
        Expr::Index(object, index) => match *object {
            Expr::Name(name) => Ok(Target::Index(name, *index)),
            _ => unsupported("assignment into an expression"),
        },
        _ => unsupported("assignment to an expression"),
    }
}
