//! From paths to problems and plans: what the command line and build scripts share.

mod build;
mod config;
#[cfg(feature = "cli")]
mod docs;
mod format;
mod input;
mod lint;
#[cfg(feature = "cli")]
mod past;
mod plugins;
mod progress;
mod stamp;

pub use build::{BuildError, BuildResult};
pub use config::{Checked, Config, Generation, Output};
#[cfg(feature = "cli")]
pub use docs::Documents;
pub use format::{Formatting, Reformatted};
pub use lint::{Fixed, Linted};
#[cfg(feature = "cli")]
pub use past::Past;
pub use progress::{Progress, Step};
pub use stamp::{Stamps, UpToDate};
