//! A draft of what schema documents, or modules, say of services.

use std::collections::{BTreeMap, BTreeSet};

use super::address::{self, Address};
use super::document::{Described, Document};
use super::draft::{Definition, Draft, Head, Namespace, Part, Procedure, Service, Typed};
use super::names::{Scope, joined};
use super::python::{Declared, Raised, ServiceFacts};
use super::schema::Schemas;

/// The channel that the protocol has where nothing is said.
const DEFAULT_CHANNEL: &str = "almanet.python";

/// The draft of these documents; what several say of one address is taken from the first.
pub(super) fn draft(documents: Vec<Document>) -> Draft {
    let mut described: BTreeMap<(String, String), Described> = BTreeMap::new();
    let mut routes: BTreeSet<(String, String)> = BTreeSet::new();
    for document in documents {
        match document {
            Document::Procedure(one) => {
                described.entry((one.uri.clone(), one.channel.clone())).or_insert(*one);
            }
            Document::Routes(more) => routes.extend(more),
        }
    }
    let mut fleet = Fleet { routes: routes.clone(), ..Fleet::default() };
    let addresses = described.keys().cloned().chain(routes).collect::<BTreeSet<_>>();
    for (uri, channel) in addresses {
        let known = described.remove(&(uri.clone(), channel.clone()));
        fleet.add(&uri, Met { channel, described: known, ..Met::default() });
    }
    fleet.finish()
}

/// The draft of what modules declare.
pub(super) fn declared(declared: Declared) -> Draft {
    let mut fleet = Fleet { facts: Some(declared.services.into_iter().collect()), ..Fleet::default() };
    for procedure in declared.procedures {
        let (uri, channel) = (procedure.described.uri.clone(), procedure.described.channel.clone());
        let super::python::Procedure { described, expose, raises, notes } = procedure;
        fleet.add(
            &uri,
            Met { channel, described: Some(described), is_private: !expose, raises, notes, ..Met::default() },
        );
    }
    fleet.finish()
}

#[derive(Default)]
struct Fleet {
    routes: BTreeSet<(String, String)>,
    /// What is known of services beside their procedures, by prepath; only modules tell.
    facts: Option<BTreeMap<String, ServiceFacts>>,
    namespaces: BTreeMap<String, Building>,
}

/// A namespace, its services by prepath.
#[derive(Default)]
struct Building {
    schemas: Schemas,
    services: BTreeMap<String, (Address, Vec<Met>)>,
    notes: Vec<String>,
}

/// One procedure as it was met.
#[derive(Default)]
struct Met {
    address: Address,
    channel: String,
    described: Option<Described>,
    /// Whether it is described and yet not published.
    is_private: bool,
    raises: Vec<Raised>,
    notes: Vec<String>,
}

impl Fleet {
    fn add(&mut self, uri: &str, one: Met) {
        let Some(address) = address::split(uri) else {
            let note = format!("the procedure at {uri:?} cannot stand in a contract: a part of the address is no name");
            return self.namespaces.entry(address::NOWHERE.to_owned()).or_default().notes.push(note);
        };
        let building = self.namespaces.entry(address.namespace.clone()).or_default();
        let (_, met) =
            building.services.entry(address.service.clone()).or_insert_with(|| (address.clone(), Vec::new()));
        // An address with the version in it is that of the plain one, whoever comes first.
        match met.iter_mut().find(|other| other.address.procedure == address.procedure && other.channel == one.channel)
        {
            Some(other) => {
                other.address.version = other.address.version.take().or(address.version);
                other.described = other.described.take().or(one.described);
            }
            None => met.push(Met { address, ..one }),
        }
    }

    /// What is a service and a namespace of others at once becomes a service of that namespace: no name is both here.
    fn part_names(&mut self) {
        let names: Vec<String> = self.namespaces.keys().cloned().collect();
        let mut moved = Vec::new();
        for (namespace, building) in &mut self.namespaces {
            let whole = |service: &str| format!("{namespace}.{service}");
            let is_namespace = |service: &String| {
                let whole = whole(service);
                names
                    .iter()
                    .any(|name| name.strip_prefix(&whole).is_some_and(|rest| rest.is_empty() || rest.starts_with('.')))
            };
            let services: Vec<String> =
                building.services.keys().filter(|service| is_namespace(service)).cloned().collect();
            for service in services {
                moved.extend(building.services.remove(&service).map(|met| (whole(&service), service, met)));
            }
        }
        for (namespace, service, (address, met)) in moved {
            let address = Address { namespace: namespace.clone(), ..address };
            self.namespaces.entry(namespace).or_default().services.entry(service).or_insert((address, met));
        }
        self.namespaces.retain(|_, building| !building.services.is_empty() || !building.notes.is_empty());
    }

    fn finish(mut self) -> Draft {
        self.part_names();
        let mut draft = Draft::default();
        for (name, mut building) in self.namespaces {
            let mut namespace = Namespace { notes: building.notes, ..Namespace::default() };
            let mut scope = Scope::default();
            for (service, (address, met)) in building.services {
                let is_listed =
                    met.iter().any(|met| self.routes.contains(&(met.address.uri.clone(), met.channel.clone())));
                let facts = match &self.facts {
                    Some(facts) => facts.get(&address.prepath).cloned().unwrap_or_default().of_modules(),
                    None => ServiceFacts::of_introspection(is_listed),
                };
                let name = scope.definition(&service);
                namespace.services.push(one_service(name, &address, met, facts, &mut building.schemas));
            }
            namespace.definitions = building.schemas.finish();
            namespace.settle();
            prune(&mut namespace);
            draft.namespaces.insert(name, namespace);
        }
        draft
    }
}

impl ServiceFacts {
    fn of_introspection(expose: bool) -> Self {
        let note = "introspection tells neither exceptions (`raises`) nor timeouts (`@timeout`) nor topics: add them";
        Self { notes: vec![note.to_owned()], expose }
    }

    fn of_modules(mut self) -> Self {
        self.notes.push("the module tells neither timeouts (`@timeout`) nor topics: add them".to_owned());
        self
    }
}

fn one_service(name: String, address: &Address, met: Vec<Met>, facts: ServiceFacts, schemas: &mut Schemas) -> Service {
    let versions: BTreeSet<Option<String>> = met.iter().map(|met| met.address.version.clone()).collect();
    let version = versions.iter().flatten().next().cloned();
    let mut notes = facts.notes;
    if versions.len() > 1 {
        notes.push("not every procedure is of this version there".to_owned());
    }
    let mut scope = Scope::default();
    let procedures =
        met.into_iter().map(|met| procedure(&name, scope.name(&met.address.procedure).name, met, schemas)).collect();
    let prepath = format!("{}.{name}", address.namespace);
    Service {
        head: Head { notes, ..Head::default() },
        prepath: (prepath != address.prepath).then(|| address.prepath.clone()),
        version,
        tags: Vec::new(),
        expose: facts.expose,
        procedures,
        name,
    }
}

fn procedure(service: &str, name: String, met: Met, schemas: &mut Schemas) -> Procedure {
    let mut head = Head { notes: met.notes, ..Head::default() };
    let expose = met.described.is_some() && !met.is_private;
    let raises = met.raises.iter().filter_map(|exception| schemas.exception(exception)).collect();
    let (payload, reply, tags) = match met.described {
        Some(described) => {
            if !described.validate {
                head.notes.push("what arrives is not validated there (`validate=False`)".to_owned());
            }
            head.docs = described.description;
            let hint = joined(&[service, &name]);
            let payload = schemas.part(described.payload.as_ref(), &format!("{hint}Payload"));
            let reply = schemas.part(described.reply.as_ref(), &format!("{hint}Reply"));
            // What a procedure without tags says of itself.
            let tags = described.tags.into_iter().filter(|tag| tag != "default").collect::<BTreeSet<_>>();
            (payload, reply, tags.into_iter().collect())
        }
        None => {
            head.notes.push("nothing is published of this procedure but its address".to_owned());
            let any = || Part::Bare(Typed { notes: Vec::new(), ..Typed::unknown("") });
            (any(), any(), Vec::new())
        }
    };
    Procedure {
        uri: (name != met.address.procedure || met.address.is_single).then(|| met.address.uri.clone()),
        channel: (met.channel != DEFAULT_CHANNEL).then_some(met.channel),
        name,
        head,
        tags,
        expose,
        payload,
        reply,
        raises,
    }
}

/// Leaves out enums that stood for nothing but the tag of a union.
fn prune(namespace: &mut Namespace) {
    let used = namespace.mentioned();
    namespace.definitions.retain(|Definition { name, body, .. }| {
        !matches!(body, super::draft::Body::Enum { variants, .. } if variants.len() == 1) || used.contains(name)
    });
}
