//! The room that a stream's values take in the session.

use tokio::time::{Instant, timeout_at};

use crate::{
    error::{CallError, NotExecuted},
    session::Session,
    wire::STREAM_CREDIT,
};

/// Places among the messages that a session waits for: one for each value that may be under way, and one for the end.
pub(super) struct Places {
    session: Session,
    count: u32,
}

impl Places {
    pub(super) async fn take(session: &Session, deadline: Instant) -> Result<Self, CallError> {
        let all = session.max_outstanding();
        let count = u32::try_from(all).unwrap_or(u32::MAX).min(STREAM_CREDIT as u32 + 1);
        match timeout_at(deadline, session.outstanding().acquire_many(count)).await {
            Ok(Ok(places)) => places.forget(),
            Ok(Err(_)) => return Err(CallError::NotExecuted(NotExecuted::Closed)),
            Err(_) => return Err(CallError::NotExecuted(NotExecuted::TooManyOutstanding(all))),
        }
        let demand = session.replies().demand();
        (0..count).for_each(|_| demand.add());
        Ok(Self { session: session.clone(), count })
    }
}

impl Drop for Places {
    fn drop(&mut self) {
        let demand = self.session.replies().demand();
        (0..self.count).for_each(|_| demand.remove());
        self.session.outstanding().add_permits(self.count as usize);
    }
}
