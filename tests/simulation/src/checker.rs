//! Holds a history to what a caller may rely on.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt;
use std::time::Duration;

use crate::history::{Call, Effect, Ending, History, Kind, Outcome, Streamed};

/// What a call may take over its timeout.
pub const SLACK: Duration = Duration::from_millis(50);

/// What a stream's reader may wait for a value or the end: a sender is given up 10 s after its last sign of life, which comes 3 s
/// after a value, and which faults may hold up.
pub const SILENCE: Duration = Duration::from_secs(15);

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
    /// A call ran though its time was over by the clock of the instance that ran it.
    TooLate(Effect),
    /// A call was sent under two ids.
    TwoIds(Effect),
    /// A call failed though everything had been whole for long enough.
    NotRecovered(Call),
    /// Streams began that did not end, or ended more than once.
    StreamEnds {
        /// How many began.
        begun: usize,
        /// How many ends there were.
        ended: usize,
    },
    /// A stream's values are not the first ones, each once and in order, of one run of its own.
    Values(Streamed),
    /// A stream ended as if it were complete, and was not.
    CutShort(Streamed),
    /// A stream ended in a way that none may, or went on after its end.
    Ending(Streamed),
    /// A stream's reader waited for too long.
    Silent(Streamed),
    /// A stream broke off though everything was whole.
    StreamNotRecovered(Streamed),
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
        if history.too_late.contains(&effect.instance.0) {
            return Err(Violation::TooLate(effect.clone()));
        }
        if !runs.insert((effect.instance, effect.call_id)) {
            return Err(Violation::RanTwice(effect.clone()));
        }
    }
    let keys: BTreeSet<_> = history.calls.iter().map(|call| call.key).collect();
    if history.calls.len() != history.made || keys.len() != history.made {
        return Err(Violation::Ends { made: history.made, ended: history.calls.len() });
    }
    let begun = history.calls.iter().filter(|call| call.kind == Kind::Stream && call.outcome == Outcome::Result);
    let begun: BTreeSet<_> = begun.map(|call| call.key).collect();
    let ended: BTreeSet<_> = history.streams.iter().map(|stream| stream.key).collect();
    if begun != ended || history.streams.len() != ended.len() {
        return Err(Violation::StreamEnds { begun: begun.len(), ended: history.streams.len() });
    }
    history.streams.iter().try_for_each(check_stream)?;
    let none = Vec::new();
    history.calls.iter().try_for_each(|call| check_call(call, effects.get(&call.key).unwrap_or(&none)))
}

fn check_call(call: &Call, effects: &[&Effect]) -> Result<(), Violation> {
    let violated = |by: fn(Call) -> Violation| Err(by(call.clone()));
    if call.took > call.timeout + SLACK {
        return violated(Violation::Late);
    }
    let is_early = call.took < call.timeout;
    match &call.outcome {
        Outcome::Result if call.kind == Kind::Oneway => {}
        Outcome::Result if effects.iter().all(|effect| effect.at > call.at + call.took) => {
            return violated(Violation::Invented);
        }
        Outcome::Result => {}
        Outcome::NotSent | Outcome::NotExecuted(_) if !effects.is_empty() => {
            return Err(Violation::Denied(Box::new((call.clone(), effects[0].clone()))));
        }
        // Nothing tells what became of it later.
        Outcome::Unknown if call.kind == Kind::Oneway => {}
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

fn check_stream(stream: &Streamed) -> Result<(), Violation> {
    let violated = |by: fn(Streamed) -> Violation| Err(by(stream.clone()));
    let one = stream.values.first().map(|value| value.instance);
    let is_fine = |(number, value): (usize, &crate::history::Value)| {
        value.key == stream.key && value.number as usize == number && Some(value.instance) == one
    };
    if !stream.values.iter().enumerate().all(is_fine) || stream.values.len() > stream.wanted as usize {
        return violated(Violation::Values);
    }
    if stream.longest > SILENCE + SLACK {
        return violated(Violation::Silent);
    }
    if stream.more > 0 {
        return violated(Violation::Ending);
    }
    match &stream.ending {
        Ending::Complete if stream.values.len() != stream.wanted as usize => violated(Violation::CutShort),
        Ending::Complete => Ok(()),
        Ending::Interrupted if stream.is_calm => violated(Violation::StreamNotRecovered),
        Ending::Interrupted => Ok(()),
        Ending::Other(_) => violated(Violation::Ending),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::history::Value;

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
        check(&History { made: 1, calls, effects, ..History::default() })
    }

    fn streamed() -> Streamed {
        let value = |number| Value { key: 1, number, instance: (0, 1) };
        let (values, ending) = (vec![value(0), value(1)], Ending::Complete);
        Streamed { key: 1, wanted: 2, values, longest: SECOND, ending, more: 0, is_calm: false }
    }

    fn of_streams(streams: &[&Streamed]) -> Result<(), Violation> {
        let calls = vec![Call { kind: Kind::Stream, ..call() }];
        let streams = streams.iter().copied().cloned().collect();
        check(&History { made: 1, calls, streams, effects: vec![effect()], ..History::default() })
    }

    #[test]
    fn each_broken_promise_of_a_stream_is_found() {
        of_streams(&[&streamed()]).unwrap();
        let broken_off =
            Streamed { values: streamed().values[..1].to_vec(), ending: Ending::Interrupted, ..streamed() };
        of_streams(&[&broken_off]).unwrap();
        assert_eq!(of_streams(&[]), Err(Violation::StreamEnds { begun: 1, ended: 0 }));
        assert_eq!(of_streams(&[&streamed(), &streamed()]), Err(Violation::StreamEnds { begun: 1, ended: 2 }));
        let [zero, one] = [streamed().values[0], streamed().values[1]];
        let of_another = Value { key: 2, ..one };
        let of_another_run = Value { instance: (1, 1), ..one };
        for values in [vec![one, zero], vec![zero, zero], vec![one], vec![zero, of_another], vec![zero, of_another_run]]
        {
            let stream = Streamed { values, ending: Ending::Interrupted, ..streamed() };
            assert_eq!(of_streams(&[&stream]), Err(Violation::Values(stream)));
        }
        let short = Streamed { ending: Ending::Complete, ..broken_off.clone() };
        assert_eq!(of_streams(&[&short]), Err(Violation::CutShort(short)));
        let silent = Streamed { longest: SILENCE * 2, ..broken_off.clone() };
        assert_eq!(of_streams(&[&silent]), Err(Violation::Silent(silent)));
        for (ending, more) in [(Ending::Other("x".into()), 0), (Ending::Complete, 1)] {
            let stream = Streamed { ending, more, ..streamed() };
            assert_eq!(of_streams(&[&stream]), Err(Violation::Ending(stream)));
        }
        let calm = Streamed { is_calm: true, ..broken_off };
        assert_eq!(of_streams(&[&calm]), Err(Violation::StreamNotRecovered(calm)));
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
        let too_late = History { too_late: [0].into(), effects: vec![effect()], ..History::default() };
        assert_eq!(check(&too_late), Err(Violation::TooLate(effect())));
        let foreign = Call { outcome: Outcome::Foreign("x".into()), ..call() };
        assert_eq!(of([&foreign], &[effect()]), Err(Violation::Outcome(foreign)));
        let calm = Call { outcome: Outcome::Unknown, took: SECOND, is_calm: true, ..call() };
        assert_eq!(of([&calm], &[effect()]), Err(Violation::NotRecovered(calm)));
    }
}
