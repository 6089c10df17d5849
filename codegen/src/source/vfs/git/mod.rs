//! Contracts in git's objects: a revision's tree, read without a checkout.
//!
//! Objects may be loose or packed, borrowed through alternates, of a repository with or without a working tree, of one of
//! its worktrees, hashed with SHA-1 or SHA-256. Nothing is fetched and nothing is written.

mod error;
mod find;
mod tree;

pub use error::GitError;
pub use find::Repository;
pub use tree::GitTree;

#[cfg(test)]
mod tests;
