//! The versions of services, and how they grew.

use semver::Version;

use super::change::{Step, Victims};
use super::index::Definition;
use super::rules;
use super::services::Matches;
use super::walk::{Reach, Role, Use, Walk};
use crate::model::ServiceId;
use crate::source::Location;

/// The versions of a service that has had one.
#[derive(Clone, Debug)]
pub struct Versions {
    /// The service of the new contract.
    pub service: ServiceId,
    /// Its full name.
    pub name: String,
    /// Where it is.
    pub location: Location,
    /// The version that it had.
    pub old: Version,
    /// The version that it has.
    pub new: Version,
}

impl Versions {
    /// The step that was taken. Before `1.0.0` the second number takes the place of the first, and a pre-release promises
    /// nothing: whatever comes after it has taken every step.
    #[must_use]
    pub fn taken(&self) -> Step {
        let (old, new) = (&self.old, &self.new);
        if new <= old {
            Step::None
        } else if !old.pre.is_empty() || new.major > old.major {
            Step::Major
        } else if new.minor > old.minor {
            if old.major == 0 { Step::Major } else { Step::Minor }
        } else if old.major == 0 {
            Step::Minor
        } else {
            Step::Patch
        }
    }
}

/// Services that had a version and have one; of the others it is told what that breaks.
pub(super) fn of(walk: &mut Walk<'_>, matches: &Matches) -> Vec<Versions> {
    let mut found = Vec::new();
    for (was, is) in &matches.services {
        let (old, new) = (&walk.old.model.services[*was], &walk.new.model.services[*is]);
        if old.meta.unstable {
            continue;
        }
        let name = walk.new.full_name(Definition::Service(*is));
        let owner = Reach::Use(Use { role: Role::Payload, service: Some(*is) });
        let place = walk.place(owner, &old.meta, &new.meta);
        match (&old.version, &new.version) {
            (Some(old), Some(new)) => {
                let (Ok(old), Ok(new)) = (Version::parse(old), Version::parse(new)) else { continue };
                let versions = Versions { service: *is, name, location: place.location, old, new };
                rules::version_went_back::check(walk, place, &versions);
                found.push(versions);
            }
            (Some(version), None) => rules::version_removed::check(walk, place, &name, version),
            (None, _) => {}
        }
    }
    found
}

/// Whom it breaks that a version is not told any more, or told wrongly.
pub(super) const PINNED: Victims = Victims::OLD_CALLERS;
