use std::cell::LazyCell;

use rustc_hash::FxHashMap;

use super::draft::Place;
use crate::model::{Enum, Field, Meta, Openness, TypeId, Union, UnionTag};

/// Names that must not come back.
type Reserved<'a> = &'a [Box<str>];

/// The members of two objects: of records, exceptions, parameters or results.
pub(super) struct Fields<'a> {
    /// Of what holds them.
    pub(super) place: Place,
    /// The full name of what holds them.
    pub(super) holder: &'a str,
    /// What each is, in words.
    pub(super) what: &'a str,
    pub(super) old: &'a [Field],
    pub(super) new: &'a [Field],
    /// Under one wire name.
    pub(super) kept: Vec<(&'a Field, &'a Field)>,
    /// Under one source name, and another wire name.
    pub(super) moved: Vec<(&'a Field, &'a Field)>,
    /// On both sides, and `@unstable` on the old one: how they differ is nobody's business.
    pub(super) unstable: Vec<(&'a Field, &'a Field)>,
    pub(super) removed: Vec<&'a Field>,
    pub(super) added: Vec<&'a Field>,
    /// Whether unknown fields are refused, by old and by new readers.
    pub(super) closed: (bool, bool),
    /// Names that must not come back, where they can be said.
    pub(super) reserved: Option<(Reserved<'a>, Reserved<'a>)>,
}

/// A variant of an enum or a union.
#[derive(Clone, Copy)]
pub(super) struct Variant<'a> {
    pub(super) meta: &'a Meta,
    pub(super) wire_name: &'a str,
    pub(super) ty: Option<TypeId>,
}

/// The variants of two enums or unions.
pub(super) struct Variants<'a> {
    pub(super) place: Place,
    pub(super) holder: &'a str,
    /// `enum` or `union`.
    pub(super) kind: &'static str,
    pub(super) openness: (Openness, Openness),
    /// Where the tags of unions stand.
    pub(super) tags: (&'a UnionTag, &'a UnionTag),
    pub(super) kept: Vec<(Variant<'a>, Variant<'a>)>,
    pub(super) moved: Vec<(Variant<'a>, Variant<'a>)>,
    pub(super) unstable: Vec<(Variant<'a>, Variant<'a>)>,
    pub(super) removed: Vec<Variant<'a>>,
    pub(super) added: Vec<Variant<'a>>,
    pub(super) reserved: (Reserved<'a>, Reserved<'a>),
}

/// Members that were matched.
struct Matched<T> {
    kept: Vec<(T, T)>,
    moved: Vec<(T, T)>,
    unstable: Vec<(T, T)>,
    removed: Vec<T>,
    added: Vec<T>,
}

/// By wire name, then, of what is left, by source name. What is `@unstable` is left out.
fn matched<'a, T: Copy>(
    old: impl Iterator<Item = T>,
    new: impl Iterator<Item = T>,
    wire_name: impl Fn(T) -> &'a str,
    meta: impl Fn(T) -> &'a Meta,
) -> Matched<T> {
    let mut found =
        Matched { kept: Vec::new(), moved: Vec::new(), unstable: Vec::new(), removed: Vec::new(), added: Vec::new() };
    let (old, new): (Vec<T>, Vec<T>) = (old.collect(), new.collect());
    let by_wire = LazyCell::new(|| {
        new.iter().enumerate().map(|(index, it)| (wire_name(*it), index)).collect::<FxHashMap<&str, usize>>()
    });
    let mut taken = vec![false; new.len()];
    let mut left = Vec::new();
    for (index, was) in old.into_iter().enumerate() {
        let name = wire_name(was);
        // Most stand where they stood.
        let still = new.get(index).is_some_and(|is| wire_name(*is) == name);
        match if still { Some(index) } else { by_wire.get(name).copied() } {
            Some(index) => {
                taken[index] = true;
                found.kept.push((was, new[index]));
            }
            None => left.push(was),
        }
    }
    for was in left {
        let same = |(index, is): &(usize, &T)| !taken[*index] && meta(**is).name == meta(was).name;
        match new.iter().enumerate().find(same).map(|(index, _)| index) {
            Some(index) => {
                taken[index] = true;
                found.moved.push((was, new[index]));
            }
            None => found.removed.push(was),
        }
    }
    found.added = new.iter().zip(taken).filter(|(_, taken)| !taken).map(|(is, _)| *is).collect();
    let is_unstable = |(was, _): &mut (T, T)| meta(*was).unstable;
    found.unstable = found.kept.extract_if(.., is_unstable).chain(found.moved.extract_if(.., is_unstable)).collect();
    found.removed.retain(|was| !meta(*was).unstable);
    found.added.retain(|is| !meta(*is).unstable);
    found
}

impl<'a> Fields<'a> {
    pub(super) fn of(place: Place, holder: &'a str, what: &'a str, old: &'a [Field], new: &'a [Field]) -> Self {
        let Matched { kept, moved, unstable, removed, added } =
            matched(old.iter(), new.iter(), |field: &'a Field| &*field.wire_name, |field: &'a Field| &field.meta);
        Self {
            place,
            holder,
            what,
            old,
            new,
            kept,
            moved,
            unstable,
            removed,
            added,
            closed: (false, false),
            reserved: None,
        }
    }

    /// A member's full name.
    pub(super) fn subject(&self, field: &Field) -> String {
        [self.holder, ".", &field.meta.name].concat()
    }

    /// Where a member is that only one side has: of a removed one, what held it.
    pub(super) fn removed(&self, field: &Field) -> Place {
        Place { former: Some(field.meta.location), ..self.place }
    }

    pub(super) fn added(&self, field: &Field) -> Place {
        Place { location: field.meta.location, former: None, ..self.place }
    }

    pub(super) fn both(&self, old: &Field, new: &Field) -> Place {
        Place { location: new.meta.location, former: Some(old.meta.location), ..self.place }
    }
}

impl<'a> Variants<'a> {
    pub(super) fn of_enums(place: Place, holder: &'a str, old: &'a Enum, new: &'a Enum) -> Self {
        fn list(of: &Enum) -> impl Iterator<Item = Variant<'_>> {
            of.variants.iter().map(|it| Variant { meta: &it.meta, wire_name: &it.wire_name, ty: None })
        }
        Self::matched(
            place,
            holder,
            "enum",
            (list(old), list(new)),
            (old.openness, new.openness),
            (&UnionTag::Beside, &UnionTag::Beside),
            (&old.reserved, &new.reserved),
        )
    }

    pub(super) fn of_unions(place: Place, holder: &'a str, old: &'a Union, new: &'a Union) -> Self {
        fn list(of: &Union) -> impl Iterator<Item = Variant<'_>> {
            of.variants.iter().map(|it| Variant { meta: &it.meta, wire_name: &it.wire_name, ty: it.ty })
        }
        Self::matched(
            place,
            holder,
            "union",
            (list(old), list(new)),
            (old.openness, new.openness),
            (&old.tag, &new.tag),
            (&old.reserved, &new.reserved),
        )
    }

    fn matched(
        place: Place,
        holder: &'a str,
        kind: &'static str,
        (old, new): (impl Iterator<Item = Variant<'a>>, impl Iterator<Item = Variant<'a>>),
        openness: (Openness, Openness),
        tags: (&'a UnionTag, &'a UnionTag),
        reserved: (Reserved<'a>, Reserved<'a>),
    ) -> Self {
        let Matched { kept, moved, unstable, removed, added } = matched(old, new, |it| it.wire_name, |it| it.meta);
        Self { place, holder, kind, openness, tags, kept, moved, unstable, removed, added, reserved }
    }

    pub(super) fn subject(&self, variant: &Variant<'_>) -> String {
        [self.holder, ".", &variant.meta.name].concat()
    }

    pub(super) fn removed(&self, variant: &Variant<'_>) -> Place {
        Place { former: Some(variant.meta.location), ..self.place }
    }

    pub(super) fn added(&self, variant: &Variant<'_>) -> Place {
        Place { location: variant.meta.location, former: None, ..self.place }
    }

    pub(super) fn both(&self, old: &Variant<'_>, new: &Variant<'_>) -> Place {
        Place { location: new.meta.location, former: Some(old.meta.location), ..self.place }
    }
}
