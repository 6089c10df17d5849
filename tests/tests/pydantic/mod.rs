//! The rows, their values, and the Python process at the other end.

pub(crate) mod peer;
pub(crate) mod row;
pub(crate) mod rows;
pub(crate) mod types;
