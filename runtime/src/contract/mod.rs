//! What generated code says about its contract, as constants.

mod exceptions;
mod info;
#[cfg(test)]
pub(crate) mod too_far;

pub use self::{
    exceptions::{Exceptions, write_exception},
    info::{Procedure, ServiceInfo, TopicInfo},
};
