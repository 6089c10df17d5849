//! Addresses: short enough for NSQ, each one member's.

use rustc_hash::FxHashMap;

use super::place;
use crate::diagnostic::Problem;
use crate::diagnostic::code::{addresses as codes, lints};
use crate::model::{Meta, Model, Procedure, ServiceId};
use crate::source::{Location, Sources};

/// What NSQ allows for the name of a topic or a channel.
const MAX_NAME: usize = 64;

/// What stands before a procedure's address in its topic.
const CALL: &str = "_rpc_.";

/// What stands before an address and a channel where a member is asked for its schema.
const SCHEMA: &str = "_rpc_._schema_.";

pub(super) fn check(model: &Model, sources: &Sources) -> Vec<Problem> {
    let mut check = Check { sources, taken: FxHashMap::default(), problems: Vec::new() };
    for (id, service) in model.services.iter() {
        // A file without a namespace has no addresses, and says so itself.
        if model.namespaces[service.namespace].name.is_empty() {
            continue;
        }
        for procedure in service.procedures.iter().map(|id| &model.procedures[*id]) {
            check.procedure(id, procedure);
        }
        for topic in service.topics.iter().map(|id| &model.topics[*id]) {
            check.fits(&topic.uri, "", &topic.meta);
            check.address(id, &topic.uri, &topic.meta);
        }
    }
    check.problems
}

struct Check<'m> {
    sources: &'m Sources,
    taken: FxHashMap<&'m str, (Location, ServiceId)>,
    problems: Vec<Problem>,
}

impl<'m> Check<'m> {
    fn procedure(&mut self, service: ServiceId, procedure: &'m Procedure) {
        let meta = &procedure.meta;
        let longest = procedure.versioned_uri.as_ref().filter(|_| CALL.len() + procedure.uri.len() <= MAX_NAME);
        self.fits(longest.unwrap_or(&procedure.uri), CALL, meta);
        for uri in [Some(&procedure.uri), procedure.versioned_uri.as_ref()].into_iter().flatten() {
            self.address(service, uri, meta);
        }
        let asked = SCHEMA.len() + procedure.uri.len() + 1 + procedure.channel.len();
        if procedure.expose && asked > MAX_NAME {
            let message = format!(
                "\"{}\" cannot be offered for introspection: \"{SCHEMA}{}.{}\" has {asked} characters of {MAX_NAME}",
                procedure.meta.name, procedure.uri, procedure.channel
            );
            self.problems.push(Problem::new(lints::EXPOSED_ADDRESS_TOO_LONG, procedure.meta.location, message));
        }
    }

    fn fits(&mut self, uri: &str, prefix: &str, meta: &Meta) {
        let length = prefix.len() + uri.len();
        if length > MAX_NAME {
            let message = format!("the topic \"{prefix}{uri}\" has {length} characters, and NSQ allows {MAX_NAME}");
            let help = "shorten the names, or give the service a @prepath or the member a @uri";
            self.problems.push(Problem::new(codes::ADDRESS_TOO_LONG, meta.location, message).with_help(help));
        }
    }

    fn address(&mut self, service: ServiceId, uri: &'m str, meta: &Meta) {
        let Some((other, of)) = self.taken.insert(uri, (meta.location, service)) else { return };
        let in_order = place(self.sources, other) < place(self.sources, meta.location);
        let (first, later) = if in_order { (other, meta.location) } else { (meta.location, other) };
        // A member that is defined twice is reported as that.
        if of == service && self.sources.text(first) == self.sources.text(later) {
            return;
        }
        let message = format!(
            "\"{}\" and \"{}\" have one address, \"{uri}\"",
            self.sources.text(first),
            self.sources.text(later)
        );
        self.problems
            .push(Problem::new(codes::REPEATED_ADDRESS, later, message).with_label(first, "has that address, too"));
    }
}
