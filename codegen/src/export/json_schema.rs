use serde::ser::SerializeMap as _;
use serde::{Serialize, Serializer};

use super::contract::{Members, title};
use super::schema::{Dialect, Schemas};
use crate::model::Model;

/// The types of a contract as one JSON Schema (2020-12) document, written while it is serialized.
///
/// Every definition stands under `$defs` by its full name: `#/$defs/net.example.Greeted`; what a procedure takes and answers as
/// `net.example.greeting.greet-payload` and `…-reply` (`…-value` of a stream), what a topic carries as `…-message`.
#[derive(Debug)]
pub struct JsonSchema<'a> {
    model: &'a Model,
}

impl<'a> JsonSchema<'a> {
    /// The document of a contract.
    #[must_use]
    pub fn new(model: &'a Model) -> Self {
        Self { model }
    }
}

impl Serialize for JsonSchema<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut document = serializer.serialize_map(None)?;
        document.serialize_entry("$schema", "https://json-schema.org/draft/2020-12/schema")?;
        document.serialize_entry("title", &title(self.model))?;
        document.serialize_entry("$defs", &Members(|| Schemas::new(self.model, Dialect::JsonSchema).into_all()))?;
        document.end()
    }
}
