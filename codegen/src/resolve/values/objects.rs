use rustc_hash::FxHashMap;

use crate::ast::{Literal, LiteralKind, StringLiteral};
use crate::diagnostic::Problem;
use crate::diagnostic::code::values as codes;
use crate::model::{RecordId, Type, TypeId, UnionId, UnionTag, Value};
use crate::resolve::lower::Lowered;
use crate::resolve::pending::FieldSlot;
use crate::resolve::scope::Definition;
use crate::resolve::text_values;
use crate::source::Span;

type Entry = (StringLiteral, Literal);

impl<'t> Lowered<'t> {
    pub(super) fn map(&mut self, entries: &[Entry], key_type: TypeId, value_type: TypeId) -> Option<Value> {
        let mut seen: FxHashMap<String, Span> = FxHashMap::default();
        let mut values = Vec::with_capacity(entries.len());
        let mut fine = true;
        for (key, value) in entries {
            let name = self.key(key, key_type);
            let value = self.evaluate(value, value_type);
            let (Some(name), Some(value)) = (name, value) else {
                fine = false;
                continue;
            };
            fine &= self.first_of(&mut seen, self.model.key_text(&name, key_type), key.span);
            values.push((name, value));
        }
        fine.then(|| Value::Map(values.into()))
    }

    /// A key of a map in its canonical form.
    fn key(&mut self, key: &StringLiteral, ty: TypeId) -> Option<Value> {
        let text = &*key.value;
        let value = match self.model.shape(ty).clone() {
            Type::String => Some(Value::String(text.into())),
            Type::Bool => match text {
                "true" => Some(Value::Bool(true)),
                "false" => Some(Value::Bool(false)),
                _ => None,
            },
            Type::Int(int) => {
                let number = text.parse::<i128>().ok().filter(|number| number.to_string() == text);
                return match number {
                    Some(_) => self.integer_in_range(number, int, text, key.span),
                    None => self.wrong_key(key, ty),
                };
            }
            Type::Uuid => text_values::uuid(text).ok().filter(|uuid| uuid == text).map(|uuid| Value::Text(uuid.into())),
            Type::Date => text_values::date(text).ok().map(|date| Value::Text(date.into())),
            Type::Enum(id) => return self.variant_by_wire_name(id, text, key.span),
            // A map that may not have such keys is reported where its type stands.
            _ => return None,
        };
        if value.is_none() { self.wrong_key(key, ty) } else { value }
    }

    fn wrong_key(&mut self, key: &StringLiteral, ty: TypeId) -> Option<Value> {
        let message = format!("\"{}\" is no key of type {} in canonical form", key.value, self.model.type_text(ty));
        self.value_problem(codes::WRONG_VALUE, key.span, message)
    }

    fn first_of(&mut self, seen: &mut FxHashMap<String, Span>, key: String, span: Span) -> bool {
        let message = format!("the key \"{key}\" stands here twice");
        match seen.insert(key, span) {
            None => true,
            Some(first) => {
                let problem = Problem::new(codes::REPEATED_KEY, self.at(span), message);
                let first = self.at(first);
                self.problems.push(problem.with_label(first, "first here"));
                false
            }
        }
    }

    /// A record from its JSON form; `tag` is a key that stands for the variant that it is.
    pub(super) fn record_value(
        &mut self,
        id: RecordId,
        entries: &[Entry],
        span: Span,
        tag: Option<&str>,
    ) -> Option<Value> {
        if self.broken.contains(&Definition::Record(id)) {
            return None;
        }
        let name = self.model.records[id].meta.name.clone();
        let count = self.model.records[id].fields.len();
        let values = self.fields_of(&name, count, |index| FieldSlot::Record(id, index), entries, span, tag)?;
        Some(Value::Record(id, values.into()))
    }

    /// Parameters or the fields of an exception: an object that is no record.
    pub(super) fn named_object(
        &mut self,
        name: &str,
        count: usize,
        slot: impl Fn(u32) -> FieldSlot,
        literal: &Literal,
    ) -> Option<Value> {
        let LiteralKind::Object(entries) = &literal.kind else {
            let found = super::evaluate::described(&literal.kind);
            let message = format!("expected an object as in {{\"…\": …}}, found {found}");
            return self.value_problem(codes::WRONG_VALUE, literal.span, message);
        };
        let values = self.fields_of(name, count, &slot, entries, literal.span, None)?;
        let present = values.into_iter().enumerate().filter_map(|(index, value)| {
            let name = slot(index as u32).get(&self.model).wire_name.clone();
            value.map(|value| (Value::String(name), value))
        });
        Some(Value::Map(present.collect()))
    }

    fn fields_of(
        &mut self,
        of: &str,
        count: usize,
        slot: impl Fn(u32) -> FieldSlot,
        entries: &[Entry],
        span: Span,
        tag: Option<&str>,
    ) -> Option<Vec<Option<Value>>> {
        self.charge(count, span)?;
        let mut fine = true;
        let mut by_key: FxHashMap<&str, &Entry> = FxHashMap::default();
        for entry in entries.iter().filter(|(key, _)| tag != Some(&*key.value)) {
            if let Some((first, _)) = by_key.insert(&entry.0.value, entry) {
                let mut seen = FxHashMap::default();
                seen.insert(first.value.to_string(), first.span);
                fine &= self.first_of(&mut seen, first.value.to_string(), entry.0.span);
            }
        }
        let mut values = Vec::with_capacity(count);
        for index in 0..count as u32 {
            let slot = slot(index);
            let field = slot.get(&self.model);
            let (ty, written) = (field.ty, by_key.remove(&*field.wire_name));
            if self.is_poison(self.model.resolved(ty)) {
                return None;
            }
            let value = match written {
                Some((_, literal)) => match self.evaluate(literal, ty) {
                    // Absent and null mean the same.
                    Some(Value::Null) if self.model.is_optional(ty) => Some(None),
                    Some(value) => Some(Some(value)),
                    None => None,
                },
                None if self.model.is_optional(ty) => Some(None),
                None if self.values.default_of.contains_key(&slot) => self.default_of(slot, span).map(Some),
                None => {
                    let name = slot.get(&self.model).wire_name.clone();
                    self.value_problem(codes::MISSING_FIELD, span, format!("\"{of}\" lacks the field \"{name}\""))
                }
            };
            fine &= value.is_some();
            values.push(value.flatten());
        }
        let mut unknown: Vec<&Entry> = by_key.into_values().collect();
        unknown.sort_unstable_by_key(|(key, _)| key.span.start);
        for (key, _) in unknown.iter().take(100) {
            let guess = self.guess(&key.value, |lowered| {
                (0..count as u32).map(|index| &*slot(index).get(&lowered.model).wire_name).collect()
            });
            let message = format!("\"{of}\" has no field \"{}\"{guess}", key.value);
            self.problem(codes::UNKNOWN_FIELD, key.span, message);
        }
        (fine && unknown.is_empty()).then_some(values)
    }

    pub(super) fn union_value(&mut self, id: UnionId, entries: &[Entry], span: Span) -> Option<Value> {
        if self.broken.contains(&Definition::Union(id)) {
            return None;
        }
        let tag = self.model.unions[id].tag.clone();
        let tag_name = match &tag {
            UnionTag::Beside => "kind",
            UnionTag::Inside(tag) => tag,
        };
        let Some((key, kind)) = entries.iter().find(|(key, _)| *key.value == *tag_name) else {
            let message =
                format!("\"{}\" lacks \"{tag_name}\", which names its variant", self.model.unions[id].meta.name);
            return self.value_problem(codes::MISSING_FIELD, span, message);
        };
        let LiteralKind::String(kind_name) = &kind.kind else {
            let message = format!("\"{}\" is the name of a variant, a string", key.value);
            return self.value_problem(codes::WRONG_VALUE, kind.span, message);
        };
        self.charge(1 + self.model.unions[id].variants.len() / 64, span)?;
        let union = &self.model.unions[id];
        let Some(index) = union.variants.iter().position(|variant| variant.wire_name == *kind_name) else {
            let guess = self.guess(kind_name, |lowered| {
                lowered.model.unions[id].variants.iter().map(|variant| &*variant.wire_name).collect()
            });
            let name = &self.model.unions[id].meta.name;
            let message = format!("\"{name}\" has no variant \"{kind_name}\"{guess}");
            return self.value_problem(codes::WRONG_VALUE, kind.span, message);
        };
        let ty = union.variants[index].ty;
        let inner = match (&tag, ty) {
            (UnionTag::Beside, ty) => self.value_beside(entries, ty, &key.value, span)?,
            (UnionTag::Inside(tag), Some(ty)) => match *self.model.shape(ty) {
                Type::Record(record) => Some(self.record_value(record, entries, span, Some(tag))?),
                // Reported where the tag stands.
                _ => return None,
            },
            (UnionTag::Inside(tag), None) => {
                self.no_other_keys(entries, &[tag])?;
                None
            }
        };
        Some(Value::Union(id, index as u32, inner.map(Box::new)))
    }

    /// What stands under `value`. `Some(None)` for a variant that carries nothing.
    fn value_beside(&mut self, entries: &[Entry], ty: Option<TypeId>, kind: &str, span: Span) -> Option<Option<Value>> {
        let value = entries.iter().find(|(key, _)| &*key.value == "value");
        let Some(ty) = ty else {
            return self.no_other_keys(entries, &[kind]).map(|()| None);
        };
        self.no_other_keys(entries, &[kind, "value"])?;
        match value {
            Some((_, literal)) => self.evaluate(literal, ty).map(Some),
            None if self.model.is_optional(ty) => Some(Some(Value::Null)),
            None => self.value_problem(codes::MISSING_FIELD, span, "a variant with a type has a \"value\""),
        }
    }

    fn no_other_keys(&mut self, entries: &[Entry], known: &[&str]) -> Option<()> {
        let mut seen: FxHashMap<String, Span> = FxHashMap::default();
        let mut fine = true;
        for (key, _) in entries {
            if known.contains(&&*key.value) {
                fine &= self.first_of(&mut seen, key.value.to_string(), key.span);
            } else {
                self.problem(codes::UNKNOWN_FIELD, key.span, format!("the variant has no \"{}\"", key.value));
                fine = false;
            }
        }
        fine.then_some(())
    }
}
