use super::{badge, fact, facts_of_meta, names_fact};
use crate::model::{ExceptionPayload, NamespaceId, Openness, Type, TypeId, UnionTag, Value};
use crate::site::places::{Places, Thing};
use crate::site::rich::Rich;
use crate::site::view::{Fact, Item, Row, Sample, Table};
use crate::site::{Site, json};

fn signature(kind: &str, name: &str) -> Rich {
    Rich::plain(format!("{kind} {name}"))
}

impl Site<'_> {
    pub(super) fn definition(&self, thing: Thing) -> Item {
        let places = &self.places;
        let meta = places.meta(thing);
        let here = places.namespace_of(thing);
        let (used_by, more) = self.used_by(thing, here);
        let mut item = Item {
            id: meta.name.to_string(),
            name: meta.name.to_string(),
            signature: signature(Places::kind(thing), &meta.name),
            badges: self.badges_of(thing),
            deprecated: meta.deprecated.as_deref().map(str::to_owned),
            docs: self.docs(meta.docs.as_deref()),
            facts: Vec::new(),
            tables: Vec::new(),
            samples: Vec::new(),
            used_by,
            more,
        };
        self.complete(&mut item, thing, here);
        item.facts.extend(facts_of_meta(meta));
        item
    }

    fn complete(&self, item: &mut Item, thing: Thing, here: NamespaceId) {
        let model = self.places.model;
        match thing {
            Thing::Record(id) => {
                let it = &model.records[id];
                if it.closed {
                    item.badges.push(badge("closed", "note"));
                }
                if !it.fields.is_empty() {
                    item.tables.push(self.table("Fields", &item.name, &it.fields, here));
                }
                item.facts.extend(names_fact("reserved", &it.reserved));
                self.json_sample(item, &Type::Record(id), &it.examples);
            }
            Thing::Enum(id) => {
                let it = &model.enums[id];
                if it.openness == Openness::Open {
                    item.badges.push(badge("open", "note"));
                }
                let rows =
                    it.variants.iter().map(|variant| self.variant(item, &variant.meta, &variant.wire_name, None, here));
                item.tables.push(Table { caption: "Variants", rows: rows.collect() });
                item.facts.extend(names_fact("reserved", &it.reserved));
            }
            Thing::Union(id) => {
                let it = &model.unions[id];
                if it.openness == Openness::Open {
                    item.badges.push(badge("open", "note"));
                }
                if let UnionTag::Inside(tag) = &it.tag {
                    item.facts.push(fact("tag", &**tag));
                }
                let rows = it
                    .variants
                    .iter()
                    .map(|variant| self.variant(item, &variant.meta, &variant.wire_name, variant.ty, here));
                item.tables.push(Table { caption: "Variants", rows: rows.collect() });
                item.facts.extend(names_fact("reserved", &it.reserved));
                self.json_sample(item, &Type::Union(id), &it.examples);
            }
            Thing::Alias(id) => {
                let it = &model.aliases[id];
                item.signature.push(" = ");
                item.signature.extend(self.places.ty(it.ty, here));
                item.facts.extend(self.rule_facts(&it.constraints));
                item.facts.extend(self.examples_fact(&it.examples));
            }
            Thing::Constant(id) => {
                let it = &model.constants[id];
                item.signature.push(": ");
                item.signature.extend(self.places.ty(it.ty, here));
                item.signature.push(&format!(" = {}", json::literal(model, &it.value)));
            }
            Thing::Exception(id) => {
                let it = &model.exceptions[id];
                if it.wire_name != it.meta.name {
                    item.facts.push(fact("travels as", &*it.wire_name));
                }
                match &it.payload {
                    ExceptionPayload::Fields(fields) if !fields.is_empty() => {
                        item.tables.push(self.table("Fields", &item.name, fields, here));
                    }
                    ExceptionPayload::Bare(ty, constraints) => {
                        item.facts.extend(self.bare("carries", *ty, constraints, here));
                    }
                    ExceptionPayload::Fields(_) | ExceptionPayload::Null => {}
                }
                item.facts.extend(names_fact("reserved", &it.reserved));
                if let Some(value) = self.sampler.exception(&it.payload, &it.examples) {
                    let payload = json::value_of(model, &value);
                    let whole = serde_json::json!({ "name": it.wire_name, "payload": payload });
                    item.samples.push(Sample { label: "JSON", code: format!("{whole:#}\n") });
                }
            }
            Thing::Procedure(_) | Thing::Topic(_) | Thing::Service(_) => {}
        }
    }

    fn variant(
        &self,
        item: &Item,
        meta: &crate::model::Meta,
        wire_name: &str,
        ty: Option<TypeId>,
        here: NamespaceId,
    ) -> Row {
        let rules = if *wire_name == *meta.name { Vec::new() } else { vec![("in JSON", wire_name.to_owned())] };
        Row {
            id: format!("{}.{}", item.name, meta.name),
            name: meta.name.to_string(),
            ty: ty.map(|ty| self.places.ty(ty, here)).unwrap_or_default(),
            rules,
            is_required: false,
            deprecated: meta.deprecated.as_deref().map(str::to_owned),
            docs: self.docs(meta.docs.as_deref()),
        }
    }

    fn examples_fact(&self, examples: &[Value]) -> Option<Fact> {
        let value: Vec<Rich> =
            examples.iter().map(|example| Rich::plain(json::literal(self.places.model, example))).collect();
        (!value.is_empty()).then_some(Fact { name: "examples", value, is_code: true })
    }

    /// The author's examples, or a value made up.
    fn json_sample(&self, item: &mut Item, ty: &Type, examples: &[Value]) {
        let model = self.places.model;
        if examples.is_empty()
            && let Some(value) = self.sampler.whole(ty)
        {
            item.samples.push(Sample { label: "JSON", code: json::pretty(model, &value) });
        }
        let samples = examples.iter().map(|example| Sample { label: "JSON", code: json::pretty(model, example) });
        item.samples.extend(samples);
    }
}
