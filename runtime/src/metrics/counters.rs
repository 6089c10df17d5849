//! What a session has thrown away, and how often.

use std::sync::atomic::{AtomicU64, Ordering};

macro_rules! counters {
    ($($(#[$doc:meta])* $name:ident),* $(,)?) => {
        /// Counts, kept as messages pass.
        #[derive(Debug, Default)]
        pub(crate) struct Counters {
            $(pub(crate) $name: Counter,)*
        }

        /// How many messages a session has thrown away since it was connected, by the reason.
        #[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
        #[non_exhaustive]
        pub struct Statistics {
            $($(#[$doc])* pub $name: u64,)*
        }

        #[cfg(feature = "metrics")]
        impl std::ops::AddAssign for Statistics {
            fn add_assign(&mut self, other: Self) {
                $(self.$name += other.$name;)*
            }
        }

        impl Counters {
            pub(crate) fn snapshot(&self) -> Statistics {
                Statistics { $($name: self.$name.get(),)* }
            }
        }
    };
}

counters! {
    /// Bodies that are no envelopes.
    malformed,
    /// Messages over `max_msg_size=`, whose bodies were not taken.
    oversized,
    /// Envelopes of the library's versions before 1.0.
    before_version_1,
    /// Calls that ask for replies where their caller may not.
    refused_reply_topics,
    /// Calls that came after their time, or whose time was over before they could be answered.
    expired,
    /// Calls that were refused, because there was no room for them.
    overloaded,
    /// Calls that were refused, because their credential was missing, unknown or not enough.
    unauthorized,
    /// Calls that came more than once and did not run again.
    duplicates,
    /// Replies that nobody waited for any more.
    unclaimed_replies,
    /// Messages of topics that were given up: they are on a dead-letter topic.
    dead_letters,
}

/// One count.
#[derive(Debug, Default)]
pub(crate) struct Counter(AtomicU64);

impl Counter {
    pub(crate) fn add(&self) {
        self.0.fetch_add(1, Ordering::Relaxed);
    }

    fn get(&self) -> u64 {
        self.0.load(Ordering::Relaxed)
    }
}
