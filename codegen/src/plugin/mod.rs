//! Generators that are programs of their own: `generate --plugin NAME` runs `almanet-gen-NAME`.
//!
//! A plugin reads one [`Request`] as JSON from its standard input, writes one [`Response`] to its standard output, and ends.
//! It writes no files: what it answers is written by the host, under the rules that hold for every target. What it prints on
//! standard error is shown. `codegen/docs/plugins.md` tells how to write one, in any language, and
//! `codegen/docs/plugin.schema.json` has the exact form of both sides.
//!
//! In Rust, [`answer`] is all there is to a plugin's `main`:
//!
//! ```no_run
//! use almanet_codegen::plugin::{self, Request, Response};
//!
//! fn main() -> std::process::ExitCode {
//!     plugin::answer(|request: Request| {
//!         let services = request.model["services"].as_object();
//!         let names: Vec<&str> = services.into_iter().flatten().map(|(name, _)| name.as_str()).collect();
//!         Response::new().with_file("services.txt", names.join("\n") + "\n")
//!     })
//! }
//! ```

#[cfg(doctest)]
#[doc = include_str!("../../docs/plugins.md")]
mod guide {}

mod author;
mod error;
mod host;
mod protocol;

pub use author::answer;
pub use error::{PluginError, PluginErrorKind};
pub use host::{Plugin, PluginName, PluginNameError};
pub use protocol::{Diagnostic, GeneratedFile, Importance, Request, Response, VERSION};
