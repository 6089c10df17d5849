//! IDENTIFY: what a client asks of a connection, and what the broker grants.

use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};

/// What a client says about itself and asks for. Zero stands for the broker's default, as in nsqd.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
#[non_exhaustive]
pub struct IdentifyRequest {
    /// A name for this client, shown in the broker's statistics.
    pub client_id: String,
    /// The host that it runs on, shown in the broker's statistics.
    pub hostname: String,
    /// The program and its version.
    pub user_agent: String,
    /// Whether the broker shall answer with what it grants; without it the answer is `OK`.
    pub feature_negotiation: bool,
    /// Milliseconds between heartbeats; -1 turns them off, and SUB is refused then.
    pub heartbeat_interval: i64,
    /// Bytes that the broker collects before it writes; -1 for none.
    pub output_buffer_size: i64,
    /// Milliseconds that it collects at most; -1 for no limit.
    pub output_buffer_timeout: i64,
    /// Milliseconds until an unacknowledged message is delivered again.
    pub msg_timeout: i64,
    /// Percent of the channel's messages to deliver, 1 to 99; 0 for all of them.
    pub sample_rate: i64,
    /// Whether to go on in TLS.
    pub tls_v1: bool,
    /// Whether to go on compressed with snappy.
    pub snappy: bool,
    /// Whether to go on compressed with deflate.
    pub deflate: bool,
    /// The level of that compression, 1 to 9.
    pub deflate_level: i64,
}

/// A member of IDENTIFY's body does not hold what it should.
#[derive(Debug, thiserror::Error)]
#[error("the body of IDENTIFY cannot be read")]
pub struct InvalidIdentify(#[from] serde_json::Error);

impl IdentifyRequest {
    /// The body of the command.
    pub fn to_json(&self) -> Vec<u8> {
        serde_json::to_vec(self).expect("strings, numbers and booleans always have a JSON form")
    }

    /// Reads a client's request as leniently as nsqd does: the case of a member's name does not matter, unknown members
    /// are skipped, and null changes nothing.
    ///
    /// # Errors
    /// Where it is not JSON, or a member is of another type.
    pub fn from_json(body: &[u8]) -> Result<Self, InvalidIdentify> {
        let members = serde_json::from_slice::<Option<Map<String, Value>>>(body)?.unwrap_or_default();
        let known = members
            .into_iter()
            .filter(|(_, value)| !value.is_null())
            .map(|(name, value)| (name.to_ascii_lowercase(), value))
            .collect();
        Ok(serde_json::from_value(Value::Object(known))?)
    }
}

/// What the broker grants. Members that a broker leaves out keep their default.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
#[non_exhaustive]
pub struct IdentifyResponse {
    /// Highest RDY count.
    pub max_rdy_count: i64,
    /// The broker's version.
    pub version: String,
    /// Longest message timeout in milliseconds.
    pub max_msg_timeout: i64,
    /// This connection's message timeout in milliseconds.
    pub msg_timeout: i64,
    /// Whether TLS begins after this answer.
    pub tls_v1: bool,
    /// Whether deflate begins after this answer.
    pub deflate: bool,
    /// The level of that compression.
    pub deflate_level: i64,
    /// The highest level that the broker grants.
    pub max_deflate_level: i64,
    /// Whether snappy begins after this answer.
    pub snappy: bool,
    /// Percent of the channel's messages that will be delivered; 0 for all.
    pub sample_rate: i64,
    /// Whether the broker wants AUTH next.
    pub auth_required: bool,
    /// Bytes that the broker collects before it writes.
    pub output_buffer_size: i64,
    /// Milliseconds that it collects at most.
    pub output_buffer_timeout: i64,
}

impl IdentifyResponse {
    /// The data of the response frame, its members in nsqd's order.
    pub fn to_json(&self) -> Vec<u8> {
        serde_json::to_vec(self).expect("strings, numbers and booleans always have a JSON form")
    }

    /// Reads the data of the response frame.
    ///
    /// # Errors
    /// Where it is not such an object.
    pub fn from_json(data: &[u8]) -> Result<Self, InvalidIdentify> {
        Ok(serde_json::from_slice(data)?)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn requests_survive_the_way() {
        let request = IdentifyRequest {
            client_id: "é\"".into(),
            heartbeat_interval: -1,
            feature_negotiation: true,
            ..Default::default()
        };
        assert_eq!(IdentifyRequest::from_json(&request.to_json()).unwrap(), request);
    }

    #[test]
    fn requests_are_read_as_leniently_as_nsqd_does() {
        let read = |text: &str| IdentifyRequest::from_json(text.as_bytes());
        assert_eq!(read("null").unwrap(), IdentifyRequest::default());
        let request = read(r#"{"Client_ID": "me", "long_id": [1], "snappy": null}"#).unwrap();
        assert_eq!(request, IdentifyRequest { client_id: "me".into(), ..Default::default() });
        for refused in ["", "[]", "1", r#"{"msg_timeout": "1"}"#, r#"{"msg_timeout": 1.5}"#, "{", "{} x"] {
            assert!(read(refused).is_err(), "{refused}");
        }
    }

    #[test]
    fn what_nsqd_answers_is_read_and_written() {
        let text = concat!(
            r#"{"max_rdy_count":2500,"version":"1.3.0","max_msg_timeout":900000,"msg_timeout":60000,"tls_v1":false,"#,
            r#""deflate":false,"deflate_level":6,"max_deflate_level":6,"snappy":false,"sample_rate":0,"#,
            r#""auth_required":false,"output_buffer_size":16384,"output_buffer_timeout":250}"#,
        );
        let response = IdentifyResponse::from_json(text.as_bytes()).unwrap();
        assert_eq!((response.max_rdy_count, &*response.version), (2500, "1.3.0"));
        assert_eq!(response.to_json(), text.as_bytes());
        assert!(IdentifyResponse::from_json(b"OK").is_err());
    }
}
