use serde::{Deserialize, Serialize};
use serde_json::{Map, Value as Json};

/// The version of the protocol. It changes when a plugin of the former one would misunderstand a request; members may be added
/// without that, and each side ignores those that it does not know.
pub const VERSION: u32 = 1;

/// What a plugin is asked.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[non_exhaustive]
pub struct Request {
    /// [`VERSION`].
    pub version: u32,
    /// The contract, in the form of `export --format ir`: definitions keyed by full name and sorted.
    pub model: Json,
    /// The settings beside `plugin` and `out` in `almanet.yaml`, or those of `--option`.
    #[serde(default)]
    pub options: Map<String, Json>,
}

impl Request {
    /// Asks for the files of a model.
    #[must_use]
    pub fn new(model: Json, options: Map<String, Json>) -> Self {
        Self { version: VERSION, model, options }
    }
}

/// What a plugin answers.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[non_exhaustive]
pub struct Response {
    /// [`VERSION`].
    pub version: u32,
    /// All files of the output folder. One that a former run wrote and that is missing here is removed.
    pub files: Vec<GeneratedFile>,
    /// What is to be said of the contract. An error among them, and nothing is written.
    #[serde(default)]
    pub diagnostics: Vec<Diagnostic>,
}

/// One file of an answer.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct GeneratedFile {
    /// Where it goes, relative to the output folder, with `/` between its parts.
    pub path: String,
    /// The whole text.
    pub content: String,
}

/// Something that a plugin has to say of the contract.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Diagnostic {
    /// How much it weighs.
    #[serde(rename = "severity")]
    pub importance: Importance,
    /// What is wrong.
    pub message: String,
    /// The full name of what it is about, `net.example.greeting.greet`: it is shown there. Without one, or with one that the
    /// contract does not have, it is shown without a place.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub subject: Option<String>,
    /// What to do about it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub help: Option<String>,
}

/// How much a plugin's diagnostic weighs.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Importance {
    /// The plugin cannot generate this contract.
    Error,
    /// It can, and something deserves a look.
    Warning,
}

impl Response {
    /// No files yet.
    #[must_use]
    pub fn new() -> Self {
        Self { version: VERSION, files: Vec::new(), diagnostics: Vec::new() }
    }

    /// Adds a file.
    #[must_use]
    pub fn with_file(mut self, path: impl Into<String>, content: impl Into<String>) -> Self {
        self.files.push(GeneratedFile { path: path.into(), content: content.into() });
        self
    }

    /// Refuses the contract because of what has this full name.
    #[must_use]
    pub fn with_error(self, subject: impl Into<String>, message: impl Into<String>) -> Self {
        self.with(Importance::Error, subject.into(), message.into())
    }

    /// Warns of what has this full name.
    #[must_use]
    pub fn with_warning(self, subject: impl Into<String>, message: impl Into<String>) -> Self {
        self.with(Importance::Warning, subject.into(), message.into())
    }

    fn with(mut self, importance: Importance, subject: String, message: String) -> Self {
        self.diagnostics.push(Diagnostic { importance, message, subject: Some(subject), help: None });
        self
    }
}

impl Default for Response {
    fn default() -> Self {
        Self::new()
    }
}
