//! Statements that check the constraints of fields, of aliases where they are used, and of what values hold.

use super::facts::resolved;
use super::scope::Scope;
use super::{layout, literal};
use crate::model::{Constraints, Field, Model, Openness, Type, TypeId};
use crate::validate::names::rust as names;

/// The value that a check looks at.
#[derive(Clone)]
enum Value {
    /// A place, such as `self.name`.
    Place(String),
    /// A binding that is a reference.
    Reference(String),
}

impl Value {
    fn reference(&self) -> String {
        match self {
            Self::Place(place) => format!("&{place}"),
            Self::Reference(name) => name.clone(),
        }
    }

    fn copy(&self) -> String {
        match self {
            Self::Place(place) => place.clone(),
            Self::Reference(name) => format!("*{name}"),
        }
    }

    /// The expression in front of a dot.
    fn receiver(&self) -> &str {
        match self {
            Self::Place(text) | Self::Reference(text) => text,
        }
    }
}

impl Scope<'_> {
    /// Whether a value with these constraints may break one, here or in what it holds.
    pub(super) fn is_checked(&self, ty: TypeId, constraints: &Constraints) -> bool {
        !constraints.is_empty() || self.plan.facts.is_constrained(ty)
    }

    /// The body of `check` for a type with these fields; empty where there is nothing to check.
    pub(super) fn check_fields(&mut self, fields: &[Field]) -> String {
        let mut out = String::new();
        let mut is_laid_out = true;
        for field in fields {
            if !self.is_checked(field.ty, &field.constraints) {
                continue;
            }
            let name = names::field_name(&field.meta.name);
            let wire = literal::quoted(&field.wire_name);
            let value = Value::Place(format!("self.{name}"));
            if field.constraints.is_empty() && self.is_plain(field.ty) {
                out.push_str(&format!("        must.field({wire}, &self.{name});\n"));
                continue;
            }
            is_laid_out = false;
            let checks = self.checks(field.ty, &field.constraints, &value);
            out.push_str(&format!("must.field_with({wire}, {});\n", closure(&checks)));
        }
        if is_laid_out { out } else { layout::statements(&out) }
    }

    /// The body of `check` for a struct around a value.
    pub(super) fn check_bare(&mut self, ty: TypeId, constraints: &Constraints) -> String {
        if !self.is_checked(ty, constraints) {
            return String::new();
        }
        layout::statements(&self.checks(ty, constraints, &Value::Place("self.0".to_owned())))
    }

    /// The body of `check` for a union of these variants; empty where there is nothing to check.
    pub(super) fn check_variants<'v>(
        &mut self,
        variants: impl Iterator<Item = (&'v str, Option<TypeId>)>,
        openness: Openness,
    ) -> String {
        let mut arms = Vec::new();
        let mut unchecked: Vec<String> = Vec::new();
        for (name, ty) in variants {
            let Some(ty) = ty.filter(|ty| self.plan.facts.is_constrained(*ty)) else {
                unchecked.push(format!("Self::{name}{}", if ty.is_some() { "(_)" } else { "" }));
                continue;
            };
            let check = if self.is_plain(ty) {
                "must.variant(Self::SHAPE, value)".to_owned()
            } else {
                let checks = self.checks(ty, &Constraints::default(), &Value::Reference("value".to_owned()));
                format!("must.field_with(\"value\", {})", closure(&checks))
            };
            arms.push((format!("Self::{name}(value)"), check));
        }
        if openness == Openness::Open {
            unchecked.push("Self::Unrecognized(_)".to_owned());
        }
        match &arms[..] {
            [] => String::new(),
            [(pattern, check)] if !unchecked.is_empty() => {
                layout::statements(&format!("if let {pattern} = self {{ {check}; }}"))
            }
            _ => {
                let arms: String = arms.iter().map(|(pattern, check)| format!("{pattern} => {{ {check}; }}")).collect();
                let rest = match &unchecked[..] {
                    [] => String::new(),
                    [pattern] => format!("{pattern} => {{}}"),
                    _ => "_ => {}".to_owned(),
                };
                layout::statements(&format!("match self {{ {arms} {rest} }}"))
            }
        }
    }

    /// A closure that checks a value; its text is left to prettyplease.
    pub(super) fn check_value(&mut self, ty: TypeId, constraints: &Constraints) -> String {
        let checks = self.checks(ty, constraints, &Value::Reference("value".to_owned()));
        layout::unsettled(&format!("|value, must| {{ {checks} }}"))
    }

    fn checks(&mut self, ty: TypeId, constraints: &Constraints, value: &Value) -> String {
        let mut all = vec![constraints];
        let plan = self.plan;
        let ty = unalias(plan.model, ty, &mut all);
        if let Type::Optional(inner) = plan.model.types[ty] {
            let inner_type = unalias(plan.model, inner, &mut all);
            let statements = self.own(inner_type, &all, value);
            return if self.plan.facts.is_constrained(inner_type) {
                let held = self.held(inner_type, &Value::Reference("value".to_owned()));
                format!("{statements} if let Some(value) = {} {{ {held} }}", value.reference())
            } else {
                statements
            };
        }
        let own = self.own(ty, &all, value);
        if plan.facts.is_constrained(ty) { own + " " + &self.held(ty, value) } else { own }
    }

    /// The constraints on the value itself.
    fn own(&mut self, ty: TypeId, all: &[&Constraints], value: &Value) -> String {
        let mut statements = String::new();
        let patterns = all.iter().filter_map(|constraints| constraints.pattern.as_deref());
        let has_one = patterns.clone().count() == 1;
        for (index, pattern) in patterns.enumerate() {
            let codegen = self.codegen();
            let name = if has_one { "PATTERN".to_owned() } else { format!("PATTERN_{}", index + 1) };
            let source = literal::quoted(pattern);
            let reference = value.reference();
            // Items come before statements.
            statements
                .insert_str(0, &format!("static {name}: {codegen}::Pattern = {codegen}::Pattern::new({source});\n"));
            statements.push_str(&format!("must.pattern({reference}, &{name});\n"));
        }
        for (min, max) in all.iter().filter_map(|constraints| constraints.length.as_deref().copied()) {
            let bound = |bound: Option<u64>| {
                bound.map_or("None".to_owned(), |bound| format!("Some({})", literal::integer(bound.into())))
            };
            statements.push_str(&format!("must.length({}, {}, {});\n", value.reference(), bound(min), bound(max)));
        }
        for range in all.iter().filter_map(|constraints| constraints.range.as_ref()) {
            let mut bound = |bound: Option<&crate::model::Value>| {
                bound.map_or("None".to_owned(), |bound| format!("Some({})", self.bound(ty, bound)))
            };
            let (from, to) = (bound(range.from.as_ref()), bound(range.to.as_ref()));
            statements.push_str(&format!("must.range({}, {from}, {to});\n", value.copy()));
        }
        statements
    }

    /// The constraints on what the value holds.
    fn held(&mut self, ty: TypeId, value: &Value) -> String {
        if self.is_plain(ty) {
            return format!("{}::Encode::check({}, must);", self.codegen(), value.reference());
        }
        let none = Constraints::default();
        let plan = self.plan;
        let receiver = value.receiver();
        match &plan.model.types[ty] {
            Type::List(item) | Type::Set(item) => {
                let checks = self.checks(*item, &none, &Value::Reference("item".to_owned()));
                let check = closure(&checks);
                format!("for (index, item) in {receiver}.iter().enumerate() {{ must.item_with(index, {check}); }}")
            }
            Type::Map(key, item) => {
                let mut checks = String::new();
                let is_key_checked = plan.facts.is_constrained(*key);
                if is_key_checked {
                    checks += &self.checks(*key, &none, &Value::Reference("key".to_owned()));
                }
                if plan.facts.is_constrained(*item) {
                    let held = self.checks(*item, &none, &Value::Reference("item".to_owned()));
                    // Two patterns of one name need a block each.
                    let needs_block = is_key_checked && held.starts_with("static ");
                    checks += &if needs_block { format!("{{ {held} }}") } else { held };
                    format!(
                        "for (key, item) in {} {{ must.entry_with(key, {}); }}",
                        value.reference(),
                        closure(&checks)
                    )
                } else {
                    format!("for key in {receiver}.keys() {{ must.entry_with(key, {}); }}", closure(&checks))
                }
            }
            Type::Tuple(items) => {
                let mut statements = String::new();
                for (index, item) in items.iter().enumerate().filter(|(_, item)| plan.facts.is_constrained(**item)) {
                    let checks = self.checks(*item, &none, &Value::Place(format!("{receiver}.{index}")));
                    statements.push_str(&format!("must.item_with({index}, {});\n", closure(&checks)));
                }
                statements
            }
            Type::Optional(_) | Type::Alias(_) => self.checks(ty, &none, value),
            _ => String::new(),
        }
    }

    /// Whether the check that the Rust type brings along is all: no alias between here and the records adds to it.
    pub(super) fn is_plain(&self, ty: TypeId) -> bool {
        let model = self.plan.model;
        if !self.plan.facts.is_constrained(ty) {
            return true;
        }
        match &model.types[ty] {
            Type::List(inner) | Type::Set(inner) | Type::Optional(inner) => self.is_plain(*inner),
            Type::Map(key, value) => self.is_plain(*key) && self.is_plain(*value),
            Type::Tuple(items) => items.iter().all(|item| self.is_plain(*item)),
            Type::Alias(id) => {
                let alias = &model.aliases[*id];
                alias.constraints.is_empty() && self.is_plain(alias.ty)
            }
            _ => matches!(model.types[resolved(model, ty)], Type::Record(_) | Type::Union(_)),
        }
    }
}

/// Follows aliases, and gathers what they ask for.
fn unalias<'c>(model: &'c Model, mut ty: TypeId, all: &mut Vec<&'c Constraints>) -> TypeId {
    while let Type::Alias(id) = model.types[ty] {
        all.push(&model.aliases[id].constraints);
        ty = model.aliases[id].ty;
    }
    ty
}

/// Up to this length an expression fits on one line wherever it stands.
const SHORT: usize = 50;

/// A closure around statements, or around the expression that one of them is.
fn closure(statements: &str) -> String {
    let statements = statements.trim();
    match statements.strip_suffix(';') {
        Some(one) if one.starts_with("must.") && one.len() <= SHORT && !one.contains(';') => format!("|must| {one}"),
        _ => format!("|must| {{ {statements} }}"),
    }
}
