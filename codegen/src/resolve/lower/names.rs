//! Names within one definition: each once, none of them reserved.

use rustc_hash::FxHashMap;

use super::Lowered;
use crate::ast;
use crate::diagnostic::Problem;
use crate::diagnostic::code::names as codes;
use crate::source::{Location, Span};

/// A member of a definition, to be held against the others.
pub(super) struct Member<'a> {
    pub(super) name: &'a str,
    pub(super) at: Location,
    /// The name that travels.
    pub(super) wire_name: &'a str,
}

/// Up to so many members are held against each other one by one, which is quicker than a map.
const FEW: usize = 16;

impl Lowered<'_> {
    /// Reports members of one name, in the source or on the wire, and those whose name is reserved.
    pub(super) fn check_members(&mut self, what: &str, members: &[Member<'_>], reserved: &[ast::Reserved]) {
        if reserved.is_empty() && are_few_and_distinct(members) {
            return;
        }
        let reserved: FxHashMap<&str, Location> = reserved
            .iter()
            .flat_map(|reserved| &reserved.names)
            .map(|name| (&*name.value, self.at(name.span)))
            .collect();
        let mut names: FxHashMap<&str, Location> = FxHashMap::default();
        let mut wire_names: FxHashMap<&str, &Member<'_>> = FxHashMap::default();
        for member in members {
            let Member { name, at, wire_name } = *member;
            let first = *names.entry(name).or_insert(at);
            if first != at {
                let message = format!("there are two {what}s named \"{name}\"");
                self.problems
                    .push(Problem::new(codes::REPEATED_MEMBER, at, message).with_label(first, "first defined here"));
            }
            let first = *wire_names.entry(wire_name).or_insert(member);
            if first.at != at && first.name != name {
                let message = format!("\"{}\" and \"{name}\" both travel as \"{wire_name}\"", first.name);
                self.problems
                    .push(Problem::new(codes::REPEATED_WIRE_NAME, at, message).with_label(first.at, "first used here"));
            }
            let used = [Some(name), (wire_name != name).then_some(wire_name)];
            for used in used.into_iter().flatten() {
                if let Some(place) = reserved.get(used) {
                    let message = format!("the {what} name \"{used}\" is reserved");
                    let problem = Problem::new(codes::RESERVED_NAME, at, message).with_label(*place, "reserved here");
                    self.problems.push(problem.with_help("a name that was used once must not come back: take another"));
                }
            }
        }
    }

    /// The name that travels: what `@name` says, or the name in the source.
    pub(super) fn wire_name(&mut self, name: &str, renamed: Option<(Box<str>, Span)>) -> Box<str> {
        match renamed {
            Some((wire_name, span)) if wire_name.is_empty() => {
                self.problem(codes::EMPTY_WIRE_NAME, span, "a name that travels is not empty");
                name.into()
            }
            Some((wire_name, _)) => wire_name,
            None => name.into(),
        }
    }
}

fn are_few_and_distinct(members: &[Member<'_>]) -> bool {
    members.len() <= FEW
        && members.iter().enumerate().all(|(index, member)| {
            let before = &members[..index];
            before.iter().all(|other| other.name != member.name && other.wire_name != member.wire_name)
        })
}
