//! `_types.py`: what a namespace defines.

use super::docs::docstring;
use super::layout;
use super::literal;
use super::module::Module;
use super::order;
use super::plan::{Item, Plan};
use super::scope::Scope;
use crate::model::{
    AliasId, ConstantId, Constraints, EnumId, ExceptionId, ExceptionPayload, NamespaceId, Openness, Record, RecordId,
    Type, UnionId, UnionTag, UnionVariant,
};
use crate::validate::names::python as names;

/// Renders the definitions of a namespace.
pub(super) fn module<'a>(plan: &'a Plan<'a>, id: NamespaceId) -> Module<'a> {
    let mut module = Module::new(Scope::of_types(plan, id));
    let namespace = &plan.model.namespaces[id];
    let mut rebuilt = Vec::new();
    for item in order::ordered(plan.model, namespace) {
        match item {
            Item::Record(id) => module.record(id, &mut rebuilt),
            Item::Enum(id) => module.enumeration(id),
            Item::Union(id) => module.union(id, &mut rebuilt),
            Item::Alias(id) => module.alias(id),
        }
        module.scope.define(item);
    }
    // What stands below first: pydantic follows what is not complete, and is lost in a long row of it.
    for (index, name) in rebuilt.iter().rev().enumerate() {
        module.statement_apart(index > 0);
        module.body.push_str(&format!("{name}.model_rebuild()\n"));
    }
    let (types, is_below_block) = (module.body.len(), module.is_below_block);
    module.scope.complete();
    if module.scope.is_in_circle() {
        module.is_below_block = false;
    }
    for (index, id) in namespace.constants.iter().enumerate() {
        module.statement_apart(index > 0);
        module.constant(*id);
    }
    for id in &namespace.exceptions {
        module.exception(*id);
    }
    let late = module.late_imports();
    if !late.is_empty() {
        let blank = if is_below_block { "\n\n" } else { "\n" };
        module.body.insert_str(types, &format!("{blank}{late}"));
    }
    module
}

/// How many types `|` stands between.
const MANY: usize = 256;

impl Module<'_> {
    fn class(&mut self, name: &str, base: &str) {
        layout::line(&mut self.body, 0, &format!("class {name}({base})"), ":");
        self.names.push(name.to_owned());
        self.has_quotes = false;
    }

    fn record(&mut self, id: RecordId, rebuilt: &mut Vec<String>) {
        let plan = self.scope.plan;
        let record = &plan.model.records[id];
        let name = &plan.records[id.index()];
        self.part(Some(&record.meta), 0);
        self.class(name, if record.closed { "_wire.ClosedModel" } else { "_wire.Model" });
        // Its own name is there only once the class ends.
        self.members(4, Some(&record.meta), &record.fields, names::field_name);
        self.note_quotes(name, rebuilt);
    }

    /// A class that names what comes later is completed once all is there; in a circle of namespaces, at its first use.
    fn note_quotes(&mut self, name: &str, rebuilt: &mut Vec<String>) {
        if self.has_quotes && !self.scope.is_in_circle() {
            rebuilt.push(name.to_owned());
        }
    }

    fn enumeration(&mut self, id: EnumId) {
        let plan = self.scope.plan;
        let one = &plan.model.enums[id];
        self.part(Some(&one.meta), 0);
        let base = match one.openness {
            Openness::Open => "_wire.OpenEnum",
            Openness::Closed => self.scope.import("enum", "StrEnum"),
        };
        self.class(&plan.enums[id.index()], base);
        self.class_docs(4, &one.meta);
        for variant in &one.variants {
            let name = names::variant_name(&variant.meta.name);
            layout::assignment(&mut self.body, 4, &name, None, Some(&literal::quoted(&variant.wire_name)));
            self.docs(4, &variant.meta);
        }
    }

    fn alias(&mut self, id: AliasId) {
        let plan = self.scope.plan;
        let alias = &plan.model.aliases[id];
        let name = &plan.aliases[id.index()];
        self.statement_apart(false);
        let annotation = self.scope.annotation(alias.ty, &alias.constraints);
        if annotation.is_ahead {
            let value = format!("_wire.TypeAliasType({}, {})", literal::quoted(name), annotation.text);
            layout::assignment(&mut self.body, 0, name, None, Some(&value));
        } else {
            layout::assignment(&mut self.body, 0, name, None, Some(&annotation.text));
        }
        self.docs(0, &alias.meta);
        self.names.push(name.clone());
    }

    fn union(&mut self, id: UnionId, rebuilt: &mut Vec<String>) {
        let plan = self.scope.plan;
        let union = &plan.model.unions[id];
        let name = &plan.unions[id.index()];
        let tag = Tag::of(plan, id);
        let mut members = Vec::with_capacity(union.variants.len());
        for variant in &union.variants {
            let class = names::union_variant_name(&union.meta.name, &variant.meta.name);
            self.variant(&class, &tag, variant);
            self.note_quotes(&class, rebuilt);
            members.push((class, &*variant.wire_name));
        }
        let annotated = self.scope.import("typing", "Annotated");
        let value = if union.openness == Openness::Open {
            let unknown = names::unrecognized_name(&union.meta.name);
            self.unrecognized(&union.meta.name, &unknown, &tag);
            let marker = self.scope.import("pydantic", "Tag");
            let marked = members.iter().map(|(class, wire)| (class, literal::quoted(wire)));
            let mut alternatives: Vec<String> =
                marked.map(|(class, wire)| format!("{annotated}[{class}, {marker}({wire})]")).collect();
            alternatives.push(format!("{annotated}[{unknown}, {marker}(_wire.UNKNOWN)]"));
            let mut text = format!("{annotated}[{}, _wire.by_tag(", self.one_of(&alternatives));
            text.push_str(&format!("{}, {}", literal::quoted(&tag.wire), literal::quoted(&tag.name)));
            for (_, wire) in &members {
                text.push_str(&format!(", {}", literal::quoted(wire)));
            }
            text + ")]"
        } else if let [(class, _)] = &members[..] {
            format!("{annotated}[{class}, _wire.tagged({})]", literal::quoted(&tag.wire))
        } else {
            let classes: Vec<String> = members.iter().map(|(class, _)| class.clone()).collect();
            let field = self.scope.import("pydantic", "Field");
            format!("{annotated}[{}, {field}(discriminator={})]", self.one_of(&classes), literal::quoted(&tag.name))
        };
        self.statement_apart(false);
        let mut statement = String::new();
        layout::assignment(&mut statement, 0, name, None, Some(&value));
        self.body.push_str(&statement.replacen("    Union[\n", "    Union[  # noqa: UP007\n", 1));
        self.docs(0, &union.meta);
        self.names.push(name.clone());
    }

    /// One of several types: `A | B`. Python goes one deeper for each `|`, and refuses thousands.
    fn one_of(&mut self, types: &[String]) -> String {
        if types.len() <= MANY {
            return types.join(" | ");
        }
        let union = self.scope.import("typing", "Union");
        format!("{union}[{}]", types.join(", "))
    }

    fn variant(&mut self, class: &str, tag: &Tag, variant: &UnionVariant) {
        let plan = self.scope.plan;
        let model = plan.model;
        self.part(Some(&variant.meta), 0);
        let held = match (&tag.place, variant.ty) {
            (Place::Inside, Some(ty)) => match model.shape(ty) {
                Type::Record(id) => Some(*id),
                _ => None,
            },
            _ => None,
        };
        // A record that is imported below cannot be inherited, and whoever inherits a deprecated one is warned: its fields
        // are said again.
        let is_said_again = |record: &&Record| self.scope.is_late(record.namespace) || record.meta.deprecated.is_some();
        let copied = held.map(|id| &model.records[id]).filter(is_said_again);
        let mut base = String::new();
        match held {
            _ if copied.is_some_and(|record| record.closed) => base.push_str("_wire.ClosedModel"),
            Some(id) if copied.is_none() => {
                self.scope.push_name(&mut base, model.records[id].namespace, &plan.records[id.index()]);
            }
            _ => base.push_str("_wire.Model"),
        }
        self.class(class, &base);
        self.class_docs(4, &variant.meta);
        let wire = literal::quoted(&variant.wire_name);
        let literal = self.scope.import("typing", "Literal");
        let value = tag.value(self, &format!("default={wire}, ")).unwrap_or_else(|| wire.clone());
        layout::assignment(&mut self.body, 4, &tag.name, Some(&format!("{literal}[{wire}]")), Some(&value));
        if let Some(record) = copied {
            self.fields(4, &record.fields, names::field_name);
        }
        if let (Place::Beside, Some(ty)) = (&tag.place, variant.ty) {
            let annotation = self.scope.annotation(ty, &Constraints::default());
            self.has_quotes = annotation.is_ahead;
            let may_miss = model.is_optional(ty) || matches!(model.shape(ty), Type::Any);
            layout::assignment(&mut self.body, 4, "value", Some(&annotation.text), may_miss.then_some("None"));
        }
    }

    fn unrecognized(&mut self, union: &str, class: &str, tag: &Tag) {
        self.part(None, 0);
        self.class(class, "_wire.OpenModel");
        docstring(&mut self.body, 4, &format!("A variant of `{union}` that this contract does not know."));
        self.body.push('\n');
        let value = tag.value(self, "");
        layout::assignment(&mut self.body, 4, &tag.name, Some("str"), value.as_deref());
    }

    fn constant(&mut self, id: ConstantId) {
        let constant = &self.scope.plan.model.constants[id];
        let name = names::constant_name(&constant.meta.name);
        let constraints = Constraints::default();
        let ty =
            format!("{}[{}]", self.scope.import("typing", "Final"), self.scope.constrained(constant.ty, &constraints));
        let value = self.scope.value(constant.ty, &constant.value);
        layout::assignment(&mut self.body, 0, &name, Some(&ty), Some(&value));
        self.docs(0, &constant.meta);
        self.names.push(name);
    }

    fn exception(&mut self, id: ExceptionId) {
        let plan = self.scope.plan;
        let exception = &plan.model.exceptions[id];
        let name = names::exception_name(&exception.meta.name);
        self.part(Some(&exception.meta), 0);
        let mut base = format!("{}.remote_exception", self.runtime());
        let is_renamed = *exception.wire_name != *name;
        if is_renamed {
            base.push_str(&plan.runtime.wire_name_argument(&exception.wire_name));
        }
        self.class(&name, &base);
        self.class_docs(4, &exception.meta);
        match &exception.payload {
            ExceptionPayload::Fields(fields) => {
                self.body.push_str("    class Payload(_wire.Model):\n");
                self.members(8, None, fields, names::field_name);
                self.body.push_str("\n    payload: Payload\n");
            }
            ExceptionPayload::Bare(ty, constraints) => {
                let annotation = self.scope.annotation(*ty, constraints);
                layout::assignment(&mut self.body, 4, "payload", Some(&annotation.text), None);
            }
            ExceptionPayload::Null => self.body.push_str("    payload: None\n"),
        }
        if is_renamed {
            let wire = literal::quoted(&exception.wire_name);
            self.body.push_str(&plan.runtime.wire_name_statement(&name, &wire));
        }
    }
}

/// The member that tells a union's variants apart.
struct Tag {
    place: Place,
    /// In JSON.
    wire: String,
    /// In Python.
    name: String,
}

enum Place {
    Beside,
    Inside,
}

impl Tag {
    fn of(plan: &Plan<'_>, id: UnionId) -> Self {
        let union = &plan.model.unions[id];
        let UnionTag::Inside(wire) = &union.tag else {
            return Self { place: Place::Beside, wire: "kind".to_owned(), name: "kind".to_owned() };
        };
        let records = union.variants.iter().filter_map(|variant| match plan.model.shape(variant.ty?) {
            Type::Record(id) => Some(&plan.model.records[*id]),
            _ => None,
        });
        let is_identifier = wire.starts_with(|first: char| first.is_ascii_alphabetic())
            && wire.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'_');
        let name = names::field_name(wire);
        let is_taken =
            records.flat_map(|record| &record.fields).any(|field| names::field_name(&field.meta.name) == name);
        // No field ends in `_` unless its name is one of Python's, and `tag` is not.
        let name = if is_identifier && !is_taken { name } else { "tag_".to_owned() };
        Self { place: Place::Inside, wire: wire.to_string(), name }
    }

    /// `Field(…)`, where it travels by another name.
    fn value(&self, module: &mut Module<'_>, default: &str) -> Option<String> {
        if self.name == self.wire {
            return None;
        }
        let field = module.scope.import("pydantic", "Field");
        let wire = literal::quoted(&self.wire);
        Some(format!("{field}({default}validation_alias={wire}, serialization_alias={wire})"))
    }
}
