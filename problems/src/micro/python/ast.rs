//! The syntax tree of the evaluator: only what micro problems use.

use std::sync::Arc;

use crate::micro::value::Value;

/// A variable's, function's or method's name.
pub(super) type Name = Arc<str>;

#[derive(Clone, Debug)]
pub(super) struct Function {
    pub(super) params: Vec<Name>,
    pub(super) body: Vec<Stmt>,
}

#[derive(Clone, Debug)]
pub(super) enum Stmt {
    Assign(Target, Expr),
    Augment(Target, Op, Expr),
    For(Target, Expr, Vec<Stmt>),
    While(Expr, Vec<Stmt>),
    /// Condition, then, else; an `elif` is an `If` alone in the else.
    If(Expr, Vec<Stmt>, Vec<Stmt>),
    Return(Expr),
    Expr(Expr),
    Break,
    Continue,
    Pass,
}

#[derive(Clone, Debug)]
pub(super) enum Target {
    Name(Name),
    Tuple(Vec<Target>),
    Index(Name, Expr),
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Op {
    Add,
    Sub,
    Mul,
    FloorDiv,
    Mod,
    Pow,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Comparison {
    Eq,
    Ne,
    Lt,
    Le,
    Gt,
    Ge,
    In,
    NotIn,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Collects {
    List,
    Set,
    Dict,
}

#[derive(Clone, Debug)]
pub(super) struct Clause {
    pub(super) target: Target,
    pub(super) source: Expr,
    pub(super) conditions: Vec<Expr>,
}

#[derive(Clone, Debug)]
pub(super) struct Call {
    pub(super) args: Vec<Expr>,
    pub(super) keywords: Vec<(Name, Expr)>,
}

#[derive(Clone, Debug)]
pub(super) enum Expr {
    Literal(Value),
    Name(Name),
    List(Vec<Expr>),
    Tuple(Vec<Expr>),
    Set(Vec<Expr>),
    Dict(Vec<(Expr, Expr)>),
    /// Element (a pair's tuple for a dictionary) and clauses, outermost first.
    Comprehension(Collects, Box<Expr>, Vec<Clause>),
    Lambda(Vec<Name>, Box<Expr>),
    Negate(Box<Expr>),
    Not(Box<Expr>),
    Binary(Op, Box<Expr>, Box<Expr>),
    Compare(Box<Expr>, Vec<(Comparison, Expr)>),
    And(Box<Expr>, Box<Expr>),
    Or(Box<Expr>, Box<Expr>),
    /// Condition, then, else.
    IfElse(Box<Expr>, Box<Expr>, Box<Expr>),
    Call(Name, Call),
    Method(Box<Expr>, Name, Call),
    Index(Box<Expr>, Box<Expr>),
    /// Start, stop, step.
    Slice(Box<Expr>, [Option<Box<Expr>>; 3]),
}
