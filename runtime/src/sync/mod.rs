//! Locks, and what is made of them.

mod bell;
mod lock;
#[cfg(test)]
mod logged;
mod said;

#[cfg(test)]
pub(crate) use self::logged::Logged;
pub(crate) use self::{
    bell::Bell,
    lock::{Mutex, MutexGuard},
    said::Said,
};
