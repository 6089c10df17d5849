use super::{
    Definition, DefinitionKind, ExceptionBody, Field, Head, Literal, LiteralKind, Parameters, Path, Returns, Type,
    TypeKind,
};

impl Definition {
    /// Calls `visit` with every name that may be another definition's: of types, exceptions, constants and variants.
    pub fn for_each_path<'d>(&'d self, mut visit: impl FnMut(&'d Path)) {
        let mut walk = Walk { visit: &mut visit };
        walk.head(&self.head);
        match &self.kind {
            DefinitionKind::Record(body) | DefinitionKind::Exception(ExceptionBody::Fields(body)) => {
                walk.fields(&body.fields);
            }
            DefinitionKind::Enum { body, .. } | DefinitionKind::Union { body, .. } => {
                for variant in &body.variants {
                    walk.head(&variant.head);
                    variant.ty.iter().for_each(|ty| walk.ty(ty));
                }
            }
            DefinitionKind::Alias(ty) => ty.iter().for_each(|ty| walk.ty(ty)),
            DefinitionKind::Const { ty, value } => {
                ty.iter().for_each(|ty| walk.ty(ty));
                value.iter().for_each(|value| walk.literal(value));
            }
            DefinitionKind::Exception(ExceptionBody::Payload(head, ty)) => walk.bare(head, ty),
            DefinitionKind::Exception(ExceptionBody::Null) => {}
            DefinitionKind::Service(body) => {
                for procedure in &body.procedures {
                    walk.head(&procedure.head);
                    match &procedure.parameters {
                        Parameters::None => {}
                        Parameters::Unnamed(head, ty) => walk.bare(head, ty),
                        Parameters::Named(fields) => walk.fields(fields),
                    }
                    match &procedure.returns {
                        Returns::None => {}
                        Returns::Unnamed(head, ty) | Returns::Stream(head, ty) => walk.bare(head, ty),
                        Returns::Named(_, fields) => walk.fields(fields),
                    }
                    procedure.raises.iter().for_each(|raised| (walk.visit)(raised));
                }
                body.topics.iter().for_each(|topic| walk.bare(&topic.head, &topic.ty));
            }
        }
    }
}

struct Walk<'v, 'd> {
    visit: &'v mut dyn FnMut(&'d Path),
}

impl<'d> Walk<'_, 'd> {
    fn head(&mut self, head: &'d Head) {
        let arguments = head.annotations.iter().flat_map(|annotation| annotation.arguments.iter().flatten());
        arguments.for_each(|argument| self.literal(argument));
    }

    fn bare(&mut self, head: &'d Head, ty: &'d Type) {
        self.head(head);
        self.ty(ty);
    }

    fn fields(&mut self, fields: &'d [Field]) {
        for field in fields {
            self.bare(&field.head, &field.ty);
            field.default.iter().for_each(|default| self.literal(default));
        }
    }

    fn ty(&mut self, ty: &'d Type) {
        match &ty.kind {
            TypeKind::Name(path) => (self.visit)(path),
            TypeKind::Generic(_, arguments) => arguments.iter().for_each(|argument| self.ty(argument)),
            TypeKind::Optional(inner) => self.ty(inner),
        }
    }

    fn literal(&mut self, literal: &'d Literal) {
        match &literal.kind {
            LiteralKind::Name(path) => (self.visit)(path),
            LiteralKind::List(items) => items.iter().for_each(|item| self.literal(item)),
            LiteralKind::Object(entries) => entries.iter().for_each(|(_, value)| self.literal(value)),
            LiteralKind::Range(from, to) => {
                [from, to].into_iter().flatten().for_each(|bound| self.literal(bound));
            }
            LiteralKind::Null
            | LiteralKind::Bool(_)
            | LiteralKind::Number
            | LiteralKind::String(_)
            | LiteralKind::Duration => {}
        }
    }
}
