use std::io;
use std::process::ExitStatus;
use std::time::Duration;

use crate::diagnostic::Code;
use crate::diagnostic::code::plugins as code;

/// Why a plugin gave no answer that can be used. Nothing was written.
#[derive(Debug, thiserror::Error)]
#[error("the plugin `{program}` {kind}")]
pub struct PluginError {
    /// The program, as it was looked for.
    pub program: String,
    /// What it did.
    #[source]
    pub kind: PluginErrorKind,
}

/// What a plugin did.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum PluginErrorKind {
    /// There is no such program.
    #[error("was not found")]
    NotFound,
    /// The system does not run it.
    #[error("could not be started: {0}")]
    NotStarted(#[source] io::Error),
    /// It ended with a failure, and said this last.
    #[error("ended with {status}{}", last_words(said))]
    Failed {
        /// How it ended.
        status: ExitStatus,
        /// The end of what it wrote to standard error.
        said: String,
    },
    /// It did not end in time, and was stopped.
    #[error("did not end within {} s, and was stopped", .0.as_secs_f64())]
    TimedOut(Duration),
    /// Its answer is too long.
    #[error("answered more than {} MiB", .0 >> 20)]
    TooLong(u64),
    /// Its answer cannot be read.
    #[error("answered something that is no response: {0}")]
    NoResponse(#[source] serde_json::Error),
    /// It speaks another version of the protocol.
    #[error("answered in version {0} of the protocol, and this almanet-gen speaks {spoken}", spoken = super::VERSION)]
    Version(u32),
    /// The exchange with it broke off.
    #[error("could not be read from: {0}")]
    Broken(#[source] io::Error),
}

impl PluginError {
    /// The code that explains it.
    #[must_use]
    pub fn code(&self) -> Code {
        match self.kind {
            PluginErrorKind::NotFound | PluginErrorKind::NotStarted(_) => code::PLUGIN_NOT_FOUND,
            PluginErrorKind::Failed { .. } | PluginErrorKind::Broken(_) => code::PLUGIN_FAILED,
            PluginErrorKind::TimedOut(_) => code::PLUGIN_TIMED_OUT,
            PluginErrorKind::TooLong(_) | PluginErrorKind::NoResponse(_) | PluginErrorKind::Version(_) => {
                code::PLUGIN_ANSWER
            }
        }
    }

    /// What to do about it.
    #[must_use]
    pub fn remedy(&self) -> String {
        let program = &self.program;
        match &self.kind {
            PluginErrorKind::NotFound => {
                format!("install `{program}` into a folder that PATH names, or correct the plugin's name")
            }
            PluginErrorKind::NotStarted(_) => {
                format!("make `{program}` executable; a script needs a first line that names its interpreter")
            }
            PluginErrorKind::Failed { .. } | PluginErrorKind::Broken(_) => {
                format!(
                    "run it by hand to see more: almanet-gen export --format ir gives the model; `{program}`'s author has to mend it"
                )
            }
            PluginErrorKind::TimedOut(_) => {
                "a plugin reads all of its input, answers, and ends; look for what it waits for".to_owned()
            }
            PluginErrorKind::TooLong(_) => "split what it generates into several outputs".to_owned(),
            PluginErrorKind::NoResponse(_) => {
                "standard output is for the answer alone; what is meant for people goes to standard error".to_owned()
            }
            PluginErrorKind::Version(_) => format!("install versions of almanet-gen and `{program}` that fit together"),
        }
    }
}

/// What a program said last, as the end of a sentence.
fn last_words(said: &str) -> String {
    if said.is_empty() { String::new() } else { format!(", and said: {said}") }
}
