//! Why a subscription has no connection to a broker.

use std::io;

use almanet_nsq::error::BrokerError;

use super::dial::DialError;

/// Why an attempt to subscribe failed.
#[derive(Debug, thiserror::Error)]
pub(super) enum Failure {
    #[error(transparent)]
    Dial(#[from] DialError),
    #[error("{0}")]
    Refused(BrokerError),
    #[error("{0}")]
    Lost(String),
    /// Nobody wants it any more.
    #[error("the subscription was closed")]
    Closed,
}

impl From<io::Error> for Failure {
    fn from(error: io::Error) -> Self {
        Self::Lost(error.to_string())
    }
}
