use super::plan::Plan;
use crate::backend::{Files, Input};

/// Adds a skeleton of an implementation for each service, where they were asked for.
pub(super) fn add(plan: &Plan<'_>, input: &Input<'_>, files: &mut Files) {
    let _ = (plan, input, files);
}
