//! Where calls, replies and introspection travel: topics and channels made of URIs, versions and ids.

use almanet_nsq::name::{ChannelName, InvalidName, TopicName};

use super::id::Id;

/// The channel on which calls are consumed unless the contract says otherwise. It is the protocol's default, shared
/// with Python instances.
pub const DEFAULT_CHANNEL: &str = "almanet.python";
/// The channel on which a session of this library reads its replies.
pub const REPLY_CHANNEL: &str = "almanet.rust#ephemeral";
/// The URI at which every process that shows its contract answers what it serves.
pub const MAIN_SCHEMA_URI: &str = "_schema_.client";

pub(super) const EPHEMERAL: &str = "#ephemeral";

/// A URI, version or channel of which no address can be made.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum AddressError {
    /// Not a URI.
    #[error("`{}` is not a URI: write names of letters, digits, `_` and `-` with dots between them, like `net.example.greeting.greet`", .0.escape_debug())]
    Uri(String),
    /// Not a version.
    #[error("`{}` is not a version: write it like `1.2.0` or `1.2.0-rc.1`, without build metadata", .0.escape_debug())]
    Version(String),
    /// NSQ would not take the name that comes out.
    #[error(transparent)]
    Name(#[from] InvalidName),
}

/// The topic on which calls of the procedure at `uri` travel.
///
/// # Errors
/// Where `uri` is not one, or too long for NSQ.
pub fn call_topic(uri: &str) -> Result<TopicName, AddressError> {
    if !is_uri(uri) {
        return Err(AddressError::Uri(uri.chars().take(128).collect()));
    }
    Ok(TopicName::new(format!("_rpc_.{uri}"))?)
}

/// Whether this is a URI: names with dots between them. A contract has identifiers; what NSQ takes beside them, services
/// of Python without a contract have too.
fn is_uri(uri: &str) -> bool {
    let is_name = |byte: u8| byte.is_ascii_alphanumeric() || matches!(byte, b'_' | b'-');
    uri.split('.').all(|segment| !segment.is_empty() && segment.bytes().all(is_name))
}

/// The segment that stands for a version in an address: `v1_2_0_rc_1` for `1.2.0-rc.1`.
///
/// # Errors
/// Where `version` is not a semantic version, or has build metadata.
pub fn version_segment(version: &str) -> Result<String, AddressError> {
    let wrong = || AddressError::Version(version.chars().take(64).collect());
    let (core, pre) = version.split_once('-').map_or((version, None), |(core, pre)| (core, Some(pre)));
    let numbers: Vec<_> = core.split('.').collect();
    let is_number = |text: &&str| !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit());
    if numbers.len() != 3 || !numbers.iter().all(is_number) {
        return Err(wrong());
    }
    let is_identifier =
        |text: &str| !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'-');
    if !pre.is_none_or(|pre| pre.split('.').all(is_identifier)) {
        return Err(wrong());
    }
    Ok(format!("v{}", version.replace(['.', '-'], "_")))
}

/// The URI of one version's procedure: the version's segment before the last one.
pub fn versioned_uri(uri: &str, segment: &str) -> String {
    match uri.rsplit_once('.') {
        Some((path, name)) => format!("{path}.{segment}.{name}"),
        None => format!("{segment}.{uri}"),
    }
}

/// The URI at which the contract of one procedure is shown.
pub fn schema_uri(uri: &str, channel: &str) -> String {
    format!("_schema_.{uri}.{channel}")
}

/// The channel on which a shadow of one version takes copies.
///
/// # Errors
/// Where the name is too long for NSQ.
pub fn shadow_channel(segment: &str) -> Result<ChannelName, AddressError> {
    Ok(ChannelName::new(format!("shadow.{segment}{EPHEMERAL}"))?)
}

/// A channel that only this session consumes from.
pub fn private_channel(session: Id) -> ChannelName {
    ChannelName::new(format!("{session}{EPHEMERAL}")).expect("32 hex digits and a suffix are a name")
}

/// Who waits for a reply, and so on which topic.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum ReplyTo {
    /// Nobody: the call is oneway.
    Nobody,
    /// The session that calls, by its id.
    Session(Id),
    /// One gathering call, by an id of its own.
    Gathering(Id),
}

impl ReplyTo {
    /// Whether the session that calls waits.
    pub fn is_session(self) -> bool {
        matches!(self, Self::Session(_))
    }

    /// The topic to reply on; `None` where no reply is wanted.
    pub fn topic(self) -> Option<TopicName> {
        (self != Self::Nobody).then(|| {
            let mut text = Vec::with_capacity(64);
            self.write(&mut text);
            let text = String::from_utf8(text).expect("the topic is ASCII");
            TopicName::new(text).expect("a prefix, 32 hex digits and a suffix are a name")
        })
    }

    pub(super) fn write(self, out: &mut Vec<u8>) {
        let (prefix, id) = match self {
            Self::Nobody => return,
            Self::Session(id) => (SESSION_PREFIX, id),
            Self::Gathering(id) => (GATHERING_PREFIX, id),
        };
        out.extend_from_slice(prefix.as_bytes());
        out.extend_from_slice(&id.hex());
        out.extend_from_slice(EPHEMERAL.as_bytes());
    }

    /// Reads a reply topic as `caller` may ask for it, and nothing else.
    pub(super) fn parse(text: &str, caller: Id) -> Option<Self> {
        if text.is_empty() {
            return Some(Self::Nobody);
        }
        let stem = text.strip_suffix(EPHEMERAL)?;
        if let Some(id) = stem.strip_prefix(GATHERING_PREFIX) {
            return Id::parse(id.as_bytes()).map(Self::Gathering);
        }
        let id = Id::parse(stem.strip_prefix(SESSION_PREFIX)?.as_bytes())?;
        (id == caller).then_some(Self::Session(id))
    }
}

pub(super) const SESSION_PREFIX: &str = "_rpc_._reply_.";
const GATHERING_PREFIX: &str = "_rpc_._replies_.";
