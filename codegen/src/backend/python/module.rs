//! One generated module on its way to text.

use super::docs::docstring;
use super::literal;
use super::plan::Plan;
use super::scope::Scope;
use crate::model::{Meta, NamespaceId};

/// A module: its scope, and the text of its definitions so far.
pub(super) struct Module<'a> {
    pub(super) scope: Scope<'a>,
    pub(super) body: String,
    /// Whether the class that is written names a type in quotes.
    pub(super) has_quotes: bool,
    /// Every name that it has for others.
    pub(super) names: Vec<String>,
    /// Whether a class or a function was written last.
    is_below_block: bool,
}

impl<'a> Module<'a> {
    pub(super) fn new(scope: Scope<'a>) -> Self {
        Self {
            scope,
            body: String::with_capacity(1 << 14),
            has_quotes: false,
            names: Vec::new(),
            is_below_block: false,
        }
    }

    /// A class or a function follows: two blank lines, and what marks it as deprecated.
    pub(super) fn part(&mut self, meta: Option<&Meta>, indent: usize) {
        if indent == 0 {
            self.body.push_str("\n\n");
            self.is_below_block = true;
        }
        if let Some(why) = meta.and_then(|meta| meta.deprecated.as_deref()) {
            let why = if why.is_empty() { "It is deprecated." } else { why };
            let text = format!("@_wire.deprecated({})", literal::quoted(why));
            super::layout::line(&mut self.body, indent, &text, "");
        }
    }

    /// A statement follows: two blank lines behind a class, one behind another statement, none within a group of them.
    pub(super) fn statement_apart(&mut self, is_grouped: bool) {
        let blank = match (std::mem::take(&mut self.is_below_block), is_grouped) {
            (true, _) => "\n\n",
            (false, false) => "\n",
            (false, true) => "",
        };
        self.body.push_str(blank);
    }

    /// The docs of a class or a function, or what stands in for them.
    pub(super) fn docs(&mut self, indent: usize, meta: &Meta, otherwise: impl FnOnce() -> String) {
        match &meta.docs {
            Some(docs) if !docs.trim().is_empty() => docstring(&mut self.body, indent, docs),
            _ => docstring(&mut self.body, indent, &otherwise()),
        }
    }

    /// The docs of a field, a variant, a constant or an alias, where there are any.
    pub(super) fn attribute_docs(&mut self, indent: usize, meta: &Meta) {
        if let Some(docs) = meta.docs.as_deref().filter(|docs| !docs.trim().is_empty()) {
            docstring(&mut self.body, indent, docs);
        }
    }

    /// The import lines: the standard library's, other libraries', this package's.
    pub(super) fn imports(&self, library: Option<&str>, own: &str) -> String {
        let mut out = String::new();
        let plan = self.scope.plan;
        let mut standard = String::new();
        let mut others = String::new();
        if let Some(library) = library {
            others.push_str(&format!("import {library}\n"));
        }
        let mut modules: Vec<&str> = self.scope.imports.iter().map(|(module, _)| *module).collect();
        modules.dedup();
        for module in modules {
            let names = self.scope.imports.iter().filter(|(other, _)| *other == module).map(|(_, name)| *name);
            let line = import(module, names.collect());
            if module == "pydantic" { others.push_str(&line) } else { standard.push_str(&line) }
        }
        let mut local = String::new();
        let here = &plan.namespaces[self.scope.here.index()];
        let dots = ".".repeat(here.len() + 1);
        let mut lines = Vec::new();
        for id in &self.scope.namespaces {
            lines.push(other_namespace(plan, *id, &dots));
        }
        lines.sort();
        let is_wire_used = self.body.contains("_wire.");
        let beside_root = lines.iter().filter(|line| line.starts_with(&format!("from {dots} ")));
        beside_root.for_each(|line| local.push_str(line));
        if is_wire_used {
            local.insert_str(0, &format!("from {dots} import _wire\n"));
        }
        lines.iter().filter(|line| !line.starts_with(&format!("from {dots} "))).for_each(|line| local.push_str(line));
        local.push_str(own);
        for block in [standard, others, local] {
            if !block.is_empty() {
                out.push('\n');
                out.push_str(&block);
            }
        }
        out
    }
}

/// `from ....net import example as _net_example`.
fn other_namespace(plan: &Plan<'_>, id: NamespaceId, dots: &str) -> String {
    let modules = &plan.namespaces[id.index()];
    let (name, folders) = modules.split_last().map_or(("", &[][..]), |(name, folders)| (name, folders));
    format!("from {dots}{} import {name} as {}\n", folders.join("."), plan.imported[id.index()])
}

/// `from MODULE import A, b`, its names in the order that ruff asks for.
pub(super) fn import(module: &str, mut names: Vec<&str>) -> String {
    sort_names(&mut names);
    let flat = format!("from {module} import {}\n", names.join(", "));
    if flat.len() <= 89 {
        return flat;
    }
    let lines: String = names.iter().map(|name| format!("    {name},\n")).collect();
    format!("from {module} import (\n{lines})\n")
}

/// `__all__`, its names in the order that ruff asks for.
pub(super) fn exported(mut names: Vec<&str>) -> String {
    sort_names(&mut names);
    let quoted: Vec<String> = names.iter().map(|name| format!("\"{name}\"")).collect();
    let mut out = String::new();
    super::layout::assignment(&mut out, 0, "__all__", None, Some(&format!("[{}]", quoted.join(", "))));
    out
}

/// Constants, then classes, then everything else; numbers in names by their value.
fn sort_names(names: &mut [&str]) {
    names.sort_by(|one, other| {
        (rank(one)).cmp(&rank(other)).then_with(|| natural(one, other)).then_with(|| one.cmp(other))
    });
}

fn rank(name: &str) -> u8 {
    let has_case = name.chars().any(char::is_alphabetic);
    if name.len() > 1 && has_case && !name.chars().any(char::is_lowercase) {
        0
    } else if name.starts_with(char::is_uppercase) {
        1
    } else {
        2
    }
}

fn natural(one: &str, other: &str) -> std::cmp::Ordering {
    let (mut one, mut other) = (one.as_bytes(), other.as_bytes());
    loop {
        let (Some(left), Some(right)) = (one.first(), other.first()) else {
            return one.len().cmp(&other.len());
        };
        if left.is_ascii_digit() && right.is_ascii_digit() {
            let digits = |text: &[u8]| text.iter().take_while(|byte| byte.is_ascii_digit()).count();
            let (ours, theirs) = (digits(one), digits(other));
            let value = |text: &[u8]| text.iter().skip_while(|byte| **byte == b'0').count();
            let order = value(&one[..ours]).cmp(&value(&other[..theirs])).then_with(|| {
                one[..ours]
                    .iter()
                    .skip_while(|byte| **byte == b'0')
                    .cmp(other[..theirs].iter().skip_while(|byte| **byte == b'0'))
            });
            if order.is_ne() {
                return order;
            }
            (one, other) = (&one[ours..], &other[theirs..]);
        } else {
            let order = left.to_ascii_lowercase().cmp(&right.to_ascii_lowercase());
            if order.is_ne() {
                return order;
            }
            (one, other) = (&one[1..], &other[1..]);
        }
    }
}
