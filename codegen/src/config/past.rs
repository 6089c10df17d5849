use serde::Deserialize;

use super::load::too_much;

/// `schemas` of a configuration that is not the present one: what else it says, perhaps in a form of another time, does not
/// matter.
///
/// # Errors
///
/// Why nothing can be told of it.
pub(crate) fn schemas_of(text: &str) -> Result<Vec<String>, String> {
    #[derive(Deserialize)]
    struct Schemas {
        schemas: Vec<String>,
    }

    if let Some((_, why)) = too_much(text) {
        return Err(why.to_owned());
    }
    match serde_yaml::from_str::<Schemas>(text) {
        Ok(Schemas { schemas }) if schemas.is_empty() => Err("`schemas` is empty".to_owned()),
        Ok(Schemas { schemas }) => Ok(schemas),
        Err(error) => Err(error.to_string()),
    }
}
