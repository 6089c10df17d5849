//! Services, procedures and topics of a contract, built by `const` functions: only what differs from the default is
//! written in generated code.

use std::{sync::OnceLock, time::Duration};

use almanet_nsq::name::TopicName;

use crate::wire::{self, AddressError, DEFAULT_CHANNEL, DEFAULT_LIFETIME};

/// A service of a contract.
#[derive(Debug)]
pub struct ServiceInfo {
    pub(crate) path: &'static str,
    pub(crate) version: Option<&'static str>,
    pub(crate) tags: &'static [&'static str],
    pub(crate) exposed: bool,
}

impl ServiceInfo {
    /// A service whose members' URIs begin with `path`.
    pub const fn new(path: &'static str) -> Self {
        Self { path, version: None, tags: &[], exposed: false }
    }

    /// What its members' URIs begin with.
    pub const fn path(&self) -> &'static str {
        self.path
    }

    /// Its version, as the contract writes it.
    #[must_use]
    pub const fn version(mut self, version: &'static str) -> Self {
        self.version = Some(version);
        self
    }

    /// Its tags, which every procedure has beside its own.
    #[must_use]
    pub const fn tags(mut self, tags: &'static [&'static str]) -> Self {
        self.tags = tags;
        self
    }

    /// Shows what it serves to whoever asks for it.
    #[must_use]
    pub const fn expose(mut self) -> Self {
        self.exposed = true;
        self
    }
}

/// A procedure of a contract.
#[derive(Debug)]
pub struct Procedure {
    pub(crate) name: &'static str,
    pub(crate) uri: &'static str,
    pub(crate) versioned: Option<&'static str>,
    pub(crate) channel: &'static str,
    pub(crate) timeout: Duration,
    pub(crate) idempotent: bool,
    /// The scopes that a credential has to hold; `None` where none is asked for.
    pub(crate) auth: Option<&'static [&'static str]>,
    pub(crate) tags: &'static [&'static str],
    pub(crate) description: Option<&'static str>,
    pub(crate) schema: Option<Schema>,
    /// Whether payloads and results are held to their types.
    pub(crate) validated: bool,
    topic: OnceLock<Result<TopicName, AddressError>>,
}

/// The JSON Schemas of an exposed procedure.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Schema {
    pub(crate) payload: &'static str,
    pub(crate) result: &'static str,
}

impl Procedure {
    /// A procedure by its name, and the URI at which it answers where its version is the main one.
    pub const fn new(name: &'static str, uri: &'static str) -> Self {
        Self {
            name,
            uri,
            versioned: None,
            channel: DEFAULT_CHANNEL,
            timeout: DEFAULT_LIFETIME,
            idempotent: false,
            auth: None,
            tags: &[],
            description: None,
            schema: None,
            validated: true,
            topic: OnceLock::new(),
        }
    }

    /// The URI at which it answers in any case.
    #[must_use]
    pub const fn versioned(mut self, uri: &'static str) -> Self {
        self.versioned = Some(uri);
        self
    }

    /// The channel that it is consumed from.
    #[must_use]
    pub const fn channel(mut self, channel: &'static str) -> Self {
        self.channel = channel;
        self
    }

    /// How long a caller waits unless it says otherwise, in milliseconds.
    #[must_use]
    pub const fn timeout_millis(mut self, millis: u64) -> Self {
        self.timeout = Duration::from_millis(millis);
        self
    }

    /// It may run twice: callers send it again where no reply comes.
    #[must_use]
    pub const fn idempotent(mut self) -> Self {
        self.idempotent = true;
        self
    }

    /// It asks for a credential that holds every one of these scopes.
    #[must_use]
    pub const fn auth(mut self, scopes: &'static [&'static str]) -> Self {
        self.auth = Some(scopes);
        self
    }

    /// Its own tags.
    #[must_use]
    pub const fn tags(mut self, tags: &'static [&'static str]) -> Self {
        self.tags = tags;
        self
    }

    /// What the contract documents it with.
    #[must_use]
    pub const fn description(mut self, description: &'static str) -> Self {
        self.description = Some(description);
        self
    }

    /// Shows it to whoever asks for it, with the JSON Schemas of its payload and its result.
    #[must_use]
    pub const fn expose(mut self, payload: &'static str, result: &'static str) -> Self {
        self.schema = Some(Schema { payload, result });
        self
    }

    /// Payloads and results are not held to their types, and whoever asks what it is learns that.
    #[must_use]
    pub(crate) const fn unvalidated(mut self) -> Self {
        self.validated = false;
        self
    }

    /// The topic of its plain URI.
    pub(crate) fn topic(&self) -> Result<TopicName, AddressError> {
        self.topic.get_or_init(|| wire::call_topic(self.uri)).clone()
    }
}

/// A topic of a contract.
#[derive(Debug)]
pub struct TopicInfo {
    pub(crate) uri: &'static str,
    pub(crate) channel: Option<&'static str>,
}

impl TopicInfo {
    /// A topic by its URI.
    pub const fn new(uri: &'static str) -> Self {
        Self { uri, channel: None }
    }

    /// The channel that the contract names for consumers.
    #[must_use]
    pub const fn channel(mut self, channel: &'static str) -> Self {
        self.channel = Some(channel);
        self
    }
}
