use super::Lowered;
use super::annotations::{Annotations, Place};
use crate::ast::{self, DefinitionKind};
use crate::diagnostic::Problem;
use crate::diagnostic::code::names as codes;
use crate::model::{Alias, Constant, Constraints, Exception, ExceptionPayload, Id, Meta, NamespaceId, Record, Value};
use crate::resolve::pending::{self, ConstrainedSlot, ExampleSlot, FieldSlot};
use crate::resolve::scope::Definition;

/// Exceptions that the protocol itself knows; all that begin `rpc_` are its own, too.
const INTERNAL_ERROR: &str = "InternalError";

impl<'t> Lowered<'t> {
    /// One definition, which becomes the next of its arena.
    pub(in crate::resolve) fn definition(&mut self, written: ast::Definition, namespace: NamespaceId) {
        let ast::Definition { head, name, kind, broken, .. } = written;
        let place = match &kind {
            DefinitionKind::Record(_) => Place::Record,
            DefinitionKind::Enum { .. } => Place::Enum,
            DefinitionKind::Union { .. } => Place::Union,
            DefinitionKind::Alias(_) => Place::Alias,
            DefinitionKind::Const { .. } => Place::Constant,
            DefinitionKind::Exception(_) => Place::Exception,
            DefinitionKind::Service(_) => Place::Service,
        };
        let mut annotations = self.annotations(head.annotations, place);
        let meta = self.meta(name, &head.docs, &mut annotations);
        // A union's JSON hangs on its tag.
        let is_unsure = place == Place::Union && annotations.is_refused;
        let definition = match kind {
            DefinitionKind::Record(fields) => self.record(meta, namespace, fields, annotations),
            DefinitionKind::Enum { open, body } => {
                self.check_has_variants("enum", &meta, &body, broken);
                self.enumeration(meta, namespace, open, body, annotations)
            }
            DefinitionKind::Union { open, body } => {
                self.check_has_variants("union", &meta, &body, broken);
                self.union(meta, namespace, open, body, annotations)
            }
            DefinitionKind::Alias(ty) => self.alias(meta, namespace, ty.as_ref(), annotations),
            DefinitionKind::Const { ty, value } => self.constant(meta, namespace, ty.as_ref(), value),
            DefinitionKind::Exception(body) => self.exception(meta, namespace, body, annotations),
            DefinitionKind::Service(body) => self.service(meta, namespace, body, annotations),
        };
        if broken || is_unsure {
            self.broken.insert(definition);
        }
        let namespace = &mut self.model.namespaces[namespace];
        match definition {
            Definition::Record(id) => namespace.records.push(id),
            Definition::Enum(id) => namespace.enums.push(id),
            Definition::Union(id) => namespace.unions.push(id),
            Definition::Alias(id) => namespace.aliases.push(id),
            Definition::Constant(id) => namespace.constants.push(id),
            Definition::Exception(id) => namespace.exceptions.push(id),
            Definition::Service(id) => namespace.services.push(id),
        }
    }

    fn record(
        &mut self,
        meta: Meta,
        namespace: NamespaceId,
        body: ast::Fields,
        annotations: Annotations,
    ) -> Definition {
        let id = Id::at(self.model.records.len());
        let fields = self.fields(body.fields, &body.reserved, Place::Field, |index| FieldSlot::Record(id, index));
        self.examples(ExampleSlot::Record(id), annotations.examples);
        let reserved = self.reserved(body.reserved);
        let closed = annotations.closed;
        self.model.records.add(Record { meta, namespace, fields, reserved, closed, examples: Vec::new() });
        Definition::Record(id)
    }

    fn alias(
        &mut self,
        meta: Meta,
        namespace: NamespaceId,
        ty: Option<&ast::Type>,
        mut annotations: Annotations,
    ) -> Definition {
        let id = Id::at(self.model.aliases.len());
        let ty = self.ty_or_poison(ty);
        if !self.is_poison(ty) {
            self.constrain(ConstrainedSlot::Alias(id), &mut annotations);
            self.examples(ExampleSlot::Alias(id), annotations.examples);
        }
        let constraints = Constraints::default();
        self.model.aliases.add(Alias { meta, namespace, ty, resolved: ty, constraints, examples: Vec::new() });
        Definition::Alias(id)
    }

    fn constant(
        &mut self,
        meta: Meta,
        namespace: NamespaceId,
        ty: Option<&ast::Type>,
        value: Option<ast::Literal>,
    ) -> Definition {
        let id = Id::at(self.model.constants.len());
        if matches!(&*meta.name, "true" | "false" | "null") {
            let message = format!("no constant may be called \"{}\": it is a literal", meta.name);
            self.problems.push(Problem::new(codes::TAKEN_NAME, meta.location, message));
        }
        let ty = self.ty_or_poison(ty);
        let literal = value.filter(|_| !self.is_poison(ty));
        let location = literal.as_ref().map_or(meta.location, |literal| self.at(literal.span));
        self.pending.constants.push(pending::Constant { location, literal });
        self.model.constants.add(Constant { meta, namespace, ty, value: Value::Null });
        Definition::Constant(id)
    }

    fn exception(
        &mut self,
        meta: Meta,
        namespace: NamespaceId,
        body: ast::ExceptionBody,
        mut annotations: Annotations,
    ) -> Definition {
        let id = Id::at(self.model.exceptions.len());
        let named = annotations.name.as_ref().map(|(_, span)| self.at(*span));
        let wire_name = self.wire_name(&meta.name, annotations.name.take());
        let at = named.unwrap_or(meta.location);
        if &*wire_name == INTERNAL_ERROR || wire_name.starts_with("rpc_") {
            let message = format!("the exception name \"{wire_name}\" is the protocol's own");
            let help = "take another name: \"InternalError\" and those that begin \"rpc_\" are sent by the runtime";
            self.problems.push(Problem::new(codes::PROTOCOL_EXCEPTION, at, message).with_help(help));
        } else if !crate::resolve::addresses::is_identifier(&wire_name) {
            let message = format!("an exception travels by an identifier, and \"{wire_name}\" is none");
            self.problems.push(Problem::new(codes::EXCEPTION_NOT_IDENTIFIER, at, message));
        }
        let mut reserved = Vec::new();
        let payload = match body {
            ast::ExceptionBody::Null => ExceptionPayload::Null,
            ast::ExceptionBody::Payload(head, ty) => {
                let ty = self.bare(head, &ty, Place::Payload, ConstrainedSlot::ExceptionPayload(id));
                ExceptionPayload::Bare(ty, Constraints::default())
            }
            ast::ExceptionBody::Fields(body) => {
                let slot = |index| FieldSlot::Exception(id, index);
                let fields = self.fields(body.fields, &body.reserved, Place::Field, slot);
                reserved = self.reserved(body.reserved);
                ExceptionPayload::Fields(fields)
            }
        };
        self.examples(ExampleSlot::Exception(id), annotations.examples);
        let examples = Vec::new();
        self.model.exceptions.add(Exception { meta, namespace, wire_name, payload, reserved, examples });
        Definition::Exception(id)
    }
}
