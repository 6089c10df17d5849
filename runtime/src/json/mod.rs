//! JSON as text: a strict reader, the writer of strings, and where in a document something is. What the text means is
//! left to envelopes (`wire`) and to values (`codec`), which both stand on this.

mod fault;
mod path;
mod reader;
mod strings;

#[cfg(test)]
mod tests;

pub(crate) use self::{
    fault::{Fault, FaultKind, Placed},
    path::{Path, Step, shorten},
    reader::{MAX_DEPTH, Number, Reader},
    strings::{read_string, write_string},
};
