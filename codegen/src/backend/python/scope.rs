//! One generated module on its way to text: what it imports, and what is defined in it so far.

use std::collections::BTreeSet;
use std::rc::Rc;

use rust_decimal::Decimal;
use rustc_hash::{FxHashMap, FxHashSet};

use super::literal;
use super::plan::{Item, Plan, items_of};
use crate::model::{Constraints, FloatType, IntType, NamespaceId, Pattern, Type, TypeId, Value};
use crate::resolve::duration_nanoseconds;

pub(super) struct Scope<'a> {
    pub(super) plan: &'a Plan<'a>,
    pub(super) here: NamespaceId,
    /// The module that has the types of this namespace, where it is not this one.
    own: Option<&'static str>,
    /// Names of other modules, each with the module it is imported from.
    pub(super) imports: BTreeSet<(&'static str, &'static str)>,
    /// Other namespaces that it names.
    pub(super) namespaces: BTreeSet<NamespaceId>,
    types: FxHashMap<TypeId, Rc<str>>,
    /// Definitions of this namespace that stand above; `None` where all of them do.
    defined: Option<FxHashSet<Item>>,
    /// Whether what is written next stands below all types.
    pub(super) is_complete: bool,
}

/// A type as an annotation of a field.
pub(super) struct Annotation {
    pub(super) text: Rc<str>,
    /// Whether it names what is defined below.
    pub(super) is_ahead: bool,
}

impl<'a> Scope<'a> {
    /// A module in which nothing is defined yet.
    pub(super) fn of_types(plan: &'a Plan<'a>, here: NamespaceId) -> Self {
        Self { defined: Some(FxHashSet::default()), ..Self::of_service(plan, here) }
    }

    /// A module that has every type of its namespace.
    pub(super) fn of_service(plan: &'a Plan<'a>, here: NamespaceId) -> Self {
        let (imports, namespaces, types) = Default::default();
        Self { plan, here, own: None, imports, namespaces, types, defined: None, is_complete: false }
    }

    /// A module that names its own namespace's types behind the name of another module.
    pub(super) fn beside(plan: &'a Plan<'a>, here: NamespaceId, own: &'static str) -> Self {
        Self { own: Some(own), ..Self::of_service(plan, here) }
    }

    /// A name that is imported.
    pub(super) fn import(&mut self, module: &'static str, name: &'static str) -> &'static str {
        self.imports.insert((module, name));
        name
    }

    /// From here on the definition stands above.
    pub(super) fn define(&mut self, item: Item) {
        if let Some(defined) = &mut self.defined {
            defined.insert(item);
        }
    }

    /// Whether a definition is not there yet when the module comes to what is written next.
    pub(super) fn is_ahead(&self, item: Item) -> bool {
        let Some(defined) = self.defined.as_ref().filter(|_| !self.is_complete) else { return false };
        let namespace = item.namespace(self.plan.model);
        if namespace == self.here { !defined.contains(&item) } else { self.plan.are_circular(self.here, namespace) }
    }

    /// Whether another namespace is imported below the types of this module.
    pub(super) fn is_late(&self, namespace: NamespaceId) -> bool {
        self.defined.is_some() && self.plan.are_circular(self.here, namespace)
    }

    /// From here on everything is there.
    pub(super) fn complete(&mut self) {
        self.is_complete = true;
    }

    /// Whether this namespace and another import each other.
    pub(super) fn is_in_circle(&self) -> bool {
        self.plan.model.namespaces.ids().any(|other| self.plan.are_circular(self.here, other))
    }

    /// Whether a type names a definition that is not there yet.
    pub(super) fn is_type_ahead(&self, ty: TypeId) -> bool {
        let mut is_ahead = false;
        items_of(self.plan.model, ty, &mut |item| is_ahead |= self.is_ahead(item));
        is_ahead
    }

    /// The type of what is held to constraints, in quotes where it names what comes later.
    pub(super) fn annotation(&mut self, ty: TypeId, constraints: &Constraints) -> Annotation {
        let text = self.constrained(ty, constraints);
        let is_ahead = self.is_type_ahead(ty);
        Annotation { text: if is_ahead { literal::quoted(&text).into() } else { text }, is_ahead }
    }

    /// `str`, `list[_wire.Int32]`, `Mood | None` and the like.
    pub(super) fn ty(&mut self, id: TypeId) -> Rc<str> {
        if let Some(text) = self.types.get(&id) {
            return Rc::clone(text);
        }
        let mut text = String::new();
        self.push_type(&mut text, id);
        let text = Rc::<str>::from(text);
        self.types.insert(id, Rc::clone(&text));
        text
    }

    fn push_type(&mut self, out: &mut String, id: TypeId) {
        let plan = self.plan;
        match &plan.model.types[id] {
            Type::Bool => out.push_str("_wire.Bool"),
            Type::Int(int) => out.push_str(int_name(*int)),
            Type::Float(FloatType::Float32) => out.push_str("_wire.Float32"),
            Type::Float(FloatType::Float64) => out.push_str("_wire.Float64"),
            Type::String => out.push_str("str"),
            Type::Bytes => out.push_str("_wire.Bytes"),
            Type::Uuid => out.push_str("_wire.UUID"),
            Type::Timestamp => out.push_str("_wire.Timestamp"),
            Type::DateTime => out.push_str("_wire.DateTime"),
            Type::Date => out.push_str("_wire.Date"),
            Type::Time => out.push_str("_wire.Time"),
            Type::Duration => out.push_str("_wire.Duration"),
            Type::Decimal => out.push_str("_wire.Decimal"),
            Type::Any => out.push_str("_wire.Json"),
            Type::List(item) => self.push_generic(out, "list[", &[*item]),
            Type::Set(item) => self.push_generic(out, "set[", &[*item]),
            Type::Map(key, value) => {
                out.push_str("dict[");
                if matches!(plan.model.shape(*key), Type::Int(_) | Type::Bool) {
                    out.push_str(self.import("typing", "Annotated"));
                    out.push('[');
                    self.push_type(out, *key);
                    out.push_str(", _wire.KEY]");
                } else {
                    self.push_type(out, *key);
                }
                out.push_str(", ");
                self.push_type(out, *value);
                out.push(']');
            }
            Type::Tuple(items) => self.push_generic(out, "tuple[", items),
            Type::Optional(inner) => {
                self.push_type(out, *inner);
                out.push_str(" | None");
            }
            Type::Record(id) => {
                self.push_name(out, plan.model.records[*id].namespace, &plan.records[id.index()]);
            }
            Type::Enum(id) => self.push_name(out, plan.model.enums[*id].namespace, &plan.enums[id.index()]),
            Type::Union(id) => self.push_name(out, plan.model.unions[*id].namespace, &plan.unions[id.index()]),
            Type::Alias(id) => self.push_name(out, plan.model.aliases[*id].namespace, &plan.aliases[id.index()]),
        }
    }

    fn push_generic(&mut self, out: &mut String, head: &str, items: &[TypeId]) {
        out.push_str(head);
        for (index, item) in items.iter().enumerate() {
            out.push_str(if index > 0 { ", " } else { "" });
            self.push_type(out, *item);
        }
        out.push(']');
    }

    /// A name of the contract, as this module says it.
    pub(super) fn push_name(&mut self, out: &mut String, namespace: NamespaceId, name: &str) {
        if namespace != self.here {
            self.namespaces.insert(namespace);
            out.push_str(&self.plan.imported[namespace.index()]);
            out.push('.');
        } else if let Some(own) = self.own {
            out.push_str(own);
            out.push('.');
        }
        out.push_str(name);
    }

    /// A type with constraints of its own; where it is optional, they hold of what is not null.
    pub(super) fn constrained(&mut self, ty: TypeId, constraints: &Constraints) -> Rc<str> {
        if constraints.is_empty() {
            return self.ty(ty);
        }
        let model = self.plan.model;
        let (inner, null) = match &model.types[ty] {
            Type::Optional(inner) => (*inner, " | None"),
            _ => match model.shape(ty) {
                Type::Optional(inner) => (*inner, " | None"),
                _ => (ty, ""),
            },
        };
        let arguments = self.arguments(ty, constraints);
        let annotated = self.import("typing", "Annotated");
        let field = self.import("pydantic", "Field");
        format!("{annotated}[{}, {field}({arguments})]{null}", self.ty(inner)).into()
    }

    /// Constraints as `Field` takes them. It forgets what a type said of the same before: the strictest is said again.
    fn arguments(&mut self, ty: TypeId, constraints: &Constraints) -> String {
        let model = self.plan.model;
        let mut length = constraints.length.as_deref().copied();
        let mut range = constraints.range.clone();
        let mut ty = ty;
        loop {
            match &model.types[ty] {
                Type::Optional(inner) => ty = *inner,
                Type::Alias(id) => {
                    let alias = &model.aliases[*id];
                    if let (Some(ours), Some(theirs)) = (&mut length, alias.constraints.length.as_deref()) {
                        ours.0 = ours.0.max(theirs.0);
                        ours.1 = ours.1.min(theirs.1).or(ours.1).or(theirs.1);
                    }
                    if let (Some(ours), Some(theirs)) = (&mut range, &alias.constraints.range) {
                        stricter(&mut ours.from, theirs.from.as_ref(), true);
                        stricter(&mut ours.to, theirs.to.as_ref(), false);
                    }
                    ty = alias.ty;
                }
                _ => break,
            }
        }
        let mut all = Vec::new();
        if let Some((min, max)) = length {
            all.extend(min.map(|min| format!("min_length={min}")));
            all.extend(max.map(|max| format!("max_length={max}")));
        }
        if let Some(range) = range {
            for (name, bound) in [("ge", range.from), ("le", range.to)] {
                if let Some(bound) = bound {
                    all.push(format!("{name}={}", self.value(ty, &bound)));
                }
            }
        }
        if let Some(pattern) = &constraints.pattern {
            let ascii =
                Pattern::new(pattern).map_or_else(|_| pattern.to_string(), |pattern| pattern.ascii().to_owned());
            all.push(format!("pattern={}", literal::quoted(&ascii)));
        }
        all.join(", ")
    }
}

/// Takes the other bound where it leaves less.
fn stricter(ours: &mut Option<Value>, theirs: Option<&Value>, is_lower: bool) {
    let Some(theirs) = theirs else { return };
    let is_stricter = ours.as_ref().is_none_or(|ours| {
        let order = compare(theirs, ours);
        if is_lower { order.is_gt() } else { order.is_lt() }
    });
    if is_stricter {
        *ours = Some(theirs.clone());
    }
}

fn compare(one: &Value, other: &Value) -> std::cmp::Ordering {
    match (one, other) {
        (Value::Int(one), Value::Int(other)) => one.cmp(other),
        (Value::Float(one), Value::Float(other)) => one.total_cmp(other),
        (Value::Text(one), Value::Text(other)) => match (duration_nanoseconds(one), duration_nanoseconds(other)) {
            (Ok(one), Ok(other)) => one.cmp(&other),
            _ => one.parse::<Decimal>().ok().cmp(&other.parse().ok()),
        },
        _ => std::cmp::Ordering::Equal,
    }
}

fn int_name(int: IntType) -> &'static str {
    match int {
        IntType::Int8 => "_wire.Int8",
        IntType::Int16 => "_wire.Int16",
        IntType::Int32 => "_wire.Int32",
        IntType::Int64 => "_wire.Int64",
        IntType::Uint8 => "_wire.Uint8",
        IntType::Uint16 => "_wire.Uint16",
        IntType::Uint32 => "_wire.Uint32",
        IntType::Uint64 => "_wire.Uint64",
    }
}
