//! Codes of lints: `W…`, one file a category.

mod addresses;
mod allow;
mod design;
mod docs;
mod evolution;
mod naming;
mod plugins;
mod unused;

pub use addresses::*;
pub use allow::*;
pub use design::*;
pub use docs::*;
pub use evolution::*;
pub use naming::*;
pub use plugins::*;
pub use unused::*;

use super::entry::{Entry, codes};

/// The docs of every category's codes.
pub(super) const ENTRIES: [&[Entry]; 8] = [
    docs::ENTRIES,
    unused::ENTRIES,
    addresses::ENTRIES,
    naming::ENTRIES,
    evolution::ENTRIES,
    design::ENTRIES,
    plugins::ENTRIES,
    allow::ENTRIES,
];
