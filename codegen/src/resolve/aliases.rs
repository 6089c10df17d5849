//! Follows aliases to what they stand for, and finds those that stand for themselves.

use super::lower::Lowered;
use crate::diagnostic::Problem;
use crate::diagnostic::code::names as codes;
use crate::model::{AliasId, Id, Type, TypeId};

#[derive(Clone, Copy, PartialEq, Eq)]
enum State {
    New,
    OnPath,
    Done,
}

impl Lowered<'_> {
    /// Sets `resolved` of every alias. One that is part of a cycle becomes poison.
    pub(super) fn resolve_aliases(&mut self) {
        let count = self.model.aliases.len();
        let mut states = vec![State::New; count];
        for start in 0..count {
            // A path through aliases, each with the aliases that it still has to look at: a list instead of a recursion,
            // for a chain may be as long as a file.
            let mut path: Vec<(usize, Vec<AliasId>)> = Vec::new();
            if states[start] == State::New {
                path.push(self.enter(start, &mut states));
            }
            while let Some((index, needs)) = path.last_mut() {
                let index = *index;
                match needs.pop() {
                    None => {
                        states[index] = State::Done;
                        self.resolve_alias(Id::at(index));
                        path.pop();
                    }
                    Some(next) => match states[next.index()] {
                        State::Done => {}
                        State::New => {
                            let entered = self.enter(next.index(), &mut states);
                            path.push(entered);
                        }
                        State::OnPath => {
                            let first = path.iter().position(|(index, _)| *index == next.index()).unwrap_or(0);
                            let cycle: Vec<AliasId> = path[first..].iter().map(|(index, _)| Id::at(*index)).collect();
                            self.report_alias_cycle(&cycle);
                        }
                    },
                }
            }
        }
    }

    fn enter(&self, index: usize, states: &mut [State]) -> (usize, Vec<AliasId>) {
        states[index] = State::OnPath;
        let mut needs = Vec::new();
        self.aliases_in(self.model.aliases[Id::at(index)].ty, &mut needs);
        (index, needs)
    }

    /// The aliases that a type names, whatever stands around them. Types nest at most 64 deep.
    fn aliases_in(&self, ty: TypeId, found: &mut Vec<AliasId>) {
        match &self.model.types[ty] {
            Type::Alias(id) => found.push(*id),
            Type::List(item) | Type::Set(item) | Type::Optional(item) => self.aliases_in(*item, found),
            Type::Map(key, value) => {
                self.aliases_in(*key, found);
                self.aliases_in(*value, found);
            }
            Type::Tuple(items) => items.iter().for_each(|item| self.aliases_in(*item, found)),
            _ => {}
        }
    }

    fn resolve_alias(&mut self, id: AliasId) {
        let ty = self.model.aliases[id].ty;
        self.model.aliases[id].resolved = match self.model.types[ty] {
            Type::Alias(next) => self.model.aliases[next].resolved,
            _ => ty,
        };
    }

    fn report_alias_cycle(&mut self, cycle: &[AliasId]) {
        let poison = self.poison();
        let mut places: Vec<_> = cycle
            .iter()
            .map(|id| {
                let meta = &self.model.aliases[*id].meta;
                (meta.location, meta.name.clone())
            })
            .collect();
        // A chain of thousands is not worth a label each.
        places.truncate(8);
        let (location, name) = &places[0];
        let mut problem =
            Problem::new(codes::ALIAS_CYCLE, *location, format!("the alias \"{name}\" stands for itself"));
        for (location, name) in &places[1..] {
            problem = problem.with_label(*location, format!("through \"{name}\""));
        }
        self.problems.push(problem);
        for id in cycle {
            let alias = &mut self.model.aliases[*id];
            alias.ty = poison;
            alias.resolved = poison;
        }
    }
}
