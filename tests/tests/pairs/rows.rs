//! What each pair must show, and what the library of PyPI really does where it cannot.

use std::fmt;

use serde_json::{Value, json};

/// One end of a pair.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum End {
    Rust,
    AlmanetRuntime,
    Almanet,
}

impl End {
    pub(crate) const ALL: [Self; 3] = [Self::Rust, Self::AlmanetRuntime, Self::Almanet];
}

impl fmt::Display for End {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Rust => "rust",
            Self::AlmanetRuntime => "almanet_runtime",
            Self::Almanet => "almanet",
        })
    }
}

/// Who calls whom.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Pair {
    pub(crate) caller: End,
    pub(crate) service: End,
}

impl fmt::Display for Pair {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}_calls_{}", self.caller, self.service)
    }
}

/// What a caller is asked to do, and what must come of it.
pub(crate) struct Row {
    pub(crate) name: &'static str,
    pub(crate) operation: &'static str,
    pub(crate) arguments: Value,
    /// `None` where the service's language has no such thing.
    pub(crate) becomes: fn(Pair) -> Option<Becomes>,
}

/// What must come of it.
pub(crate) enum Becomes {
    Exactly(Value),
    /// A member of this name, whose text says this.
    Saying(&'static str, &'static str),
    /// No answer, and not before the deadline of a second.
    Late,
}

impl Becomes {
    /// Compares what came with what must.
    pub(crate) fn check(&self, came: &Value) -> Result<(), String> {
        let (holds, expected) = match self {
            Self::Exactly(expected) => {
                let differs = expected.as_object().into_iter().flatten().any(|(name, value)| came[name] != *value);
                (!differs, expected.to_string())
            }
            Self::Saying(kind, words) => {
                (came[kind].as_str().is_some_and(|text| text.contains(words)), format!("{kind} that says {words:?}"))
            }
            Self::Late => {
                let waited = came["seconds"].as_f64().is_some_and(|seconds| seconds >= 1.0);
                (came["timeout"] == true && waited, "a timeout after a second".to_owned())
            }
        };
        if holds { Ok(()) } else { Err(format!("it is {came}, not {expected}")) }
    }
}

use Becomes::{Exactly, Late, Saying};

const SCHEMA: &str = "_schema_.conformance.pairs.hall.greet.conformance.pairs";

pub(crate) fn rows() -> Vec<Row> {
    let row = |name, operation, arguments, becomes| Row { name, operation, arguments, becomes };
    vec![
        row("greet", "greet", json!({"name": "Aidar"}), |_| Some(Exactly(json!({"ok": "Hello, Aidar!"})))),
        row("named_parameters", "add", json!({"a": 2, "b": 40}), |_| Some(Exactly(json!({"ok": 42})))),
        row("a_parameter_left_out", "add", json!({"a": 2, "b": null}), |_| Some(Exactly(json!({"ok": 2})))),
        row("an_exception_with_a_bare_payload", "greet", json!({"name": "guest"}), |_| {
            Some(Exactly(json!({"declared": ["access_denied", "guest"]})))
        }),
        row("an_exception_with_fields", "greet", json!({"name": "nobody"}), |_| {
            Some(Exactly(json!({"declared": ["missing", {"wanted": "nobody"}]})))
        }),
        row("an_exception_without_payload", "greet", json!({"name": "ghost"}), |_| {
            Some(Exactly(json!({"declared": ["absent", null]})))
        }),
        row("an_exception_printed", "printed", json!({}), |pair| {
            let error = if pair.caller == End::Rust { r#"access_denied("guest")"# } else { "access_denied(guest)" };
            Some(Exactly(json!({"ok": format!("during call conformance.pairs.hall.greet(\"guest\"): {error}")})))
        }),
        row("an_undeclared_exception", "undeclared", json!({}), |_| {
            Some(Exactly(json!({"undeclared": ["surprise", {"code": 7}]})))
        }),
        // In Rust it does not compile.
        row("an_undeclared_exception_of_a_contract", "greet", json!({"name": "stranger"}), |pair| {
            (pair.service != End::Rust).then(|| Exactly(json!({"undeclared": ["surprise", {"code": 7}]})))
        }),
        row("nobody_serves_it", "unserved", json!({}), |_| Some(Late)),
        row("the_handler_is_too_slow", "late", json!({}), |_| Some(Late)),
        row("a_wrong_payload", "wrong_payload", json!({}), |_| Some(Saying("invalid_payload", "string"))),
        // In Rust it does not compile.
        row("a_payload_that_the_contract_refuses", "refused", json!({}), |pair| {
            (pair.caller != End::Rust).then(|| {
                Exactly(json!({"ok": ["invalid_payload", "invalid_payload", "invalid_payload", "invalid_payload"]}))
            })
        }),
        row("a_wrong_reply", "wrong_reply", json!({}), |_| Some(Saying("invalid_return", "10"))),
        // In Rust it does not compile. 1.3.4 sends it, and its own callers get what pydantic raises.
        row("a_wrong_reply_without_a_contract", "wrong_reply_by_hand", json!({}), |pair| {
            match (pair.caller, pair.service) {
                (_, End::Rust) => None,
                (End::Almanet, End::Almanet) => Some(Saying("ValidationError", "integer")),
                _ => Some(Saying("invalid_return", "integer")),
            }
        }),
        row("an_unexpected_failure", "failure", json!({}), |_| Some(Exactly(json!({"internal": "oops"})))),
        row("a_call_of_many", "multicall", json!({}), |_| Some(Exactly(json!({"ok": [[false, "Hello, all!"]]})))),
        row("what_a_procedure_is", "introspected", json!({"uri": SCHEMA}), |pair| match (pair.caller, pair.service) {
            // 1.3.4 writes an object where its own callers read bytes.
            (End::Almanet, End::Almanet) => Some(Exactly(json!({"timeout": true}))),
            _ => Some(Exactly(json!({"ok": {
                "uri": "conformance.pairs.hall.greet",
                "channel": "conformance.pairs",
                "validate": true,
                "tags": ["greeting", "pairs"],
                "name": "greet",
                "description": "Greets, or raises what the name asks for.",
                "payload": {"type": "string"},
                "return": {"type": "string"},
            }}))),
        }),
        row("what_a_session_serves", "introspected", json!({"uri": "_schema_.client"}), |pair| {
            match (pair.caller, pair.service) {
                (End::Almanet, End::Almanet) => Some(Exactly(json!({"timeout": true}))),
                _ => Some(Exactly(json!({"ok": {"routes": [
                    "conformance.pairs.hall.add:almanet.python",
                    "conformance.pairs.hall.carry:almanet.python",
                    "conformance.pairs.hall.fail:almanet.python",
                    "conformance.pairs.hall.greet:conformance.pairs",
                    "conformance.pairs.hall.lie:almanet.python",
                    "conformance.pairs.hall.log:almanet.python",
                    "conformance.pairs.hall.nap:almanet.python",
                    "conformance.pairs.hall.whoami:almanet.python",
                ]}}))),
            }
        }),
    ]
}
