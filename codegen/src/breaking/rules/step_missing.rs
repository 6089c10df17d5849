//! B0701.

use crate::breaking::change::Step;
use crate::breaking::versions::Versions;
use crate::diagnostic::Problem;
use crate::diagnostic::code::breaking as code;

/// `needed` is the greatest step that the service's changes ask for.
pub(in crate::breaking) fn check(versions: &Versions, needed: Step) -> Option<Problem> {
    let taken = versions.taken();
    if taken >= needed || versions.new < versions.old {
        return None;
    }
    let Versions { name, old, new, location, .. } = versions;
    let grew = if old == new { format!("stays {old}") } else { format!("went from {old} to {new}") };
    let message = format!("the changes of `{name}` need a {needed} step of its version, which {grew}");
    let least = least(versions, needed);
    Some(
        Problem::new(code::STEP_MISSING, *location, message)
            .with_help(format!("write `@version(\"{least}\")` or higher")),
    )
}

/// The first version that is far enough.
fn least(versions: &Versions, needed: Step) -> semver::Version {
    let old = &versions.old;
    let (major, minor, patch) = (old.major, old.minor, old.patch);
    match (needed, major) {
        (Step::Major, 1..) => semver::Version::new(major + 1, 0, 0),
        (Step::Major, 0) | (Step::Minor, 1..) => semver::Version::new(major, minor + 1, 0),
        _ => semver::Version::new(major, minor, patch + 1),
    }
}
