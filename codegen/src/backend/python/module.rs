//! One generated module on its way to text.

use super::docs::docstring;
use super::literal;
use super::plan::Plan;
use super::runtime::Runtime;
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
    /// The library that it imports.
    pub(super) library: Option<&'static str>,
    /// The module that stands between it and the library, where it needs one.
    support: Option<&'static str>,
    /// Whether a class or a function was written last.
    pub(super) is_below_block: bool,
}

impl<'a> Module<'a> {
    pub(super) fn new(scope: Scope<'a>) -> Self {
        Self {
            scope,
            body: String::with_capacity(1 << 14),
            has_quotes: false,
            names: Vec::new(),
            library: None,
            support: None,
            is_below_block: false,
        }
    }

    /// The module that has what generated code stands on, which is imported.
    pub(super) fn runtime(&mut self) -> &'static str {
        let runtime = self.scope.plan.runtime;
        match runtime {
            Runtime::Own => self.library.insert(runtime.module()),
            Runtime::Peer => self.support.insert(runtime.module()),
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

    /// The docs of a definition, where the contract has any: what stood in for them would be shown to those who ask a
    /// service for its schema.
    pub(super) fn docs(&mut self, indent: usize, meta: &Meta) {
        if let Some(docs) = meta.docs.as_deref().filter(|docs| !docs.trim().is_empty()) {
            docstring(&mut self.body, indent, docs);
        }
    }

    /// The docs of a class that has members, which stand apart from them.
    pub(super) fn class_docs(&mut self, indent: usize, meta: &Meta) {
        let before = self.body.len();
        self.docs(indent, meta);
        if self.body.len() > before {
            self.body.push('\n');
        }
    }

    /// The import lines: the standard library's, other libraries', this package's, and what is imported from beside it.
    pub(super) fn imports(&self, beside: &str) -> String {
        let plan = self.scope.plan;
        let (mut standard, mut others, mut own) = (String::new(), String::new(), String::new());
        if let Some(library) = self.library {
            others.push_str(&format!("import {library}\n"));
        }
        let mut modules: Vec<&str> = self.scope.imports.iter().map(|(module, _)| *module).collect();
        modules.dedup();
        for module in modules {
            let names = self.scope.imports.iter().filter(|(other, _)| *other == module).map(|(_, name)| *name);
            let line = import(module, names.collect());
            if module == "pydantic" { others.push_str(&line) } else { standard.push_str(&line) }
        }
        let dots = ".".repeat(plan.namespaces[self.scope.here.index()].len() + 1);
        let mut supports: Vec<&str> = self.support.into_iter().collect();
        supports.extend(self.names_wire().then_some("_wire"));
        if !supports.is_empty() {
            own.push_str(&import(&dots, supports));
        }
        let at_top = self.scope.namespaces.iter().filter(|id| !self.scope.is_late(**id));
        let mut namespaces: Vec<String> = at_top.map(|id| other_namespace(plan, *id, &dots)).collect();
        let root = format!("from {dots} ");
        namespaces.sort_by_key(|line| (!line.starts_with(&root), line.clone()));
        own.extend(namespaces);
        own.push_str(beside);
        let blocks = [standard, others, own].into_iter().filter(|block| !block.is_empty());
        blocks.map(|block| format!("\n{block}")).collect()
    }

    /// The imports of namespaces that import this one, below its types: each finds the types of the other there.
    pub(super) fn late_imports(&self) -> String {
        let plan = self.scope.plan;
        let dots = ".".repeat(plan.namespaces[self.scope.here.index()].len() + 1);
        let late = self.scope.namespaces.iter().filter(|id| self.scope.is_late(**id));
        let mut lines: Vec<String> = late
            .map(|id| {
                let (path, name) = (plan.namespaces[id.index()].join("."), &plan.imported[id.index()]);
                format!(
                    "from {dots}{path} import _types as {name}  # noqa: E402 # pyright: ignore[reportPrivateUsage]\n"
                )
            })
            .collect();
        lines.sort();
        lines.concat()
    }

    /// Whether the text, docs apart, names the module of JSON forms.
    fn names_wire(&self) -> bool {
        let mut is_docs = false;
        self.body.lines().any(|line| {
            let begins = line.trim_start().strip_prefix("\"\"\"");
            let is_code = !is_docs && begins.is_none();
            let ends = begins.unwrap_or(line).ends_with("\"\"\"");
            is_docs = (is_docs || begins.is_some()) && !ends;
            is_code && line.contains("_wire.")
        })
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
    sort_names(&mut names, Case::Ignored);
    let flat = format!("from {module} import {}\n", names.join(", "));
    if flat.len() <= 89 {
        return flat;
    }
    let lines: String = names.iter().map(|name| format!("    {name},\n")).collect();
    format!("from {module} import (\n{lines})\n")
}

/// `__all__`, its names in the order that ruff asks for.
pub(super) fn exported(mut names: Vec<&str>) -> String {
    sort_names(&mut names, Case::Told);
    let quoted: Vec<String> = names.iter().map(|name| format!("\"{name}\"")).collect();
    let mut out = String::new();
    super::layout::assignment(&mut out, 0, "__all__", None, Some(&format!("[{}]", quoted.join(", "))));
    out
}

/// Whether `a` and `A` are one letter where names are sorted: to ruff they are in imports, and are not in `__all__`.
#[derive(Clone, Copy)]
enum Case {
    Ignored,
    Told,
}

/// Constants, then classes, then everything else; numbers in names by their value.
fn sort_names(names: &mut [&str], case: Case) {
    names.sort_by(|one, other| {
        (rank(one)).cmp(&rank(other)).then_with(|| natural(one, other, case)).then_with(|| one.cmp(other))
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

fn natural(one: &str, other: &str, case: Case) -> std::cmp::Ordering {
    let letter = |byte: &u8| match case {
        Case::Ignored => byte.to_ascii_lowercase(),
        Case::Told => *byte,
    };
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
            let order = letter(left).cmp(&letter(right));
            if order.is_ne() {
                return order;
            }
            (one, other) = (&one[1..], &other[1..]);
        }
    }
}
