//! Services whose procedures no contract here describes.

use std::{future::Future, sync::Arc};

use super::{
    declared::{self, Declaration},
    procedure::DynamicProcedure,
};
use crate::server::{Context, Handler, Outcome, Service};

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
