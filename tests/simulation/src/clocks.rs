//! The wall clocks of the hosts, of which some are wrong.

use std::cell::RefCell;
use std::collections::HashMap;
use std::time::{Duration, SystemTime, UNIX_EPOCH};

use tokio::runtime::{Handle, Id};

/// What the right clocks show at the beginning: any time, because what is told of a message's age is a difference.
pub(crate) const EPOCH: Duration = Duration::from_secs(1_800_000_000);

thread_local! {
    /// By how many seconds the clock of a host's runtime is ahead. A simulation runs on one thread.
    static AHEAD: RefCell<HashMap<Id, i64>> = RefCell::default();
}

/// Has the clock of the host that calls this be wrong by so many seconds, until the host starts again.
pub(crate) fn be_ahead(seconds: i64) {
    AHEAD.with_borrow_mut(|ahead| ahead.insert(Handle::current().id(), seconds));
}

/// Forgets the hosts of the simulation before.
pub(crate) fn reset() {
    AHEAD.with_borrow_mut(HashMap::clear);
}

/// The time of the host that asks, where there is a simulation.
pub(crate) fn wall_clock() -> SystemTime {
    let Some(since) = turmoil::since_epoch() else { return SystemTime::now() };
    let host = Handle::try_current().map(|host| host.id());
    let ahead = host.ok().and_then(|host| AHEAD.with_borrow(|ahead| ahead.get(&host).copied())).unwrap_or(0);
    let by = Duration::from_secs(ahead.unsigned_abs());
    let right = UNIX_EPOCH + since;
    if ahead < 0 { right - by } else { right + by }
}
