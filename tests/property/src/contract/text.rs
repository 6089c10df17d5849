//! A contract as `.almanet` text.

use std::fmt::{self, Display, Write as _};

use super::trim::{On, around};
use super::{Body, Bound, Contract, Definition, Field, Limits, Named, PATTERNS, Place, Plain, Role, Shape};
use crate::value::Json;

impl Contract {
    /// The contract's files by name.
    #[must_use]
    pub fn files(&self) -> Vec<(String, String)> {
        self.written(Part::Everything)
    }

    /// The same without the service.
    #[must_use]
    pub fn files_of_types(&self) -> Vec<(String, String)> {
        self.written(Part::Types)
    }

    fn written(&self, part: Part) -> Vec<(String, String)> {
        let places = [Place::Main, Place::More].into_iter();
        let places = places.filter(|place| self.definitions.iter().any(|definition| definition.place == *place));
        places
            .map(|place| {
                let text = Writer { contract: self, place, part }.file();
                (format!("{}.almanet", self.namespace(place)), text)
            })
            .collect()
    }

    /// The last segment of the namespace of one of its files.
    #[must_use]
    pub fn namespace(&self, place: Place) -> String {
        match place {
            Place::Main => self.name.clone(),
            Place::More => format!("{}_more", self.name),
        }
    }
}

/// Writes one of the files.
struct Writer<'a> {
    contract: &'a Contract,
    place: Place,
    part: Part,
}

/// How much of a contract is written.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Part {
    Everything,
    Types,
}

impl Writer<'_> {
    fn file(&self) -> String {
        let mut text = String::new();
        let mut service = String::new();
        let mut raised = Vec::new();
        let constants = if self.place == Place::Main { self.contract.constants.as_slice() } else { &[] };
        for constant in constants {
            let value = self.literal(&constant.shape, &constant.value);
            let trim = self.around(On::Member, &constant.name);
            text += &format!("\n{trim}const {}: {} = {value}\n", constant.name, self.shape(&constant.shape));
        }
        for (index, definition) in self.contract.definitions.iter().enumerate() {
            let is_member = matches!(
                definition.body,
                Body::Record { role: Role::Parameters | Role::Results | Role::Notice, .. }
                    | Body::Payload(_)
                    | Body::Reply(_)
                    | Body::Topic(_)
                    | Body::Stream(_)
            );
            if definition.place == self.place {
                let out = if is_member { &mut service } else { &mut text };
                self.write(definition, out).expect("a String takes everything");
            }
            if matches!(definition.body, Body::Exception(_) | Body::Record { role: Role::Exception, .. }) {
                raised.push(self.name(index));
            }
        }
        if self.place == Place::Main && self.part == Part::Everything {
            let raised = raised.join(", ");
            let (trim, fail) = (self.around(On::Service, "desk"), self.around(On::Procedure, "fail"));
            text += &format!("\n{trim}service desk {{\n{service}{fail}procedure fail() raises {raised}\n}}\n");
        }
        format!("namespace property.{}\n{}{text}", self.contract.namespace(self.place), self.import(&text))
    }

    /// The import of the other file: where it is not used it would be a lint.
    fn import(&self, text: &str) -> String {
        let (other, used, name) = match self.place {
            Place::Main => (Place::More, "more.", " as more"),
            Place::More => (Place::Main, "property.", ""),
        };
        let file = self.contract.namespace(other);
        if text.contains(used) { format!("\nimport \"{file}.almanet\"{name}\n") } else { String::new() }
    }

    /// A definition's name, as this file has to write it.
    fn name(&self, index: usize) -> String {
        let Definition { name, place, .. } = &self.contract.definitions[index];
        match (self.place, place) {
            (Place::Main, Place::More) => format!("more.{name}"),
            (Place::More, Place::Main) => format!("property.{}.{name}", self.contract.name),
            _ => name.clone(),
        }
    }

    fn around(&self, on: On, name: &str) -> String {
        around(self.contract, on, name)
    }

    fn write(&self, definition: &Definition, out: &mut String) -> fmt::Result {
        let name = &definition.name;
        let trim = self.around(
            match definition.body {
                Body::Record { role: Role::Parameters | Role::Notice, .. } | Body::Payload(_) | Body::Stream(_) => {
                    On::Procedure
                }
                Body::Topic(_) => On::Topic,
                _ => On::Definition,
            },
            name,
        );
        let member = name.trim_end_matches("_payload");
        match &definition.body {
            Body::Record { role: Role::Parameters, fields, .. } => {
                write!(out, "{trim}    procedure {member}({})", self.listed(fields))
            }
            Body::Record { role: Role::Notice, fields, .. } => {
                writeln!(out, "{trim}    oneway procedure {member}({})", self.listed(fields))
            }
            Body::Record { role: Role::Results, fields, .. } => writeln!(out, " -> ({})", self.listed(fields)),
            Body::Payload(bound) => write!(out, "{trim}    procedure {member}({})", self.bound(bound)),
            Body::Reply(bound) => writeln!(out, " -> {}", self.bound(bound)),
            Body::Topic(of) => writeln!(out, "{trim}    topic {name}: {}", self.name(*of)),
            Body::Stream(of) => writeln!(out, "{trim}    procedure {name}() -> stream {}", self.name(*of)),
            Body::Record { role, closed, fields } => {
                let keyword = if *role == Role::Exception { "exception" } else { "record" };
                writeln!(out, "\n{trim}{}{keyword} {name} {{", if *closed { "@closed\n" } else { "" })?;
                for field in fields {
                    writeln!(out, "    {}", self.field(field))?;
                }
                writeln!(out, "    reserved \"once\", \"o-n-c-e\"\n}}")
            }
            Body::Enum { open, variants } => {
                writeln!(out, "\n{trim}{}enum {name} {{", if *open { "open " } else { "" })?;
                for variant in variants {
                    let trim = self.around(On::Member, &variant.name);
                    writeln!(out, "{trim}    {}{}", wire(variant), variant.name)?;
                }
                writeln!(out, "}}")
            }
            Body::Union { open, tag, variants } => {
                write!(out, "\n{trim}")?;
                if let Some(tag) = tag {
                    writeln!(out, "@tag({})", Json::text(*tag))?;
                }
                writeln!(out, "{}union {name} {{", if *open { "open " } else { "" })?;
                for (variant, shape) in variants {
                    let held = shape.as_ref().map_or(String::new(), |shape| format!(": {}", self.shape(shape)));
                    let trim = self.around(On::Member, &variant.name);
                    writeln!(out, "{trim}    {}{}{held}", wire(variant), variant.name)?;
                }
                writeln!(out, "}}")
            }
            Body::Alias(bound) => {
                writeln!(out, "\n{trim}{}type {name} = {}", self.limits(bound), self.shape(&bound.shape))
            }
            Body::Exception(None) => writeln!(out, "\n{trim}exception {name}"),
            Body::Exception(Some(bound)) => writeln!(out, "\n{trim}exception {name}({})", self.bound(bound)),
        }
    }

    fn bound(&self, bound: &Bound) -> String {
        format!("{}{}", self.limits(bound), self.shape(&bound.shape))
    }

    fn listed(&self, fields: &[Field]) -> String {
        fields.iter().map(|field| self.field(field)).collect::<Vec<_>>().join(", ")
    }

    fn field(&self, field: &Field) -> String {
        let Field { named, bound, default } = field;
        let trim = self.around(On::Member, &named.name);
        let (limits, wire, shape) = (self.limits(bound), wire(named), self.shape(&bound.shape));
        let mut text = format!("\n{trim}{limits}{wire}{}: {shape}", named.name);
        if let Some(default) = default {
            let written = match default.constant {
                Some(index) if self.place == Place::Main => self.contract.constants[index].name.clone(),
                Some(index) => format!("property.{}.{}", self.contract.name, self.contract.constants[index].name),
                None => self.literal(&bound.shape, &default.value),
            };
            write!(text, " = {written}").expect("a String takes everything");
        }
        text
    }

    /// A value as it is written: a variant by its bare name, everything else as its JSON.
    fn literal(&self, shape: &Shape, json: &Json) -> String {
        if let (Shape::Named(index), Json::Text(wire)) = (shape, json)
            && let Body::Enum { variants, .. } = &self.contract.definitions[*index].body
            && let Some(variant) = variants.iter().find(|variant| variant.wire == *wire)
        {
            return variant.name.clone();
        }
        json.to_string()
    }

    fn shape(&self, shape: &Shape) -> String {
        match shape {
            Shape::Plain(plain) => plain.name().to_owned(),
            Shape::List(item) => format!("list<{}>", self.shape(item)),
            Shape::Set(item) => format!("set<{}>", self.shape(item)),
            Shape::Map(key, value) => format!("map<{}, {}>", self.shape(key), self.shape(value)),
            Shape::Tuple(items) => {
                let items: Vec<String> = items.iter().map(|item| self.shape(item)).collect();
                format!("tuple<{}>", items.join(", "))
            }
            Shape::Optional(inner) => format!("{}?", self.shape(inner)),
            Shape::Named(index) => self.name(*index),
        }
    }

    fn limits(&self, bound: &Bound) -> String {
        let Limits { length, range, pattern } = bound.limits;
        let mut text = String::new();
        if let Some((min, max)) = length {
            text += &format!("@length({}) ", span(min, max, |length| length.to_string()));
        }
        if let Some((min, max)) = range {
            let core = self.contract.core(&bound.shape);
            let bound = |bound: i64| match core {
                Shape::Plain(Plain::Decimal) => format!("\"{bound}\""),
                Shape::Plain(Plain::Duration) => format!("{bound}s"),
                _ => bound.to_string(),
            };
            text += &format!("@range({}) ", span(min, max, bound));
        }
        if let Some(pattern) = pattern {
            text += &format!("@pattern({}) ", Json::text(PATTERNS[pattern].0));
        }
        text
    }
}

fn wire(named: &Named) -> String {
    if named.name == named.wire { String::new() } else { format!("@name({}) ", Json::text(&named.wire)) }
}

fn span<T: Copy>(min: Option<T>, max: Option<T>, show: impl Fn(T) -> String) -> impl Display {
    format!("{}..{}", min.map_or(String::new(), &show), max.map_or(String::new(), &show))
}
