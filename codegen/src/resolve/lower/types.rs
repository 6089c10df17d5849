use super::{Lowered, Wanted};
use crate::ast;
use crate::diagnostic::Problem;
use crate::diagnostic::code::names as codes;
use crate::model::{Type, TypeId};
use crate::resolve::pending::{TypeCheck, TypeRule};
use crate::resolve::scope::Definition;
use crate::resolve::{builtin, habits};
use crate::source::Span;

/// How many types a tuple takes.
const TUPLE: std::ops::RangeInclusive<usize> = 2..=12;

impl<'t> Lowered<'t> {
    /// The type that is written; poison where it is none, which is reported.
    pub(super) fn ty(&mut self, ty: &ast::Type) -> TypeId {
        match &ty.kind {
            ast::TypeKind::Name(path) => self.named(path),
            ast::TypeKind::Generic(name, arguments) => self.generic(ty.span, *name, arguments),
            ast::TypeKind::Optional(inner) => self.optional(ty.span, inner),
        }
    }

    /// The same for a type that a syntax error may have swallowed.
    pub(super) fn ty_or_poison(&mut self, ty: Option<&ast::Type>) -> TypeId {
        match ty {
            Some(ty) => self.ty(ty),
            None => self.poison(),
        }
    }

    fn named(&mut self, path: &ast::Path) -> TypeId {
        let text = self.text(path.span);
        if let Some(scalar) = builtin::scalar(text) {
            return self.intern(scalar);
        }
        if builtin::is_generic(text) {
            let example = match text {
                "map" => "map<string, int64>",
                "tuple" => "tuple<string, int64>",
                "set" => "set<string>",
                _ => "list<string>",
            };
            let message = format!("\"{text}\" needs the types that it holds, as in {example}");
            self.problem(codes::WRONG_TYPE_ARGUMENTS, path.span, message);
            return self.poison();
        }
        let Some(declaration) = self.find(path, Wanted::Type) else { return self.poison() };
        let ty = match declaration.what {
            Definition::Record(id) => Type::Record(id),
            Definition::Enum(id) => Type::Enum(id),
            Definition::Union(id) => Type::Union(id),
            Definition::Alias(id) => Type::Alias(id),
            other @ (Definition::Constant(_) | Definition::Exception(_) | Definition::Service(_)) => {
                let message = format!("\"{text}\" is {} and no type", other.described());
                self.problem(codes::NOT_A_TYPE, path.span, message);
                return self.poison();
            }
        };
        self.intern(ty)
    }

    fn generic(&mut self, span: Span, name: ast::Ident, written: &[ast::Type]) -> TypeId {
        let text = self.text(name.span);
        let arguments: Vec<TypeId> = written.iter().map(|ty| self.ty(ty)).collect();
        let wanted = match text {
            "list" | "set" => 1..=1,
            "map" => 2..=2,
            "tuple" => TUPLE,
            _ if builtin::scalar(text).is_some() || self.scope.find(self.file, text).is_declared() => {
                self.problem(codes::WRONG_TYPE_ARGUMENTS, span, format!("\"{text}\" takes no types in `<` `>`"));
                return self.poison();
            }
            _ => {
                let near = self.guess(text, |_| vec!["list", "set", "map", "tuple"]);
                let guess = habits::ty(text).map_or(near, |meant| format!("; did you mean \"{meant}\"?"));
                let message = format!("unknown type \"{text}\"{guess}");
                let mut problem = Problem::new(codes::UNKNOWN_TYPE, self.at(name.span), message);
                problem.help = habits::form(text).map(ToOwned::to_owned);
                self.problems.push(problem);
                return self.poison();
            }
        };
        if !wanted.contains(&arguments.len()) {
            let count = match (*wanted.start(), *wanted.end()) {
                (1, 1) => "one type".to_owned(),
                (2, 2) => "two types".to_owned(),
                (least, most) => format!("{least} to {most} types"),
            };
            let message = format!("\"{text}\" takes {count}, not {}", arguments.len());
            self.problem(codes::WRONG_TYPE_ARGUMENTS, span, message);
            return self.poison();
        }
        if arguments.iter().any(|ty| self.is_poison(*ty)) {
            return self.poison();
        }
        let ty = match text {
            "list" => Type::List(arguments[0]),
            "set" => {
                self.check_later(TypeRule::SetElement, written[0].span, arguments[0]);
                Type::Set(arguments[0])
            }
            "map" => {
                self.check_later(TypeRule::MapKey, written[0].span, arguments[0]);
                Type::Map(arguments[0], arguments[1])
            }
            _ => Type::Tuple(arguments.into_boxed_slice()),
        };
        self.intern(ty)
    }

    fn optional(&mut self, span: Span, inner: &ast::Type) -> TypeId {
        let ty = self.ty(inner);
        if self.is_poison(ty) {
            return ty;
        }
        self.check_later(TypeRule::Optional, span, ty);
        // `T??` is reported by the check above; the model never holds one.
        if matches!(self.model.types[ty], Type::Optional(_)) { ty } else { self.intern(Type::Optional(ty)) }
    }

    /// What a type may hold often hangs on an alias that is not read yet. Most types are plainly fine.
    fn check_later(&mut self, rule: TypeRule, span: Span, ty: TypeId) {
        let fine = match (rule, &self.model.types[ty]) {
            (TypeRule::Optional, ty) => !matches!(ty, Type::Any | Type::Optional(_) | Type::Alias(_)),
            (TypeRule::SetElement | TypeRule::MapKey, ty) => matches!(ty, Type::String),
        };
        if !fine {
            self.pending.types.push(TypeCheck { rule, location: self.at(span), ty });
        }
    }
}
