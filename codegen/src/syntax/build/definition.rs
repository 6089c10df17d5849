use super::Builder;
use crate::ast::{Definition, DefinitionKind, EnumBody, ExceptionBody, Fields, Variant};
use crate::diagnostic::code::syntax as codes;
use crate::source::Span;
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
            Rule::enumeration => DefinitionKind::Enum { open, body: self.enumeration() },
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

    fn enumeration(&mut self) -> EnumBody {
        let body = self.variants();
        for variant in &body.variants {
            self.refuse_type(variant);
        }
        body
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

    /// Reports a type at an enum's variant.
    pub(in crate::syntax) fn refuse_type(&mut self, variant: &Variant) {
        let Some(ty) = &variant.ty else { return };
        self.broken = true;
        let name = &self.text[variant.name.span.range()];
        let span = Span::new(variant.name.span.start, ty.span.end);
        let message = format!("variant `{name}` of an enum has a type");
        let problem = self.report.problem(codes::VARIANT_WITH_TYPE, span, message);
        self.report.push(problem.with_help("variants that carry values belong to a `union`"));
    }
}
