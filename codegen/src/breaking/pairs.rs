//! From what travels (payloads, replies, exceptions, topics) to everything that it holds.

use super::accepts::{Accepts, Content, resolve, unwrap};
use super::change::ChangeKind;
use super::draft::{Draft, Place, Reach, Refusals};
use super::index::{Definition, Index};
use super::limits::Limits;
use super::members::{Fields, Variants};
use super::rules;
use super::walk::Walk;
use crate::model::{Constraints, ExceptionPayload, Field, Meta, Type, TypeId, UnionTag};

impl Walk<'_> {
    /// Compares whatever was reached and not compared yet.
    pub(super) fn settle(&mut self) {
        while let Some((owner, old, new)) = self.next() {
            if self.old.meta(old).unstable {
                let (subject, place) =
                    (self.new.full_name(new), self.place(owner, self.old.meta(old), self.new.meta(new)));
                self.promise(place, &subject, self.old.meta(old), self.new.meta(new));
            } else {
                self.pair(owner, old, new);
            }
        }
    }

    fn pair(&mut self, owner: Reach, old: Definition, new: Definition) {
        let (was, is) = (self.old.model, self.new.model);
        let subject = self.new.full_name(new);
        let place = self.place(owner, self.old.meta(old), self.new.meta(new));
        rules::definition_renamed::check(self, place, old, new);
        self.annotations(place, &subject, self.old.meta(old), self.new.meta(new));
        match (old, new) {
            (Definition::Record(old), Definition::Record(new)) => {
                let (old, new) = (&was.records[old], &is.records[new]);
                let mut fields = Fields::of(place, &subject, "field", &old.fields, &new.fields);
                fields.closed = (old.closed, new.closed);
                fields.reserved = Some((&old.reserved, &new.reserved));
                rules::record_closed::check(self, &fields);
                self.fields(&fields);
            }
            (Definition::Enum(old), Definition::Enum(new)) => {
                let variants = Variants::of_enums(place, &subject, &was.enums[old], &is.enums[new]);
                self.variants(&variants);
            }
            (Definition::Union(old), Definition::Union(new)) => {
                let (old, new) = (&was.unions[old], &is.unions[new]);
                rules::tag_changed::check(self, place, &subject, &old.tag, &new.tag);
                self.variants(&Variants::of_unions(place, &subject, old, new));
            }
            (Definition::Alias(old), Definition::Alias(new)) => {
                let (old, new) = (&was.aliases[old], &is.aliases[new]);
                let old = Content::Bare(old.ty, &old.constraints);
                let new = Content::Bare(new.ty, &new.constraints);
                self.contents(place, &subject, "type", old, new);
            }
            (Definition::Exception(old), Definition::Exception(new)) => {
                let (old, new) = (&was.exceptions[old], &is.exceptions[new]);
                if old.wire_name != new.wire_name {
                    rules::exception_wire_name_changed::check(self, place, &subject, &old.wire_name, &new.wire_name);
                }
                match (&old.payload, &new.payload) {
                    (ExceptionPayload::Fields(was), ExceptionPayload::Fields(is)) => {
                        let mut fields = Fields::of(place, &subject, "field", was, is);
                        fields.reserved = Some((&old.reserved, &new.reserved));
                        self.fields(&fields);
                    }
                    (was, is) => self.contents(place, &subject, "payload", raised(was), raised(is)),
                }
            }
            (Definition::Constant(old), Definition::Constant(new)) => {
                rules::constant_changed::check(self, place, &subject, &was.constants[old], &is.constants[new]);
            }
            _ => {}
        }
    }

    /// What a changelog tells of annotations that break nothing.
    pub(super) fn annotations(&mut self, place: Place, subject: &str, old: &Meta, new: &Meta) {
        match (&old.deprecated, &new.deprecated) {
            (None, Some(why)) => {
                let why = if why.is_empty() { String::new() } else { format!(": {why}") };
                let message = format!("`{subject}` is deprecated{why}");
                self.add(Draft { kind: ChangeKind::Deprecated, ..Draft::new(place, subject, message) });
            }
            (Some(_), None) => self.add(Draft::new(place, subject, format!("`{subject}` is not deprecated any more"))),
            _ => {}
        }
        self.promise(place, subject, old, new);
    }

    /// Whether what a contract says of something holds from now on, or does no more.
    pub(super) fn promise(&mut self, place: Place, subject: &str, old: &Meta, new: &Meta) {
        match (old.unstable, new.unstable) {
            (true, false) => {
                let message = format!("`{subject}` is stable now");
                self.add(Draft { kind: ChangeKind::Added, ..Draft::new(place, subject, message) });
            }
            (false, true) => {
                let message = format!("`{subject}` is @unstable now, and may change or go without notice");
                self.add(Draft::new(place, subject, message));
            }
            _ => {}
        }
    }

    /// The members of two objects.
    pub(super) fn fields(&mut self, fields: &Fields<'_>) {
        rules::of_fields(self, fields);
        for (old, new) in fields.kept.iter().chain(&fields.moved) {
            let place = self.place(fields.place.owner, &old.meta, &new.meta);
            let subject = fields.subject(new);
            self.annotations(place, &subject, &old.meta, &new.meta);
            self.present(place, &subject, fields.what, old, new);
        }
        for (old, new) in &fields.unstable {
            let place = self.place(fields.place.owner, &old.meta, &new.meta);
            self.promise(place, &fields.subject(new), &old.meta, &new.meta);
        }
    }

    fn variants(&mut self, variants: &Variants<'_>) {
        rules::of_variants(self, variants);
        for (old, new) in variants.kept.iter().chain(&variants.moved) {
            let place = self.place(variants.place.owner, old.meta, new.meta);
            let subject = variants.subject(new);
            self.annotations(place, &subject, old.meta, new.meta);
            self.carried(place, &subject, (old.ty, new.ty), variants.tags);
        }
        for (old, new) in &variants.unstable {
            let place = self.place(variants.place.owner, old.meta, new.meta);
            self.promise(place, &variants.subject(new), old.meta, new.meta);
        }
    }

    /// What a variant holds.
    fn carried(
        &mut self,
        place: Place,
        subject: &str,
        (old, new): (Option<TypeId>, Option<TypeId>),
        (was_tagged, is_tagged): (&UnionTag, &UnionTag),
    ) {
        let none = Constraints::default();
        let content = |ty: Option<TypeId>| ty.map_or(Content::Null, |ty| Content::Bare(ty, &none));
        let (was, is) = (content(old), content(new));
        if old.is_some() == new.is_some() {
            return self.contents(place, subject, "variant", was, is);
        }
        let refusals = Refusals {
            of_old: !Accepts::new(self.new.model, self.old.model).variant(new, old, is_tagged),
            of_new: !Accepts::new(self.old.model, self.new.model).variant(old, new, was_tagged),
        };
        let (was, is) = (self.shown(&self.old, was), self.shown(&self.new, is));
        rules::type_changed::add(self, place, subject, "variant", &was, &is, refusals);
    }

    /// What a field holds where it is there. Whether it may be absent is for other rules.
    fn present(&mut self, place: Place, subject: &str, what: &str, old: &Field, new: &Field) {
        let (mut was, mut is) = (Limits::of(&old.constraints), Limits::of(&new.constraints));
        let (mut old_ty, mut new_ty) = (old.ty, new.ty);
        if self.old.model.is_optional(old_ty) != self.new.model.is_optional(new_ty) {
            old_ty = unwrap(self.old.model, old_ty, &mut was);
            new_ty = unwrap(self.new.model, new_ty, &mut is);
        }
        self.types(place, subject, what, (old_ty, was), (new_ty, is));
    }

    /// Whole bodies, or what stands in a body's place.
    pub(super) fn contents(&mut self, place: Place, subject: &str, what: &str, old: Content<'_>, new: Content<'_>) {
        match (old, new) {
            (Content::Null, Content::Null) => {}
            (Content::Bare(old, was), Content::Bare(new, is)) => {
                self.types(place, subject, what, (old, Limits::of(was)), (new, Limits::of(is)));
            }
            (Content::Fields(old), Content::Fields(new)) => {
                self.fields(&Fields::of(place, subject, what, old, new));
            }
            (old, new) => {
                let refusals = Refusals {
                    of_old: !Accepts::new(self.new.model, self.old.model).content(new, old),
                    of_new: !Accepts::new(self.old.model, self.new.model).content(old, new),
                };
                let (was, is) = (self.shown(&self.old, old), self.shown(&self.new, new));
                rules::type_changed::add(self, place, subject, what, &was, &is, refusals);
            }
        }
    }

    fn shown(&self, index: &Index<'_>, content: Content<'_>) -> String {
        match content {
            Content::Null => "nothing".to_owned(),
            Content::Bare(ty, _) => format!("`{}`", index.model.type_text(ty)),
            Content::Fields(fields) => {
                let names: Vec<&str> = fields.iter().map(|field| &*field.meta.name).collect();
                format!("`({})`", names.join(", "))
            }
        }
    }

    fn types(&mut self, place: Place, subject: &str, what: &str, old: (TypeId, Limits), new: (TypeId, Limits)) {
        let mut bounds = Vec::new();
        if self.same(place.owner, old.clone(), new.clone(), &mut bounds) {
            let owner = self.bounds_of(place.owner);
            for refusals in bounds {
                rules::constraint_narrowed::check(self, Place { owner, ..place }, subject, what, refusals);
                rules::constraint_widened::check(self, Place { owner, ..place }, subject, what, refusals);
            }
            return;
        }
        let (was, is) = (self.old.model.type_text(old.0), self.new.model.type_text(new.0));
        let refusals = Refusals {
            of_old: !Accepts::new(self.new.model, self.old.model).ty(new.0, new.1.clone(), old.0, old.1.clone()),
            of_new: !Accepts::new(self.old.model, self.new.model).ty(old.0, old.1, new.0, new.1),
        };
        rules::type_changed::add(self, place, subject, what, &format!("`{was}`"), &format!("`{is}`"), refusals);
    }

    /// Whether two types are one, but for what is told where their definitions are compared, and for what constraints
    /// refuse, which is gathered. Aliases are transparent.
    fn same(
        &mut self,
        owner: Reach,
        (mut old, mut was): (TypeId, Limits),
        (mut new, mut is): (TypeId, Limits),
        bounds: &mut Vec<Refusals>,
    ) -> bool {
        let (before, after) = (self.old.model, self.new.model);
        loop {
            match (&before.types[old], &after.types[new]) {
                (Type::Alias(a), Type::Alias(b))
                    if self.are_one(Definition::Alias(*a), Definition::Alias(*b), owner) =>
                {
                    let own = Refusals::of_limits(&was, &is);
                    resolve(before, old, &mut was);
                    resolve(after, new, &mut is);
                    let all = Refusals::of_limits(&was, &is);
                    if all != Refusals::NONE {
                        self.bound((Definition::Alias(*a), Definition::Alias(*b)), owner);
                    }
                    bounds.push(own.and(all));
                    return true;
                }
                (Type::Alias(a), _) => {
                    was = was.and(&before.aliases[*a].constraints);
                    old = before.aliases[*a].ty;
                }
                (_, Type::Alias(b)) => {
                    is = is.and(&after.aliases[*b].constraints);
                    new = after.aliases[*b].ty;
                }
                (Type::Optional(a), Type::Optional(b)) => (old, new) = (*a, *b),
                (was_type, is_type) => {
                    bounds.push(Refusals::of_limits(&was.of_type(was_type), &is.of_type(is_type)));
                    break;
                }
            }
        }
        let mut inner = |walk: &mut Self, a: TypeId, b: TypeId| {
            walk.same(owner, (a, Limits::default()), (b, Limits::default()), bounds)
        };
        match (&before.types[old], &after.types[new]) {
            (Type::List(a), Type::List(b)) | (Type::Set(a), Type::Set(b)) => inner(self, *a, *b),
            (Type::Map(a, c), Type::Map(b, d)) => inner(self, *a, *b) && inner(self, *c, *d),
            (Type::Tuple(a), Type::Tuple(b)) => a.len() == b.len() && a.iter().zip(b).all(|(a, b)| inner(self, *a, *b)),
            (Type::Record(a), Type::Record(b)) => self.are_one(Definition::Record(*a), Definition::Record(*b), owner),
            (Type::Enum(a), Type::Enum(b)) => self.are_one(Definition::Enum(*a), Definition::Enum(*b), owner),
            (Type::Union(a), Type::Union(b)) => self.are_one(Definition::Union(*a), Definition::Union(*b), owner),
            (Type::Record(_) | Type::Enum(_) | Type::Union(_), _) => false,
            (a, b) => a == b,
        }
    }
}

fn raised(payload: &ExceptionPayload) -> Content<'_> {
    match payload {
        ExceptionPayload::Null => Content::Null,
        ExceptionPayload::Bare(ty, constraints) => Content::Bare(*ty, constraints),
        ExceptionPayload::Fields(fields) => Content::Fields(fields),
    }
}
