//! Why there is no connection.

use std::{io, time::Duration};

use almanet_nsq::{
    connection::ConnectionError,
    error::{BrokerError, ErrorCode},
};

/// Why there is no connection.
#[derive(Debug, thiserror::Error)]
pub(crate) enum DialError {
    /// The configuration cannot be meant so. Nothing was sent.
    #[error("{0}")]
    Config(String),
    #[error("the secret for AUTH cannot be read: {0}")]
    Secret(String),
    #[error("{0}")]
    Connect(io::Error),
    #[error("no answer within {0:?}")]
    Timeout(Duration),
    #[error("it closed the connection during the handshake")]
    Closed,
    #[error("{0}")]
    Broken(io::Error),
    #[error("{source}{}", remedy(source))]
    Protocol {
        #[from]
        source: ConnectionError,
    },
    #[error("{0}")]
    Upgrade(String),
}

fn remedy(error: &ConnectionError) -> &'static str {
    match error {
        ConnectionError::Handshake(BrokerError { code: ErrorCode::AuthFailed | ErrorCode::Unauthorized, .. }) => {
            ": check the secret of `auth_file=` or `auth_env=`"
        }
        ConnectionError::Handshake(error @ BrokerError { code: ErrorCode::BadBody, .. }) => {
            let detail = error.detail();
            REFUSED_OPTIONS.iter().find(|(option, _)| detail.contains(option)).map_or("", |(_, remedy)| remedy)
        }
        _ => "",
    }
}

/// What of IDENTIFY an nsqd may be told to refuse, as it says so.
const REFUSED_OPTIONS: [(&str, &str); 4] = [
    ("heartbeat interval", ": set `heartbeat=` in the URL to what nsqd's --max-heartbeat-interval allows"),
    ("output buffer size", ": set `output_buffer_size=` in the URL to what nsqd's --max-output-buffer-size allows"),
    (
        "output buffer timeout",
        ": set `output_buffer_timeout=` in the URL to what nsqd's --min-output-buffer-timeout and \
         --max-output-buffer-timeout allow",
    ),
    (
        "msg timeout",
        ": raise nsqd's --max-msg-timeout, which services need to be 6 s at least, or ask for less: `msg_timeout=` in the \
         URL, `message_timeout` of a consumer",
    ),
];

impl DialError {
    /// Whether it is up to this program alone: nothing was sent.
    pub(crate) fn is_ours(&self) -> bool {
        matches!(self, Self::Config(_) | Self::Secret(_))
    }

    /// Whether the broker may just not be there: it did not refuse anything, nor was it refused.
    pub(crate) fn is_unreachable(&self) -> bool {
        matches!(self, Self::Connect(_) | Self::Timeout(_) | Self::Closed | Self::Broken(_))
    }
}
