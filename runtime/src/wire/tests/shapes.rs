//! Envelopes of every wrong shape, and the kind that each is refused with.

use serde_json::{Map, Value, json};

use super::*;

/// JSON of each type.
fn values() -> [Value; 7] {
    [json!(null), json!(true), json!(1), json!(1.5), json!("text"), json!([]), json!({})]
}

fn object(body: &str) -> Map<String, Value> {
    serde_json::from_str(body).unwrap()
}

/// Every body that lacks one of these members.
fn without<'a>(body: &str, members: &'a [&'static str]) -> impl Iterator<Item = (&'static str, String)> + use<'a> {
    let whole = object(body);
    members.iter().map(move |name| {
        let mut less = whole.clone();
        assert!(less.remove(*name).is_some(), "{name}");
        (*name, Value::Object(less).to_string())
    })
}

/// Every body in which a member has a value of another type.
fn with(body: &str, name: &str, is_wrong: impl Fn(&Value) -> bool) -> Vec<String> {
    let changed = values().into_iter().filter(is_wrong).map(|value| {
        let mut other = object(body);
        other.insert(name.to_owned(), value);
        Value::Object(other).to_string()
    });
    changed.collect()
}

fn invocation(body: &str) -> MalformedKind {
    Invocation::decode(body.as_bytes()).expect_err(body).kind
}

fn reply(body: &str) -> MalformedKind {
    Reply::decode(body.as_bytes()).expect_err(body).kind
}

fn exception(body: &str) -> MalformedKind {
    Exception::decode(body).expect_err(body).kind
}

#[test]
fn a_member_that_is_missing_is_named() {
    for (name, body) in without(INVOCATION, &["id", "caller_id", "payload", "reply_topic"]) {
        assert_eq!(invocation(&body), MalformedKind::Missing(name), "{body}");
    }
    for (name, body) in without(RESULT, &["call_id", "is_exception", "payload"]) {
        assert_eq!(reply(&body), MalformedKind::Missing(name), "{body}");
    }
    for (name, body) in without(r#"{"name":"a","payload":"null"}"#, &["name", "payload"]) {
        assert_eq!(exception(&body), MalformedKind::Missing(name), "{body}");
    }
}

#[test]
fn a_member_of_another_type_is_named() {
    for name in ["id", "caller_id"] {
        for body in with(INVOCATION, name, |_| true) {
            assert!(matches!(invocation(&body), MalformedKind::Member { name: named, .. } if named == name), "{body}");
        }
    }
    for (name, is_wrong) in [
        ("reply_topic", (|value| !value.is_string()) as fn(&Value) -> bool),
        ("expires", |value| !value.is_number()),
        ("headers", |value| !value.is_object()),
        ("stream", |_| true),
    ] {
        for body in with(INVOCATION, name, is_wrong) {
            assert!(matches!(invocation(&body), MalformedKind::Member { name: named, .. } if named == name), "{body}");
        }
    }
    for (name, is_wrong) in [
        ("call_id", (|_| true) as fn(&Value) -> bool),
        ("is_exception", |value| !value.is_boolean()),
        ("channel", |value| !value.is_string()),
        ("stream", |_| true),
    ] {
        for body in with(RESULT, name, is_wrong) {
            assert!(matches!(reply(&body), MalformedKind::Member { name: named, .. } if named == name), "{body}");
        }
    }
    for name in ["name", "payload"] {
        for body in with(r#"{"name":"a","payload":"null"}"#, name, |value| !value.is_string()) {
            assert!(matches!(exception(&body), MalformedKind::Member { name: named, .. } if named == name), "{body}");
        }
    }
}

#[test]
fn a_payload_that_is_no_string_is_of_an_older_version() {
    for body in with(INVOCATION, "payload", |value| !value.is_string()) {
        assert_eq!(invocation(&body), MalformedKind::BeforeVersion1, "{body}");
    }
    let exception = RESULT.replace("false", "true");
    for body in with(&exception, "payload", |value| !value.is_string()) {
        assert_eq!(reply(&body), MalformedKind::BeforeVersion1, "{body}");
    }
}

#[test]
fn a_result_that_the_python_library_did_not_make_bytes_of_is_read_as_it_stands() {
    for body in with(RESULT, "payload", |value| !value.is_string()) {
        let expected = serde_json::from_str::<Value>(&body).unwrap()["payload"].take();
        let payload = Reply::decode(body.as_bytes()).unwrap().payload;
        assert_eq!(serde_json::from_str::<Value>(&payload).unwrap(), expected, "{body}");
    }
    let [start, _] = RESULT.split_once("\"payload\":").map(<[_; 2]>::from).unwrap();
    let repeated = format!(r#"{start}"payload":{{"a":1,"a":2}}}}"#);
    assert_eq!(reply(&repeated), MalformedKind::DuplicateKey);
}

#[test]
fn a_member_that_comes_twice_is_refused() {
    let twice = |body: &str, name: &str| {
        let value = object(body)[name].clone();
        format!("{},{}:{value}}}", body.strip_suffix('}').unwrap(), json!(name))
    };
    for name in ["id", "caller_id", "payload", "reply_topic", "expires"] {
        assert_eq!(invocation(&twice(INVOCATION, name)), MalformedKind::DuplicateKey, "{name}");
    }
    for name in ["call_id", "is_exception", "payload"] {
        assert_eq!(reply(&twice(RESULT, name)), MalformedKind::DuplicateKey, "{name}");
    }
    for name in ["name", "payload"] {
        assert_eq!(exception(&twice(r#"{"name":"a","payload":"null"}"#, name)), MalformedKind::DuplicateKey, "{name}");
    }
}

#[test]
fn a_body_that_is_no_object_is_refused() {
    for value in values().into_iter().filter(|value| !value.is_object()) {
        let body = value.to_string();
        assert_eq!(invocation(&body), MalformedKind::Syntax("an object"));
        assert_eq!(reply(&body), MalformedKind::Syntax("an object"));
        assert_eq!(exception(&body), MalformedKind::Syntax("an object"));
    }
}
