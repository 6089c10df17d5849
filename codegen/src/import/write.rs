//! A draft as the text of contracts, one for each namespace.

use std::fmt::Write as _;

use super::draft::{Body, Definition, Draft, Field, Head, Name, Namespace, Part, Procedure, Service, Ty, Typed};
use super::literal::literal;
use crate::format::format;

/// What marks a remark for whoever completes the contract.
const MARK: &str = "// TODO(import): ";

/// The longest line that parameters share.
const WIDTH: usize = 100;

/// Every namespace's path below a schema root, with its contract.
pub(super) fn files(draft: &Draft) -> Vec<(String, String)> {
    let file = |(name, namespace): (&String, &Namespace)| {
        let text = contract(name, namespace);
        // What is no contract by a mistake of ours is shown as it is, with its problems.
        let text = format(&text).unwrap_or(text);
        (format!("{}.almanet", name.replace('.', "/")), text)
    };
    draft.namespaces.iter().map(file).collect()
}

fn contract(name: &str, namespace: &Namespace) -> String {
    let mut writer = Writer { text: String::new(), definitions: &namespace.definitions };
    for line in namespace.docs.iter().flat_map(|docs| lines(docs)) {
        writer.line(0, format!("//! {line}").trim_end());
    }
    writer.line(0, &format!("namespace {name}"));
    if !namespace.notes.is_empty() {
        writer.line(0, "");
    }
    writer.notes(0, &namespace.notes);
    for definition in &namespace.definitions {
        writer.line(0, "");
        writer.definition(definition);
    }
    for service in &namespace.services {
        writer.line(0, "");
        writer.service(service);
    }
    writer.text
}

struct Writer<'a> {
    text: String,
    definitions: &'a [Definition],
}

impl Writer<'_> {
    fn line(&mut self, indent: usize, text: &str) {
        if !text.is_empty() {
            let _ = write!(self.text, "{:1$}", "", indent * 4);
        }
        self.text.push_str(text);
        self.text.push('\n');
    }

    fn notes(&mut self, indent: usize, notes: &[String]) {
        for note in notes {
            // A remark never ends its line early.
            let note: String = note.chars().map(|c| if c.is_control() || is_line_end(c) { ' ' } else { c }).collect();
            self.line(indent, &format!("{MARK}{note}"));
        }
    }

    fn head(&mut self, indent: usize, head: &Head, more: &[String]) {
        self.notes(indent, &head.notes);
        self.notes(indent, more);
        for line in head.docs.iter().flat_map(|docs| lines(docs)) {
            self.line(indent, format!("/// {line}").trim_end());
        }
        if let Some(why) = &head.deprecated {
            self.line(indent, &format!("@deprecated({})", quoted(why)));
        }
    }

    fn definition(&mut self, definition: &Definition) {
        let name = &definition.name;
        match &definition.body {
            Body::Record { closed, fields } => {
                self.head(0, &definition.head, &[]);
                if *closed {
                    self.line(0, "@closed");
                }
                self.braces(&format!("record {name}"), fields.is_empty(), |writer| {
                    fields.iter().for_each(|field| writer.field(1, field, ""));
                });
            }
            Body::Enum { open, variants } => {
                self.head(0, &definition.head, &[]);
                let open = if *open { "open " } else { "" };
                self.braces(&format!("{open}enum {name}"), false, |writer| {
                    for variant in variants {
                        writer.wire_name(1, variant);
                        writer.line(1, &variant.name);
                    }
                });
            }
            Body::Union { open, tag, variants } => {
                self.head(0, &definition.head, &[]);
                if let Some(tag) = tag {
                    self.line(0, &format!("@tag({})", quoted(tag)));
                }
                let open = if *open { "open " } else { "" };
                self.braces(&format!("{open}union {name}"), false, |writer| {
                    for variant in variants {
                        writer.wire_name(1, &variant.name);
                        let ty = variant.ty.as_ref().map_or_else(String::new, |ty| format!(": {}", show(ty)));
                        writer.line(1, &format!("{}{ty}", variant.name.name));
                    }
                });
            }
            Body::Alias(typed) => {
                self.head(0, &definition.head, &typed.notes);
                typed.constraints.iter().for_each(|constraint| self.line(0, constraint));
                self.line(0, &format!("type {name} = {}", show(&typed.ty)));
            }
            Body::Exception(wire, payload) => {
                let notes = payload.as_ref().map_or(&[][..], |typed| &typed.notes);
                self.head(0, &definition.head, notes);
                if wire != name {
                    self.line(0, &format!("@name({})", quoted(wire)));
                }
                let payload = payload.as_ref().map_or_else(String::new, |typed| format!("({})", inline(typed)));
                self.line(0, &format!("exception {name}{payload}"));
            }
        }
    }

    fn braces(&mut self, opening: &str, empty: bool, body: impl FnOnce(&mut Self)) {
        if empty {
            return self.line(0, &format!("{opening} {{}}"));
        }
        self.line(0, &format!("{opening} {{"));
        body(self);
        self.line(0, "}");
    }

    fn wire_name(&mut self, indent: usize, name: &Name) {
        if name.name != name.wire {
            self.line(indent, &format!("@name({})", quoted(&name.wire)));
        }
    }

    /// A field on lines of its own.
    fn field(&mut self, indent: usize, field: &Field, end: &str) {
        let (default, note) = self.default(field);
        let mut notes = field.typed.notes.clone();
        notes.extend(note);
        self.head(indent, &field.head, &notes);
        self.wire_name(indent, &field.name);
        field.typed.constraints.iter().for_each(|constraint| self.line(indent, constraint));
        self.line(indent, &format!("{}: {}{default}{end}", field.name.name, show(&field.typed.ty)));
    }

    /// The default of a field, or a remark on one that cannot be said.
    fn default(&self, field: &Field) -> (String, Option<String>) {
        let Some(value) = &field.default else { return (String::new(), None) };
        match literal(value, &field.typed.ty, self.definitions) {
            Some(text) if text == "null" && matches!(field.typed.ty, Ty::Optional(_)) => (String::new(), None),
            Some(text) => (format!(" = {text}"), None),
            None => (String::new(), Some(format!("its default there is {value}, which cannot stand here"))),
        }
    }

    fn service(&mut self, service: &Service) {
        self.head(0, &service.head, &[]);
        if let Some(version) = &service.version {
            self.line(0, &format!("@version({})", quoted(version)));
        }
        if let Some(prepath) = &service.prepath {
            self.line(0, &format!("@prepath({})", quoted(prepath)));
        }
        self.tags(0, &service.tags);
        if service.expose {
            self.line(0, "@expose");
        }
        self.braces(&format!("service {}", service.name), service.procedures.is_empty(), |writer| {
            for (index, procedure) in service.procedures.iter().enumerate() {
                if index > 0 {
                    writer.line(0, "");
                }
                writer.procedure(procedure, service.expose);
            }
        });
    }

    fn tags(&mut self, indent: usize, tags: &[String]) {
        if !tags.is_empty() {
            let tags: Vec<String> = tags.iter().map(|tag| quoted(tag)).collect();
            self.line(indent, &format!("@tags({})", tags.join(", ")));
        }
    }

    fn procedure(&mut self, procedure: &Procedure, is_exposed: bool) {
        let notes = |part: &Part| if let Part::Bare(typed) = part { typed.notes.clone() } else { Vec::new() };
        let mut more: Vec<String> =
            notes(&procedure.payload).into_iter().map(|note| format!("payload: {note}")).collect();
        more.extend(notes(&procedure.reply).into_iter().map(|note| format!("result: {note}")));
        self.head(1, &procedure.head, &more);
        if let Some(uri) = &procedure.uri {
            self.line(1, &format!("@uri({})", quoted(uri)));
        }
        if let Some(channel) = &procedure.channel {
            self.line(1, &format!("@channel({})", quoted(channel)));
        }
        self.tags(1, &procedure.tags);
        if procedure.expose && !is_exposed {
            self.line(1, "@expose");
        }
        let payload = self.part(&procedure.payload);
        let reply = match &procedure.reply {
            Part::Null => Shown::Line(String::new()),
            Part::Bare(typed) => Shown::Line(format!(" -> {}", inline(typed))),
            named @ Part::Named(_) => self.part(named),
        };
        let raises = match procedure.raises.as_slice() {
            [] => String::new(),
            names => format!(" raises {}", names.join(", ")),
        };
        let head = format!("procedure {}(", procedure.name);
        let arrow = if matches!(procedure.reply, Part::Named(_)) { ") -> (" } else { ")" };
        let close = if matches!(procedure.reply, Part::Named(_)) { ")" } else { "" };
        match (&payload, &reply) {
            (Shown::Line(payload), Shown::Line(reply))
                if head.len() + payload.len() + arrow.len() + reply.len() + raises.len() < WIDTH =>
            {
                self.line(1, &format!("{head}{payload}{arrow}{reply}{close}{raises}"));
            }
            _ => {
                self.list(&head, &procedure.payload, &payload);
                if let Part::Named(_) = procedure.reply {
                    self.list(arrow, &procedure.reply, &reply);
                    self.line(1, &format!("){raises}"));
                } else if let Shown::Line(reply) = reply {
                    self.line(1, &format!("){reply}{raises}"));
                }
            }
        }
    }

    /// Parameters or results, each on lines of its own, up to the bracket that closes them; behind what is open.
    fn list(&mut self, opening: &str, part: &Part, shown: &Shown) {
        self.line(1, opening);
        match part {
            Part::Named(fields) => fields.iter().for_each(|field| self.field(2, field, ",")),
            _ => {
                if let Shown::Line(text) = shown
                    && !text.is_empty()
                {
                    self.line(2, &format!("{text},"));
                }
            }
        }
    }

    /// A payload, or named results, where they fit on one line.
    fn part(&self, part: &Part) -> Shown {
        match part {
            Part::Null => Shown::Line(String::new()),
            Part::Bare(typed) => Shown::Line(inline(typed)),
            Part::Named(fields) => {
                let mut texts = Vec::new();
                for field in fields {
                    let (default, note) = self.default(field);
                    let head = &field.head;
                    if note.is_some() || head.docs.is_some() || head.deprecated.is_some() {
                        return Shown::Lines;
                    }
                    if !head.notes.is_empty() || !field.typed.notes.is_empty() {
                        return Shown::Lines;
                    }
                    let mut text = String::new();
                    if field.name.name != field.name.wire {
                        let _ = write!(text, "@name({}) ", quoted(&field.name.wire));
                    }
                    for constraint in &field.typed.constraints {
                        let _ = write!(text, "{constraint} ");
                    }
                    let _ = write!(text, "{}: {}{default}", field.name.name, show(&field.typed.ty));
                    texts.push(text);
                }
                Shown::Line(texts.join(", "))
            }
        }
    }
}

/// Whether something fits on one line.
enum Shown {
    Line(String),
    Lines,
}

/// A type behind its constraints.
fn inline(typed: &Typed) -> String {
    let mut text = String::new();
    for constraint in &typed.constraints {
        let _ = write!(text, "{constraint} ");
    }
    text + &show(&typed.ty)
}

fn show(ty: &Ty) -> String {
    match ty {
        Ty::Plain(name) => (*name).to_owned(),
        Ty::Named(name) => name.clone(),
        Ty::List(item) => format!("list<{}>", show(item)),
        Ty::Set(item) => format!("set<{}>", show(item)),
        Ty::Map(key, value) => format!("map<{}, {}>", show(key), show(value)),
        Ty::Tuple(parts) => format!("tuple<{}>", parts.iter().map(show).collect::<Vec<_>>().join(", ")),
        Ty::Optional(inner) => format!("{}?", show(inner)),
    }
}

/// A text as a literal of the language, which is JSON's.
pub(super) fn quoted(text: &str) -> String {
    serde_json::Value::from(text).to_string()
}

/// The lines of docs, by every end of a line that the language knows.
fn lines(docs: &str) -> impl Iterator<Item = &str> {
    docs.trim().split(['\n', '\r'])
}

/// Characters beside the controls that some reader takes for the end of a line.
fn is_line_end(letter: char) -> bool {
    matches!(letter, '\u{2028}' | '\u{2029}')
}
