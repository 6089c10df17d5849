//! What a client negotiates with IDENTIFY.

use std::{ops::RangeInclusive, time::Duration};

use almanet_nsq::{
    command::Refusal,
    error::ErrorCode,
    frame::{Frame, OK},
    identify::{IdentifyRequest, IdentifyResponse},
    limits::{MIN_HEARTBEAT_INTERVAL, MIN_MESSAGE_TIMEOUT, MIN_OUTPUT_BUFFER_SIZE, OUTPUT_BUFFER_SIZE},
};
use bytes::Bytes;

use super::upgrade::Upgrade;
use crate::options::Options;

/// The version that this broker says it has: the nsqd whose behaviour it follows.
const VERSION: &str = "1.3.0";
/// nsqd's default level of deflate, told even to those who do not ask for it.
const DEFLATE_LEVEL: i64 = 6;

/// How a connection behaves.
#[derive(Clone, Copy, Debug)]
pub(super) struct Settings {
    /// Time between heartbeats; `None` where there are none.
    pub(super) heartbeat: Option<Duration>,
    /// Bytes that are collected before they are written.
    pub(super) buffer_size: usize,
    /// How long they are collected; `None` for as long as it takes.
    pub(super) buffer_timeout: Option<Duration>,
    /// Percent of the messages to deliver; 0 for all.
    pub(super) sample_rate: u8,
    pub(super) message_timeout: Duration,
}

/// The answer to an IDENTIFY.
pub(super) struct Grant {
    pub(super) settings: Settings,
    /// How the stream goes on behind the answer, in this order.
    pub(super) upgrades: Vec<Upgrade>,
    pub(super) answer: Frame,
}

impl Settings {
    /// The settings of a connection without IDENTIFY.
    pub(super) fn new(options: &Options) -> Self {
        Self {
            heartbeat: Some(options.client_timeout / 2),
            buffer_size: OUTPUT_BUFFER_SIZE,
            buffer_timeout: Some(options.output_buffer_timeout),
            sample_rate: 0,
            message_timeout: options.message_timeout,
        }
    }

    /// Carries out an IDENTIFY with this body.
    pub(super) fn negotiate(self, options: &Options, body: &[u8]) -> Result<Grant, Refusal> {
        let undecodable = || refuse("failed to decode JSON body");
        let request = IdentifyRequest::from_json(body).map_err(|_| undecodable())?;
        // nsqd reads it into 32 bits.
        i32::try_from(request.sample_rate).map_err(|_| undecodable())?;
        let settings = self.apply(options, &request).map_err(|why| refuse(&why))?;
        if !request.feature_negotiation {
            let answer = Frame::Response(Bytes::from_static(OK));
            return Ok(Grant { settings, upgrades: Vec::new(), answer });
        }
        let mut response = settings.describe(options);
        let upgrades = grant(options, &request, &mut response)?;
        Ok(Grant { settings, upgrades, answer: Frame::Response(response.to_json().into()) })
    }

    /// The rules in nsqd's order, which decides what a request with two mistakes is told.
    fn apply(mut self, options: &Options, request: &IdentifyRequest) -> Result<Self, String> {
        match request.heartbeat_interval {
            0 => {}
            -1 => self.heartbeat = None,
            millis => {
                let range = MIN_HEARTBEAT_INTERVAL..=options.max_heartbeat_interval;
                self.heartbeat = Some(duration("heartbeat interval", millis, range)?);
            }
        }
        match request.output_buffer_timeout {
            0 => {}
            -1 => self.buffer_timeout = None,
            millis => {
                let range = options.min_output_buffer_timeout..=options.max_output_buffer_timeout;
                self.buffer_timeout = Some(duration("output buffer timeout", millis, range)?);
            }
        }
        match request.output_buffer_size {
            0 => {}
            -1 => {
                self.buffer_size = 1;
                self.buffer_timeout = None;
            }
            size => {
                let allowed = MIN_OUTPUT_BUFFER_SIZE..=options.max_output_buffer_size;
                let valid = usize::try_from(size).ok().filter(|size| allowed.contains(size));
                self.buffer_size = valid.ok_or_else(|| invalid("output buffer size", size))?;
            }
        }
        let rate = request.sample_rate;
        let valid = u8::try_from(rate).ok().filter(|rate| *rate <= 99);
        self.sample_rate = valid.ok_or_else(|| invalid("sample rate", rate))?;
        match request.msg_timeout {
            0 => {}
            millis => {
                let range = MIN_MESSAGE_TIMEOUT..=options.max_message_timeout;
                self.message_timeout = duration("msg timeout", millis, range)?;
            }
        }
        Ok(self)
    }

    fn describe(&self, options: &Options) -> IdentifyResponse {
        let mut response = IdentifyResponse::default();
        response.max_rdy_count = i64::from(options.max_ready_count);
        response.version = VERSION.to_owned();
        response.max_msg_timeout = millis(options.max_message_timeout);
        response.msg_timeout = millis(self.message_timeout);
        response.deflate_level = DEFLATE_LEVEL;
        response.max_deflate_level = DEFLATE_LEVEL;
        response.sample_rate = i64::from(self.sample_rate);
        response.output_buffer_size = i64::try_from(self.buffer_size).unwrap_or(i64::MAX);
        response.output_buffer_timeout = millis(self.buffer_timeout.unwrap_or_default());
        response
    }
}

/// How the stream goes on, as far as this broker can and may.
#[cfg_attr(
    not(any(feature = "tls", feature = "snappy", feature = "deflate")),
    expect(unused_variables, unused_mut, reason = "nothing can be granted")
)]
fn grant(
    options: &Options,
    request: &IdentifyRequest,
    response: &mut IdentifyResponse,
) -> Result<Vec<Upgrade>, Refusal> {
    let mut upgrades = Vec::new();
    #[cfg(feature = "tls")]
    if options.tls.is_some() && request.tls_v1 {
        response.tls_v1 = true;
        upgrades.push(Upgrade::Tls);
    }
    #[cfg(feature = "snappy")]
    if options.snappy && request.snappy {
        response.snappy = true;
        upgrades.push(Upgrade::Snappy);
    }
    #[cfg(feature = "deflate")]
    {
        let most = i64::from(options.max_deflate_level);
        response.max_deflate_level = most;
        let is_granted = options.deflate && request.deflate;
        let wanted = if is_granted && request.deflate_level > 0 { request.deflate_level } else { DEFLATE_LEVEL };
        response.deflate_level = wanted.min(most);
        if is_granted {
            response.deflate = true;
            upgrades.push(Upgrade::Deflate(u32::try_from(response.deflate_level).unwrap_or_default()));
        }
    }
    if response.snappy && response.deflate {
        let why = "cannot enable both deflate and snappy compression";
        return Err(Refusal::new(ErrorCode::IdentifyFailed, why));
    }
    Ok(upgrades)
}

fn duration(what: &str, millis: i64, range: RangeInclusive<Duration>) -> Result<Duration, String> {
    let duration = u64::try_from(millis).ok().map(Duration::from_millis);
    duration.filter(|duration| range.contains(duration)).ok_or_else(|| invalid(what, millis))
}

fn invalid(what: &str, value: i64) -> String {
    format!("{what} ({value}) is invalid")
}

fn refuse(why: &str) -> Refusal {
    Refusal::new(ErrorCode::BadBody, format!("IDENTIFY {why}"))
}

fn millis(duration: Duration) -> i64 {
    i64::try_from(duration.as_millis()).unwrap_or(i64::MAX)
}
