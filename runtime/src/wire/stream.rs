//! What messages of a stream say beside what every call and reply does.

use std::{io::Write, time::Duration};

use super::{
    id::Id,
    malformed::{Malformed, MalformedKind},
    member::{once, text},
};
use crate::json::Reader;

/// How many values of a stream may be under way: what a receiver has room for, and what a sender has unacknowledged.
pub const STREAM_CREDIT: u64 = 32;
/// How long a receiver waits for a value when it knows that there is one.
pub const STREAM_GAP: Duration = Duration::from_secs(5);
/// How long a side of a stream is silent at most.
pub const STREAM_ALIVE: Duration = Duration::from_secs(3);
/// How long a side of a stream waits for a word of the other before it takes it for gone.
pub const STREAM_SILENCE: Duration = Duration::from_secs(10);
/// The name of the exception that ends a stream whose sender stops.
pub const INTERRUPTED: &str = "rpc_interrupted";

/// The member `stream` of a reply, or of a message of that form.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum StreamPart {
    /// From the sender: the stream has begun, or goes on.
    Alive {
        /// Names this run of the stream. What the receiver has to say goes to this id.
        id: Id,
        /// The session that it is sent by.
        session: Id,
        /// How many values were sent so far.
        sent: u64,
    },
    /// From the sender: one value.
    Item {
        /// The run.
        id: Id,
        /// The value's number, from 0.
        seq: u64,
    },
    /// From the sender: there is no more. The reply says whether an exception ended it.
    End {
        /// The run.
        id: Id,
        /// How many values there were.
        seq: u64,
    },
    /// From the receiver: values below this number may be sent.
    Credit(u64),
    /// From the receiver: nothing more is wanted.
    Cancel,
}

impl StreamPart {
    /// Appends `,"stream":{…}`.
    pub(super) fn write_member(self, out: &mut Vec<u8>) {
        out.extend_from_slice(b",\"stream\":{");
        let written = match self {
            Self::Alive { id, session, sent } => {
                write!(out, "\"id\":\"{id}\",\"session\":\"{session}\",\"sent\":{sent}")
            }
            Self::Item { id, seq } => write!(out, "\"id\":\"{id}\",\"seq\":{seq}"),
            Self::End { id, seq } => write!(out, "\"id\":\"{id}\",\"seq\":{seq},\"end\":true"),
            Self::Credit(credit) => write!(out, "\"credit\":{credit}"),
            Self::Cancel => write!(out, "\"cancel\":true"),
        };
        written.expect("a vector takes any bytes");
        out.push(b'}');
    }

    /// Reads the object that the member holds.
    pub(super) fn read(reader: &mut Reader<'_>) -> Result<Self, Malformed> {
        let members = Members::read(reader)?;
        members.part().ok_or(WRONG.at(reader.position()))
    }
}

/// Appends `,"stream":{"credit":N}`, the member of a call that asks for a stream.
pub(super) fn write_credit(credit: u64, out: &mut Vec<u8>) {
    StreamPart::Credit(credit).write_member(out);
}

/// Reads the member of a call.
pub(super) fn read_credit(reader: &mut Reader<'_>) -> Result<u64, Malformed> {
    match StreamPart::read(reader)? {
        StreamPart::Credit(credit) => Ok(credit),
        _ => Err(WRONG.at(reader.position())),
    }
}

const WRONG: MalformedKind = MalformedKind::Member { name: "stream", expected: "a message of a stream" };

#[derive(Default)]
struct Members {
    id: Option<Id>,
    session: Option<Id>,
    sent: Option<u64>,
    seq: Option<u64>,
    end: Option<bool>,
    credit: Option<u64>,
    cancel: Option<bool>,
}

impl Members {
    fn read(reader: &mut Reader<'_>) -> Result<Self, Malformed> {
        if !reader.open(b'{')? {
            return Err(WRONG.at(reader.position()));
        }
        let mut members = Self::default();
        let mark = reader.mark();
        let mut is_first = true;
        while let Some(key) = reader.next_key(is_first)? {
            is_first = false;
            match &*key {
                "id" => once(&mut members.id, id(reader)?, reader)?,
                "session" => once(&mut members.session, id(reader)?, reader)?,
                "sent" => once(&mut members.sent, count(reader)?, reader)?,
                "seq" => once(&mut members.seq, count(reader)?, reader)?,
                "credit" => once(&mut members.credit, count(reader)?, reader)?,
                "end" => once(&mut members.end, flag(reader)?, reader)?,
                "cancel" => once(&mut members.cancel, flag(reader)?, reader)?,
                _ => reader.skip_unknown(key)?,
            }
        }
        reader.distinct(mark)?;
        Ok(members)
    }

    fn part(self) -> Option<StreamPart> {
        match self {
            Self { id: Some(id), seq: Some(seq), end: Some(true), .. } => Some(StreamPart::End { id, seq }),
            Self { id: Some(id), seq: Some(seq), .. } => Some(StreamPart::Item { id, seq }),
            Self { id: Some(id), session: Some(session), sent: Some(sent), .. } => {
                Some(StreamPart::Alive { id, session, sent })
            }
            Self { id: None, cancel: Some(true), .. } => Some(StreamPart::Cancel),
            Self { id: None, credit: Some(credit), .. } => Some(StreamPart::Credit(credit)),
            _ => None,
        }
    }
}

fn id(reader: &mut Reader<'_>) -> Result<Id, Malformed> {
    let offset = reader.position();
    Id::parse(text(reader, "stream")?.as_bytes()).ok_or(WRONG.at(offset))
}

fn count(reader: &mut Reader<'_>) -> Result<u64, Malformed> {
    let offset = reader.position();
    reader.number()?.and_then(|number| number.text.parse().ok()).ok_or(WRONG.at(offset))
}

fn flag(reader: &mut Reader<'_>) -> Result<bool, Malformed> {
    reader.bool().ok_or(WRONG.at(reader.position()))
}
