//! The Rust types that stand for the language's: what a contract's fields hold.
//!
//! | contract | Rust |
//! | --- | --- |
//! | `bytes` | [`Bytes`] |
//! | `uuid` | [`Uuid`] |
//! | `timestamp` | [`Timestamp`] |
//! | `datetime`, `date`, `time` | [`DateTime`], [`Date`], [`Time`] |
//! | `duration` | [`Duration`] |
//! | `decimal` | [`Decimal`] |
//! | `any` | [`Value`] |
//!
//! Everything else is a type of the standard library: `String`, `Vec`, `BTreeSet`, `BTreeMap`, `Option`, tuples and
//! numbers.
//!
//! A [`Timestamp`] ends at 9999-12-30T22:00:00.999999999Z, 26 hours before the year 10000: a later instant, which other
//! languages can write, is refused.

pub use bytes::Bytes;
pub use jiff::civil::{Date, DateTime, Time};
pub use jiff::{SignedDuration as Duration, Timestamp};
pub use rust_decimal::Decimal;
pub use serde_json::Value;
pub use uuid::Uuid;
