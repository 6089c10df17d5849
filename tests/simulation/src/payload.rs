//! What calls and values carry.

use std::time::Duration;

use crate::history::Value;
use crate::plan::Call;

/// What a call carries: its key, the time to work on it in milliseconds, and how many values a stream has.
pub(crate) fn payload(call: Call) -> String {
    format!("{} {} {}", call.key, call.work.as_millis(), call.values)
}

pub(crate) fn read(payload: &str) -> (u32, Duration, u32) {
    let [key, millis, values] = numbers(payload);
    (key, Duration::from_millis(millis.into()), values)
}

pub(crate) fn write(Value { key, number, instance: (host, start) }: Value) -> String {
    format!("{key} {number} {host} {start}")
}

pub(crate) fn read_value(value: &str) -> Value {
    let [key, number, host, start] = numbers(value);
    Value { key, number, instance: (host as usize, start as usize) }
}

/// The channel of an instance that answered a gathering call with this payload.
pub(crate) fn read_reply(reply: &str, payload: &str) -> Option<usize> {
    reply.strip_prefix(payload)?.trim_start().parse().ok()
}

fn numbers<const N: usize>(text: &str) -> [u32; N] {
    let numbers: Vec<u32> = text.split(' ').map(|number| number.parse().expect("a number")).collect();
    numbers.try_into().expect("so many of them")
}
