//! Why a server does not serve.

use crate::{transport::SubscribeError, wire::AddressError};

/// Why a server does not serve.
#[derive(Clone, Debug, PartialEq, thiserror::Error)]
#[non_exhaustive]
pub enum ServeError {
    /// A procedure's address cannot be made.
    #[error(transparent)]
    Address(#[from] AddressError),
    /// A service without a version is asked to be a shadow.
    #[error("`{0}` has no version, and only a version can be the shadow of another")]
    ShadowWithoutVersion(String),
    /// A procedure asks for a credential, and nobody is there to check it.
    #[error(
        "`{0}` asks for a credential by @auth, and this server has nobody to check it: give it one by \
         `Server::authenticator`, such as `StaticTokens`"
    )]
    NoAuthenticator(&'static str),
    /// Health cannot be told where it was asked for.
    #[cfg(feature = "http")]
    #[error("health cannot be told at {address}: {why}")]
    Health {
        /// Where it was to be told.
        address: std::net::SocketAddr,
        /// What happened.
        why: String,
    },
    /// A limit is set for a procedure that the service does not have.
    #[error("`{service}` has no procedure `{procedure}` to set a limit for; it has {known}")]
    UnknownProcedure {
        /// The service.
        service: &'static str,
        /// The name that is none of its procedures'.
        procedure: String,
        /// The names that are.
        known: String,
    },
    /// An address cannot be subscribed.
    #[error("`{topic}` cannot be served: {source}")]
    Subscribe {
        /// The topic.
        topic: String,
        /// What happened.
        source: SubscribeError,
    },
}
