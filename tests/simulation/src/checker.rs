//! Holds a history to what a caller may rely on.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt;
use std::time::Duration;

use crate::history::{Call, Effect, History, Kind, Outcome};

/// What a call may take over its timeout.
pub const SLACK: Duration = Duration::from_millis(50);

/// A promise that was not kept, and by what it shows.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Violation {
    /// Calls were made that did not end, or ended more than once.
    Ends {
        /// How many were made.
        made: usize,
        /// How many ends there were.
        ended: usize,
    },
    /// A call ended after its deadline.
    Late(Call),
    /// A call failed while there was time to try again.
    GivenUp(Call),
    /// A call ended in a way that none may.
    Outcome(Call),
    /// A call brought a result without having run.
    Invented(Call),
    /// A call ran that was told not to have run.
    Denied(Box<(Call, Effect)>),
    /// One instance ran a call twice.
    RanTwice(Effect),
    /// A call was sent under two ids.
    TwoIds(Effect),
    /// A call failed though everything had been whole for long enough.
    NotRecovered(Call),
}

impl fmt::Display for Violation {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{self:?}")
    }
}

impl std::error::Error for Violation {}

/// Checks every promise.
///
/// # Errors
/// The first one that was not kept.
pub fn check(history: &History) -> Result<(), Violation> {
    let mut effects = BTreeMap::<u32, Vec<&Effect>>::new();
    let (mut runs, mut ids) = (BTreeSet::new(), BTreeMap::new());
    for effect in &history.effects {
        effects.entry(effect.key).or_default().push(effect);
        if *ids.entry(effect.key).or_insert(effect.call_id) != effect.call_id {
            return Err(Violation::TwoIds(effect.clone()));
        }
        if !runs.insert((effect.instance, effect.call_id)) {
            return Err(Violation::RanTwice(effect.clone()));
        }
    }
    let keys: BTreeSet<_> = history.calls.iter().map(|call| call.key).collect();
    if history.calls.len() != history.made || keys.len() != history.made {
        return Err(Violation::Ends { made: history.made, ended: history.calls.len() });
    }
    let none = Vec::new();
    history.calls.iter().try_for_each(|call| check_call(call, effects.get(&call.key).unwrap_or(&none)))
}

fn check_call(call: &Call, effects: &[&Effect]) -> Result<(), Violation> {
    let violated = |by: fn(Call) -> Violation| Err(by(call.clone()));
    if call.took > call.timeout + SLACK {
        return violated(Violation::Late);
    }
    let is_early = call.took < call.timeout && call.kind != Kind::Oneway;
    match &call.outcome {
        Outcome::Result if call.kind == Kind::Oneway => {}
        Outcome::Result if effects.iter().all(|effect| effect.at > call.at + call.took) => {
            return violated(Violation::Invented);
        }
        Outcome::Result => {}
        Outcome::NotSent | Outcome::NotExecuted(_) if !effects.is_empty() => {
            return Err(Violation::Denied(Box::new((call.clone(), effects[0].clone()))));
        }
        Outcome::NotSent | Outcome::Unknown if is_early => return violated(Violation::GivenUp),
        Outcome::NotSent | Outcome::Unknown => {}
        // A broker may refuse a message for a moment at most, and nothing else refuses one here.
        Outcome::NotExecuted(_) | Outcome::Foreign(_) | Outcome::Other(_) => return violated(Violation::Outcome),
    }
    if call.is_calm && call.outcome != Outcome::Result {
        return violated(Violation::NotRecovered);
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    const SECOND: Duration = Duration::from_secs(1);

    fn call() -> Call {
        let (kind, outcome) = (Kind::Once, Outcome::Result);
        Call { key: 1, kind, at: SECOND, timeout: SECOND, took: SECOND / 2, outcome, is_calm: false }
    }

    fn effect() -> Effect {
        Effect { at: SECOND, key: 1, call_id: 7, instance: (0, 1) }
    }

    fn of<const N: usize>(calls: [&Call; N], effects: &[Effect]) -> Result<(), Violation> {
        let (calls, effects) = (calls.map(Clone::clone).to_vec(), effects.to_vec());
        check(&History { made: 1, calls, effects, faults: Vec::new() })
    }

    #[test]
    fn what_keeps_every_promise_passes() {
        of([&call()], &[effect()]).unwrap();
        of([&call()], &[effect(), Effect { instance: (1, 1), ..effect() }]).unwrap();
        let over = Call { took: SECOND + SLACK, ..call() };
        of([&Call { outcome: Outcome::Unknown, ..over.clone() }], &[]).unwrap();
        of([&Call { outcome: Outcome::Unknown, ..over.clone() }], &[effect()]).unwrap();
        of([&Call { outcome: Outcome::NotSent, ..over }], &[]).unwrap();
    }

    #[test]
    fn each_broken_promise_is_found() {
        let late = Call { took: SECOND + SLACK * 2, ..call() };
        assert_eq!(of([&late], &[effect()]), Err(Violation::Late(late)));
        assert_eq!(of([], &[]), Err(Violation::Ends { made: 1, ended: 0 }));
        assert_eq!(of([&call(), &call()], &[effect()]), Err(Violation::Ends { made: 1, ended: 2 }));
        assert_eq!(of([&call()], &[]), Err(Violation::Invented(call())));
        let after = Effect { at: SECOND * 2, ..effect() };
        assert_eq!(of([&call()], &[after]), Err(Violation::Invented(call())));
        let not_sent = Call { outcome: Outcome::NotSent, took: SECOND, ..call() };
        assert_eq!(of([&not_sent], &[effect()]), Err(Violation::Denied(Box::new((not_sent.clone(), effect())))));
        let early = Call { took: SECOND / 2, ..not_sent };
        assert_eq!(of([&early], &[]), Err(Violation::GivenUp(early)));
        assert_eq!(of([&call()], &[effect(), effect()]), Err(Violation::RanTwice(effect())));
        let other = Effect { call_id: 8, ..effect() };
        assert_eq!(of([&call()], &[effect(), other.clone()]), Err(Violation::TwoIds(other)));
        let foreign = Call { outcome: Outcome::Foreign("x".into()), ..call() };
        assert_eq!(of([&foreign], &[effect()]), Err(Violation::Outcome(foreign)));
        let calm = Call { outcome: Outcome::Unknown, took: SECOND, is_calm: true, ..call() };
        assert_eq!(of([&calm], &[effect()]), Err(Violation::NotRecovered(calm)));
    }
}
