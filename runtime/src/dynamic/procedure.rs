//! Procedures that no contract here describes.

use crate::wire::DEFAULT_CHANNEL;

/// What is said of a procedure, as a contract would.
///
/// A declaration is kept as long as the process lives, once: make them of what contracts say, not of what calls bring.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct DynamicProcedure {
    pub(super) name: String,
    pub(super) uri: String,
    pub(super) channel: String,
    pub(super) auth: Option<Vec<String>>,
    pub(super) tags: Vec<String>,
    pub(super) description: Option<String>,
    pub(super) schema: Option<(String, String)>,
    pub(super) validated: bool,
}

impl DynamicProcedure {
    /// A procedure by its name, and the URI at which it answers where its version is the main one.
    pub fn new(name: impl Into<String>, uri: impl Into<String>) -> Self {
        Self {
            name: name.into(),
            uri: uri.into(),
            channel: DEFAULT_CHANNEL.into(),
            auth: None,
            tags: Vec::new(),
            description: None,
            schema: None,
            validated: true,
        }
    }

    /// The channel that it is consumed from; the protocol's default unless it is set.
    #[must_use]
    pub fn channel(mut self, channel: impl Into<String>) -> Self {
        self.channel = channel.into();
        self
    }

    /// It asks for a credential that holds every one of these scopes. The server needs an
    /// [`Authenticator`](crate::Authenticator) then.
    #[must_use]
    pub fn auth(mut self, scopes: impl IntoIterator<Item = impl Into<String>>) -> Self {
        self.auth = Some(scopes.into_iter().map(Into::into).collect());
        self
    }

    /// Its own tags.
    #[must_use]
    pub fn tags(mut self, tags: impl IntoIterator<Item = impl Into<String>>) -> Self {
        self.tags = tags.into_iter().map(Into::into).collect();
        self
    }

    /// What it is documented with.
    #[must_use]
    pub fn description(mut self, description: impl Into<String>) -> Self {
        self.description = Some(description.into());
        self
    }

    /// Its handler does not hold payloads and results to their types, and whoever asks what it is learns that.
    #[must_use]
    pub fn unvalidated(mut self) -> Self {
        self.validated = false;
        self
    }

    /// Shows it to whoever asks for it, with the JSON Schemas of its payload and its result, as JSON text.
    #[must_use]
    pub fn expose(mut self, payload: impl Into<String>, result: impl Into<String>) -> Self {
        self.schema = Some((payload.into(), result.into()));
        self
    }
}
