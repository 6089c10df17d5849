//! Values of the contract's types that a reader can try: the author's examples where there are some, else made up within
//! what the contract allows.

mod pattern;
pub(super) mod python;

use crate::model::{
    Constraints, ExceptionPayload, Field, IntType, Model, Pattern, Payload, Procedure, Type, TypeId, Value,
};

/// How deep a made-up value goes.
const DEEPEST: usize = 6;

/// Makes values of one contract.
#[derive(Clone, Copy)]
pub(super) struct Sampler<'a> {
    pub(super) model: &'a Model,
}

/// What holds of a value: the constraints of its own and of every alias on the way.
type Rules<'r> = Vec<&'r Constraints>;

impl<'a> Sampler<'a> {
    /// One value for each parameter of a procedure; none where one is left out. Nothing where no value can be made up.
    pub(super) fn arguments(self, procedure: &'a Procedure) -> Option<Vec<Option<Value>>> {
        match &procedure.payload {
            Payload::Null => Some(Vec::new()),
            Payload::Bare(ty, constraints) => {
                let example = procedure.examples.first().cloned();
                let value = example.or_else(|| self.value(*ty, constraints, &procedure.meta.name))?;
                Some(vec![Some(value)])
            }
            Payload::Named(fields) => match procedure.examples.first() {
                Some(Value::Map(entries)) => {
                    let of = |field: &Field| {
                        let is_it = |name: &Value| matches!(name, Value::String(name) if *name == field.wire_name);
                        entries.iter().find(|(name, _)| is_it(name)).map(|(_, value)| value.clone())
                    };
                    Some(fields.iter().map(of).collect())
                }
                _ => fields.iter().map(|field| self.argument(field)).collect(),
            },
        }
    }

    /// Outer `None`: nothing can be made up; inner: left out.
    fn argument(self, field: &'a Field) -> Option<Option<Value>> {
        self.field(field, 0)
    }

    /// The values of an exception's fields, or its bare payload alone.
    pub(super) fn exception(self, payload: &'a ExceptionPayload, examples: &[Value]) -> Option<Value> {
        match payload {
            ExceptionPayload::Null => Some(Value::Null),
            ExceptionPayload::Bare(ty, constraints) => {
                examples.first().cloned().or_else(|| self.value(*ty, constraints, "text"))
            }
            ExceptionPayload::Fields(fields) => examples.first().cloned().or_else(|| self.named(fields)),
        }
    }

    /// An object of these fields, by wire name.
    pub(super) fn named(self, fields: &'a [Field]) -> Option<Value> {
        let mut entries = Vec::with_capacity(fields.len());
        for field in fields {
            if let Some(value) = self.field(field, 0)? {
                entries.push((Value::String(field.wire_name.clone()), value));
            }
        }
        Some(Value::Map(entries.into()))
    }

    /// A value of a type within constraints.
    pub(super) fn value(self, ty: TypeId, constraints: &'a Constraints, hint: &str) -> Option<Value> {
        self.made(ty, vec![constraints], hint, 0)
    }

    /// A value of a record or a union.
    pub(super) fn whole(self, ty: &Type) -> Option<Value> {
        self.shaped(ty, Vec::new(), "text", 0)
    }

    fn field(self, field: &'a Field, depth: usize) -> Option<Option<Value>> {
        if let Some(example) = field.examples.first() {
            return Some(Some(example.clone()));
        }
        if self.model.is_optional(field.ty) {
            return Some(None);
        }
        if let Some(default) = field.default.as_deref() {
            return Some(Some(default.clone()));
        }
        self.made(field.ty, vec![&field.constraints], &field.meta.name, depth).map(Some)
    }

    fn made(self, ty: TypeId, rules: Rules<'a>, hint: &str, depth: usize) -> Option<Value> {
        self.shaped(&self.model.types[ty], rules, hint, depth)
    }

    fn shaped(self, ty: &Type, mut rules: Rules<'a>, hint: &str, depth: usize) -> Option<Value> {
        if depth > DEEPEST {
            return None;
        }
        let model = self.model;
        match ty {
            Type::Alias(id) => {
                let alias = &model.aliases[*id];
                if let (Some(example), [rule]) = (alias.examples.first(), rules.as_slice())
                    && rule.is_empty()
                {
                    return Some(example.clone());
                }
                rules.push(&alias.constraints);
                self.made(alias.ty, rules, hint, depth)
            }
            Type::Bool => Some(Value::Bool(true)),
            Type::Int(int) => integer(*int, &rules),
            Type::Float(_) => float(&rules),
            Type::String => text(hint, &rules),
            Type::Bytes => {
                let (least, most) = length(&rules);
                let length = 5.clamp(least, most.max(least)).min(64);
                let bytes: Vec<u8> = b"hello".iter().copied().cycle().take(length).collect();
                (least <= bytes.len()).then(|| Value::Bytes(bytes.into()))
            }
            Type::Uuid => Some(literal("67e55044-10b1-426f-9247-bb680e5fe0c8")),
            Type::Timestamp => Some(literal("2026-01-31T09:30:00Z")),
            Type::DateTime => Some(literal("2026-01-31T09:30:00")),
            Type::Date => Some(literal("2026-01-31")),
            Type::Time => Some(literal("09:30:00")),
            Type::Duration => Some(bounded(&rules, "PT5S")),
            Type::Decimal => Some(bounded(&rules, "12.50")),
            Type::Any => Some(Value::Any(serde_json::json!({ "anything": true }))),
            Type::Optional(inner) => Some(self.made(*inner, rules, hint, depth + 1).unwrap_or(Value::Null)),
            Type::List(item) => {
                let least = length(&rules).0;
                match self.made(*item, Vec::new(), singular(hint), depth + 1) {
                    Some(value) if length(&rules).1 > 0 => {
                        (least <= 16).then(|| Value::Sequence(vec![value; least.max(1)].into()))
                    }
                    _ => (least == 0).then(|| Value::Sequence([].into())),
                }
            }
            Type::Set(item) => self.one_or_none(
                &rules,
                || {
                    let value = self.made(*item, Vec::new(), singular(hint), depth + 1)?;
                    Some(Value::Sequence([value].into()))
                },
                Value::Sequence([].into()),
            ),
            Type::Map(key, item) => self.one_or_none(
                &rules,
                || {
                    let key = self.made(*key, Vec::new(), "key", depth + 1)?;
                    let value = self.made(*item, Vec::new(), singular(hint), depth + 1)?;
                    Some(Value::Map([(key, value)].into()))
                },
                Value::Map([].into()),
            ),
            Type::Tuple(items) => {
                let items: Option<Vec<Value>> =
                    items.iter().map(|item| self.made(*item, Vec::new(), hint, depth + 1)).collect();
                Some(Value::Sequence(items?.into()))
            }
            Type::Record(id) => {
                let record = &model.records[*id];
                if let Some(example) = record.examples.first() {
                    return Some(example.clone());
                }
                let fields: Option<Vec<Option<Value>>> =
                    record.fields.iter().map(|field| self.field(field, depth + 1)).collect();
                Some(Value::Record(*id, fields?.into()))
            }
            Type::Enum(id) => {
                let item = &model.enums[*id];
                let current = item.variants.iter().position(|variant| variant.meta.deprecated.is_none());
                let first = Value::Enum(*id, u32::try_from(current.unwrap_or(0)).unwrap_or(0));
                Some(item.examples.first().cloned().unwrap_or(first))
            }
            Type::Union(id) => {
                let item = &model.unions[*id];
                if let Some(example) = item.examples.first() {
                    return Some(example.clone());
                }
                item.variants.iter().zip(0..).find_map(|(variant, index)| match variant.ty {
                    None => Some(Value::Union(*id, index, None)),
                    Some(ty) => {
                        let held = self.made(ty, Vec::new(), &variant.meta.name, depth + 1)?;
                        Some(Value::Union(*id, index, Some(Box::new(held))))
                    }
                })
            }
        }
    }

    /// Of sets and maps, whose members differ: one member, or none where that is not to be had and not asked for.
    fn one_or_none(self, rules: &[&Constraints], one: impl FnOnce() -> Option<Value>, none: Value) -> Option<Value> {
        match length(rules) {
            (least, _) if least > 1 => None,
            (0, 0) => Some(none),
            (least, _) => one().or((least == 0).then_some(none)),
        }
    }
}

fn literal(text: &str) -> Value {
    Value::Text(text.into())
}

/// The tightest bounds of all rules.
fn length(rules: &[&Constraints]) -> (usize, usize) {
    let small = |bound: u64| usize::try_from(bound).unwrap_or(usize::MAX);
    let spans = rules.iter().filter_map(|rule| rule.length.as_deref());
    spans.fold((0, usize::MAX), |(least, most), (from, to)| {
        (least.max(from.map_or(0, small)), most.min(to.map_or(usize::MAX, small)))
    })
}

fn integer(int: IntType, rules: &[&Constraints]) -> Option<Value> {
    let (mut least, mut greatest) = int.bounds();
    for range in rules.iter().filter_map(|rule| rule.range.as_ref()) {
        if let Some(Value::Int(from)) = range.from {
            least = least.max(from);
        }
        if let Some(Value::Int(to)) = range.to {
            greatest = greatest.min(to);
        }
    }
    (least <= greatest).then(|| Value::Int(3.clamp(least, greatest)))
}

fn float(rules: &[&Constraints]) -> Option<Value> {
    let (mut least, mut greatest) = (f64::MIN, f64::MAX);
    for range in rules.iter().filter_map(|rule| rule.range.as_ref()) {
        if let Some(Value::Float(from)) = range.from {
            least = least.max(from);
        }
        if let Some(Value::Float(to)) = range.to {
            greatest = greatest.min(to);
        }
    }
    (least <= greatest).then(|| Value::Float(1.5_f64.clamp(least, greatest)))
}

/// Of decimals and durations a bound is a value; without one, anything is.
fn bounded(rules: &[&Constraints], otherwise: &str) -> Value {
    let ranges = rules.iter().filter_map(|rule| rule.range.as_ref());
    ranges
        .into_iter()
        .find_map(|range| range.from.clone().or_else(|| range.to.clone()))
        .unwrap_or_else(|| literal(otherwise))
}

fn text(hint: &str, rules: &[&Constraints]) -> Option<Value> {
    let (least, most) = length(rules);
    let patterns: Vec<&str> = rules.iter().filter_map(|rule| rule.pattern.as_deref()).collect();
    let text = match patterns.first() {
        Some(pattern) => pattern::matching(pattern, least)?,
        None => {
            let hint: String = hint.replace('_', " ").chars().take(most.min(40)).collect();
            let missing = least.saturating_sub(hint.chars().count());
            if missing > 64 { return None } else { hint + &"x".repeat(missing) }
        }
    };
    let fits = (least..=most).contains(&text.chars().count());
    let matches = patterns.iter().all(|pattern| Pattern::new(pattern).is_ok_and(|pattern| pattern.is_match(&text)));
    (fits && matches).then(|| Value::String(text.into()))
}

/// `tags` → `tag`, where that is likely.
fn singular(hint: &str) -> &str {
    match hint.strip_suffix('s') {
        Some(one) if one.len() > 1 && !one.ends_with('s') => one,
        _ => hint,
    }
}
