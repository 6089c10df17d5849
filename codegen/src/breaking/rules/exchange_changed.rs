//! B0108.

use crate::breaking::answered::Procedures;
use crate::breaking::change::Victims;
use crate::breaking::draft::Draft;
use crate::breaking::walk::Walk;
use crate::diagnostic::code::breaking as code;
use crate::model::Reply;

/// Whether there is no answer, one, or a stream of them.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Exchange {
    Oneway,
    Call,
    Stream,
}

pub(in crate::breaking) fn check(walk: &mut Walk<'_>, pair: &Procedures<'_>) {
    let of = |reply: &Reply| match reply {
        Reply::Oneway => Exchange::Oneway,
        Reply::Null | Reply::Bare(..) | Reply::Named(_) => Exchange::Call,
        Reply::Stream(..) => Exchange::Stream,
    };
    let (was, is) = (of(&pair.old.reply), of(&pair.new.reply));
    if was == is {
        return;
    }
    let shown = |exchange| match exchange {
        Exchange::Oneway => "not answered",
        Exchange::Call => "answered once",
        Exchange::Stream => "answered by a stream",
    };
    // An old caller that waits for nothing is content with whatever comes.
    let victims = match was {
        Exchange::Oneway => Victims::OLD_SERVICES,
        Exchange::Call | Exchange::Stream => Victims::OLD_CALLERS | Victims::OLD_SERVICES,
    };
    let subject = pair.subject;
    let message = format!("a call of `{subject}` is {} now, and was {}", shown(is), shown(was));
    let draft = Draft::breaking(code::EXCHANGE_CHANGED, pair.place, subject, message)
        .help("add another procedure beside it, and deprecate this one");
    walk.add(Draft { victims, source: true, ..draft });
}
