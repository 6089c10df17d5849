//! Services whose procedures no contract here describes.

use std::{future::Future, sync::Arc};

use super::declared;
use crate::{
    server::{Context, Outcome, Service, service::Handler},
    wire::DEFAULT_CHANNEL,
};

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

/// What is said of a service itself.
#[derive(Clone, Debug, Default, PartialEq, Eq, Hash)]
pub(super) struct Declaration {
    pub(super) path: String,
    pub(super) version: Option<String>,
    pub(super) tags: Vec<String>,
    pub(super) exposed: bool,
}

/// Puts a service together whose handlers take and give JSON text.
pub struct DynamicService {
    declaration: Declaration,
    procedures: Vec<(DynamicProcedure, Handler)>,
}

impl DynamicService {
    /// A service without procedures, whose members' URIs begin with `path`.
    pub fn new(path: impl Into<String>) -> Self {
        let declaration = Declaration { path: path.into(), ..Declaration::default() };
        Self { declaration, procedures: Vec::new() }
    }

    /// Its version, as a contract writes it.
    #[must_use]
    pub fn version(mut self, version: impl Into<String>) -> Self {
        self.declaration.version = Some(version.into());
        self
    }

    /// Its tags, which every procedure has beside its own.
    #[must_use]
    pub fn tags(mut self, tags: impl IntoIterator<Item = impl Into<String>>) -> Self {
        self.declaration.tags = tags.into_iter().map(Into::into).collect();
        self
    }

    /// Shows what it serves to whoever asks for it.
    #[must_use]
    pub fn expose(mut self) -> Self {
        self.declaration.exposed = true;
        self
    }

    /// Adds a procedure. Its handler gets the payload as it came, JSON or not, and what it answers is sent as it is: a
    /// stream only to callers that [want one](Context::wants_stream).
    ///
    /// The handler's future is dropped at the call's deadline.
    #[must_use]
    pub fn procedure<F, Fut>(mut self, procedure: DynamicProcedure, handler: F) -> Self
    where
        F: Fn(Context, String) -> Fut + Send + Sync + 'static,
        Fut: Future<Output = Outcome> + Send + 'static,
    {
        let handler: Handler = Arc::new(move |context, payload| Box::pin(handler(context, payload.to_owned())));
        self.procedures.push((procedure, handler));
        self
    }

    /// The service, ready for a server.
    #[must_use]
    pub fn build(self) -> Service {
        let mut service = Service::empty(declared::service(self.declaration));
        for (procedure, handler) in self.procedures {
            service.push(declared::procedure(procedure), handler);
        }
        service
    }
}

impl std::fmt::Debug for DynamicService {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let procedures: Vec<_> = self.procedures.iter().map(|(procedure, _)| &procedure.uri).collect();
        f.debug_struct("DynamicService").field("path", &self.declaration.path).field("procedures", &procedures).finish()
    }
}
