//! A call, as it travels.

use std::{borrow::Cow, cell::RefCell};

use bytes::Bytes;

use super::{
    address::{EPHEMERAL, ReplyTo, SESSION_PREFIX},
    body::Workshop,
    headers::Headers,
    id::Id,
    lifetime::Lifetime,
    malformed::{Malformed, MalformedKind},
    member::{begin, once, text},
    stream::{read_credit, write_credit},
    usual::Usual,
};
use crate::json::{Reader, write_string};

/// One call of a procedure.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Invocation<'a> {
    /// Names the call, the same in every retry.
    pub id: Id,
    /// The session that calls.
    pub caller_id: Id,
    /// The payload's JSON.
    pub payload: Cow<'a, str>,
    /// Who waits for the reply.
    pub reply_to: ReplyTo,
    /// How long after the broker's timestamp it is still to be executed.
    pub lifetime: Lifetime,
    /// What travels beside the payload.
    pub headers: Headers,
    /// Where a stream is wanted, how many values there is room for.
    pub stream: Option<u64>,
}

impl<'a> Invocation<'a> {
    /// Appends the body of the message.
    pub fn encode(&self, out: &mut Vec<u8>) {
        out.reserve(288 + self.payload.len() + self.payload.len() / 4);
        out.extend_from_slice(b"{\"id\":\"");
        out.extend_from_slice(&self.id.hex());
        out.extend_from_slice(b"\",\"caller_id\":\"");
        out.extend_from_slice(&self.caller_id.hex());
        out.extend_from_slice(b"\",\"payload\":");
        write_string(out, &self.payload);
        out.extend_from_slice(b",\"reply_topic\":\"");
        self.reply_to.write(out);
        out.extend_from_slice(b"\",\"expires\":");
        out.extend_from_slice(itoa::Buffer::new().format(self.lifetime.seconds()).as_bytes());
        self.headers.write_member(self.lifetime.exact_millis(), out);
        if let Some(credit) = self.stream {
            write_credit(credit, out);
        }
        out.push(b'}');
    }

    /// The body of the message.
    pub(crate) fn to_body(&self) -> Bytes {
        thread_local! {
            static WORKSHOP: RefCell<Workshop> = RefCell::default();
        }
        WORKSHOP.with_borrow_mut(|workshop| workshop.body(|out| self.encode(out)))
    }

    /// Reads the body of a message.
    ///
    /// # Errors
    /// Where it is not a call, or one that is refused by what it says of itself.
    pub fn decode(body: &'a [u8]) -> Result<Self, Malformed> {
        match Self::decode_usual(Usual::new(body)) {
            Some(invocation) => Ok(invocation),
            None => Self::decode_any(Reader::new(body)?),
        }
    }

    /// Reads a body as this side and the Python library write it, byte for byte; `None` for any other.
    fn decode_usual(mut body: Usual<'a>) -> Option<Self> {
        body.exactly(b"{\"id\":\"")?;
        let id = body.id()?;
        body.exactly(b"\",\"caller_id\":\"")?;
        let caller_id = body.id()?;
        body.exactly(b"\",\"payload\":\"")?;
        let payload = body.string()?;
        body.exactly(b",\"reply_topic\":\"")?;
        let reply_to = match body.exactly(SESSION_PREFIX.as_bytes()) {
            Some(()) => {
                let session = body.id()?;
                body.exactly(EPHEMERAL.as_bytes())?;
                (session == caller_id).then_some(ReplyTo::Session(session))?
            }
            None => ReplyTo::Nobody,
        };
        body.exactly(b"\",\"expires\":")?;
        let expires = body.number()?;
        let (headers, exact) = match body.exactly(b",\"headers\":") {
            Some(()) => body.headers()?,
            None => Default::default(),
        };
        body.exactly(b"}")?;
        body.end()?;
        let lifetime = Lifetime::received(Some(expires), exact);
        Some(Self { id, caller_id, payload, reply_to, lifetime, headers, stream: None })
    }

    fn decode_any(mut reader: Reader<'a>) -> Result<Self, Malformed> {
        begin(&mut reader)?;
        let mut members = Members::default();
        let mark = reader.mark();
        let mut is_first = true;
        while let Some(key) = reader.next_key(is_first)? {
            is_first = false;
            match &*key {
                "id" => once(&mut members.id, id(&mut reader, "id")?, &reader)?,
                "caller_id" => once(&mut members.caller_id, id(&mut reader, "caller_id")?, &reader)?,
                "payload" => once(&mut members.payload, payload(&mut reader)?, &reader)?,
                "reply_topic" => once(&mut members.reply_topic, text(&mut reader, "reply_topic")?, &reader)?,
                "expires" => once(&mut members.expires, expires(&mut reader)?, &reader)?,
                "headers" => once(&mut members.headers, Headers::read(&mut reader)?, &reader)?,
                "stream" => once(&mut members.stream, read_credit(&mut reader)?, &reader)?,
                _ => reader.skip_unknown(key)?,
            }
        }
        reader.end()?;
        reader.distinct(mark)?;
        members.finish(reader.position())
    }
}

#[derive(Default)]
struct Members<'a> {
    id: Option<Option<Id>>,
    caller_id: Option<Option<Id>>,
    /// `None` inside: there, and not a string, as it was before 1.0.
    payload: Option<Option<Cow<'a, str>>>,
    reply_topic: Option<Cow<'a, str>>,
    expires: Option<u64>,
    headers: Option<(Headers, Option<u64>)>,
    stream: Option<u64>,
}

impl<'a> Members<'a> {
    fn finish(self, end: usize) -> Result<Invocation<'a>, Malformed> {
        let missing = |name| MalformedKind::Missing(name).at(end);
        let payload = self.payload.ok_or(missing("payload"))?.ok_or(MalformedKind::BeforeVersion1.at(end))?;
        let not_an_id = |name| MalformedKind::Member { name, expected: "32 lower-case hex digits" }.at(end);
        let id = self.id.ok_or(missing("id"))?.ok_or(not_an_id("id"))?;
        let caller_id = self.caller_id.ok_or(missing("caller_id"))?.ok_or(not_an_id("caller_id"))?;
        let reply_topic = self.reply_topic.ok_or(missing("reply_topic"))?;
        let reply_to = ReplyTo::parse(&reply_topic, caller_id).ok_or(MalformedKind::ReplyTopic.at(end))?;
        let (headers, exact) = self.headers.unwrap_or_default();
        let lifetime = Lifetime::received(self.expires, exact);
        Ok(Invocation { id, caller_id, payload, reply_to, lifetime, headers, stream: self.stream })
    }
}

/// The payload; none where it is there and not a string, as it was before 1.0.
fn payload<'a>(reader: &mut Reader<'a>) -> Result<Option<Cow<'a, str>>, Malformed> {
    let text = reader.string()?;
    if text.is_none() {
        reader.skip()?;
    }
    Ok(text)
}

/// An id; `None` for a string that is none, so that an envelope of another version is recognised as a whole first.
fn id(reader: &mut Reader<'_>, name: &'static str) -> Result<Option<Id>, Malformed> {
    Ok(Id::parse(text(reader, name)?.as_bytes()))
}

fn expires(reader: &mut Reader<'_>) -> Result<u64, Malformed> {
    let offset = reader.position();
    reader
        .number()?
        .and_then(|number| Lifetime::parse_seconds(number.text))
        .ok_or(MalformedKind::Member { name: "expires", expected: "a number of seconds, 0 or more" }.at(offset))
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use proptest::prelude::*;

    use super::*;

    fn body(is_answered: bool, millis: u64, has_headers: bool) -> Vec<u8> {
        let caller_id = Id::from(u128::MAX / 3);
        let mut headers = Headers::new();
        if has_headers {
            headers.insert("traceparent", "00-1").unwrap();
        }
        let mut body = Vec::new();
        let reply_to = if is_answered { ReplyTo::Session(caller_id) } else { ReplyTo::Nobody };
        let (payload, lifetime) = ("\"é\u{1}\"".into(), Lifetime::new(Duration::from_millis(millis)));
        Invocation { id: Id::from(7), caller_id, payload, reply_to, lifetime, headers, stream: None }.encode(&mut body);
        body
    }

    #[test]
    fn what_this_side_writes_takes_the_quick_way() {
        for is_answered in [true, false] {
            for (millis, has_headers) in [(5_000, false), (5_001, false), (5_001, true)] {
                let body = body(is_answered, millis, has_headers);
                assert!(Invocation::decode_usual(Usual::new(&body)).is_some(), "{}", body.escape_ascii());
            }
        }
    }

    proptest! {
        #[test]
        fn the_quick_way_ends_where_the_long_one_does(
            is_answered: bool, has_headers: bool, millis in 1_u64..9_999, at: prop::sample::Index, byte: u8,
            cut in 0_usize..3,
        ) {
            let mut body = body(is_answered, millis, has_headers);
            let at = at.index(body.len());
            let end = (at + cut).min(body.len());
            body.splice(at..end, [byte]);
            if let Some(quick) = Invocation::decode_usual(Usual::new(&body)) {
                prop_assert_eq!(Ok(quick), Invocation::decode_any(Reader::new(&body).unwrap()));
            }
        }
    }
}
