//! What Python hands over, as Rust has it.

use std::time::Duration;

use pyo3::{exceptions::PyValueError, prelude::*};

/// JSON text.
pub(crate) fn text(json: &[u8]) -> PyResult<String> {
    match std::str::from_utf8(json) {
        Ok(text) => Ok(text.to_owned()),
        Err(error) => Err(PyValueError::new_err(format!("JSON is UTF-8, and this is not: {error}"))),
    }
}

/// Seconds, as Python has them.
pub(crate) fn seconds(seconds: f64) -> PyResult<Duration> {
    Duration::try_from_secs_f64(seconds)
        .map_err(|_| PyValueError::new_err(format!("{seconds} is not a number of seconds from 0 on")))
}
