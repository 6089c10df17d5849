//! The compiler of the Almanet contract language.
//!
//! A contract in `.almanet` files says which services there are, what they take, answer, raise and publish. This crate checks
//! it and generates code from it: as a program, `almanet-gen` (feature `cli`, on by default), and as a library for build
//! scripts.
//!
//! In a build script, [`Config`] compiles every contract below a folder to Rust:
//!
//! ```no_run
//! fn main() -> almanet_codegen::BuildResult {
//!     almanet_codegen::Config::new().root("schemas").compile()
//! }
//! ```
//!
//! The same builder checks contracts from anywhere, here from memory:
//!
//! ```
//! use almanet_codegen::Config;
//! use almanet_codegen::source::vfs::Memory;
//!
//! let contract = "namespace net.example\n\nservice greeting {\n    procedure greet(strng) -> string\n}\n";
//! let files = Memory::new().with("schemas/greeting.almanet", contract);
//! let checked = Config::new().root("schemas").check_in(&files);
//!
//! let problem = &checked.report.problems[0];
//! assert_eq!(problem.message, r#"unknown type "strng"; did you mean "string"?"#);
//! ```
//!
//! Data runs one way through the rooms of the crate, and each names only earlier ones: [`source`], [`diagnostic`], [`ast`],
//! [`syntax`], [`model`], [`resolve`], [`validate`], [`mod@format`], [`lint`], `breaking`, [`backend`], [`export`], [`plugin`], `import`, `site`, [`output`],
//! [`config`], [`driver`], `init`, `ide`, `lsp`, `cli`.

pub mod ast;
pub mod backend;
#[cfg(feature = "cli")]
pub mod breaking;
#[cfg(feature = "cli")]
pub mod cli;
pub mod config;
pub mod diagnostic;
pub mod driver;
pub mod export;
pub mod format;
#[cfg(feature = "cli")]
pub mod ide;
#[cfg(feature = "import")]
pub mod import;
#[cfg(feature = "cli")]
pub mod init;
pub mod lint;
#[cfg(feature = "cli")]
pub mod lsp;
pub mod model;
pub mod output;
pub mod plugin;
pub mod resolve;
#[cfg(feature = "cli")]
pub mod site;
pub mod source;
pub mod syntax;
pub mod validate;

pub use driver::{BuildError, BuildResult, Config};
