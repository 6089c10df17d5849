//! A drawn contract as the source of a Python module: a pydantic model, or a type, for each definition.
//!
//! Fields are called `f_0`, `f_1`, … and variants `v_0`, …: what travels is the alias, so that no wire name has to be one
//! of Python's.

use std::fmt::Write as _;

use almanet_property::{Body, Bound, Contract, Definition, Field, Json, Limits, Named, PATTERNS, Plain, Shape};

/// The module's source, which stands on `models_peer.py`.
pub(crate) fn module(contract: &Contract) -> String {
    let mut source = String::from("from __future__ import annotations\nfrom models_peer import *\n");
    for definition in &contract.definitions {
        source.push_str(&Models { contract }.definition(definition));
    }
    source
}

struct Models<'a> {
    contract: &'a Contract,
}

impl Models<'_> {
    fn definition(&self, definition: &Definition) -> String {
        let name = &definition.name;
        match &definition.body {
            Body::Record { closed, fields, .. } => {
                let base = if *closed { "Closed" } else { "Model" };
                format!("\nclass {name}({base}):\n{}", self.fields(fields))
            }
            Body::Enum { open, variants } => enumeration(name, *open, variants),
            Body::Union { open, tag, variants } => self.union(name, *open, *tag, variants),
            // Every use of an alias has its type in its place.
            Body::Alias(_) => String::new(),
            Body::Exception(Some(bound)) | Body::Payload(bound) | Body::Reply(bound) => {
                format!("\n{name} = {}\n", self.bound(bound))
            }
            Body::Topic(of) | Body::Stream(of) => format!("\n{name} = {}\n", self.contract.definitions[*of].name),
            Body::Exception(None) => format!("\n{name} = None\n"),
        }
    }

    fn fields(&self, fields: &[Field]) -> String {
        let mut text = String::from("    pass\n");
        for (index, Field { named, bound, default }) in fields.iter().enumerate() {
            let kind = self.bound(bound);
            let alias = Json::text(&named.wire);
            let default = match default {
                Some(default) => {
                    format!(", default_factory=default({}, lambda: {kind})", Json::text(default.value.to_string()))
                }
                None if self.contract.is_optional(&bound.shape) => ", default=None".to_owned(),
                None => String::new(),
            };
            writeln!(text, "    f_{index}: {kind} = Field(alias={alias}{default})").expect("a String takes everything");
        }
        text
    }

    fn union(&self, name: &str, open: bool, tag: Option<&str>, variants: &[(Named, Option<Shape>)]) -> String {
        let mut text = String::new();
        let kind = Json::text(tag.unwrap_or("kind"));
        let mut members = Vec::new();
        for (index, (variant, held)) in variants.iter().enumerate() {
            let (base, value) = match (held, tag) {
                (Some(Shape::Named(index)), Some(_)) => (&*self.contract.definitions[*index].name, String::new()),
                (Some(shape), _) => {
                    let may_miss = self.contract.is_optional(shape) || *shape == Shape::Plain(Plain::Any);
                    let default = if may_miss { " = None" } else { "" };
                    ("Model", format!("    value: {}{default}\n", self.shape(shape, Limits::default())))
                }
                (None, _) => ("Model", String::new()),
            };
            let wire = Json::text(&variant.wire);
            write!(text, "\nclass {name}_{index}({base}):\n    tag: Literal[{wire}] = Field(alias={kind})\n{value}")
                .expect("a String takes everything");
            members.push(format!("Annotated[{name}_{index}, Tag({wire})]"));
        }
        let members = members.join(" | ");
        if open {
            let known: Vec<String> =
                variants.iter().map(|(variant, _)| Json::text(&variant.wire).to_string()).collect();
            write!(
                text,
                "\nclass {name}_unknown(Open):\n    tag: str = Field(alias={kind})\n\n{name} = Annotated[{members} | \
                 Annotated[{name}_unknown, Tag(UNKNOWN)], tagged({kind}, {{{}}})]\n",
                known.join(", ")
            )
        } else {
            write!(text, "\n{name} = Annotated[{members}, Field(discriminator=\"tag\")]\n")
        }
        .expect("a String takes everything");
        text
    }

    fn bound(&self, bound: &Bound) -> String {
        self.shape(&bound.shape, bound.limits)
    }

    fn shape(&self, shape: &Shape, limits: Limits) -> String {
        let (core, limits) = self.contract.resolved(shape, limits);
        match core {
            Shape::Plain(plain) => plain_type(*plain, limits),
            Shape::List(item) => annotated(&format!("list[{}]", self.free(item)), &length(limits)),
            Shape::Set(item) => annotated(&format!("set[{}]", self.free(item)), &length(limits)),
            Shape::Map(key, value) => {
                annotated(&format!("dict[{}, {}]", self.free(key), self.free(value)), &length(limits))
            }
            Shape::Tuple(items) => {
                let items: Vec<String> = items.iter().map(|item| self.free(item)).collect();
                format!("tuple[{}]", items.join(", "))
            }
            Shape::Optional(inner) => format!("Optional[{}]", self.shape(inner, limits)),
            Shape::Named(index) => self.contract.definitions[*index].name.clone(),
        }
    }

    fn free(&self, shape: &Shape) -> String {
        self.shape(shape, Limits::default())
    }
}

fn enumeration(name: &str, open: bool, variants: &[Named]) -> String {
    let class = if open { format!("{name}_known") } else { name.to_owned() };
    let mut text = format!("\nclass {class}(StrEnum):\n");
    for (index, variant) in variants.iter().enumerate() {
        writeln!(text, "    v_{index} = {}", Json::text(&variant.wire)).expect("a String takes everything");
    }
    if open {
        writeln!(text, "\n{name} = Union[{class}, str]").expect("a String takes everything");
    }
    text
}

fn plain_type(plain: Plain, limits: Limits) -> String {
    if plain.bounds().is_some() {
        return annotated(plain.name(), &range(limits, |bound| bound.to_string()));
    }
    match plain {
        Plain::Bool => "bool".to_owned(),
        Plain::Float32 => annotated("float32", &range(limits, |bound| bound.to_string())),
        Plain::Float64 => annotated("float", &range(limits, |bound| bound.to_string())),
        Plain::String => {
            let mut metadata = length(limits);
            if let Some(pattern) = limits.pattern {
                let (pattern, texts) = PATTERNS[pattern];
                let texts: Vec<String> = texts.iter().map(|text| Json::text(*text).to_string()).collect();
                metadata.push(format!("StringConstraints(pattern={})", Json::text(pattern)));
                metadata.push(format!("Samples([{}])", texts.join(", ")));
            }
            annotated("str", &metadata)
        }
        Plain::Bytes => annotated("bytes", &length(limits)),
        Plain::Uuid => "UUID".to_owned(),
        Plain::Timestamp => "AwareDatetime".to_owned(),
        Plain::Datetime => "NaiveDatetime".to_owned(),
        Plain::Date => "date".to_owned(),
        Plain::Time => "time".to_owned(),
        Plain::Duration => annotated("timedelta", &range(limits, |bound| format!("timedelta(seconds={bound})"))),
        Plain::Decimal => annotated("Decimal", &range(limits, |bound| format!("Decimal({bound})"))),
        _ => "Any".to_owned(),
    }
}

fn length(limits: Limits) -> Vec<String> {
    let (min, max) = limits.length.unwrap_or_default();
    let min = min.map(|min| format!("MinLen({min})"));
    min.into_iter().chain(max.map(|max| format!("MaxLen({max})"))).collect()
}

fn range(limits: Limits, show: impl Fn(i64) -> String) -> Vec<String> {
    let (min, max) = limits.range.unwrap_or_default();
    let min = min.map(|min| format!("Ge({})", show(min)));
    min.into_iter().chain(max.map(|max| format!("Le({})", show(max)))).collect()
}

fn annotated(kind: &str, metadata: &[String]) -> String {
    if metadata.is_empty() { kind.to_owned() } else { format!("Annotated[{kind}, {}]", metadata.join(", ")) }
}
