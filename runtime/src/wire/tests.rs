//! The captured bodies, byte for byte both ways, and what is refused.

use std::time::Duration;

use super::*;

mod shapes;

const INVOCATION: &str = r#"{"id":"71bdd253d07a4bd2b7bf7e41815bada0","caller_id":"3a7b7ba35c32452ca838943ddb55f00e","payload":"\"Aidar\"","reply_topic":"_rpc_._reply_.3a7b7ba35c32452ca838943ddb55f00e#ephemeral","expires":5}"#;
const RESULT: &str =
    r#"{"call_id":"71bdd253d07a4bd2b7bf7e41815bada0","is_exception":false,"payload":"\"Hello, Aidar!\""}"#;
const DECLARED: &str = r#"{"call_id":"808914267931487ba01701b0230e9b0c","is_exception":true,"payload":"{\"name\":\"access_denied\",\"payload\":\"\\\"guest\\\"\"}"}"#;
const UNEXPECTED: &str = r#"{"call_id":"de48331c58534551a0df87bbc266adef","is_exception":true,"payload":"{\"name\":\"InternalError\",\"payload\":\"oops\"}"}"#;

fn id(text: &str) -> Id {
    Id::parse(text.as_bytes()).unwrap()
}

fn encoded(invocation: &Invocation<'_>) -> String {
    let mut out = Vec::new();
    invocation.encode(&mut out);
    String::from_utf8(out).unwrap()
}

fn reply_encoded(reply: &Reply<'_>) -> String {
    let mut out = Vec::new();
    reply.encode(&mut out);
    String::from_utf8(out).unwrap()
}

/// The captured invocation with one part replaced.
fn changed(from: &str, to: &str) -> Result<Invocation<'static>, MalformedKind> {
    assert!(INVOCATION.contains(from), "{from}");
    let body = INVOCATION.replacen(from, to, 1).leak();
    Invocation::decode(body.as_bytes()).map_err(|error| error.kind)
}

#[test]
fn the_captured_invocation_goes_both_ways() {
    let invocation = Invocation::decode(INVOCATION.as_bytes()).unwrap();
    assert_eq!(invocation.id, id("71bdd253d07a4bd2b7bf7e41815bada0"));
    assert_eq!(invocation.payload, "\"Aidar\"");
    assert_eq!(invocation.reply_to, ReplyTo::Session(id("3a7b7ba35c32452ca838943ddb55f00e")));
    assert_eq!(invocation.lifetime.duration(), Duration::from_secs(5));
    assert!(invocation.headers.is_empty());
    assert_eq!(encoded(&invocation), INVOCATION);
}

#[test]
fn the_captured_replies_go_both_ways() {
    let result = Reply::decode(RESULT.as_bytes()).unwrap();
    assert_eq!((result.is_exception, &*result.payload), (false, "\"Hello, Aidar!\""));
    for (body, name, payload) in [(DECLARED, "access_denied", "\"guest\""), (UNEXPECTED, "InternalError", "oops")] {
        let reply = Reply::decode(body.as_bytes()).unwrap();
        assert!(reply.is_exception);
        let exception = Exception::decode(&reply.payload).unwrap();
        assert_eq!((&*exception.name, &*exception.payload), (name, payload));
        assert_eq!(exception.encode(), reply.payload);
    }
    for body in [RESULT, DECLARED, UNEXPECTED] {
        let reply = Reply::decode(body.as_bytes()).unwrap();
        assert_eq!(reply_encoded(&reply), body);
        assert_eq!(call_id_of(body.as_bytes()).unwrap(), reply.call_id);
    }
}

#[test]
fn a_reply_says_its_channel_last() {
    let mut reply = Reply::decode(RESULT.as_bytes()).unwrap();
    reply.channel = Some("almanet.python".into());
    let body = reply_encoded(&reply);
    assert!(body.ends_with(r#","channel":"almanet.python"}"#), "{body}");
    assert_eq!(Reply::decode(body.as_bytes()).unwrap(), reply);
}

#[test]
fn members_come_in_any_order_and_unknown_ones_are_ignored() {
    let shuffled = r#" { "payload" : "1", "extra": {"a": [1, {"b": null}], "c": -1.5e3},
        "is_exception": true, "call_id": "71bdd253d07a4bd2b7bf7e41815bada0", "more": "x" } "#;
    let reply = Reply::decode(shuffled.as_bytes()).unwrap();
    assert_eq!((reply.is_exception, &*reply.payload), (true, "1"));
    assert_eq!(call_id_of(shuffled.as_bytes()).unwrap(), reply.call_id);
    assert!(changed(",\"expires\":5", ",\"x\":[],\"expires\":5,\"y\":{}").is_ok());
}

#[test]
fn text_survives_its_escapes() {
    for text in ["", "plain", "\"quoted\" \\ \n\r\t\u{0}\u{1f}", "Қазақ 🦀 \u{2028}", "a\\u0041"] {
        let invocation = Invocation { payload: text.into(), ..Invocation::decode(INVOCATION.as_bytes()).unwrap() };
        let body = encoded(&invocation);
        assert_eq!(Invocation::decode(body.as_bytes()).unwrap().payload, text, "{body}");
        assert_eq!(serde_json::from_str::<serde_json::Value>(&body).unwrap()["payload"], text);
    }
    let escaped = changed(r#""\"Aidar\"""#, r#""\u0041\ud83e\udd80\/\b\f""#).unwrap();
    assert_eq!(escaped.payload, "A🦀/\u{8}\u{c}");
}

#[test]
fn lifetimes_travel_in_whole_seconds_and_exactly() {
    let base = Invocation::decode(INVOCATION.as_bytes()).unwrap();
    for (millis, expires, exact) in
        [(1, 1, true), (999, 1, true), (1_000, 1, false), (1_001, 2, true), (60_000, 60, false)]
    {
        let lifetime = Lifetime::new(Duration::from_millis(millis));
        let body = encoded(&Invocation { lifetime, ..base.clone() });
        assert!(body.contains(&format!("\"expires\":{expires}")), "{body}");
        assert_eq!(body.contains(&format!("\"headers\":{{\"deadline_ms\":\"{millis}\"}}")), exact, "{body}");
        assert_eq!(Invocation::decode(body.as_bytes()).unwrap().lifetime, lifetime);
    }
    assert_eq!(Lifetime::new(Duration::from_micros(1_500)).duration(), Duration::from_millis(2));
    assert_eq!(Lifetime::new(Duration::ZERO).seconds(), 1);
}

#[test]
fn expires_is_read_as_peers_write_it() {
    let seconds =
        |text: &str| changed("\"expires\":5", text).map(|invocation| invocation.lifetime.duration().as_secs());
    assert_eq!(seconds("\"expires\":1.2"), Ok(2));
    assert_eq!(seconds("\"expires\":0"), Ok(0));
    assert_eq!(seconds("\"expires\":1e2"), Ok(100));
    assert_eq!(seconds("\"x\":1"), Ok(60));
    assert_eq!(seconds("\"expires\":99999999999999999999999"), Ok(u64::MAX));
    for wrong in ["-1", "-0.5", "null", "\"5\"", "true", "[]"] {
        assert!(
            matches!(seconds(&format!("\"expires\":{wrong}")), Err(MalformedKind::Member { name: "expires", .. })),
            "{wrong}"
        );
    }
}

#[test]
fn an_exact_deadline_never_lengthens_a_call() {
    let lifetime = |millis: &str| {
        changed("\"expires\":5", &format!("\"expires\":5,\"headers\":{{\"deadline_ms\":\"{millis}\",\"a\":\"b\"}}"))
    };
    assert_eq!(lifetime("4200").unwrap().lifetime.duration(), Duration::from_millis(4_200));
    assert_eq!(lifetime("9000").unwrap().lifetime.duration(), Duration::from_secs(5));
    assert_eq!(lifetime("4200").unwrap().headers.iter().collect::<Vec<_>>(), [("a", "b")]);
    assert!(lifetime("soon").is_err());
}

#[test]
fn headers_are_few_and_short() {
    let mut headers = Headers::new();
    assert!(headers.insert("deadline_ms", "1").is_err());
    for number in 0..MAX_HEADERS - 1 {
        headers.insert(format!("h{number}"), "x").unwrap();
    }
    assert_eq!(headers.insert("one more", "x"), Err(HeadersError::TooMany));
    headers.insert("h0", "replaced").unwrap();
    assert_eq!(headers.get("h0"), Some("replaced"));
    assert_eq!(headers.insert("h1", "x".repeat(MAX_HEADERS_SIZE)), Err(HeadersError::TooLong));

    let invocation = Invocation { headers: headers.clone(), ..Invocation::decode(INVOCATION.as_bytes()).unwrap() };
    assert_eq!(Invocation::decode(encoded(&invocation).as_bytes()).unwrap().headers, headers);
    assert!(!format!("{headers:?}").contains("replaced"), "values may be credentials");

    let many: Vec<_> = (0..=MAX_HEADERS).map(|number| format!("\"h{number}\":\"\"")).collect();
    let refused = |text: String| changed("\"expires\":5", &format!("\"expires\":5,\"headers\":{text}")).unwrap_err();
    assert_eq!(refused(format!("{{{}}}", many.join(","))), MalformedKind::Headers);
    assert_eq!(refused(format!("{{\"a\":\"{}\"}}", "x".repeat(MAX_HEADERS_SIZE))), MalformedKind::Headers);
    assert_eq!(refused("{\"a\":\"\",\"a\":\"\"}".into()), MalformedKind::DuplicateKey);
    assert_eq!(refused("{\"deadline_ms\":\"1\",\"deadline_ms\":\"1\"}".into()), MalformedKind::DuplicateKey);
    assert!(matches!(refused("{\"a\":1}".into()), MalformedKind::Member { name: "headers", .. }));
}

#[test]
fn headers_are_taken_up_to_their_limits_the_protocols_own_one_included() {
    let of = |headers: &Headers, millis| {
        let lifetime = Lifetime::new(Duration::from_millis(millis));
        Invocation { headers: headers.clone(), lifetime, ..Invocation::decode(INVOCATION.as_bytes()).unwrap() }
    };
    let read = |members: &[String]| {
        let headers = format!("\"expires\":5,\"headers\":{{{}}}", members.join(","));
        changed("\"expires\":5", &headers).map(|invocation| invocation.headers.len())
    };
    let deadline = "\"deadline_ms\":\"4444444\"".to_owned();
    let mut many: Vec<_> = (0..MAX_HEADERS - 1).map(|number| format!("\"h{number}\":\"\"")).collect();
    many.push(deadline.clone());
    assert_eq!(read(&many), Ok(MAX_HEADERS - 1));
    many.insert(0, "\"one more\":\"\"".to_owned());
    assert_eq!(read(&many), Err(MalformedKind::Headers));

    // A name and a value beside the longest that the protocol's own one can be.
    let room = MAX_HEADERS_SIZE - "deadline_ms4444444".len() - "a".len();
    let long = |size| [format!("\"a\":\"{}\"", "x".repeat(size)), deadline.clone()];
    assert_eq!(read(&long(room)), Ok(1));
    assert_eq!(read(&long(room + 1)), Err(MalformedKind::Headers));
    let mut headers = Headers::new();
    assert_eq!(headers.insert("a", "x".repeat(room + 1)), Err(HeadersError::TooLong));
    headers.insert("a", "x".repeat(room)).unwrap();
    let longest = of(&headers, 4_444_444);
    assert_eq!(Invocation::decode(encoded(&longest).as_bytes()), Ok(longest), "what is written is read");
}

#[test]
fn headers_are_texts_whatever_they_hold() {
    let mut headers = Headers::new();
    let odd = ["", " ", "A", "a", "a\r\nb: c", "\0", "\u{7f}\u{2028}", "Қазақ 🦀", "\"\\/", "authorization"];
    for (number, name) in odd.iter().enumerate() {
        headers.insert(*name, odd[odd.len() - 1 - number]).unwrap();
    }
    assert_eq!(headers.len(), odd.len(), "names are told apart byte by byte");
    let invocation = Invocation { headers, ..Invocation::decode(INVOCATION.as_bytes()).unwrap() };
    let body = encoded(&invocation);
    assert_eq!(Invocation::decode(body.as_bytes()).unwrap().headers, invocation.headers);
    let peers = serde_json::from_str::<serde_json::Value>(&body).unwrap();
    assert!(odd.iter().enumerate().all(|(at, name)| peers["headers"][name] == odd[odd.len() - 1 - at]), "{body}");
}

#[test]
fn replies_go_where_the_caller_may_ask_for_them() {
    let topic = "_rpc_._reply_.3a7b7ba35c32452ca838943ddb55f00e#ephemeral";
    assert_eq!(changed(topic, "").unwrap().reply_to, ReplyTo::Nobody);
    let gathering = "_rpc_._replies_.00000000000000000000000000000001#ephemeral";
    let reply_to = changed(topic, gathering).unwrap().reply_to;
    assert_eq!(reply_to, ReplyTo::Gathering(Id::from(1)));
    assert_eq!(reply_to.topic().unwrap().as_str(), gathering);
    for wrong in [
        "net.example.topic",
        "_rpc_._reply_.3a7b7ba35c32452ca838943ddb55f00e",
        "_rpc_._reply_.00000000000000000000000000000001#ephemeral",
        "_rpc_._reply_.3A7B7BA35C32452CA838943DDB55F00E#ephemeral",
        "_rpc_._replies_.1#ephemeral",
        "_rpc_._replies_.00000000000000000000000000000001#ephemeral#ephemeral",
        "_rpc_.net.example.greet",
    ] {
        assert_eq!(changed(topic, wrong), Err(MalformedKind::ReplyTopic), "{wrong}");
    }
}

#[test]
fn envelopes_before_version_1_are_known_as_such() {
    assert_eq!(changed(r#""\"Aidar\"""#, r#"{"name":"Aidar"}"#), Err(MalformedKind::BeforeVersion1));
    assert_eq!(changed(r#""\"Aidar\"""#, "17"), Err(MalformedKind::BeforeVersion1));
    let old = r#"{"call_id":"1","is_error":false,"payload":{"a":1}}"#;
    assert_eq!(Reply::decode(old.as_bytes()).unwrap_err().kind, MalformedKind::BeforeVersion1);
    assert_eq!(call_id_of(old.as_bytes()).unwrap_err().kind, MalformedKind::BeforeVersion1);
}

#[test]
fn what_is_no_envelope_is_refused_with_its_place() {
    let not_utf8 = Invocation::decode(b"{\"id\":\"\xff\"}").unwrap_err();
    assert_eq!((not_utf8.kind, not_utf8.offset), (MalformedKind::NotUtf8, 7));
    assert_eq!(
        changed("\"expires\":5", "\"id\":\"71bdd253d07a4bd2b7bf7e41815bada0\""),
        Err(MalformedKind::DuplicateKey)
    );
    assert_eq!(changed("\"expires\":5", "\"x\":1,\"x\":1"), Err(MalformedKind::DuplicateKey));
    assert_eq!(changed("\"expires\":5", "\"x\":{\"a\":[{\"b\":1,\"\\u0062\":2}]}"), Err(MalformedKind::DuplicateKey));
    assert_eq!(changed("\"id\":\"71bdd253d07a4bd2b7bf7e41815bada0\",", ""), Err(MalformedKind::Missing("id")));
    assert!(matches!(
        changed("71bdd253d07a4bd2b7bf7e41815bada0", "71BDD253D07A4BD2B7BF7E41815BADA0"),
        Err(MalformedKind::Member { name: "id", .. })
    ));
    let nested = |depth: usize| format!("\"x\":{}{}", "[".repeat(depth), "]".repeat(depth));
    assert!(changed("\"expires\":5", &nested(63)).is_ok());
    assert_eq!(changed("\"expires\":5", &nested(64)), Err(MalformedKind::TooDeep));
    assert_eq!(changed("\"expires\":5", &nested(100_000)), Err(MalformedKind::TooDeep));
    for broken in [
        "",
        "[]",
        "{",
        "{\"a\"}",
        "{\"a\":1,}",
        "{,}",
        "{} x",
        "nul",
        "{\"a\":01}",
        "{\"a\":1.}",
        "{\"a\":\"\n\"}",
        "{\"a\":\"\\x\"}",
        "{\"a\":\"\\ud800\"}",
        "{\"a\":\"\\ud800\\u0041\"}",
        "{\"a\":\"\\",
        "{\"a\":\"\\u00",
        "{\"a\":tru}",
        "{\"a\":-}",
        "{\"a\":+1}",
    ] {
        assert!(
            matches!(Invocation::decode(broken.as_bytes()).unwrap_err().kind, MalformedKind::Syntax(_)),
            "{broken}"
        );
        assert!(Reply::decode(broken.as_bytes()).is_err() && Exception::decode(broken).is_err(), "{broken}");
    }
}

#[test]
fn every_prefix_of_a_body_is_refused() {
    for end in 0..INVOCATION.len() {
        assert!(Invocation::decode(&INVOCATION.as_bytes()[..end]).is_err(), "{end}");
    }
    for end in 0..DECLARED.len() {
        assert!(Reply::decode(&DECLARED.as_bytes()[..end]).is_err(), "{end}");
    }
}

#[test]
fn ids_are_hex_both_ways_and_random() {
    let id = Id::random();
    assert_eq!(Id::parse(&id.hex()), Some(id));
    assert_eq!(id.to_string().as_bytes(), id.hex());
    assert_ne!(id, Id::random());
    for wrong in
        ["", "71bdd253d07a4bd2b7bf7e41815bada", "71bdd253d07a4bd2b7bf7e41815bada00", "71bdd253d07a4bd2b7bf7e41815badag"]
    {
        assert_eq!(Id::parse(wrong.as_bytes()), None, "{wrong}");
    }
}

#[test]
fn addresses_are_made_of_uris_and_versions() {
    assert_eq!(call_topic("net.example.greeting.greet").unwrap().as_str(), "_rpc_.net.example.greeting.greet");
    assert_eq!(version_segment("1.2.0").unwrap(), "v1_2_0");
    assert_eq!(version_segment("1.2.0-rc.1").unwrap(), "v1_2_0_rc_1");
    assert_eq!(versioned_uri("net.example.greet", "v1_2_0"), "net.example.v1_2_0.greet");
    assert_eq!(shadow_channel("v1_2_0").unwrap().as_str(), "shadow.v1_2_0#ephemeral");
    assert_eq!(private_channel(Id::from(1)).as_str(), "00000000000000000000000000000001#ephemeral");
    assert_eq!(schema_uri("net.example.api.add", DEFAULT_CHANNEL), "_schema_.net.example.api.add.almanet.python");
    // As Python serves them.
    assert_eq!(call_topic("my-shop.3d.get-all").unwrap().as_str(), "_rpc_.my-shop.3d.get-all");
    for wrong in ["", "a..b", ".a", "a.", "a b", "a#ephemeral", "<lambda>", "a/b", "é"] {
        assert!(matches!(call_topic(wrong), Err(AddressError::Uri(_))), "{wrong}");
    }
    assert_eq!(call_topic(&"a".repeat(58)).unwrap().as_str().len(), 64);
    assert!(matches!(call_topic(&"a".repeat(59)), Err(AddressError::Name(_))));
    for wrong in ["", "1", "1.2", "1.2.3.4", "1.2.x", "1.2.3+build", "1.2.3-", "1.2.3-a..b", "v1.2.3"] {
        assert!(matches!(version_segment(wrong), Err(AddressError::Version(_))), "{wrong}");
    }
}

/// The bodies that a section of the reference shows.
fn shown(section: &str) -> Vec<&'static str> {
    let (_, rest) = include_str!("../../docs/wire.md").split_once(&format!("## {section}\n")).unwrap();
    rest.split("\n## ").next().unwrap().lines().filter(|line| line.starts_with('{')).collect()
}

#[test]
fn the_bodies_of_a_stream_are_those_of_the_reference() {
    use StreamPart::{Alive, Cancel, Credit, End, Item};

    let bodies = shown("A stream");
    let invocation = Invocation::decode(bodies[0].as_bytes()).unwrap();
    assert_eq!((invocation.stream, encoded(&invocation).as_str()), (Some(32), bodies[0]));
    let (run, failed) = (id("83d1a38ff2ed413b87e2c2ae077f6833"), id("25348b6b1e9842cf8ab99b7501cfb6f4"));
    let parts = [
        Alive { id: run, session: id("c71589b2b3dc465789609dd5a475f43e"), sent: 0 },
        Item { id: run, seq: 0 },
        Item { id: run, seq: 1 },
        End { id: run, seq: 2 },
        End { id: failed, seq: 2 },
        Credit(48),
        Cancel,
    ];
    assert_eq!(bodies.len(), parts.len() + 1);
    for (body, part) in bodies[1..].iter().zip(parts) {
        let reply = Reply::decode(body.as_bytes()).unwrap();
        assert_eq!((reply.stream, reply_encoded(&reply).as_str()), (Some(part), *body));
        assert_eq!(call_id_of(body.as_bytes()), Ok(reply.call_id));
    }
}

#[test]
fn what_is_no_message_of_a_stream_is_refused() {
    let run = "\"id\":\"71bdd253d07a4bd2b7bf7e41815bada0\"";
    let part = |text: &str| {
        let body = RESULT.replacen('}', &format!(",\"stream\":{text}}}"), 1);
        Reply::decode(body.as_bytes()).map(|reply| reply.stream.unwrap()).map_err(|error| error.kind)
    };
    let run_id = id("71bdd253d07a4bd2b7bf7e41815bada0");
    assert_eq!(part(&format!("{{\"more\":[1],\"seq\":7,{run}}}")), Ok(StreamPart::Item { id: run_id, seq: 7 }));
    assert_eq!(part("{\"credit\":1,\"cancel\":true}"), Ok(StreamPart::Cancel));
    let wrong = Err(MalformedKind::Member { name: "stream", expected: "a message of a stream" });
    for text in [
        "{}",
        "null",
        "17",
        "{\"seq\":1}",
        "{\"credit\":-1}",
        "{\"credit\":1.5}",
        "{\"cancel\":false}",
        "{\"id\":\"x\"}",
    ] {
        assert_eq!(part(text), wrong, "{text}");
    }
    assert_eq!(part(&format!("{{{run}}}")), wrong);
    assert_eq!(part(&format!("{{{run},\"sent\":1}}")), wrong);
    assert_eq!(part("{\"credit\":1,\"credit\":2}"), Err(MalformedKind::DuplicateKey));
    assert_eq!(part("{\"x\":1,\"x\":2,\"credit\":2}"), Err(MalformedKind::DuplicateKey));

    let call = |text: &str| changed("\"expires\":5", &format!("\"expires\":5,\"stream\":{text}"));
    assert_eq!(call("{\"credit\":0,\"more\":null}").unwrap().stream, Some(0));
    assert_eq!(call("{\"cancel\":true}").map(|call| call.stream), wrong.map(|_: StreamPart| None));
}
