//! Names that differ in a contract and meet in a target.

mod targets;

use rustc_hash::{FxHashMap, FxHashSet};

use super::place;
use crate::diagnostic::Problem;
use crate::diagnostic::code::{addresses as codes, names as name_codes};
use crate::model::{ExceptionPayload, Field, Meta, Model, Namespace, Openness, Payload, Procedure, Reply, Service};
use crate::source::{Location, Sources};
use crate::validate::names::casing;
use targets::{HelperOf, TARGETS, Target};

pub(super) fn check(model: &Model, sources: &Sources) -> Vec<Problem> {
    let mut clashes =
        Clashes { model, sources, found: FxHashMap::default(), told: FxHashSet::default(), problems: Vec::new() };
    clashes.modules();
    let below = namespaces_below(model);
    for (_, namespace) in model.namespaces.iter() {
        clashes.members_of(namespace);
        for target in &TARGETS {
            let names = clashes.namespace(target, namespace);
            if target.modules_are_names {
                clashes.modules_within(target, namespace, &below, &names);
            }
            let handed_on = if target.hands_on { names } else { Names::default() };
            for service in namespace.services.iter().map(|id| &model.services[*id]) {
                clashes.service(target, service, &handed_on);
            }
        }
    }
    clashes.into_problems()
}

/// Something that a target gives a name to.
#[derive(Clone)]
struct Thing<'m> {
    /// Its name in the contract.
    name: &'m str,
    at: Location,
    /// `the error of "greet"`, for what only a target knows.
    role: &'static str,
}

impl<'m> Thing<'m> {
    fn new(meta: &'m Meta) -> Self {
        Self { name: &meta.name, at: meta.location, role: "" }
    }

    fn with_role(mut self, role: &'static str) -> Self {
        self.role = role;
        self
    }

    fn described(&self) -> String {
        if self.role.is_empty() {
            format!("\"{}\"", self.name)
        } else {
            format!("the {} of \"{}\"", self.role, self.name)
        }
    }
}

type Names<'m> = FxHashMap<String, Thing<'m>>;

/// The namespaces below each that has any, directly or not.
type Below<'m> = FxHashMap<&'m str, Vec<&'m Namespace>>;

fn namespaces_below(model: &Model) -> Below<'_> {
    let mut below = Below::default();
    // Namespaces are in order of their names, so that those below one follow it: `.` comes before all else that names hold.
    let mut above: Vec<&str> = Vec::new();
    for (_, namespace) in model.namespaces.iter() {
        let is_below = |above: &str| namespace.name.strip_prefix(above).is_some_and(|rest| rest.starts_with('.'));
        while above.pop_if(|above| !is_below(above)).is_some() {}
        for above in &above {
            below.entry(above).or_default().push(namespace);
        }
        above.push(&namespace.name);
    }
    below
}

struct Clash<'m> {
    first: Thing<'m>,
    later: Thing<'m>,
    /// Each target with the name that both get there.
    targets: Vec<(&'static str, String)>,
}

struct Clashes<'m> {
    model: &'m Model,
    sources: &'m Sources,
    /// By the places of both, so that one clash in several targets is told once.
    found: FxHashMap<(Location, Location), Clash<'m>>,
    /// Modules that were told of, by the place of the later one.
    told: FxHashSet<Location>,
    problems: Vec<Problem>,
}

impl<'m> Clashes<'m> {
    fn claim(&mut self, names: &mut Names<'m>, target: &Target, name: String, thing: Thing<'m>) {
        match names.get(&name) {
            None => {
                names.insert(name, thing);
            }
            // What is defined twice is reported as that.
            Some(other) if other.name == thing.name && other.role == thing.role => {}
            Some(other) => {
                let other = other.clone();
                self.clash(target, name, other, thing);
            }
        }
    }

    fn clash(&mut self, target: &Target, name: String, one: Thing<'m>, other: Thing<'m>) {
        let in_order = place(self.sources, one.at) < place(self.sources, other.at);
        let (first, later) = if in_order { (one, other) } else { (other, one) };
        let clash = self.found.entry((first.at, later.at)).or_insert(Clash { first, later, targets: Vec::new() });
        if clash.targets.iter().all(|(told, _)| *told != target.name) {
            clash.targets.push((target.name, name));
        }
    }

    fn into_problems(mut self) -> Vec<Problem> {
        for clash in self.found.into_values() {
            let targets: Vec<String> =
                clash.targets.iter().map(|(target, name)| format!("\"{name}\" in {target}")).collect();
            let (first, later) = (clash.first.described(), clash.later.described());
            let message = format!("{first} and {later} become one name: {}", targets.join(", "));
            self.problems.push(
                Problem::new(codes::NAME_CLASH, clash.later.at, message)
                    .with_label(clash.first.at, "the first one")
                    .with_help("rename one of them; @name keeps what travels"),
            );
        }
        self.problems
    }

    /// Modules: namespaces, and services within them.
    fn modules(&mut self) {
        let model = self.model;
        for target in &TARGETS {
            let mut modules: FxHashMap<String, (String, Location)> = FxHashMap::default();
            let path = |dotted: &str| dotted.split('.').map(target.modules).collect::<Vec<_>>().join(".");
            let namespaces = model.namespaces.iter().filter(|(_, namespace)| !namespace.name.is_empty());
            let namespaces = namespaces.map(|(_, namespace)| (namespace.name.to_string(), namespace.location));
            let services = model.services.iter().map(|(_, service)| {
                let namespace = &model.namespaces[service.namespace].name;
                (format!("{namespace}.{}", service.meta.name), service.meta.location)
            });
            for (name, at) in namespaces.chain(services) {
                match modules.entry(path(&name)) {
                    std::collections::hash_map::Entry::Vacant(entry) => {
                        entry.insert((name, at));
                    }
                    std::collections::hash_map::Entry::Occupied(entry) => {
                        let (other, first) = entry.get();
                        self.module_clash(target, entry.key(), (other, *first), (&name, at));
                    }
                }
            }
        }
    }

    fn module_clash(&mut self, target: &Target, module: &str, one: (&str, Location), other: (&str, Location)) {
        let in_order = place(self.sources, one.1) < place(self.sources, other.1);
        let (first, later) = if in_order { (one, other) } else { (other, one) };
        // What a former target told is not told again.
        if first.1 == later.1 || !self.told.insert(later.1) {
            return;
        }
        let problem = if first.0 == later.0 {
            // Two services of one name are reported as that.
            if self.sources.text(first.1) == self.sources.text(later.1) {
                return;
            }
            let message = format!("\"{}\" is a namespace and a service at once", later.0);
            Problem::new(name_codes::BAD_NAMESPACE, later.1, message)
        } else {
            let message =
                format!("\"{}\" and \"{}\" become one module: \"{module}\" in {}", first.0, later.0, target.name);
            Problem::new(codes::NAME_CLASH, later.1, message)
        };
        self.problems.push(problem.with_label(first.1, "the first one"));
    }

    /// What stands in the module of a namespace.
    fn namespace(&mut self, target: &Target, namespace: &'m Namespace) -> Names<'m> {
        let model = self.model;
        let mut names = Names::default();
        let records = namespace.records.iter().map(|id| &model.records[*id].meta);
        let enums = namespace.enums.iter().map(|id| &model.enums[*id].meta);
        let unions = namespace.unions.iter().map(|id| &model.unions[*id].meta);
        let aliases = namespace.aliases.iter().map(|id| &model.aliases[*id].meta);
        for meta in records.chain(enums).chain(unions).chain(aliases) {
            self.claim(&mut names, target, (target.types)(&meta.name), Thing::new(meta));
        }
        for meta in namespace.exceptions.iter().map(|id| &model.exceptions[*id].meta) {
            self.claim(&mut names, target, (target.exceptions)(&meta.name), Thing::new(meta));
        }
        for meta in namespace.constants.iter().map(|id| &model.constants[*id].meta) {
            self.claim(&mut names, target, (target.constants)(&meta.name), Thing::new(meta));
        }
        if let Some(rule) = target.enum_variants {
            for one in namespace.enums.iter().map(|id| &model.enums[*id]) {
                for meta in one.variants.iter().map(|variant| &variant.meta) {
                    let name = rule(&one.meta.name, &meta.name);
                    self.claim(&mut names, target, name, Thing::new(meta).with_role("variant"));
                }
            }
        }
        if let Some(rule) = target.union_variants {
            for one in namespace.unions.iter().map(|id| &model.unions[*id]) {
                for meta in one.variants.iter().map(|variant| &variant.meta) {
                    let name = rule(&one.meta.name, &meta.name);
                    self.claim(&mut names, target, name, Thing::new(meta).with_role("variant"));
                }
            }
        }
        if let Some(rule) = target.unrecognized {
            for one in namespace.unions.iter().map(|id| &model.unions[*id]) {
                if one.openness == Openness::Open {
                    let thing = Thing::new(&one.meta).with_role("unknown variant");
                    self.claim(&mut names, target, rule(&one.meta.name), thing);
                }
            }
        }
        names
    }

    /// The modules of services and of namespaces below, beside what a namespace defines.
    fn modules_within(&mut self, target: &Target, namespace: &'m Namespace, below: &Below<'m>, names: &Names<'m>) {
        let model = self.model;
        for meta in namespace.services.iter().map(|id| &model.services[*id].meta) {
            self.hold_against(target, names, &(target.modules)(&meta.name), || Thing::new(meta).with_role("module"));
        }
        let mut segments = FxHashSet::default();
        for other in below.get(&*namespace.name).into_iter().flatten() {
            let rest = &other.name[namespace.name.len() + 1..];
            let segment = rest.split('.').next().unwrap_or(rest);
            if segments.insert(segment) {
                let thing = || Thing { name: &other.name, at: other.location, role: "module" };
                self.hold_against(target, names, &(target.modules)(segment), thing);
            }
        }
    }

    /// What stands in the module of a service.
    fn service(&mut self, target: &Target, service: &'m Service, of_namespace: &Names<'m>) {
        let model = self.model;
        let mut names = Names::default();
        let own = (target.types)(&service.meta.name);
        self.claim(&mut names, target, format!("{own}Client"), Thing::new(&service.meta).with_role("client"));
        self.claim(&mut names, target, own, Thing::new(&service.meta));
        let mut functions = Names::default();
        for procedure in service.procedures.iter().map(|id| &model.procedures[*id]) {
            let meta = &procedure.meta;
            let name = (target.functions)(&meta.name);
            self.hold_against(target, of_namespace, &name, || Thing::new(meta));
            self.claim(&mut functions, target, name, Thing::new(meta));
            let mut base = None;
            for helper in target.helpers.iter().filter(|helper| has(procedure, helper.of)) {
                let base = base.get_or_insert_with(|| (target.types)(&meta.name));
                let name = format!("{base}{}", helper.suffix);
                let thing = Thing::new(meta).with_role(role(helper.suffix));
                self.hold_against(target, of_namespace, &name, || thing.clone());
                self.claim(&mut names, target, name, thing);
            }
        }
        for meta in service.topics.iter().map(|id| &model.topics[*id].meta) {
            let name = (target.functions)(&meta.name);
            self.hold_against(target, of_namespace, &name, || Thing::new(meta));
            self.claim(&mut functions, target, name, Thing::new(meta));
        }
    }

    fn hold_against(&mut self, target: &Target, names: &Names<'m>, name: &str, thing: impl FnOnce() -> Thing<'m>) {
        if let Some(other) = names.get(name) {
            self.clash(target, name.to_owned(), other.clone(), thing());
        }
    }

    /// Fields, parameters, results and variants.
    fn members_of(&mut self, namespace: &'m Namespace) {
        let model = self.model;
        for id in &namespace.records {
            self.fields(&model.records[*id].fields, |target| target.fields);
        }
        for id in &namespace.exceptions {
            if let ExceptionPayload::Fields(fields) = &model.exceptions[*id].payload {
                self.fields(fields, |target| target.fields);
            }
        }
        for id in &namespace.enums {
            let metas = model.enums[*id].variants.iter().map(|variant| &variant.meta);
            self.members(&metas, |target| target.variants);
        }
        for id in &namespace.unions {
            let metas = model.unions[*id].variants.iter().map(|variant| &variant.meta);
            self.members(&metas, |target| target.variants);
        }
        for id in namespace.services.iter().flat_map(|id| &model.services[*id].procedures) {
            let procedure = &model.procedures[*id];
            if let Payload::Named(fields) = &procedure.payload {
                self.fields(fields, |target| target.parameters);
                self.fields(fields, |target| target.fields);
            }
            if let Reply::Named(fields) = &procedure.reply {
                self.fields(fields, |target| target.fields);
            }
        }
    }

    fn fields(&mut self, fields: &'m [Field], rule: fn(&Target) -> fn(&str) -> String) {
        self.members(&fields.iter().map(|field| &field.meta), rule);
    }

    fn members(&mut self, metas: &(impl Iterator<Item = &'m Meta> + Clone), rule: fn(&Target) -> fn(&str) -> String) {
        // Names in plain snake case stay apart in every casing, and no escape makes one of another.
        if metas.clone().all(|meta| is_plain(&meta.name)) {
            return;
        }
        for target in &TARGETS {
            let mut names = Names::default();
            for meta in metas.clone() {
                self.claim(&mut names, target, rule(target)(&meta.name), Thing::new(meta));
            }
        }
    }
}

fn has(procedure: &Procedure, of: HelperOf) -> bool {
    match of {
        HelperOf::Replying => !matches!(procedure.reply, Reply::Oneway),
        HelperOf::NamedParameters => matches!(procedure.payload, Payload::Named(_)),
        HelperOf::NamedResults => matches!(procedure.reply, Reply::Named(_)),
    }
}

fn role(suffix: &str) -> &'static str {
    match suffix {
        "Payload" => "payload",
        "Reply" => "reply",
        "Call" => "call",
        _ => "error",
    }
}

/// In snake case, and no word but the first begins with a digit: `home_town2`, but not `home_2`, which other casings make
/// one of `home2`.
fn is_plain(name: &str) -> bool {
    casing::is_snake(name) && !name.as_bytes().windows(2).any(|pair| pair[0] == b'_' && pair[1].is_ascii_digit())
}
