//! Enums and unions.

use std::rc::Rc;

use askama::Template;

use super::facts::Holder;
use super::layout::{Code, line};
use super::literal;
use super::module::{Module, deprecated, docs};
use super::scope::External;
use crate::model::{EnumId, Openness, UnionId, UnionTag};
use crate::validate::names::rust as names;

#[derive(Template)]
#[template(path = "rust/enum.rs")]
struct EnumView<'a> {
    docs: String,
    deprecated: String,
    derives: &'static str,
    name: &'a str,
    is_open: bool,
    variants: &'a [VariantView],
}

#[derive(Template)]
#[template(path = "rust/enum_codec.rs")]
struct EnumCodecView<'a> {
    name: &'a str,
    is_open: bool,
    is_key: bool,
    expected: String,
    variants: &'a [VariantView],
    all: String,
    shape: String,
    codegen: External,
    fmt: External,
    decode_signature: Rc<str>,
}

#[derive(Template)]
#[template(path = "rust/union.rs")]
struct UnionView<'a> {
    docs: String,
    deprecated: String,
    name: &'a str,
    is_open: bool,
    variants: &'a [VariantView],
    value: String,
}

#[derive(Template)]
#[template(path = "rust/union_codec.rs")]
struct UnionCodecView<'a> {
    name: &'a str,
    is_open: bool,
    variants: &'a [VariantView],
    shape: String,
    check: String,
    blank: String,
    codegen: External,
    decode_signature: Rc<str>,
}

struct VariantView {
    docs: String,
    deprecated: String,
    name: String,
    wire: String,
    /// Empty where it carries nothing.
    ty: Rc<str>,
}

impl Module<'_> {
    pub(super) fn enumeration(&mut self, id: EnumId) {
        let plan = self.scope.plan;
        let item = &plan.model.enums[id];
        let name = &plan.enums[id.index()];
        let (is_open, is_key) = (item.openness == Openness::Open, plan.facts.is_ordered(id));
        let variants: Vec<VariantView> = item
            .variants
            .iter()
            .map(|variant| VariantView {
                docs: docs(&variant.meta, 4, || format!("The variant `{}`.", variant.meta.name)),
                deprecated: deprecated(&variant.meta, 4),
                name: names::variant_name(&variant.meta.name),
                wire: literal::quoted(&variant.wire_name),
                ty: Rc::default(),
            })
            .collect();
        let shape = vec![
            Code::text(format!("name: {}", literal::quoted(&item.meta.name))),
            Code::array("variants: &", variants.iter().map(|variant| Code::text(&*variant.wire)).collect()),
        ];
        let all = variants.iter().map(|variant| Code::text(format!("Self::{}", variant.name))).collect();
        let codec = EnumCodecView {
            name,
            is_open,
            is_key,
            expected: literal::quoted(&format!("a variant of {}", item.meta.name)),
            variants: &variants,
            all: line(4, "pub const ALL: &'static [Self] = ", &Code::array("&", all), ";"),
            shape: self.shape("Enum", shape),
            codegen: self.scope.codegen(),
            fmt: self.scope.external("::core", "fmt"),
            decode_signature: self.decode_signature(),
        };
        self.render(&EnumView {
            docs: docs(&item.meta, 0, || format!("The enum `{}`.", item.meta.name)),
            deprecated: deprecated(&item.meta, 0),
            derives: match (is_open, is_key) {
                (false, false) => "Clone, Copy, Debug, PartialEq, Eq, Hash",
                (false, true) => "Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash",
                (true, false) => "Clone, Debug, PartialEq, Eq, Hash",
                (true, true) => "Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash",
            },
            name,
            is_open,
            variants: &variants,
        });
        self.render(&codec);
    }

    pub(super) fn union(&mut self, id: UnionId) {
        let plan = self.scope.plan;
        let item = &plan.model.unions[id];
        let name = &plan.unions[id.index()];
        let is_open = item.openness == Openness::Open;
        let mut variants = Vec::with_capacity(item.variants.len());
        for variant in &item.variants {
            variants.push(VariantView {
                docs: docs(&variant.meta, 4, || format!("The variant `{}`.", variant.meta.name)),
                deprecated: deprecated(&variant.meta, 4),
                name: names::variant_name(&variant.meta.name),
                wire: literal::quoted(&variant.wire_name),
                ty: variant.ty.map(|ty| self.scope.held_type(ty, Holder::Union(id))).unwrap_or_default(),
            });
        }
        let codegen = self.scope.codegen();
        let shapes = variants.iter().map(|variant| {
            let kind = if variant.ty.is_empty() { "Empty" } else { "Holding" };
            Code::text(format!("{codegen}::Variant::{kind}({})", variant.wire))
        });
        let shape = vec![
            Code::text(format!("name: {}", literal::quoted(&item.meta.name))),
            match &item.tag {
                UnionTag::Beside => Code::text(format!("tag: {codegen}::Tag::Beside")),
                UnionTag::Inside(tag) => {
                    let inside = Code::call(format!("{codegen}::Tag::Inside"), vec![Code::text(literal::quoted(tag))]);
                    Code::field("tag", inside)
                }
            },
            Code::array("variants: &", shapes.collect()),
        ];
        let types = item.variants.iter().zip(&variants).map(|(variant, view)| (&*view.name, variant.ty));
        let check = self.scope.check_variants(types, item.openness);
        let blank = &variants[plan.facts.blank_variant(id)];
        let codec = UnionCodecView {
            name,
            is_open,
            variants: &variants,
            shape: self.shape("Union", shape),
            check,
            blank: if blank.ty.is_empty() {
                format!("Self::{}", blank.name)
            } else {
                format!("Self::{}({codegen}::Decode::blank())", blank.name)
            },
            codegen,
            decode_signature: self.decode_signature(),
        };
        let value =
            if is_open { self.scope.external("::almanet_runtime::types", "Value").to_string() } else { String::new() };
        self.render(&UnionView {
            docs: docs(&item.meta, 0, || format!("The union `{}`.", item.meta.name)),
            deprecated: deprecated(&item.meta, 0),
            name,
            is_open,
            variants: &variants,
            value,
        });
        self.render(&codec);
    }
}
