//! One generated module on its way to text.

use std::rc::Rc;

use askama::Template;
use rustc_hash::FxHashSet;

use super::layout::{self, Code, Place};
use super::literal;
use super::plan::Plan;
use super::scope::Scope;
use crate::model::Meta;

/// A module: its scope and the text of its items so far.
pub(super) struct Module<'a> {
    pub(super) scope: Scope<'a>,
    pub(super) body: String,
    decode_signature: Option<Rc<str>>,
}

impl<'a> Module<'a> {
    pub(super) fn new(plan: &'a Plan<'a>, path: Vec<&'a str>, taken: FxHashSet<&'a str>) -> Self {
        Self { scope: Scope::new(plan, path, taken), body: String::with_capacity(1 << 14), decode_signature: None }
    }

    /// Appends what a template makes: one item or more, each apart from the last by a blank line.
    pub(super) fn render<T: Template>(&mut self, template: &T) {
        let start = self.body.len();
        self.part();
        let from = self.body.len();
        template.render_into(&mut self.body).expect("a String takes everything, and views hold nothing that fails");
        if layout::is_settled(&self.body[from..]) {
            self.end_line();
        } else {
            let text = self.body[from..].to_owned();
            self.body.truncate(start);
            self.items(&text);
        }
    }

    /// Appends items as text. A blank line before a line without an indent parts them.
    pub(super) fn items(&mut self, text: &str) {
        let mut rest = text.trim_matches('\n');
        while !rest.is_empty() {
            let end = item_end(rest);
            self.part();
            layout::item(&mut self.body, Place::Module, &rest[..end]);
            self.end_line();
            rest = rest[end..].trim_start_matches('\n');
        }
    }

    /// A blank line behind the last item.
    fn part(&mut self) {
        if !self.body.is_empty() {
            self.body.push('\n');
        }
    }

    fn end_line(&mut self) {
        if !self.body.ends_with('\n') {
            self.body.push('\n');
        }
    }

    /// The head of `Decode::decode`.
    pub(super) fn decode_signature(&mut self) -> Rc<str> {
        let codegen = self.scope.codegen();
        let head = self.decode_signature.get_or_insert_with(|| {
            let parameters = ["&mut self".to_owned(), format!("json: &mut {codegen}::Decoder<'_>")];
            let result = format!(" -> Result<(), {codegen}::DecodeError>");
            layout::signature(4, "fn decode", &parameters, &result, " {").into()
        });
        Rc::clone(head)
    }

    /// `const SHAPE: &'static codegen::KIND = &codegen::KIND { … };`
    pub(super) fn shape(&mut self, kind: &str, fields: Vec<Code<'_>>) -> String {
        let codegen = self.scope.codegen();
        let head = format!("const SHAPE: &'static {codegen}::{kind} = &");
        layout::line(4, &head, &Code::record(format!("{codegen}::{kind}"), fields), ";")
    }
}

/// Where the first item ends.
fn item_end(text: &str) -> usize {
    let mut from = 0;
    while let Some(found) = text[from..].find("\n\n") {
        let end = from + found;
        if !text[end + 2..].starts_with([' ', '\n']) {
            return end + 1;
        }
        from = end + 2;
    }
    text.len()
}

/// The docs of something, or what stands in for them.
pub(super) fn docs(meta: &Meta, indent: usize, otherwise: impl FnOnce() -> String) -> String {
    let mut out = String::with_capacity(80);
    match &meta.docs {
        Some(docs) if !docs.trim().is_empty() => super::docs::outer(&mut out, indent, docs),
        _ => super::docs::outer(&mut out, indent, &otherwise()),
    }
    out
}

/// `#[deprecated(note = "…")]` on a line of its own, or nothing.
pub(super) fn deprecated(meta: &Meta, indent: usize) -> String {
    match meta.deprecated.as_deref() {
        None => String::new(),
        Some("") => format!("{:indent$}#[deprecated]\n", ""),
        Some(why) => {
            let note = vec![Code::text(format!("note = {}", literal::quoted(&super::docs::note(why))))];
            let line = layout::line(indent, "#[", &Code::call("deprecated", note), "]\n");
            // An attribute's arguments take no comma behind the last one.
            line.replacen("\",\n", "\"\n", 1)
        }
    }
}
