use super::{
    Definition, DefinitionKind, EnumBody, ExceptionBody, Field, Fields, File, Head, Parameters, Returns, ServiceBody,
};

impl File {
    /// Calls `visit` with every place that takes docs and annotations.
    pub fn for_each_head<'f>(&'f self, mut visit: impl FnMut(&'f Head)) {
        for definition in &self.definitions {
            visit_definition(definition, &mut visit);
        }
    }
}

type Visit<'v, 'f> = &'v mut dyn FnMut(&'f Head);

fn visit_definition<'f>(definition: &'f Definition, visit: Visit<'_, 'f>) {
    visit(&definition.head);
    match &definition.kind {
        DefinitionKind::Record(fields) => visit_fields(fields, visit),
        DefinitionKind::Enum { body, .. } | DefinitionKind::Union { body, .. } => visit_variants(body, visit),
        DefinitionKind::Exception(ExceptionBody::Fields(fields)) => visit_fields(fields, visit),
        DefinitionKind::Exception(ExceptionBody::Payload(head, _)) => visit(head),
        DefinitionKind::Service(body) => visit_service(body, visit),
        DefinitionKind::Alias(_) | DefinitionKind::Const { .. } | DefinitionKind::Exception(ExceptionBody::Null) => {}
    }
}

fn visit_fields<'f>(body: &'f Fields, visit: Visit<'_, 'f>) {
    visit_list(&body.fields, visit);
}

fn visit_list<'f>(fields: &'f [Field], visit: Visit<'_, 'f>) {
    for field in fields {
        visit(&field.head);
    }
}

fn visit_variants<'f>(body: &'f EnumBody, visit: Visit<'_, 'f>) {
    for variant in &body.variants {
        visit(&variant.head);
    }
}

fn visit_service<'f>(body: &'f ServiceBody, visit: Visit<'_, 'f>) {
    for procedure in &body.procedures {
        visit(&procedure.head);
        match &procedure.parameters {
            Parameters::None => {}
            Parameters::Unnamed(head, _) => visit(head),
            Parameters::Named(fields) => visit_list(fields, visit),
        }
        match &procedure.returns {
            Returns::None => {}
            Returns::Unnamed(head, _) | Returns::Stream(head, _) => visit(head),
            Returns::Named(_, fields) => visit_list(fields, visit),
        }
    }
    for topic in &body.topics {
        visit(&topic.head);
    }
}
