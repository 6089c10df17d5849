//! A reply, as it travels.

use std::{borrow::Cow, cell::RefCell};

use bytes::Bytes;

use super::{
    body::Workshop,
    id::Id,
    malformed::{Malformed, MalformedKind},
    member::{begin, once, text},
    stream::StreamPart,
    usual::Usual,
};
use crate::json::{Reader, write_string};

/// What came of one call.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Reply<'a> {
    /// The call that this answers.
    pub call_id: Id,
    /// Whether the payload holds an [`Exception`](super::Exception).
    pub is_exception: bool,
    /// The result's JSON, or an exception.
    pub payload: Cow<'a, str>,
    /// The channel on which the call was consumed. Only this project's services say it.
    pub channel: Option<Cow<'a, str>>,
    /// Where this is a message of a stream, which one.
    pub stream: Option<StreamPart>,
}

impl<'a> Reply<'a> {
    /// Appends the body of the message.
    pub fn encode(&self, out: &mut Vec<u8>) {
        out.reserve(128 + self.payload.len() + self.payload.len() / 4);
        out.extend_from_slice(START);
        out.extend_from_slice(&self.call_id.hex());
        out.extend_from_slice(NEXT);
        out.extend_from_slice(if self.is_exception { b"true" } else { b"false" });
        out.extend_from_slice(b",\"payload\":");
        write_string(out, &self.payload);
        if let Some(channel) = &self.channel {
            out.extend_from_slice(b",\"channel\":");
            write_string(out, channel);
        }
        if let Some(part) = self.stream {
            part.write_member(out);
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
    /// Where it is not a reply.
    pub fn decode(body: &'a [u8]) -> Result<Self, Malformed> {
        match Self::decode_usual(Usual::new(body)) {
            Some(reply) => Ok(reply),
            None => Self::decode_any(Reader::new(body)?),
        }
    }

    /// Reads a body as this side and the Python library write it, byte for byte; `None` for any other.
    fn decode_usual(mut body: Usual<'a>) -> Option<Self> {
        let call_id = usual_call_id(&mut body)?;
        let is_exception = match body.exactly(b"false") {
            Some(()) => false,
            None => body.exactly(b"true").map(|()| true)?,
        };
        body.exactly(b",\"payload\":\"")?;
        let payload = body.string()?;
        let channel = match body.exactly(b",\"channel\":\"") {
            Some(()) => Some(body.string()?),
            None => None,
        };
        body.exactly(b"}")?;
        body.end()?;
        Some(Self { call_id, is_exception, payload, channel, stream: None })
    }

    fn decode_any(mut reader: Reader<'a>) -> Result<Self, Malformed> {
        begin(&mut reader)?;
        let (mut call_id, mut is_exception, mut payload, mut channel, mut stream) = (None, None, None, None, None);
        let mut before_version_1 = false;
        let mark = reader.mark();
        let mut is_first = true;
        while let Some(key) = reader.next_key(is_first)? {
            is_first = false;
            match &*key {
                "call_id" => once(&mut call_id, text(&mut reader, "call_id")?, &reader)?,
                "is_exception" => {
                    let expected = MalformedKind::Member { name: "is_exception", expected: "true or false" };
                    let value = reader.bool().ok_or(expected.at(reader.position()))?;
                    once(&mut is_exception, value, &reader)?;
                }
                "payload" => once(&mut payload, Payload::read(&mut reader)?, &reader)?,
                "channel" => once(&mut channel, text(&mut reader, "channel")?, &reader)?,
                "stream" => once(&mut stream, StreamPart::read(&mut reader)?, &reader)?,
                _ => {
                    before_version_1 |= key == "is_error";
                    reader.skip_unknown(key)?;
                }
            }
        }
        reader.end()?;
        let end = reader.position();
        reader.distinct(mark)?;
        let missing = |name| MalformedKind::Missing(name).at(end);
        let old = MalformedKind::BeforeVersion1.at(end);
        if before_version_1 && is_exception.is_none() {
            return Err(old);
        }
        let not_an_id = MalformedKind::Member { name: "call_id", expected: "32 lower-case hex digits" }.at(end);
        let call_id = Id::parse(call_id.ok_or(missing("call_id"))?.as_bytes()).ok_or(not_an_id)?;
        let is_exception = is_exception.ok_or(missing("is_exception"))?;
        let payload = match payload.ok_or(missing("payload"))? {
            Payload::Text(text) => text,
            Payload::Inline(json) if !is_exception => json.into(),
            Payload::Inline(_) => return Err(old),
        };
        Ok(Self { call_id, is_exception, payload, channel, stream })
    }
}

/// A payload as a body has it.
enum Payload<'a> {
    /// JSON in a string.
    Text(Cow<'a, str>),
    /// JSON as it is: what the Python library writes of a result that it did not make bytes of, such as a schema document.
    Inline(&'a str),
}

impl<'a> Payload<'a> {
    fn read(reader: &mut Reader<'a>) -> Result<Self, Malformed> {
        Ok(match reader.string()? {
            Some(text) => Self::Text(text),
            None => Self::Inline(reader.value()?),
        })
    }
}

/// The call that a body answers, found without reading all of it where the body begins as every known peer writes it:
/// peers of the wire before 1.0 begin alike, and part after the id.
///
/// # Errors
/// Where the body is not a reply.
pub fn call_id_of(body: &[u8]) -> Result<Id, Malformed> {
    match usual_call_id(&mut Usual::new(body)) {
        Some(id) => Ok(id),
        None => Reply::decode(body).map(|reply| reply.call_id),
    }
}

/// The beginning of a reply, as every known peer writes it.
fn usual_call_id(body: &mut Usual<'_>) -> Option<Id> {
    body.exactly(START)?;
    let id = body.id()?;
    body.exactly(NEXT)?;
    Some(id)
}

const START: &[u8] = b"{\"call_id\":\"";
const NEXT: &[u8] = b"\",\"is_exception\":";

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn body(is_exception: bool, channel: Option<&'static str>) -> Vec<u8> {
        let (call_id, payload) = (Id::from(7), "\"é\u{1}\"".into());
        let mut body = Vec::new();
        Reply { call_id, is_exception, payload, channel: channel.map(Into::into), stream: None }.encode(&mut body);
        body
    }

    #[test]
    fn what_known_peers_write_takes_the_quick_way() {
        for body in [body(true, None), body(false, Some("almanet.python"))] {
            assert!(Reply::decode_usual(Usual::new(&body)).is_some(), "{}", body.escape_ascii());
        }
    }

    proptest! {
        #[test]
        fn the_quick_way_ends_where_the_long_one_does(
            is_exception: bool, has_channel: bool, at: prop::sample::Index, byte: u8, cut in 0_usize..3,
        ) {
            let mut body = body(is_exception, has_channel.then_some("almanet.python"));
            let at = at.index(body.len());
            let end = (at + cut).min(body.len());
            body.splice(at..end, [byte]);
            if let Some(quick) = Reply::decode_usual(Usual::new(&body)) {
                prop_assert_eq!(Ok(quick), Reply::decode_any(Reader::new(&body).unwrap()));
            }
        }
    }
}
