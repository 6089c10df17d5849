//! Commands: what a client writes.
//!
//! A client [encodes](Command::encode) them; a broker reads them with [`CommandDecoder`].

mod decode;
mod encode;
mod quote;

#[cfg(test)]
mod tests;

pub use self::{
    decode::{ClientState, CommandDecoder, CommandLimits, DecodeError, Refusal},
    encode::{Command, Secret, encode_mpub, encode_pub, mpub_body_len},
};
