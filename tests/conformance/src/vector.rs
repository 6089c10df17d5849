//! Vectors as their files have them; README.md tells the format.

use std::collections::BTreeMap;
use std::path::Path;
use std::{fs, io};

use serde::Deserialize;

/// One document, and what becomes of it.
#[derive(Clone, Debug)]
pub struct Vector {
    /// The name of its test, the same in every language.
    pub test: String,
    /// The type that reads it, by its full name in the contract.
    pub type_name: String,
    /// What the group that it stands in is about.
    pub covers: Vec<String>,
    /// The document.
    pub json: String,
    /// The fields that are sets: the order of their items means nothing.
    pub sets: Vec<String>,
    outcome: Outcome,
    python: Option<Outcome>,
}

/// What becomes of a document.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Outcome {
    /// It is read, and this is written back.
    Written(String),
    /// It is refused at this place.
    Refused(String),
}

/// A language that may differ where the language's reference says so.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Language {
    /// Differs nowhere.
    Rust,
    /// Years from 1 to 9999, microseconds, the last of repeated keys.
    Python,
}

impl Vector {
    /// What becomes of the document in a language.
    #[must_use]
    pub fn outcome(&self, language: Language) -> &Outcome {
        match language {
            Language::Rust => &self.outcome,
            Language::Python => self.python.as_ref().unwrap_or(&self.outcome),
        }
    }
}

/// Every vector of a folder, by file and then as it stands there.
///
/// # Errors
///
/// A file cannot be read, is not of the format, or a name stands twice.
pub(crate) fn read(folder: &Path) -> io::Result<Vec<Vector>> {
    let mut paths: Vec<_> =
        fs::read_dir(folder)?.map(|entry| entry.map(|entry| entry.path())).collect::<Result<_, _>>()?;
    paths.sort();
    let mut vectors = BTreeMap::new();
    let mut order = Vec::new();
    for path in paths {
        let wrong = |why: String| io::Error::other(format!("{}: {why}", path.display()));
        let file = path.file_stem().unwrap_or_default().to_string_lossy().into_owned();
        let groups: Vec<Group> = serde_json::from_slice(&fs::read(&path)?).map_err(|error| wrong(error.to_string()))?;
        for group in groups {
            for case in &group.cases {
                let vector = group.vector(&file, case).map_err(wrong)?;
                order.push(vector.test.clone());
                if let Some(other) = vectors.insert(vector.test.clone(), vector) {
                    return Err(wrong(format!("{} stands twice", other.test)));
                }
            }
        }
    }
    Ok(order.iter().filter_map(|test| vectors.remove(test)).collect())
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Group {
    #[serde(rename = "type")]
    type_name: String,
    covers: Vec<String>,
    #[serde(default)]
    around: [String; 2],
    #[serde(default)]
    sets: Vec<String>,
    cases: Vec<Case>,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Case {
    name: String,
    json: String,
    written: Option<String>,
    refused: Option<String>,
    python: Option<Difference>,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Difference {
    written: Option<String>,
    refused: Option<String>,
}

impl Group {
    fn vector(&self, file: &str, case: &Case) -> Result<Vector, String> {
        let short = self.type_name.strip_prefix("conformance.").unwrap_or(&self.type_name);
        let test = format!("{file}::{short}::{}", case.name);
        let outcome = |written: &Option<String>, refused: &Option<String>| match (written, refused) {
            (Some(_), Some(_)) => Err(format!("{test} is both written and refused")),
            (None, Some(place)) => Ok(Outcome::Refused(place.clone())),
            (Some(json), None) => Ok(Outcome::Written(self.whole(json))),
            (None, None) => Ok(Outcome::Written(self.whole(&case.json))),
        };
        Ok(Vector {
            outcome: outcome(&case.written, &case.refused)?,
            python: case.python.as_ref().map(|python| outcome(&python.written, &python.refused)).transpose()?,
            type_name: self.type_name.clone(),
            covers: self.covers.clone(),
            sets: self.sets.clone(),
            json: self.whole(&case.json),
            test,
        })
    }

    fn whole(&self, json: &str) -> String {
        format!("{}{json}{}", self.around[0], self.around[1])
    }
}
