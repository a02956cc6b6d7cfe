//! Statements and expressions, walked over the tree.

use std::sync::Arc;

use super::ast::{Clause, Collects, Comparison, Expr, Function, Op, Stmt, Target};
use super::{Halt, builtins, operators};
use crate::micro::value::Value;

pub(super) type Evaluated<T = Value> = Result<T, Halt>;

/// Steps (expressions and statements visited) before a call is given up. The longest honest loops
/// of the primitives, over a few hundred numbers, take a few thousand.
const STEPS: u32 = 20_000;

pub(super) fn call(function: &Function, args: &[Value]) -> Evaluated {
    if args.len() != function.params.len() {
        return Err(Halt::Raised("TypeError"));
    }
    let variables = function
        .params
        .iter()
        .map(|name| &**name)
        .zip(args.iter().cloned())
        .collect();
    let mut scope = Scope {
        variables,
        steps: STEPS,
    };
    match scope.block(&function.body)? {
        Flow::Return(value) => Ok(value),
        Flow::Next | Flow::Break | Flow::Continue => Ok(Value::None),
    }
}

/// A scope for a builtin called where no variable can be meant, such as `map(max, …)`.
pub(super) fn without_variables<'a>() -> Scope<'a> {
    Scope {
        variables: Vec::new(),
        steps: STEPS,
    }
}

enum Flow {
    Next,
    Break,
    Continue,
    Return(Value),
}

pub(super) struct Scope<'a> {
    /// Innermost last; a comprehension's variables come and go at the end.
    variables: Vec<(&'a str, Value)>,
    steps: u32,
}

impl<'a> Scope<'a> {
    fn step(&mut self) -> Evaluated<()> {
        self.steps = self.steps.checked_sub(1).ok_or(Halt::Beyond)?;
        Ok(())
    }

    fn block(&mut self, body: &'a [Stmt]) -> Evaluated<Flow> {
        for statement in body {
            match self.statement(statement)? {
                Flow::Next => {}
                other => return Ok(other),
            }
        }
        Ok(Flow::Next)
    }

    fn statement(&mut self, statement: &'a Stmt) -> Evaluated<Flow> {
        self.step()?;
        match statement {
            Stmt::Assign(target, value) => {
                let value = self.eval(value)?;
                self.assign(target, value)?;
            }
            Stmt::Augment(target, op, value) => {
                let old = match target {
                    Target::Name(name) => self.variable(name)?.clone(),
                    Target::Index(name, index) => {
                        let index = self.eval(index)?;
                        operators::index(self.variable(name)?, &index)?
                    }
                    Target::Tuple(_) => return Err(Halt::Raised("SyntaxError")),
                };
                let value = self.eval(value)?;
                self.assign(target, operators::binary(*op, &old, &value)?)?;
            }
            Stmt::For(target, source, body) => {
                for item in builtins::items(&self.eval(source)?)? {
                    self.assign(target, item)?;
                    match self.block(body)? {
                        Flow::Next | Flow::Continue => {}
                        Flow::Break => break,
                        Flow::Return(value) => return Ok(Flow::Return(value)),
                    }
                }
            }
            Stmt::While(condition, body) => {
                while self.eval(condition)?.truth() {
                    match self.block(body)? {
                        Flow::Next | Flow::Continue => {}
                        Flow::Break => break,
                        Flow::Return(value) => return Ok(Flow::Return(value)),
                    }
                }
            }
            Stmt::If(condition, then, otherwise) => {
                let truth = self.eval(condition)?.truth();
                return self.block(if truth { then } else { otherwise });
            }
            Stmt::Return(value) => return Ok(Flow::Return(self.eval(value)?)),
            Stmt::Expr(value) => {
                self.eval(value)?;
            }
            Stmt::Break => return Ok(Flow::Break),
            Stmt::Continue => return Ok(Flow::Continue),
            Stmt::Pass => {}
        }
        Ok(Flow::Next)
    }

    fn variable(&mut self, name: &str) -> Evaluated<&mut Value> {
        let found = self
            .variables
            .iter_mut()
            .rev()
            .find(|(known, _)| *known == name);
        found
            .map(|(_, value)| value)
            .ok_or(Halt::Raised("NameError"))
    }

    fn assign(&mut self, target: &'a Target, value: Value) -> Evaluated<()> {
        match target {
            Target::Name(name) => {
                if let Ok(variable) = self.variable(name) {
                    *variable = value;
                } else {
                    self.variables.push((name, value));
                }
                Ok(())
            }
            Target::Tuple(targets) => {
                let items = builtins::items(&value)?;
                if items.len() != targets.len() {
                    return Err(Halt::Raised("ValueError"));
                }
                targets
                    .iter()
                    .zip(items)
                    .try_for_each(|(target, item)| self.assign(target, item))
            }
            Target::Index(name, index) => {
                let index = self.eval(index)?;
                operators::store(self.variable(name)?, index, value)
            }
        }
    }

    /// Binds new variables that hide those of the same name until `truncate`.
    fn bind(&mut self, target: &'a Target, value: Value) -> Evaluated<()> {
        match target {
            Target::Name(name) => {
                self.variables.push((name, value));
                Ok(())
            }
            Target::Tuple(targets) => {
                let items = builtins::items(&value)?;
                if items.len() != targets.len() {
                    return Err(Halt::Raised("ValueError"));
                }
                targets
                    .iter()
                    .zip(items)
                    .try_for_each(|(target, item)| self.bind(target, item))
            }
            Target::Index(..) => Err(Halt::Raised("SyntaxError")),
        }
    }

    pub(super) fn eval(&mut self, expr: &'a Expr) -> Evaluated {
        self.step()?;
        match expr {
            Expr::Literal(value) => Ok(value.clone()),
            Expr::Name(name) => self.variable(name).cloned(),
            Expr::List(items) => Ok(Value::list(self.all(items)?)),
            Expr::Tuple(items) => Ok(Value::Tuple(Arc::new(self.all(items)?))),
            Expr::Set(items) => Ok(builtins::set(self.all(items)?)),
            Expr::Dict(pairs) => {
                let mut dict = Value::dict(Vec::new());
                for (key, value) in pairs {
                    let key = self.eval(key)?;
                    let value = self.eval(value)?;
                    operators::store(&mut dict, key, value)?;
                }
                Ok(dict)
            }
            Expr::Comprehension(collects, element, clauses) => {
                let mut items = Vec::new();
                self.comprehend(element, clauses, &mut items)?;
                match collects {
                    Collects::List => Ok(Value::list(items)),
                    Collects::Set => Ok(builtins::set(items)),
                    Collects::Dict => builtins::dict(items),
                }
            }
            Expr::Lambda(..) => super::unsupported("a lambda as a value"),
            Expr::Negate(value) => operators::binary(Op::Sub, &Value::Int(0), &self.eval(value)?),
            Expr::Not(value) => Ok(Value::Bool(!self.eval(value)?.truth())),
            Expr::Binary(op, left, right) => {
                let left = self.eval(left)?;
                operators::binary(*op, &left, &self.eval(right)?)
            }
            Expr::Compare(first, rest) => self.chain(first, rest),
            Expr::And(left, right) => {
                let left = self.eval(left)?;
                if left.truth() {
                    self.eval(right)
                } else {
                    Ok(left)
                }
            }
            Expr::Or(left, right) => {
                let left = self.eval(left)?;
                if left.truth() {
                    Ok(left)
                } else {
                    self.eval(right)
                }
            }
            Expr::IfElse(condition, then, otherwise) => {
                let truth = self.eval(condition)?.truth();
                self.eval(if truth { then } else { otherwise })
            }
            Expr::Call(name, call) => self.builtin(name, call),
            Expr::Method(object, method, call) => self.method(object, method, call),
            Expr::Index(object, index) => {
                let object = self.eval(object)?;
                operators::index(&object, &self.eval(index)?)
            }
            Expr::Slice(object, parts) => {
                let object = self.eval(object)?;
                let mut bounds = [None; 3];
                for (bound, part) in bounds.iter_mut().zip(parts) {
                    if let Some(part) = part {
                        let part = self.eval(part)?;
                        *bound = Some(part.as_int().ok_or(Halt::Raised("TypeError"))?);
                    }
                }
                operators::slice(&object, bounds)
            }
        }
    }

    pub(super) fn all(&mut self, items: &'a [Expr]) -> Evaluated<Vec<Value>> {
        items.iter().map(|item| self.eval(item)).collect()
    }

    fn chain(&mut self, first: &'a Expr, rest: &'a [(Comparison, Expr)]) -> Evaluated {
        let mut left = self.eval(first)?;
        for (comparison, right) in rest {
            let right = self.eval(right)?;
            if !operators::compare(*comparison, &left, &right)? {
                return Ok(Value::Bool(false));
            }
            left = right;
        }
        Ok(Value::Bool(true))
    }

    fn comprehend(
        &mut self,
        element: &'a Expr,
        clauses: &'a [Clause],
        out: &mut Vec<Value>,
    ) -> Evaluated<()> {
        let Some((clause, inner)) = clauses.split_first() else {
            out.push(self.eval(element)?);
            return Ok(());
        };
        let outside = self.variables.len();
        for item in builtins::items(&self.eval(&clause.source)?)? {
            self.bind(&clause.target, item)?;
            let mut wanted = true;
            for condition in &clause.conditions {
                wanted = wanted && self.eval(condition)?.truth();
            }
            if wanted {
                self.comprehend(element, inner, out)?;
            }
            self.variables.truncate(outside);
        }
        Ok(())
    }

    /// Calls what stands where Python takes a function: a lambda or a builtin's name.
    pub(super) fn apply(&mut self, function: &'a Expr, item: Value) -> Evaluated {
        match function {
            Expr::Lambda(params, body) => {
                let [param] = params.as_slice() else {
                    return super::unsupported("a lambda of several parameters");
                };
                let outside = self.variables.len();
                self.variables.push((param, item));
                let value = self.eval(body);
                self.variables.truncate(outside);
                value
            }
            Expr::Name(name) => builtins::plain(name, &[item]),
            _ => super::unsupported("a function that is neither a lambda nor a builtin"),
        }
    }

    /// The list method calls that change a variable in place.
    pub(super) fn in_place(
        &mut self,
        object: &'a Expr,
        change: impl FnOnce(&mut Value) -> Evaluated,
    ) -> Evaluated {
        let Expr::Name(name) = object else {
            return super::unsupported("a change in place of what is not a variable");
        };
        change(self.variable(name)?)
    }
}
