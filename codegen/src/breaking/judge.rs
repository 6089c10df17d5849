//! Which changes count.

use rustc_hash::FxHashMap;

use super::change::{Change, Step, Victims};
use super::compare::Comparison;
use super::rules;
use crate::diagnostic::{Code, Problem, code};
use crate::model::ServiceId;
use crate::source::Location;

/// Which changes count as breaking.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Category {
    /// Those that something running does not understand.
    #[default]
    Wire,
    /// Those, and those that code written against the old contract does not compile with.
    Source,
}

/// A change that is wanted.
#[derive(Clone, Debug)]
pub struct Exception {
    /// Its code.
    pub code: String,
    /// The full name of what changes.
    pub subject: String,
    /// Why it is wanted.
    pub reason: String,
    /// Whether its last day is over.
    pub is_over: bool,
    /// Where it is said.
    pub location: Location,
}

/// What is to be said of a comparison.
#[derive(Debug, Default)]
pub struct Verdict {
    /// Changes that count, steps that a version did not take, exceptions that are over or that except nothing.
    pub problems: Vec<Problem>,
    /// How many break something and were announced by a version.
    pub announced: usize,
    /// How many break something and are excepted.
    pub excepted: usize,
    /// The greatest step that all changes ask for, excepted ones apart.
    pub step: Step,
}

/// Judges the changes. A service whose version took the step that a change needs has announced it; but topics have no versions.
#[must_use]
pub fn judge(comparison: &Comparison, category: Category, exceptions: &[Exception]) -> Verdict {
    let taken: FxHashMap<ServiceId, Step> =
        comparison.versions.iter().map(|versions| (versions.service, versions.taken())).collect();
    let mut needed: FxHashMap<ServiceId, Step> = FxHashMap::default();
    let mut used = vec![false; exceptions.len()];
    let mut verdict = Verdict::default();
    for change in &comparison.changes {
        let counts = counts(change, category);
        let excepted = |exception: &Exception| is_about(exception, change);
        if counts && let Some(index) = exceptions.iter().position(excepted) {
            used[index] = true;
            if !exceptions[index].is_over {
                verdict.excepted += 1;
                continue;
            }
        }
        let step = step(change, category);
        verdict.step = verdict.step.max(step);
        for service in &change.services {
            let needed = needed.entry(*service).or_insert(Step::None);
            *needed = step.max(*needed);
        }
        if !counts {
            continue;
        }
        let versionless = Victims::OLD_CONSUMERS | Victims::QUEUED_MESSAGES | Victims::OTHERS;
        let announces = |service: &ServiceId| taken.get(service).is_some_and(|taken| *taken >= step);
        if !change.services.is_empty() && !change.victims.meets(versionless) && change.services.iter().all(announces) {
            verdict.announced += 1;
        } else {
            verdict.problems.extend(problem(change));
        }
    }
    for versions in &comparison.versions {
        let needed = needed.get(&versions.service).copied().unwrap_or(Step::None);
        let missing = rules::step_missing::check(versions, needed);
        let about = |exception: &Exception| {
            exception.code == code::breaking::STEP_MISSING.as_str() && exception.subject == versions.name
        };
        match (missing, exceptions.iter().position(about)) {
            (Some(_), Some(index)) if !exceptions[index].is_over => {
                used[index] = true;
                verdict.excepted += 1;
            }
            (Some(problem), index) => {
                used.iter_mut().enumerate().filter(|(at, _)| Some(*at) == index).for_each(|(_, used)| *used = true);
                verdict.problems.push(problem);
            }
            (None, _) => {}
        }
    }
    for (exception, used) in exceptions.iter().zip(used) {
        verdict.problems.extend(remark(exception, used));
    }
    verdict
}

fn counts(change: &Change, category: Category) -> bool {
    change.breaks_wire() || (change.code.is_some() && change.source && category == Category::Source)
}

/// Code that has to change is a major step where that is what counts.
fn step(change: &Change, category: Category) -> Step {
    if change.code.is_some() && change.source && category == Category::Source { Step::Major } else { change.step() }
}

fn is_about(exception: &Exception, change: &Change) -> bool {
    change.code.map(Code::as_str) == Some(exception.code.as_str()) && exception.subject == change.subject
}

fn problem(change: &Change) -> Option<Problem> {
    let who = match change.victims {
        Victims::NONE => "code that was written against it".to_owned(),
        victims => victims.to_string(),
    };
    let problem = Problem::new(change.code?, change.location, format!("{}; this breaks {who}", change.message));
    let problem = match &change.help {
        Some(help) => problem.with_help(help),
        None => problem,
    };
    Some(match change.former {
        Some(former) => problem.with_label(former, "as it was"),
        None => problem,
    })
}

/// What is to be said of an exception itself.
fn remark(exception: &Exception, used: bool) -> Option<Problem> {
    let Exception { code, subject, location, .. } = exception;
    if exception.is_over {
        let message = format!("the exception of {code} for `{subject}` is over");
        let help =
            if used { "mend the change, or give it a later day" } else { "remove it: nothing needs it any more" };
        return Some(Problem::new(code::exceptions::EXCEPTION_OVER, *location, message).with_help(help));
    }
    let message = format!("no change needs the exception of {code} for `{subject}`");
    let help = "remove it, or correct the code or the name";
    (!used).then(|| Problem::new(code::exceptions::EXCEPTION_UNUSED, *location, message).with_help(help))
}
