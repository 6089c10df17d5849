//! What generated code says about its contract, as constants.

mod exceptions;
mod info;

pub use self::{
    exceptions::{Exceptions, write_exception},
    info::{Procedure, ServiceInfo, TopicInfo},
};
