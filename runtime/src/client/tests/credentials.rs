//! Which calls a credential travels with.

use super::*;
use crate::{contract::Procedure, credential::Token};

static WIPE: Procedure = Procedure::new("wipe", "net.example.wipe").auth(&["admin"]);
static ECHO: Procedure = Procedure::new("echo", "net.example.echo");
const SECRET: &str = "s3cret-that-nobody-may-see";

/// The credential that a call of `procedure` travels with.
async fn sent(session: Session, script: &mut Script, caller: Caller, procedure: &'static Procedure) -> Option<String> {
    let call = super::super::call::<String, Never>(&caller, procedure, &"x".to_owned());
    let call = tokio::spawn(async move { call.await });
    let published = script.published().await;
    call.abort();
    drop(session);
    Invocation::decode(&published.body).unwrap().headers.get("authorization").map(str::to_owned)
}

#[tokio::test(start_paused = true)]
async fn a_credential_goes_to_those_who_ask_for_one() {
    let token = |text| Token::new(text).unwrap();
    let mut script = Script::new();
    let session = Session::builder().token(token("session")).over(script.transport.clone()).await.unwrap();
    let plain = Caller::from(&session);
    let own = plain.with_token(token("own"));
    let layered = Caller::from_service(session.clone());
    for (caller, procedure, expected) in [
        (plain.clone(), &WIPE, Some("Bearer session")),
        (plain, &ECHO, None),
        (own.clone(), &WIPE, Some("Bearer own")),
        (own, &ECHO, None),
        (layered.clone(), &WIPE, Some("Bearer session")),
        (layered.with_token(token("own")), &WIPE, Some("Bearer own")),
    ] {
        let header = sent(session.clone(), &mut script, caller, procedure).await;
        assert_eq!(header.as_deref(), expected);
    }
}

#[tokio::test(start_paused = true)]
async fn no_credential_travels_where_others_can_read_it() {
    let mut script = Script::readable();
    let session = connected(&script).await;
    let caller = Caller::from(&session).with_token(Token::new(SECRET).unwrap());
    let call = super::super::call::<String, Never>(&caller, &WIPE, &"x".to_owned());
    assert_eq!(call.await, Err(CallError::NotExecuted(NotExecuted::Unprotected)));
    assert!(script.published_now().is_none());
}

#[tokio::test(start_paused = true)]
async fn nothing_shows_a_credential() {
    let script = Script::new();
    let token = || Token::new(SECRET).unwrap();
    let builder = Session::builder().token(token());
    let built = format!("{builder:?}");
    let session = builder.over(script.transport.clone()).await.unwrap();
    let caller = Caller::from(&session).with_token(token());
    let call = super::super::call::<String, Never>(&caller, &WIPE, &"x".to_owned()).header("authorization", SECRET);
    for shown in [built, format!("{caller:?}"), format!("{call:?}")] {
        assert!(!shown.contains(SECRET) && shown.contains("redacted"), "{shown}");
    }
    assert!(!format!("{session:?}").contains(SECRET));
}
