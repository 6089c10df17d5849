//! The file as it is written. Whether its values mean something is for `load`.

use std::collections::BTreeMap;
use std::fmt;
use std::ops::Deref;

use serde::Deserialize;
use serde::de::{Deserializer, Error, Visitor};

use crate::lint;
use crate::source::Location;

/// A string that is written as one: YAML would also take `5` or `true` for it.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Text(String);

impl fmt::Display for Text {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl Deref for Text {
    type Target = str;

    fn deref(&self) -> &str {
        &self.0
    }
}

impl<'de> Deserialize<'de> for Text {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct OnlyText;

        impl Visitor<'_> for OnlyText {
            type Value = Text;

            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("a text")
            }

            fn visit_str<E: Error>(self, text: &str) -> Result<Text, E> {
                Ok(Text(text.to_owned()))
            }
        }

        deserializer.deserialize_any(OnlyText)
    }
}

/// The whole file.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct File {
    pub(super) version: u32,
    pub(super) schemas: Vec<Text>,
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
    pub(super) target: Option<Text>,
    pub(super) plugin: Option<Text>,
    pub(super) out: Text,
    #[serde(flatten)]
    pub(super) options: BTreeMap<String, serde_yaml::Value>,
}

/// `lint:`.
#[derive(Clone, Debug, Default, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Lint {
    /// Codes of lints that are not raised, and categories of them.
    #[serde(default)]
    pub disable: Vec<Text>,
}

impl Lint {
    /// Which rules speak. Names that there are none of are refused where the file is loaded.
    #[must_use]
    pub fn settings(&self) -> lint::Settings {
        let mut settings = lint::Settings::default();
        for name in &self.disable {
            let _ = settings.disable(name);
        }
        settings
    }
}

/// `breaking:`.
#[derive(Clone, Debug, Default, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Breaking {
    /// What to compare with: a git reference, `REF:path`, or a folder.
    pub against: Option<Text>,
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
    pub code: Text,
    /// The full name of what changes.
    pub subject: Text,
    /// Why it is wanted.
    pub reason: Text,
    /// The last day that it is excepted, `2026-12-31`; for ever without one.
    pub until: Option<Text>,
    /// Where it is said; the start of the file until that is found out.
    #[serde(skip)]
    pub location: Option<Location>,
}
