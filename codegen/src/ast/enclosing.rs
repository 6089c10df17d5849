use super::{Definition, DefinitionKind, ExceptionBody, Field, File, Head, Ident, Parameters, Procedure, Returns};
use crate::source::Span;

/// Something that is declared, with what stands before it.
#[derive(Clone, Copy, Debug)]
pub struct Enclosing<'f> {
    /// Docs and annotations.
    pub head: &'f Head,
    /// Its name.
    pub name: Ident,
}

impl File {
    /// The definition that a place is in, and its member, and that one's parameter or result: as far as they enclose it.
    #[must_use]
    pub fn enclosing(&self, place: Span) -> Vec<Enclosing<'_>> {
        let mut found = Around { place, found: Vec::new() };
        if let Some(definition) = self.definitions.iter().find(|it| found.holds(it.span)) {
            found.definition(definition);
        }
        found.found
    }
}

struct Around<'f> {
    place: Span,
    found: Vec<Enclosing<'f>>,
}

impl<'f> Around<'f> {
    fn holds(&self, whole: Span) -> bool {
        whole.start <= self.place.start && self.place.end <= whole.end
    }

    fn meet(&mut self, head: &'f Head, name: Ident) {
        self.found.push(Enclosing { head, name });
    }

    fn definition(&mut self, definition: &'f Definition) {
        self.meet(&definition.head, definition.name);
        match &definition.kind {
            DefinitionKind::Record(body) | DefinitionKind::Exception(ExceptionBody::Fields(body)) => {
                self.fields(&body.fields);
            }
            DefinitionKind::Enum { body, .. } | DefinitionKind::Union { body, .. } => {
                if let Some(variant) = body.variants.iter().find(|it| self.holds(it.span)) {
                    self.meet(&variant.head, variant.name);
                }
            }
            DefinitionKind::Service(body) => {
                if let Some(procedure) = body.procedures.iter().find(|it| self.holds(it.span)) {
                    self.procedure(procedure);
                }
                if let Some(topic) = body.topics.iter().find(|it| self.holds(it.span)) {
                    self.meet(&topic.head, topic.name);
                }
            }
            DefinitionKind::Alias(_) | DefinitionKind::Const { .. } | DefinitionKind::Exception(_) => {}
        }
    }

    fn procedure(&mut self, procedure: &'f Procedure) {
        self.meet(&procedure.head, procedure.name);
        if let Parameters::Named(fields) = &procedure.parameters {
            self.fields(fields);
        }
        if let Returns::Named(_, fields) = &procedure.returns {
            self.fields(fields);
        }
    }

    fn fields(&mut self, fields: &'f [Field]) {
        if let Some(field) = fields.iter().find(|it| self.holds(it.span)) {
            self.meet(&field.head, field.name);
        }
    }
}
