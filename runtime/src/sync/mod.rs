//! Locks, and what is made of them. A checker of interleavings takes their place where the crate is built with
//! `--cfg shuttle`.

mod bell;
#[cfg(test)]
mod logged;
mod said;

#[cfg(shuttle)]
pub(crate) use shuttle::sync::{Mutex, MutexGuard};
#[cfg(not(shuttle))]
pub(crate) use std::sync::{Mutex, MutexGuard};

#[cfg(test)]
pub(crate) use self::logged::Logged;
pub(crate) use self::{bell::Bell, said::Said};
