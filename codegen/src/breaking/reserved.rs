use super::draft::Place;
use super::members::{Fields, Variants};
use crate::model::{Model, Openness};

/// Names that were used once, and those that are used now, of one holder.
pub(super) struct Names<'a> {
    pub(super) place: Place,
    pub(super) holder: &'a str,
    /// Reserved by the old contract.
    pub(super) old: &'a [Box<str>],
    /// Reserved by the new one.
    pub(super) new: &'a [Box<str>],
    /// Members of the old contract alone.
    pub(super) gone: Vec<Name<'a>>,
    /// Members of the new contract.
    pub(super) members: Vec<Name<'a>>,
}

/// A member's names.
pub(super) struct Name<'a> {
    pub(super) name: &'a str,
    pub(super) wire_name: &'a str,
    pub(super) place: Place,
    /// Whether its removal breaks somebody by itself.
    pub(super) breaks: bool,
}

impl<'a> Names<'a> {
    /// Parameters and results have nowhere to reserve a name.
    pub(super) fn of_fields(old: &Model, fields: &Fields<'a>) -> Option<Self> {
        let (was, is) = fields.reserved?;
        let gone = fields.removed.iter().map(|field| Name {
            name: &field.meta.name,
            wire_name: &field.wire_name,
            place: fields.removed(field),
            breaks: fields.closed.1 || (field.default.is_none() && !old.is_optional(field.ty)),
        });
        let members = fields.new.iter().map(|field| Name {
            name: &field.meta.name,
            wire_name: &field.wire_name,
            place: fields.added(field),
            breaks: false,
        });
        let (gone, members) = (gone.collect(), members.collect());
        Some(Self { place: fields.place, holder: fields.holder, old: was, new: is, gone, members })
    }

    pub(super) fn of_variants(variants: &Variants<'a>) -> Self {
        let gone = variants.removed.iter().map(|variant| Name {
            name: &variant.meta.name,
            wire_name: variant.wire_name,
            place: variants.removed(variant),
            breaks: variants.openness.1 == Openness::Closed,
        });
        let now = variants.kept.iter().chain(&variants.moved).map(|(_, new)| new).chain(&variants.added);
        let members = now.map(|variant| Name {
            name: &variant.meta.name,
            wire_name: variant.wire_name,
            place: variants.added(variant),
            breaks: false,
        });
        let (gone, members) = (gone.collect(), members.collect());
        let (old, new) = variants.reserved;
        Self { place: variants.place, holder: variants.holder, old, new, gone, members }
    }
}
