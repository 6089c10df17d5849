//! The file as it is written. Whether its values mean something is for `load`.

use std::collections::BTreeMap;

use serde::Deserialize;

/// The whole file.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct File {
    pub(super) version: u32,
    pub(super) schemas: Vec<String>,
    #[serde(default)]
    pub(super) generate: Vec<Generate>,
    #[serde(default)]
    pub(super) lint: Lint,
    #[serde(default)]
    pub(super) breaking: Breaking,
}

/// One entry of `generate`; what is neither of the three is a setting of the target.
#[derive(Debug, Deserialize)]
pub(super) struct Generate {
    pub(super) target: Option<String>,
    pub(super) plugin: Option<String>,
    pub(super) out: String,
    #[serde(flatten)]
    pub(super) options: BTreeMap<String, serde_yaml::Value>,
}

/// `lint:`.
#[derive(Clone, Debug, Default, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Lint {
    /// Codes of lints that are not raised.
    #[serde(default)]
    pub disable: Vec<String>,
}

/// `breaking:`.
#[derive(Clone, Debug, Default, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Breaking {
    /// What to compare with: a git reference, `REF:path`, or a folder.
    pub against: Option<String>,
    /// Which changes count.
    #[serde(default)]
    pub category: BreakingCategory,
    /// Changes that are wanted.
    #[serde(default)]
    pub except: Vec<BreakingException>,
}

/// Which changes count as breaking.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum BreakingCategory {
    /// What running peers would not understand.
    #[default]
    Wire,
    /// That, and what users' code would not compile with.
    Source,
}

/// A breaking change that is wanted.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct BreakingException {
    /// Its code.
    pub code: String,
    /// The full name of what changes.
    pub subject: String,
    /// Why it is wanted.
    pub reason: String,
    /// The last day that it is excepted, `2026-12-31`; for ever without one.
    pub until: Option<String>,
}
