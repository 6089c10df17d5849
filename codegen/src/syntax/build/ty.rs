use super::Builder;
use crate::ast::{Ident, Type, TypeKind};
use crate::syntax::grammar::Rule;

/// `T??` is kept for the resolver to refuse; more marks than that say the same.
const MAX_OPTIONAL: u32 = 2;

impl Builder<'_, '_> {
    pub(super) fn ty(&mut self) -> Type {
        let start = self.tree.enter(Rule::ty);
        let name = self.path();
        let kind = if self.tree.at(Rule::generics) {
            TypeKind::Generic(Ident { span: name.span }, self.generics())
        } else {
            TypeKind::Name(name)
        };
        let mut ty = Type { span: self.since(start), kind };
        let mut marks = 0;
        while self.tree.at(Rule::optional) {
            self.tree.leaf(Rule::optional);
            marks += 1;
            if marks <= MAX_OPTIONAL {
                ty = Type { span: self.since(start), kind: TypeKind::Optional(Box::new(ty)) };
            }
        }
        ty.span = self.since(start);
        self.tree.leave_loose();
        ty
    }

    fn generics(&mut self) -> Vec<Type> {
        self.tree.enter(Rule::generics);
        let mut types = Vec::with_capacity(1);
        while self.tree.at(Rule::ty) {
            types.push(self.ty());
        }
        self.tree.leave();
        types
    }
}
