//! All that generated code names.

pub use crate::codec::{
    Checker, Decode, Decoder, Encode, Encoder, Enum, Field, Key, Length, Limit, Pattern, Record, Tag, Text, Union,
    Unknown, Variant, check_with, from_json, literal, to_json, write_json,
};
pub use crate::codec::{DecodeError, EncodeError, Violation};
