//! A contract as `.almanet` text.

use std::fmt::{self, Display, Write as _};

use super::{Body, Bound, Contract, Definition, Field, Limits, Named, PATTERNS, Plain, Role, Shape};
use crate::value::Json;

impl Contract {
    /// The contract's text.
    #[must_use]
    pub fn text(&self) -> String {
        let mut text = format!("namespace property.{}\n", self.name);
        let mut service = String::new();
        let mut raised = Vec::new();
        for definition in &self.definitions {
            let out = if let Body::Record { role: Role::Parameters | Role::Results, .. } = definition.body {
                &mut service
            } else {
                &mut text
            };
            self.write(definition, out).expect("a String takes everything");
            if matches!(definition.body, Body::Exception(_) | Body::Record { role: Role::Exception, .. }) {
                raised.push(definition.name.as_str());
            }
        }
        let raised = raised.join(", ");
        format!("{text}\nservice desk {{\n{service}    procedure fail() raises {raised}\n}}\n")
    }

    fn write(&self, definition: &Definition, out: &mut String) -> fmt::Result {
        let name = &definition.name;
        match &definition.body {
            Body::Record { role: Role::Parameters, fields, .. } => {
                let name = name.trim_end_matches("_payload");
                write!(out, "    procedure {name}({})", self.listed(fields))
            }
            Body::Record { role: Role::Results, fields, .. } => writeln!(out, " -> ({})", self.listed(fields)),
            Body::Record { role, closed, fields } => {
                let keyword = if *role == Role::Exception { "exception" } else { "record" };
                writeln!(out, "{}\n{keyword} {name} {{", if *closed { "\n@closed" } else { "" })?;
                for field in fields {
                    writeln!(out, "    {}", self.field(field))?;
                }
                writeln!(out, "    reserved \"once\", \"o-n-c-e\"\n}}")
            }
            Body::Enum { open, variants } => {
                writeln!(out, "\n{}enum {name} {{", if *open { "open " } else { "" })?;
                for variant in variants {
                    writeln!(out, "    {}{}", wire(variant), variant.name)?;
                }
                writeln!(out, "}}")
            }
            Body::Union { open, tag, variants } => {
                if let Some(tag) = tag {
                    write!(out, "\n@tag({})", Json::text(*tag))?;
                }
                writeln!(out, "\n{}union {name} {{", if *open { "open " } else { "" })?;
                for (variant, shape) in variants {
                    let held = shape.as_ref().map_or(String::new(), |shape| format!(": {}", self.shape(shape)));
                    writeln!(out, "    {}{}{held}", wire(variant), variant.name)?;
                }
                writeln!(out, "}}")
            }
            Body::Alias(bound) => writeln!(out, "\n{}type {name} = {}", self.limits(bound), self.shape(&bound.shape)),
            Body::Exception(None) => writeln!(out, "\nexception {name}"),
            Body::Exception(Some(bound)) => {
                writeln!(out, "\nexception {name}({}{})", self.limits(bound), self.shape(&bound.shape))
            }
        }
    }

    fn listed(&self, fields: &[Field]) -> String {
        fields.iter().map(|field| self.field(field)).collect::<Vec<_>>().join(", ")
    }

    fn field(&self, field: &Field) -> String {
        let Field { named, bound, default } = field;
        let mut text = format!("{}{}{}: {}", self.limits(bound), wire(named), named.name, self.shape(&bound.shape));
        if let Some(default) = default {
            write!(text, " = {}", self.default(&bound.shape, default)).expect("a String takes everything");
        }
        text
    }

    /// A default as it is written: a variant by its bare name, everything else as its JSON.
    fn default(&self, shape: &Shape, json: &Json) -> String {
        if let (Shape::Named(index), Json::Text(wire)) = (shape, json)
            && let Body::Enum { variants, .. } = &self.definitions[*index].body
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
            Shape::Named(index) => self.definitions[*index].name.clone(),
        }
    }

    fn limits(&self, bound: &Bound) -> String {
        let Limits { length, range, pattern } = bound.limits;
        let mut text = String::new();
        if let Some((min, max)) = length {
            text += &format!("@length({}) ", span(min, max, |length| length.to_string()));
        }
        if let Some((min, max)) = range {
            let core = match self.resolved(&bound.shape, Limits::default()).0 {
                Shape::Optional(inner) => self.resolved(inner, Limits::default()).0,
                core => core,
            };
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
