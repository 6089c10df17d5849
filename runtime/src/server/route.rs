//! Where one procedure is served, and as what.

use std::sync::Arc;

use almanet_nsq::name::{ChannelName, TopicName};

use super::{
    error::ServeError,
    handler::Handler,
    limits::{Gate, Limits},
};
use crate::{
    contract::Procedure,
    wire::{self, AddressError},
};

/// What a server is to the other versions of its services.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Role {
    /// Answers the plain addresses and its own version's.
    Main,
    /// Answers its own version's.
    Pinned,
    /// Answers its own version's, and takes copies of what goes to the plain ones.
    Shadow,
}

/// One subscription and what runs its calls.
pub(crate) struct Route {
    pub(super) uri: Arc<str>,
    pub(super) topic: TopicName,
    pub(super) channel: ChannelName,
    pub(super) answers: Answers,
    pub(super) handler: Handler,
    /// The procedures of one name share their places, whatever address their calls come by.
    pub(super) procedure: Option<&'static Procedure>,
    pub(super) limits: Limits,
}

/// Whether replies leave.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Answers {
    Replies,
    Nothing,
}

/// A route that is being served.
pub(super) struct Served {
    pub(super) route: Route,
    pub(super) gate: Arc<Gate>,
    /// Tells the routes of one server apart.
    pub(super) index: u32,
}

/// Every address at which a procedure is served in this role.
pub(super) fn addresses(
    role: Role,
    segment: Option<&str>,
    procedure: &'static Procedure,
    limits: Limits,
    handler: &Handler,
) -> Result<Vec<Route>, ServeError> {
    let channel = ChannelName::new(procedure.channel).map_err(AddressError::from)?;
    let route = |uri: &str, topic, channel, answers| Route {
        uri: uri.into(),
        topic,
        channel,
        answers,
        handler: handler.clone(),
        procedure: Some(procedure),
        limits,
    };
    let plain = procedure.topic()?;
    let Some(segment) = segment else {
        return match role {
            Role::Main | Role::Pinned => Ok(vec![route(procedure.uri, plain, channel, Answers::Replies)]),
            Role::Shadow => Err(ServeError::ShadowWithoutVersion(procedure.uri.into())),
        };
    };
    let versioned = match procedure.versioned {
        Some(uri) => uri.to_owned(),
        None => wire::versioned_uri(procedure.uri, segment),
    };
    let own = route(&versioned, wire::call_topic(&versioned)?, channel.clone(), Answers::Replies);
    Ok(match role {
        Role::Main => vec![route(procedure.uri, plain, channel, Answers::Replies), own],
        Role::Pinned => vec![own],
        Role::Shadow => vec![route(procedure.uri, plain, wire::shadow_channel(segment)?, Answers::Nothing), own],
    })
}
