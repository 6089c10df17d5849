//! Which services, procedures and topics of both contracts are one: by address, then by name.

use rustc_hash::{FxHashMap, FxHashSet};

use super::index::Definition;
use super::walk::Walk;
use crate::model::{Model, ProcedureId, ServiceId, TopicId};

/// Which services and members are one.
#[derive(Default)]
pub(super) struct Matches {
    pub(super) services: Vec<(ServiceId, ServiceId)>,
    pub(super) procedures: FxHashMap<ProcedureId, ProcedureId>,
    pub(super) topics: FxHashMap<TopicId, TopicId>,
}

impl Matches {
    pub(super) fn of(walk: &Walk<'_>) -> Self {
        let (old, new) = (walk.old.model, walk.new.model);
        let mut matches = Self::default();
        let by_prepath: FxHashMap<&str, ServiceId> =
            new.services.iter().map(|(id, service)| (&*service.prepath, id)).collect();
        let mut taken = FxHashSet::default();
        for id in old.services.ids() {
            let same = match walk.old.same_name(Definition::Service(id), &walk.new) {
                Some(Definition::Service(there)) => Some(there),
                _ => by_prepath.get(&*old.services[id].prepath).copied(),
            };
            if let Some(there) = same.filter(|there| taken.insert(*there)) {
                matches.services.push((id, there));
            }
        }
        matches.members(old, new);
        matches
    }

    /// By address, then by name within services that are one.
    fn members(&mut self, old: &Model, new: &Model) {
        let procedures: FxHashMap<&str, ProcedureId> = new.procedures.iter().map(|(id, it)| (&*it.uri, id)).collect();
        let topics: FxHashMap<&str, TopicId> = new.topics.iter().map(|(id, it)| (&*it.uri, id)).collect();
        for (id, procedure) in old.procedures.iter() {
            if let Some(there) = procedures.get(&*procedure.uri) {
                self.procedures.insert(id, *there);
            }
        }
        for (id, topic) in old.topics.iter() {
            if let Some(there) = topics.get(&*topic.uri) {
                self.topics.insert(id, *there);
            }
        }
        let mut answered: FxHashSet<ProcedureId> = self.procedures.values().copied().collect();
        let mut published: FxHashSet<TopicId> = self.topics.values().copied().collect();
        for (was, is) in &self.services {
            for id in &old.services[*was].procedures {
                let name = &old.procedures[*id].meta.name;
                let mut candidates = new.services[*is].procedures.iter();
                if !self.procedures.contains_key(id)
                    && let Some(there) = candidates.find(|there| new.procedures[**there].meta.name == *name)
                    && answered.insert(*there)
                {
                    self.procedures.insert(*id, *there);
                }
            }
            for id in &old.services[*was].topics {
                let name = &old.topics[*id].meta.name;
                let mut candidates = new.services[*is].topics.iter();
                if !self.topics.contains_key(id)
                    && let Some(there) = candidates.find(|there| new.topics[**there].meta.name == *name)
                    && published.insert(*there)
                {
                    self.topics.insert(*id, *there);
                }
            }
        }
    }
}
