//! Who may call a procedure that asks for a credential.

use std::{future::Future, sync::Arc};

use tracing::{debug, warn};

use super::{
    context::Context,
    handler::{Handler, Outcome},
};
use crate::{
    credential::{AUTHORIZATION, Principal, Token},
    error::BoxError,
    transport::BoxFuture,
};

/// Finds out for whom a token stands.
///
/// A server asks its authenticator before it reads the payload of a call to a procedure with `@auth`, within the call's
/// deadline and its place among the running ones. What it answers is not remembered: one that asks somebody else keeps
/// its own cache.
///
/// ```
/// use almanet_runtime::{AuthError, Authenticator, Context, Principal, Token};
///
/// /// Believes whoever says `open sesame`, without the space.
/// struct Cave;
///
/// impl Authenticator for Cave {
///     async fn authenticate(&self, token: &Token, _cx: &Context) -> Result<Principal, AuthError> {
///         match token.reveal() {
///             "opensesame" => Ok(Principal::new("Ali Baba").scope("treasure")),
///             _ => Err(AuthError::Unknown),
///         }
///     }
/// }
/// ```
pub trait Authenticator: Send + Sync + 'static {
    /// For whom the token stands, in this call.
    ///
    /// # Errors
    /// Where it stands for nobody, or that cannot be found out.
    fn authenticate(&self, token: &Token, call: &Context) -> impl Future<Output = Result<Principal, AuthError>> + Send;
}

/// Why a token stands for nobody.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum AuthError {
    /// Nobody has such a token. The caller is refused.
    #[error("the credential is not known")]
    Unknown,
    /// It was valid once. The caller is refused.
    #[error("the credential is no longer valid")]
    Expired,
    /// That cannot be found out now. The call fails internally, and only the service's log says why.
    #[error("the credential cannot be checked")]
    Unavailable(#[source] BoxError),
}

/// Tokens that a program knows beforehand, each with whom it stands for.
///
/// A token is compared with all of them, each in constant time.
///
/// ```
/// use almanet_runtime::{Principal, StaticTokens, Token};
///
/// # fn main() -> Result<(), Box<dyn std::error::Error>> {
/// # let variable = "s3cret".to_owned();
/// let tokens = StaticTokens::new().token(Token::new(variable)?, Principal::new("deploy").scope("admin"));
/// # Ok(())
/// # }
/// ```
#[derive(Clone, Debug, Default)]
pub struct StaticTokens(Vec<(Token, Principal)>);

impl StaticTokens {
    /// No tokens: everybody is refused.
    pub const fn new() -> Self {
        Self(Vec::new())
    }

    /// Adds a token and whom it stands for.
    #[must_use]
    pub fn token(mut self, token: Token, principal: Principal) -> Self {
        self.0.push((token, principal));
        self
    }
}

impl Authenticator for StaticTokens {
    async fn authenticate(&self, token: &Token, _: &Context) -> Result<Principal, AuthError> {
        // All are looked at, so that the time says nothing of where a known one stands.
        let found =
            self.0.iter().fold(None, |found, (known, principal)| if known == token { Some(principal) } else { found });
        found.cloned().ok_or(AuthError::Unknown)
    }
}

/// An authenticator, its type erased.
pub(super) trait Check: Send + Sync + 'static {
    fn check<'a>(&'a self, token: &'a Token, call: &'a Context) -> BoxFuture<'a, Result<Principal, AuthError>>;
}

impl<A: Authenticator> Check for A {
    fn check<'a>(&'a self, token: &'a Token, call: &'a Context) -> BoxFuture<'a, Result<Principal, AuthError>> {
        Box::pin(self.authenticate(token, call))
    }
}

/// Lets a call go on to its handler where its credential holds every scope.
pub(super) fn guarded(handler: Handler, scopes: &'static [&'static str], check: Arc<dyn Check>) -> Handler {
    Arc::new(move |context, payload| {
        let (handler, check, payload) = (handler.clone(), check.clone(), payload.to_owned());
        Box::pin(async move {
            match admit(&*check, scopes, &context).await {
                Ok(principal) => {
                    context.authenticated(principal);
                    handler(context, &payload).await
                }
                Err(outcome) => outcome,
            }
        })
    })
}

async fn admit(check: &dyn Check, scopes: &[&str], context: &Context) -> Result<Principal, Outcome> {
    let Some(header) = context.headers().get(AUTHORIZATION) else {
        return Err(refused(context, "it asks for a credential, and there is none"));
    };
    let Some(token) = Token::from_header(header) else {
        return Err(refused(context, "the credential is not a bearer token"));
    };
    let principal = match check.check(&token, context).await {
        Ok(principal) => principal,
        Err(AuthError::Unavailable(error)) => return Err(Outcome::Failed(AuthError::Unavailable(error).into())),
        Err(error) => return Err(refused(context, &error.to_string())),
    };
    match scopes.iter().find(|scope| !principal.holds(scope)) {
        Some(scope) => {
            debug!(principal = principal.name(), scope, "a credential lacks a scope");
            Err(refused(context, &format!("the credential lacks the scope `{scope}`")))
        }
        None => Ok(principal),
    }
}

fn refused(context: &Context, why: &str) -> Outcome {
    context.session().counters().unauthorized.add();
    warn!(uri = context.uri(), call = %context.call_id(), caller = %context.caller_id(), why, "a call was refused");
    Outcome::unauthorized(why)
}
