//! All that generated code names.

pub use crate::codec::{
    Checker, Decode, Decoder, Encode, Encoder, Enum, Field, Key, Length, Limit, Pattern, Record, Tag, Text, Union,
    Unknown, Variant, from_json, to_json, write_json,
};
pub use crate::codec::{DecodeError, EncodeError, Violation};
