//! The room that a stream's values take in the session.

use tokio::time::Instant;

use crate::{client::exchange::take_places, error::CallError, session::Session, wire::STREAM_CREDIT};

/// Places among the messages that a session waits for: one for each value that may be under way, and one for the end.
pub(super) struct Places {
    session: Session,
    count: u32,
}

impl Places {
    /// The places of a stream, and whether they had to be waited for.
    pub(super) async fn take(session: &Session, deadline: Instant) -> Result<(Self, bool), CallError> {
        let count = u32::try_from(session.max_outstanding()).unwrap_or(u32::MAX).min(STREAM_CREDIT as u32 + 1);
        let (places, waited) = take_places(session, count, deadline).await?;
        places.forget();
        let demand = session.replies().demand();
        (0..count).for_each(|_| demand.add());
        Ok((Self { session: session.clone(), count }, waited))
    }
}

impl Drop for Places {
    fn drop(&mut self) {
        let demand = self.session.replies().demand();
        (0..self.count).for_each(|_| demand.remove());
        self.session.outstanding().add_permits(self.count as usize);
    }
}
