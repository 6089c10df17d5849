//! Choices: optional types, and unions where a tag tells the variants apart.

use super::super::draft::{Body, Ty, Typed, Variant};
use super::super::json::Json;
use super::super::names::{Scope, joined};
use super::{Place, Schemas, shortened};

impl Schemas {
    /// `anyOf` and `oneOf`.
    pub(super) fn choice(&mut self, schema: &Json, choices: &[Json], place: Place<'_>) -> Typed {
        let is_null = |choice: &&Json| choice.text("type") == Some("null");
        let others: Vec<&Json> = choices.iter().filter(|choice| !is_null(choice)).collect();
        let may_be_null = others.len() < choices.len();
        let typed = match others.as_slice() {
            [] => Typed::unknown("it is always null there"),
            [only] => self.typed(only, place),
            choices if is_decimal(choices) => {
                Typed::new(Ty::Plain("decimal")).noting("a number or a text there, taken for a decimal")
            }
            _ => match self.tagged(schema, place) {
                Some(body) => Typed::new(self.define(place.hint, body)),
                None => {
                    let choices: Vec<String> = others.iter().map(|choice| shortened(choice)).collect();
                    Typed::unknown(format!("one of these there, and no tag tells which: {}", choices.join(" | ")))
                }
            },
        };
        if may_be_null { Typed { ty: typed.ty.optional(), ..typed } } else { typed }
    }

    /// A union whose variants a tag tells apart.
    pub(super) fn tagged(&mut self, schema: &Json, place: Place<'_>) -> Option<Body> {
        let choices = schema.get("oneOf").or_else(|| schema.get("anyOf"))?.items();
        if let Some(discriminator) = schema.get("discriminator") {
            return self.discriminated(discriminator, place);
        }
        self.beside(choices, place).or_else(|| self.inside(choices, place))
    }

    /// As pydantic writes it: a mapping from tags to records.
    fn discriminated(&mut self, discriminator: &Json, place: Place<'_>) -> Option<Body> {
        let tag = discriminator.text("propertyName")?;
        let mut scope = Scope::default();
        let mut variants = Vec::new();
        for (wire, reference) in discriminator.get("mapping")?.members() {
            let Ty::Named(name) = self.reference(reference.as_str()?, place).ty else { return None };
            self.tags.insert(name.clone(), tag.to_owned());
            variants.push(Variant { name: scope.name(wire), ty: Some(Ty::Named(name)) });
        }
        (!variants.is_empty()).then(|| Body::Union { open: false, tag: Some(tag.to_owned()), variants })
    }

    /// As this project writes it: `{"kind": "circle", "value": …}`.
    fn beside(&mut self, choices: &[Json], place: Place<'_>) -> Option<Body> {
        let (choices, open) = without_other(choices, "kind");
        let mut scope = Scope::default();
        let mut variants = Vec::new();
        for choice in choices {
            let (wire, properties) = variant(choice, "kind")?;
            if properties.iter().any(|(key, _)| key != "kind" && key != "value") {
                return None;
            }
            let hint = joined(&[place.hint, wire]);
            let value = properties.iter().find(|(key, _)| key == "value");
            // A tag alone in all of them says nothing about where it sits.
            let ty = value.map(|(_, value)| self.inner(value, place.at(&hint), &mut Vec::new()));
            variants.push(Variant { name: scope.name(wire), ty });
        }
        let is_one = !variants.is_empty() && variants.iter().any(|variant| variant.ty.is_some());
        is_one.then_some(Body::Union { open, tag: None, variants })
    }

    /// As this project writes a union with `@tag`: the variants' records with the tag in them.
    fn inside(&mut self, choices: &[Json], place: Place<'_>) -> Option<Body> {
        let constant = |(_, value): &&(String, Json)| value.text("const").is_some();
        let tag = &choices.first()?.get("properties")?.members().iter().find(constant)?.0;
        let (choices, open) = without_other(choices, tag);
        let mut scope = Scope::default();
        let mut variants = Vec::new();
        for choice in choices {
            let (wire, properties) = variant(choice, tag)?;
            let name = scope.name(wire);
            if properties.len() == 1 {
                variants.push(Variant { name, ty: None });
                continue;
            }
            // Not the other way round: Go calls a variant like its union and then itself.
            let hint = joined(&[wire, "of", place.hint]);
            let Body::Record { closed, mut fields } = self.record(choice, place.at(&hint)) else { return None };
            fields.retain(|field| field.name.wire != *tag);
            variants.push(Variant { name, ty: Some(self.define(&hint, Body::Record { closed, fields })) });
        }
        let tag = Some(tag.clone());
        (!variants.is_empty()).then_some(Body::Union { open, tag, variants })
    }
}

/// A variant's name and its members, where the tag is a constant.
fn variant<'a>(choice: &'a Json, tag: &str) -> Option<(&'a str, &'a [(String, Json)])> {
    let properties = choice.get("properties")?;
    Some((properties.get(tag)?.text("const")?, properties.members()))
}

/// The choices without the one that stands for unknown tags, and whether there was one.
fn without_other<'a>(choices: &'a [Json], tag: &str) -> (Vec<&'a Json>, bool) {
    let is_other = |choice: &&Json| choice.get("properties").and_then(|all| all.get(tag)?.get("not")).is_some();
    let known: Vec<&Json> = choices.iter().filter(|choice| !is_other(choice)).collect();
    let open = known.len() < choices.len();
    (known, open)
}

/// How pydantic writes a decimal: a number, or a text, which some versions say to be of digits.
fn is_decimal(choices: &[&Json]) -> bool {
    let is_number = |choice: &&Json| choice.text("type") == Some("number");
    let is_digits = |choice: &Json| choice.text("pattern").is_none_or(|pattern| pattern.starts_with("^(?!^[-+.]*$)"));
    let is_text = |choice: &&Json| choice.text("type") == Some("string") && is_digits(choice);
    choices.len() == 2 && choices.iter().any(is_number) && choices.iter().any(is_text)
}
