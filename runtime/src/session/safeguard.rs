//! What keeps a caller's promises, for a simulation to see that it would notice their absence.

/// One of the means by which promises are kept.
#[doc(hidden)]
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Safeguard {
    /// A service runs a call once, however often it is delivered to it.
    Deduplication,
    /// A call ends when its time is over.
    Deadlines,
    /// What was not written, or may run twice, is sent again.
    Retries,
    /// A service that ends gives back what is delivered to it.
    Handback,
    /// A gathering call keeps one reply for each channel.
    Channels,
    /// A call that comes before it was sent, by the clocks, is as old as one that comes at once.
    Clocks,
}
