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

pub use bytes::Bytes;
pub use jiff::civil::{Date, DateTime, Time};
pub use jiff::{SignedDuration as Duration, Timestamp};
pub use rust_decimal::Decimal;
pub use serde_json::Value;
pub use uuid::Uuid;
