//! The errors that a broker answers with.

use std::fmt;

macro_rules! codes {
    ($($(#[$doc:meta])* $variant:ident = $text:literal,)*) => {
        /// The code at the start of an error frame.
        #[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
        #[non_exhaustive]
        pub enum ErrorCode {
            $(#[doc = concat!("`", $text, "`: ")] $(#[$doc])* $variant,)*
            /// A code that is not in NSQ's specification.
            Unknown,
        }

        impl ErrorCode {
            /// Every code that is known.
            pub const ALL: &[Self] = &[$(Self::$variant,)*];

            /// The code as it travels; `E_UNKNOWN` for [`Unknown`](Self::Unknown).
            pub fn as_str(self) -> &'static str {
                match self {
                    $(Self::$variant => $text,)*
                    Self::Unknown => "E_UNKNOWN",
                }
            }

            fn from_code(code: &[u8]) -> Self {
                $(if code == $text.as_bytes() { return Self::$variant; })*
                Self::Unknown
            }
        }
    };
}

codes! {
    /// the command is not one, or not one for this moment.
    Invalid = "E_INVALID",
    /// the body of a command could not be read.
    BadBody = "E_BAD_BODY",
    /// the name of a topic is not valid.
    BadTopic = "E_BAD_TOPIC",
    /// the name of a channel is not valid.
    BadChannel = "E_BAD_CHANNEL",
    /// a message's body is empty, too big or cut short.
    BadMessage = "E_BAD_MESSAGE",
    /// the client's first four bytes were not a known protocol.
    BadProtocol = "E_BAD_PROTOCOL",
    /// IDENTIFY could not be carried out.
    IdentifyFailed = "E_IDENTIFY_FAILED",
    /// authentication was asked of a broker that has none.
    AuthDisabled = "E_AUTH_DISABLED",
    /// authentication failed.
    AuthFailed = "E_AUTH_FAILED",
    /// the broker wants AUTH before this command.
    AuthFirst = "E_AUTH_FIRST",
    /// the answer to AUTH could not be written.
    AuthError = "E_AUTH_ERROR",
    /// what was authorized does not cover this command.
    Unauthorized = "E_UNAUTHORIZED",
    /// SUB could not be carried out.
    SubFailed = "E_SUB_FAILED",
    /// PUB could not be carried out.
    PubFailed = "E_PUB_FAILED",
    /// MPUB could not be carried out: any of its messages may have been queued.
    MpubFailed = "E_MPUB_FAILED",
    /// DPUB could not be carried out.
    DpubFailed = "E_DPUB_FAILED",
    /// the message was not this connection's to finish.
    FinFailed = "E_FIN_FAILED",
    /// the message was not this connection's to requeue.
    ReqFailed = "E_REQ_FAILED",
    /// the message was not this connection's to touch.
    TouchFailed = "E_TOUCH_FAILED",
}

impl ErrorCode {
    /// Whether the broker closes the connection after it. Only what concerns a single delivery does not.
    pub fn is_fatal(self) -> bool {
        !matches!(self, Self::FinFailed | Self::ReqFailed | Self::TouchFailed)
    }
}

impl fmt::Display for ErrorCode {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

/// An error frame, taken apart.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{text}")]
pub struct BrokerError {
    /// The code that the text starts with.
    pub code: ErrorCode,
    /// The whole text, the code included.
    pub text: String,
}

impl BrokerError {
    /// Takes the data of an error frame apart. Bytes that are not UTF-8 are replaced.
    pub fn decode(data: &[u8]) -> Self {
        let code = data.split(|byte| *byte == b' ').next().unwrap_or_default();
        Self { code: ErrorCode::from_code(code), text: String::from_utf8_lossy(data).into_owned() }
    }

    /// The code as the broker wrote it, known to us or not.
    pub fn code_text(&self) -> &str {
        self.text.split(' ').next().unwrap_or_default()
    }

    /// What the broker wrote after the code.
    pub fn detail(&self) -> &str {
        self.text.split_once(' ').map_or("", |(_, detail)| detail)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_single_deliveries_leave_the_connection_open() {
        let open: Vec<_> = ErrorCode::ALL.iter().filter(|code| !code.is_fatal()).map(ToString::to_string).collect();
        assert_eq!(open, ["E_FIN_FAILED", "E_REQ_FAILED", "E_TOUCH_FAILED"]);
        assert!(ErrorCode::Unknown.is_fatal());
    }

    #[test]
    fn errors_are_taken_apart() {
        let error = BrokerError::decode(b"E_BAD_TOPIC PUB topic name \"a b\" is not valid");
        assert_eq!(error.code, ErrorCode::BadTopic);
        assert_eq!(error.detail(), "PUB topic name \"a b\" is not valid");

        let error = BrokerError::decode(b"E_NEW \xff");
        assert_eq!((error.code, error.code_text(), error.detail()), (ErrorCode::Unknown, "E_NEW", "\u{fffd}"));

        assert_eq!(BrokerError::decode(b"").code, ErrorCode::Unknown);
        for code in ErrorCode::ALL {
            assert_eq!(BrokerError::decode(code.as_str().as_bytes()).code, *code);
        }
    }
}
