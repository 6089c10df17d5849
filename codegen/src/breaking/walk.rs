//! Both contracts side by side: from what travels (payloads, replies, exceptions, topics) to everything that it holds.
//!
//! A pair of definitions is compared once, and remembers from where it was reached: that tells whom its changes break.

use rustc_hash::{FxHashMap, FxHashSet};

use super::accepts::{Accepts, Content, resolve, unwrap};
use super::change::{Change, ChangeKind};
use super::draft::broken;
pub(super) use super::draft::{Draft, Place, Reach, Refusals, Role, Use};
use super::index::{Definition, Index};
use super::limits::Limits;
use super::members::{Fields, Variants};
use super::rules;
use crate::model::{Constraints, ExceptionPayload, Field, Meta, Model, ProcedureId, ServiceId, Type, TypeId, UnionTag};
use crate::source::{FileId, Location, Span};

/// Two contracts, and what was found so far.
pub(super) struct Walk<'a> {
    pub(super) old: Index<'a>,
    pub(super) new: Index<'a>,
    pairs: Vec<(Definition, Definition)>,
    reached_from: Vec<Vec<Reach>>,
    /// From where pairs of aliases are reached whose constraints matter there.
    bounded_from: FxHashMap<usize, Vec<Reach>>,
    numbers: FxHashMap<(Definition, Definition), usize>,
    /// Pairs that are compared already.
    done: usize,
    paired: FxHashSet<Definition>,
    known: FxHashSet<Definition>,
    drafts: Vec<Draft>,
}

impl<'a> Walk<'a> {
    pub(super) fn new(old: &'a Model, new: &'a Model) -> Self {
        Self {
            old: Index::of(old),
            new: Index::of(new),
            pairs: Vec::new(),
            reached_from: Vec::new(),
            bounded_from: FxHashMap::default(),
            numbers: FxHashMap::default(),
            done: 0,
            paired: FxHashSet::default(),
            known: FxHashSet::default(),
            drafts: Vec::new(),
        }
    }

    pub(super) fn add(&mut self, draft: Draft) {
        self.drafts.push(draft);
    }

    /// Two definitions of one kind meet at a place.
    pub(super) fn reach(&mut self, old: Definition, new: Definition, from: Reach) {
        let number = *self.numbers.entry((old, new)).or_insert_with(|| {
            self.pairs.push((old, new));
            self.reached_from.push(Vec::new());
            self.pairs.len() - 1
        });
        self.paired.insert(old);
        self.known.insert(new);
        let reached_from = &mut self.reached_from[number];
        if reached_from.last() != Some(&from) {
            reached_from.push(from);
        }
    }

    /// Whether a definition of the old contract met one of the new contract.
    pub(super) fn met(&self, old: Definition) -> bool {
        self.paired.contains(&old)
    }

    /// Whether a definition of the new contract met one of the old contract.
    pub(super) fn is_known(&self, new: Definition) -> bool {
        self.known.contains(&new)
    }

    /// Compares whatever was reached and not compared yet.
    pub(super) fn settle(&mut self) {
        while self.done < self.pairs.len() {
            let (number, (old, new)) = (self.done, self.pairs[self.done]);
            self.done += 1;
            if !self.old.meta(old).unstable {
                self.pair(Reach::Pair(number), old, new);
            }
        }
    }

    fn pair(&mut self, owner: Reach, old: Definition, new: Definition) {
        let (was, is) = (self.old.model, self.new.model);
        let subject = self.new.full_name(new);
        let place = self.place(owner, self.old.meta(old), self.new.meta(new));
        rules::definition_renamed::check(self, place, old, new);
        self.deprecation(place, &subject, self.old.meta(old), self.new.meta(new));
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

    /// Where something is, and was.
    pub(super) fn place(&self, owner: Reach, old: &Meta, new: &Meta) -> Place {
        Place { owner, location: new.location, former: Some(old.location) }
    }

    /// What a changelog tells of an annotation that breaks nothing.
    pub(super) fn deprecation(&mut self, place: Place, subject: &str, old: &Meta, new: &Meta) {
        if let (None, Some(why)) = (&old.deprecated, &new.deprecated) {
            let why = if why.is_empty() { String::new() } else { format!(": {why}") };
            let message = format!("`{subject}` is deprecated{why}");
            self.add(Draft { kind: ChangeKind::Deprecated, ..Draft::new(place, subject, message) });
        }
    }

    /// The members of two objects.
    pub(super) fn fields(&mut self, fields: &Fields<'_>) {
        rules::of_fields(self, fields);
        for (old, new) in fields.kept.iter().chain(&fields.moved) {
            let place = self.place(fields.place.owner, &old.meta, &new.meta);
            let subject = fields.subject(new);
            self.deprecation(place, &subject, &old.meta, &new.meta);
            self.present(place, &subject, fields.what, old, new);
        }
    }

    fn variants(&mut self, variants: &Variants<'_>) {
        rules::of_variants(self, variants);
        for (old, new) in variants.kept.iter().chain(&variants.moved) {
            let place = self.place(variants.place.owner, old.meta, new.meta);
            let subject = variants.subject(new);
            self.deprecation(place, &subject, old.meta, new.meta);
            self.carried(place, &subject, (old.ty, new.ty), variants.tags);
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
            let owner = match place.owner {
                Reach::Pair(number) if matches!(self.pairs[number].0, Definition::Alias(_)) => Reach::Bounds(number),
                owner => owner,
            };
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

    /// Two definitions of one kind are one where they have one name, or where the old name is gone and the new one is new.
    pub(super) fn are_one(&mut self, old: Definition, new: Definition, owner: Reach) -> bool {
        let one = match (self.old.same_name(old, &self.new), self.new.same_name(new, &self.old)) {
            (Some(there), _) => there == new,
            (None, Some(_)) => false,
            (None, None) => true,
        };
        if one {
            self.reach(old, new, owner);
        }
        one
    }

    /// The constraints of two aliases matter at a place.
    pub(super) fn bound(&mut self, pair: (Definition, Definition), from: Reach) {
        if let Some(number) = self.numbers.get(&pair) {
            self.bounded_from.entry(*number).or_default().push(from);
        }
    }

    /// The procedures' uses of a service of the new contract.
    pub(super) fn used(&self, role: Role, old: ProcedureId, service: ServiceId) -> Reach {
        let procedure = &self.old.model.procedures[old];
        let free = procedure.meta.unstable || self.old.model.services[procedure.service].meta.unstable;
        Reach::Use(Use { role: if free { Role::Free } else { role }, service: Some(service) })
    }

    /// Where something is shown that has no place in the new contract.
    pub(super) fn nowhere(&self) -> Location {
        let own = self.new.model.namespaces.iter().find(|(_, namespace)| !namespace.standard);
        own.map_or(Location::new(FileId(0), Span::default()), |(_, namespace)| namespace.location)
    }

    /// The changes, with whom they break.
    pub(super) fn finish(mut self) -> Vec<Change> {
        let mut uses_of: FxHashMap<usize, Vec<Use>> = FxHashMap::default();
        let drafts = std::mem::take(&mut self.drafts);
        let mut changes = Vec::new();
        for draft in drafts {
            let uses = match draft.owner {
                Reach::Use(one) => vec![one],
                Reach::Pair(number) => {
                    uses_of.entry(number).or_insert_with(|| self.uses(&self.reached_from[number])).clone()
                }
                Reach::Bounds(number) => self.bounded_from.get(&number).map_or_else(Vec::new, |from| self.uses(from)),
            };
            if uses.iter().all(|one| one.role == Role::Free) {
                continue;
            }
            let mut victims = draft.victims;
            for Use { role, .. } in &uses {
                victims |= broken(*role, draft.refusals);
            }
            let mut services: Vec<ServiceId> = uses.iter().filter_map(|one| one.service).collect();
            services.sort_unstable();
            services.dedup();
            changes.push(Change {
                code: draft.code,
                subject: draft.subject,
                message: draft.message,
                help: draft.help,
                location: draft.location,
                former: draft.former,
                victims,
                source: draft.source,
                kind: draft.kind,
                services,
            });
        }
        changes
    }

    /// Every use that leads to one of these.
    fn uses(&self, reached_from: &[Reach]) -> Vec<Use> {
        let mut uses = FxHashSet::default();
        let mut seen = FxHashSet::default();
        let mut ahead = vec![reached_from];
        while let Some(reached_from) = ahead.pop() {
            for from in reached_from {
                match from {
                    Reach::Use(one) => {
                        uses.insert(*one);
                    }
                    Reach::Pair(number) | Reach::Bounds(number) if seen.insert(*number) => {
                        ahead.push(&self.reached_from[*number]);
                    }
                    Reach::Pair(_) | Reach::Bounds(_) => {}
                }
            }
        }
        uses.into_iter().collect()
    }
}

fn raised(payload: &ExceptionPayload) -> Content<'_> {
    match payload {
        ExceptionPayload::Null => Content::Null,
        ExceptionPayload::Bare(ty, constraints) => Content::Bare(*ty, constraints),
        ExceptionPayload::Fields(fields) => Content::Fields(fields),
    }
}
