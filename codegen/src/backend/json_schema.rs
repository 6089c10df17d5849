//! JSON Schemas of what travels, as introspection shows them.

use serde_json::Value as Json;

use crate::model::{Model, Procedure};

/// The schema of a procedure's payload.
pub(super) fn payload(model: &Model, procedure: &Procedure) -> Json {
    let _ = (model, procedure);
    Json::Null
}

/// The schema of a procedure's reply.
pub(super) fn reply(model: &Model, procedure: &Procedure) -> Json {
    let _ = (model, procedure);
    Json::Null
}
