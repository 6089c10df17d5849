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

impl super::Configuration {
    /// What to compare with, seen from the process's folder where it is a path.
    #[must_use]
    pub fn against(&self) -> Option<String> {
        let against = self.breaking.against.as_deref()?;
        let folder = self.path.parent().filter(|folder| !folder.as_os_str().is_empty());
        match folder {
            Some(folder) if against.starts_with("./") || against.starts_with("../") => {
                let path = folder.join(against).display().to_string();
                // Whatever it is, it is a path.
                Some(if path.starts_with(['.', '/']) { path } else { format!("./{path}") })
            }
            _ => Some(against.to_owned()),
        }
    }
}
