use std::cell::Cell;
use std::collections::{BTreeMap, BTreeSet};
use std::rc::Rc;

use rustc_hash::{FxHashMap, FxHashSet};

use super::facts::Holder;
use super::plan::Plan;
use crate::model::{FloatType, IntType, NamespaceId, Type, TypeId};

/// One generated module: what its names mean, and what it brings in by `use`.
pub(super) struct Scope<'a> {
    pub(super) plan: &'a Plan<'a>,
    /// Its place below the root, of the namespace and perhaps a service.
    path: Vec<&'a str>,
    /// Names of types and modules that the module itself has.
    taken: FxHashSet<&'a str>,
    uses: BTreeMap<&'static str, BTreeSet<&'static str>>,
    types: FxHashMap<TypeId, Rc<str>>,
    codegen: Option<External>,
    /// For a module outside of the contract's: what it calls the contract's root, and whether it did.
    contract: Option<(&'static str, Cell<bool>)>,
}

impl<'a> Scope<'a> {
    pub(super) fn new(plan: &'a Plan<'a>, path: Vec<&'a str>, taken: FxHashSet<&'a str>) -> Self {
        Self { plan, path, taken, uses: BTreeMap::new(), types: FxHashMap::default(), codegen: None, contract: None }
    }

    /// Makes this a module that stands outside of the contract's, and beside its root.
    pub(super) fn stand_beside(&mut self, root: &'static str) {
        self.contract = Some((root, Cell::new(false)));
    }

    /// Whether the contract's root was named from outside.
    pub(super) fn has_named_contract(&self) -> bool {
        self.contract.as_ref().is_some_and(|(_, is_named)| is_named.get())
    }

    /// A name of another crate: bare, with a `use` line, unless the module has a name like it, or uses one already.
    pub(super) fn external(&mut self, module: &'static str, name: &'static str) -> External {
        let is_used = |(other, names): (&&str, &BTreeSet<&str>)| *other != module && names.contains(name);
        if self.taken.contains(name) || self.uses.iter().any(is_used) {
            return External { module, name };
        }
        self.uses.entry(module).or_default().insert(name);
        External { module: "", name }
    }

    /// The `use` lines of what was asked for.
    pub(super) fn uses(&self) -> Vec<String> {
        let line = |(module, names): (&&str, &BTreeSet<&str>)| {
            let names: Vec<&str> = names.iter().copied().collect();
            match &names[..] {
                [name] => format!("use {module}::{name};"),
                _ => format!("use {module}::{{{}}};", names.join(", ")),
            }
        };
        self.uses.iter().map(line).collect()
    }

    /// The runtime's module for generated code.
    pub(super) fn codegen(&mut self) -> External {
        if let Some(codegen) = self.codegen {
            return codegen;
        }
        let codegen = self.external("::almanet_runtime", "codegen");
        *self.codegen.insert(codegen)
    }

    /// `String`, `Vec<super::Mood>` and the like.
    pub(super) fn ty(&mut self, id: TypeId) -> Rc<str> {
        if let Some(text) = self.types.get(&id) {
            return text.clone();
        }
        let mut text = String::new();
        self.push_type(&mut text, id, None);
        let text = Rc::<str>::from(text);
        self.types.insert(id, text.clone());
        text
    }

    /// The type of what a record or union holds in place, boxed where it must be.
    pub(super) fn held_type(&mut self, id: TypeId, whole: Holder) -> Rc<str> {
        if !self.plan.facts.holds_boxed(self.plan.model, id, whole) {
            return self.ty(id);
        }
        let mut text = String::new();
        self.push_type(&mut text, id, Some(whole));
        text.into()
    }

    fn push_type(&mut self, out: &mut String, id: TypeId, whole: Option<Holder>) {
        let plan = self.plan;
        match &plan.model.types[id] {
            Type::Bool => out.push_str("bool"),
            Type::Int(int) => out.push_str(int_name(*int)),
            Type::Float(FloatType::Float32) => out.push_str("f32"),
            Type::Float(FloatType::Float64) => out.push_str("f64"),
            Type::String => out.push_str("String"),
            Type::Bytes => self.push_external(out, "Bytes"),
            Type::Uuid => self.push_external(out, "Uuid"),
            Type::Timestamp => self.push_external(out, "Timestamp"),
            Type::DateTime => self.push_external(out, "DateTime"),
            Type::Date => self.push_external(out, "Date"),
            Type::Time => self.push_external(out, "Time"),
            Type::Duration => self.push_external(out, "Duration"),
            Type::Decimal => self.push_external(out, "Decimal"),
            Type::Any => self.push_external(out, "Value"),
            Type::List(item) => {
                out.push_str("Vec<");
                self.push_type(out, *item, None);
                out.push('>');
            }
            Type::Set(item) => {
                self.external("::std::collections", "BTreeSet").push_to(out);
                out.push('<');
                self.push_type(out, *item, None);
                out.push('>');
            }
            Type::Map(key, value) => {
                self.external("::std::collections", "BTreeMap").push_to(out);
                out.push('<');
                self.push_type(out, *key, None);
                out.push_str(", ");
                self.push_type(out, *value, None);
                out.push('>');
            }
            Type::Tuple(items) => {
                for (index, item) in items.iter().enumerate() {
                    out.push_str(if index == 0 { "(" } else { ", " });
                    self.push_type(out, *item, whole);
                }
                out.push(')');
            }
            Type::Optional(inner) => {
                out.push_str("Option<");
                self.push_type(out, *inner, whole);
                out.push('>');
            }
            Type::Record(id) => {
                let name = &plan.records[id.index()];
                self.push_held(out, Holder::Record(*id), whole, plan.model.records[*id].namespace, name);
            }
            Type::Union(id) => {
                let name = &plan.unions[id.index()];
                self.push_held(out, Holder::Union(*id), whole, plan.model.unions[*id].namespace, name);
            }
            Type::Enum(id) => self.push_path(out, plan.model.enums[*id].namespace, &plan.enums[id.index()]),
            Type::Alias(id) => {
                let alias = &plan.model.aliases[*id];
                match whole {
                    Some(whole) if plan.facts.holds_boxed(plan.model, alias.ty, whole) => {
                        self.push_type(out, alias.ty, Some(whole));
                    }
                    _ => self.push_path(out, alias.namespace, &plan.aliases[id.index()]),
                }
            }
        }
    }

    fn push_external(&mut self, out: &mut String, name: &'static str) {
        self.external("::almanet_runtime::types", name).push_to(out);
    }

    fn push_held(&self, out: &mut String, part: Holder, whole: Option<Holder>, namespace: NamespaceId, name: &str) {
        let is_boxed = whole.is_some_and(|whole| self.plan.facts.is_boxed_in(part, whole));
        if is_boxed {
            out.push_str("Box<");
        }
        self.push_path(out, namespace, name);
        if is_boxed {
            out.push('>');
        }
    }

    /// A definition of the contract as this module names it.
    pub(super) fn push_path(&self, out: &mut String, namespace: NamespaceId, name: &str) {
        let target = &self.plan.namespaces[namespace.index()];
        if let Some((root, is_named)) = &self.contract {
            is_named.set(true);
            out.push_str(root);
            target.iter().chain([&name.to_owned()]).for_each(|segment| {
                out.push_str("::");
                out.push_str(segment);
            });
            return;
        }
        let common = self.path.iter().zip(target).take_while(|(here, there)| *here == there).count();
        for _ in common..self.path.len() {
            out.push_str("super::");
        }
        if common == self.path.len() && common < target.len() {
            // `self::`, since a bare `net::` might be a crate's.
            out.push_str("self::");
        }
        for segment in &target[common..] {
            out.push_str(segment);
            out.push_str("::");
        }
        out.push_str(name);
    }

    pub(super) fn path(&self, namespace: NamespaceId, name: &str) -> String {
        let mut out = String::new();
        self.push_path(&mut out, namespace, name);
        out
    }
}

/// A name of another crate as a module writes it.
#[derive(Clone, Copy)]
pub(super) struct External {
    module: &'static str,
    name: &'static str,
}

impl External {
    pub(super) fn push_to(self, out: &mut String) {
        if !self.module.is_empty() {
            out.push_str(self.module);
            out.push_str("::");
        }
        out.push_str(self.name);
    }
}

impl askama::FastWritable for External {
    fn write_into(&self, out: &mut dyn std::fmt::Write, _: &dyn askama::Values) -> askama::Result<()> {
        if !self.module.is_empty() {
            out.write_str(self.module)?;
            out.write_str("::")?;
        }
        Ok(out.write_str(self.name)?)
    }
}

impl std::fmt::Display for External {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        if !self.module.is_empty() {
            write!(f, "{}::", self.module)?;
        }
        f.write_str(self.name)
    }
}

pub(super) fn int_name(int: IntType) -> &'static str {
    match int {
        IntType::Int8 => "i8",
        IntType::Int16 => "i16",
        IntType::Int32 => "i32",
        IntType::Int64 => "i64",
        IntType::Uint8 => "u8",
        IntType::Uint16 => "u16",
        IntType::Uint32 => "u32",
        IntType::Uint64 => "u64",
    }
}
