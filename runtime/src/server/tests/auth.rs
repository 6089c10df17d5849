//! Who may call what asks for a credential.

use super::*;
use crate::credential::{Principal, Token};

static WIPE: Procedure = Procedure::new("wipe", "net.example.wipe").auth(&["admin", "write"]);
const WIPE_TOPIC: &str = "_rpc_.net.example.wipe";
const SECRET: &str = "s3cret-that-nobody-may-see";

/// Answers with the caller's name.
fn guarded(runs: &Arc<AtomicUsize>) -> Service {
    ServiceBuilder::new(&PLAIN, runs.clone())
        .procedure(&WIPE, |runs: Arc<Arc<AtomicUsize>>, context: Context, _: String| async move {
            runs.fetch_add(1, Ordering::Relaxed);
            let principal = context.principal().expect("the call was let in");
            Ok::<_, Failure<Never>>(principal.name().to_owned())
        })
        .procedure(&ECHO, |_, context: Context, _: String| async move {
            Ok::<_, Failure<Never>>(format!("{:?}", context.principal()))
        })
        .build()
}

fn tokens() -> StaticTokens {
    let principal = |name| Principal::new(name).scope("write");
    StaticTokens::new()
        .token(Token::new(SECRET).unwrap(), principal("deploy").scope("admin").scope("more"))
        .token(Token::new("reader").unwrap(), principal("reader"))
}

struct Guarded {
    script: Script,
    session: Session,
    runs: Arc<AtomicUsize>,
    _running: Running,
}

async fn guarded_server(authenticator: impl Authenticator) -> Guarded {
    let script = Script::new();
    let session = session(&script).await;
    let runs = Arc::default();
    let server = Server::new(&session).add(guarded(&runs)).authenticator(authenticator);
    let running = server.start().await.unwrap();
    Guarded { script, session, runs, _running: running }
}

impl Guarded {
    /// What comes of a call with this header and this payload.
    async fn call(&mut self, header: Option<&str>, payload: &str) -> Result<String, (String, String)> {
        let mut invocation = Caller::new().invocation("");
        invocation.payload = payload.to_owned().into();
        if let Some(header) = header {
            invocation.headers.insert("authorization", header).unwrap();
        }
        self.script.deliver(WIPE_TOPIC, body(&invocation));
        outcome(&self.script.published().await)
    }
}

fn unauthorized(text: &str) -> Result<String, (String, String)> {
    Err(("rpc_unauthorized".into(), format!("{text:?}")))
}

#[tokio::test(start_paused = true)]
async fn a_credential_that_holds_every_scope_lets_a_call_in() {
    let mut guarded = guarded_server(tokens()).await;
    let header = format!("Bearer {SECRET}");
    assert_eq!(guarded.call(Some(&header), "\"x\"").await, Ok("deploy".into()));
    assert_eq!(guarded.runs.load(Ordering::Relaxed), 1);
}

#[tokio::test(start_paused = true)]
async fn every_other_call_is_refused_before_its_payload_is_read() {
    let mut guarded = guarded_server(tokens()).await;
    let missing = unauthorized("it asks for a credential, and there is none");
    let unknown = unauthorized("the credential is not known");
    for (header, expected) in [
        (None, missing),
        (Some("Basic YTpi"), unauthorized("the credential is not a bearer token")),
        (Some("Bearer nobody"), unknown.clone()),
        (Some("Bearer s3cret-that-nobody-may-sef"), unknown.clone()),
        (Some("Bearer s3cret"), unknown),
        (Some("Bearer reader"), unauthorized("the credential lacks the scope `admin`")),
    ] {
        assert_eq!(guarded.call(header, "123").await, expected, "{header:?}");
    }
    assert_eq!(guarded.runs.load(Ordering::Relaxed), 0);
    assert_eq!(guarded.session.statistics().unauthorized, 6);
}

#[tokio::test(start_paused = true)]
async fn what_asks_for_no_credential_stays_open() {
    let mut guarded = guarded_server(tokens()).await;
    guarded.script.deliver(TOPIC, body(&Caller::new().invocation("x")));
    assert_eq!(outcome(&guarded.script.published().await), Ok("None".into()));
}

/// Cannot reach whom it asks.
struct Down;

impl Authenticator for Down {
    async fn authenticate(&self, _: &Token, _: &Context) -> Result<Principal, AuthError> {
        tokio::time::sleep(Duration::from_secs(1)).await;
        Err(AuthError::Unavailable("the directory is down".into()))
    }
}

#[tokio::test(start_paused = true)]
async fn what_cannot_be_checked_fails_internally() {
    let mut guarded = guarded_server(Down).await;
    assert_eq!(guarded.call(Some("Bearer x"), "\"x\"").await, internal_error());
    assert_eq!(guarded.runs.load(Ordering::Relaxed), 0);
}

#[tokio::test(start_paused = true)]
async fn without_an_authenticator_a_server_does_not_start() {
    let script = Script::new();
    let session = session(&script).await;
    let error = Server::new(&session).add(guarded(&Arc::default())).start().await.unwrap_err();
    assert_eq!(error, ServeError::NoAuthenticator("net.example.wipe"));
    assert!(error.to_string().contains("Server::authenticator"), "{error}");
    assert!(script.topics().iter().all(|topic| !topic.contains("net.example")), "nothing was subscribed");
}

#[tokio::test(start_paused = true)]
async fn a_server_shows_no_credential() {
    let script = Script::new();
    let session = session(&script).await;
    let shown = format!("{:?} {:?}", Server::new(&session).authenticator(tokens()), tokens());
    assert!(!shown.contains(SECRET) && shown.contains("redacted"), "{shown}");
}
