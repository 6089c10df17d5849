//! The versions of services, and how they grew.

use semver::Version;

use super::change::{Step, Victims};
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

/// Whom it breaks that a version is not told any more, or told wrongly.
pub(super) const PINNED: Victims = Victims::OLD_CALLERS;
