//! Files in memory to disk: unchanged ones untouched, all or nothing, nobody else's file ever touched.
//!
//! What a run wrote is recorded in `OUT/.almanet-files.json`, meant to be committed: paths and hashes. A file that the record
//! knows is brought back to what is generated, whatever became of it: a formatter's work, a merge's. One that the record
//! does not know is an error that says so, as is one to remove that was changed since. Skeletons are written where there is nothing, and are the user's from then on: never listed.
//!
//! One run at a time writes to a folder; another one waits for it a while, and sees then whether anything is left to be done.

mod contents;
mod diff;
mod effects;
mod error;
mod journal;
mod path;
mod patience;
mod plan;
mod record;
mod replace;
mod settled;
mod stage;
mod transaction;

pub use diff::Difference;
pub(crate) use diff::unified_diff;
pub use error::{OutputError, OutputErrorKind};
pub use path::RECORD_NAME;
pub use plan::Plan;
pub use replace::replace;
pub(crate) use settled::{Recorded, record_text, recorded};
pub(crate) use transaction::write_watched;
pub use transaction::{Written, recover, write};

#[cfg(test)]
mod tests;
