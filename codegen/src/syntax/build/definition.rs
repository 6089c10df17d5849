use super::Builder;
use crate::ast::{Definition, DefinitionKind, EnumBody, ExceptionBody, Fields, Variant};
use crate::syntax::grammar::Rule;

impl Builder<'_, '_> {
    /// A definition with its docs and annotations.
    pub(in crate::syntax) fn definition(&mut self) -> Definition {
        self.tree.enter(Rule::definition);
        let (start, head) = self.head();
        let rule = self.tree.peek().unwrap_or(Rule::record);
        self.tree.enter(rule);
        let open = self.tree.at(Rule::open).then(|| self.tree.leaf(Rule::open));
        let name = self.ident();
        let kind = match rule {
            Rule::enumeration => DefinitionKind::Enum { open, body: self.variants() },
            Rule::union => DefinitionKind::Union { open, body: self.variants() },
            Rule::alias => DefinitionKind::Alias(Some(self.ty())),
            Rule::constant => DefinitionKind::Const { ty: Some(self.ty()), value: Some(self.literal()) },
            Rule::exception => DefinitionKind::Exception(self.exception()),
            Rule::service => DefinitionKind::Service(self.service()),
            _ => DefinitionKind::Record(self.fields()),
        };
        Definition { span: self.since(start), head, name, kind, broken: self.broken }
    }

    fn fields(&mut self) -> Fields {
        self.enter_bracket(Rule::fields);
        let mut fields = Fields::default();
        loop {
            match self.tree.peek() {
                Some(Rule::field) => fields.fields.push(self.field()),
                Some(_) => fields.reserved.push(self.reserved()),
                None => break,
            }
        }
        self.leave_bracket();
        fields
    }

    fn exception(&mut self) -> ExceptionBody {
        match self.tree.peek() {
            Some(Rule::fields) => ExceptionBody::Fields(self.fields()),
            Some(_) => {
                self.enter_bracket(Rule::payload);
                let (_, head) = self.head();
                let ty = self.ty();
                self.leave_bracket();
                ExceptionBody::Payload(head, ty)
            }
            None => ExceptionBody::Null,
        }
    }

    fn variants(&mut self) -> EnumBody {
        self.enter_bracket(Rule::variants);
        let mut body = EnumBody::default();
        loop {
            match self.tree.peek() {
                Some(Rule::variant) => body.variants.push(self.variant()),
                Some(_) => body.reserved.push(self.reserved()),
                None => break,
            }
        }
        self.leave_bracket();
        body
    }

    /// `name` or `name: T`.
    pub(in crate::syntax) fn variant(&mut self) -> Variant {
        self.tree.enter(Rule::variant);
        let (start, head) = self.head();
        let name = self.ident();
        let ty = self.tree.at(Rule::ty).then(|| self.ty());
        self.tree.leave_loose();
        self.end_member();
        Variant { span: self.since(start), head, name, ty }
    }
}
