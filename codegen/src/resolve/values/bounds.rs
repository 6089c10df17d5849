//! The arguments of `@length`, `@range` and `@pattern`.

use std::cmp::Ordering;

use crate::ast::{Literal, LiteralKind};
use crate::diagnostic::Problem;
use crate::diagnostic::code::values as codes;
use crate::model::{IntType, NumberRange, Pattern, Type, TypeId, Value};
use crate::resolve::lower::Lowered;
use crate::resolve::pending::{Constraint, ConstraintKind};

impl Lowered<'_> {
    pub(super) fn settle_constraints(&mut self) {
        for constraint in std::mem::take(&mut self.pending.constraints) {
            self.file = constraint.location.file;
            self.constraint(&constraint);
        }
    }

    fn constraint(&mut self, constraint: &Constraint) {
        let (ty, _) = constraint.slot.get_mut(&mut self.model);
        let ty = self.constrained(ty);
        if self.is_poison(ty) {
            return;
        }
        let shape = &self.model.types[ty];
        let fits = match constraint.kind {
            ConstraintKind::Length => {
                matches!(shape, Type::String | Type::Bytes | Type::List(_) | Type::Set(_) | Type::Map(..))
            }
            ConstraintKind::Range => matches!(shape, Type::Int(_) | Type::Float(_) | Type::Decimal | Type::Duration),
            ConstraintKind::Pattern => matches!(shape, Type::String),
        };
        if !fits {
            let (name, on) = match constraint.kind {
                ConstraintKind::Length => ("length", "strings, bytes, lists, sets and maps"),
                ConstraintKind::Range => ("range", "numbers, decimals and durations"),
                ConstraintKind::Pattern => ("pattern", "strings"),
            };
            let message = format!("\"@{name}\" holds for {on}, and this is {}", self.model.type_text(ty));
            let problem = Problem::new(codes::CONSTRAINT_MISFIT, constraint.location, message);
            let other = match (constraint.kind, shape) {
                (ConstraintKind::Range, Type::String | Type::Bytes | Type::List(_) | Type::Set(_) | Type::Map(..)) => {
                    Some("its length is bounded by `@length(…)`")
                }
                (ConstraintKind::Length, Type::Int(_) | Type::Float(_) | Type::Decimal | Type::Duration) => {
                    Some("it is bounded by `@range(…)`")
                }
                _ => None,
            };
            self.problems.push(match other {
                Some(other) => problem.with_help(other),
                None => problem,
            });
            return;
        }
        match constraint.kind {
            ConstraintKind::Length => {
                if let Some(length) = self.length(&constraint.argument) {
                    constraint.slot.get_mut(&mut self.model).1.length = Some(Box::new(length));
                }
            }
            ConstraintKind::Range => {
                if let Some(range) = self.range(&constraint.argument, ty) {
                    constraint.slot.get_mut(&mut self.model).1.range = Some(Box::new(range));
                }
            }
            ConstraintKind::Pattern => {
                if let Some(pattern) = self.pattern(&constraint.argument) {
                    constraint.slot.get_mut(&mut self.model).1.pattern = Some(pattern);
                }
            }
        }
    }

    /// What a constraint on a type is about: aliases and `?` are seen through.
    fn constrained(&self, ty: TypeId) -> TypeId {
        let resolved = self.model.resolved(ty);
        match self.model.types[resolved] {
            Type::Optional(inner) => self.model.resolved(inner),
            _ => resolved,
        }
    }

    fn length(&mut self, argument: &Literal) -> Option<(Option<u64>, Option<u64>)> {
        let (from, to) = match &argument.kind {
            LiteralKind::Range(from, to) => (from.as_deref(), to.as_deref()),
            LiteralKind::Number | LiteralKind::Name(_) => (Some(argument), Some(argument)),
            _ => (None, None),
        };
        if from.is_none() && to.is_none() {
            return self.value_problem(
                codes::BAD_RANGE,
                argument.span,
                "a length is a range, as in `1..64`, or a number",
            );
        }
        let from = self.count_bound(from)?;
        let to = self.count_bound(to)?;
        if from.zip(to).is_some_and(|(from, to)| from > to) {
            return self.value_problem(
                codes::BAD_RANGE,
                argument.span,
                "no length is in this range: it ends before it begins",
            );
        }
        Some((from, to))
    }

    fn count_bound(&mut self, bound: Option<&Literal>) -> Option<Option<u64>> {
        let Some(bound) = bound else { return Some(None) };
        let ty = self.intern(Type::Int(IntType::Uint64));
        let before = self.problems.len();
        if let Some(Value::Int(value)) = self.evaluate(bound, ty) {
            return Some(u64::try_from(value).ok());
        }
        // In the words of lengths, rather than of the type that counts them.
        if self.problems.len() == before + 1 && !matches!(bound.kind, LiteralKind::Name(_)) {
            self.problems.truncate(before);
            return self.value_problem(
                codes::BAD_RANGE,
                bound.span,
                "a bound of a length is a whole number from 0 to 18446744073709551615",
            );
        }
        None
    }

    fn range(&mut self, argument: &Literal, ty: TypeId) -> Option<NumberRange> {
        let (from, to) = match &argument.kind {
            LiteralKind::Range(from, to) if from.is_some() || to.is_some() => (from.as_deref(), to.as_deref()),
            _ => {
                return self.value_problem(
                    codes::BAD_RANGE,
                    argument.span,
                    "a range has two dots and a bound on one side at least, as in `0..100` or `0..`",
                );
            }
        };
        let mut bound = |bound: Option<&Literal>| match bound {
            Some(bound) => self.evaluate(bound, ty).map(Some),
            None => Some(None),
        };
        let (from, to) = (bound(from), bound(to));
        let (from, to) = (from?, to?);
        if let (Some(from), Some(to)) = (&from, &to)
            && self.compare(from, to, ty) == Ordering::Greater
        {
            return self.value_problem(
                codes::BAD_RANGE,
                argument.span,
                "nothing is in this range: it ends before it begins",
            );
        }
        Some(NumberRange { from, to })
    }

    fn pattern(&mut self, argument: &Literal) -> Option<Box<str>> {
        let ty = self.intern(Type::String);
        let Value::String(source) = self.evaluate(argument, ty)? else { return None };
        match Pattern::new(&source) {
            Ok(pattern) => {
                self.values.patterns.insert(source.clone(), pattern);
                Some(source)
            }
            Err(error) => {
                let message = format!("the pattern cannot be used: {error}");
                self.value_problem(codes::BAD_PATTERN, argument.span, message)
            }
        }
    }
}
