//! The Rust runtime of this process, and what becomes of it in a process that is forked off.

use std::sync::{
    Mutex, PoisonError,
    atomic::{AtomicU32, Ordering},
};

use pyo3::{exceptions::PyRuntimeError, prelude::*};
use tokio::runtime::{Builder, Runtime};

static RUNTIME: Mutex<Option<&'static Runtime>> = Mutex::new(None);
static GENERATION: AtomicU32 = AtomicU32::new(0);

/// The runtime, started where it is not. Its one thread does all of a process's I/O.
pub(crate) fn runtime() -> PyResult<&'static Runtime> {
    let mut runtime = RUNTIME.lock().unwrap_or_else(PoisonError::into_inner);
    if let Some(runtime) = *runtime {
        return Ok(runtime);
    }
    let started =
        Builder::new_multi_thread().worker_threads(1).thread_name("almanet").enable_all().build().map_err(|error| {
            PyRuntimeError::new_err(format!("the threads of almanet_runtime cannot start: {error}"))
        })?;
    Ok(*runtime.insert(Box::leak(Box::new(started))))
}

/// Which process something belongs to: its threads are not in those that are forked off.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Generation(u32);

impl Generation {
    pub(crate) fn current() -> Self {
        Self(GENERATION.load(Ordering::Relaxed))
    }

    pub(crate) fn is_current(self) -> bool {
        self == Self::current()
    }

    /// # Errors
    /// Where it is used in another process than it was made in.
    pub(crate) fn check(self) -> PyResult<()> {
        if self.is_current() {
            return Ok(());
        }
        Err(PyRuntimeError::new_err(
            "this session belongs to the process that this one was forked from, and its threads are not here: connect \
             anew, or start processes by `spawn`",
        ))
    }
}

/// Tells that this process was just forked off. What it inherited does nothing any more; it may connect anew.
#[pyfunction]
pub(crate) fn forked() {
    // Locked by nobody: only threads that hold the interpreter's lock take it, as the one that forked did.
    if let Ok(mut runtime) = RUNTIME.try_lock() {
        *runtime = None;
    }
    GENERATION.fetch_add(1, Ordering::Relaxed);
}

/// Something of the Rust runtime, which is dropped in the process that made it and forgotten elsewhere: its locks may be
/// held by threads that are not there.
pub(crate) struct Owned<T> {
    value: Option<T>,
    generation: Generation,
}

impl<T> Owned<T> {
    pub(crate) fn new(value: T) -> Self {
        Self { value: Some(value), generation: Generation::current() }
    }

    pub(crate) fn get(&self) -> PyResult<&T> {
        self.generation.check()?;
        self.value.as_ref().ok_or_else(|| PyRuntimeError::new_err("it is gone"))
    }
}

impl<T> Drop for Owned<T> {
    fn drop(&mut self) {
        let Some(value) = self.value.take() else { return };
        match RUNTIME.try_lock().ok().and_then(|runtime| *runtime) {
            Some(runtime) if self.generation.is_current() => {
                let _within = runtime.enter();
                drop(value);
            }
            _ => std::mem::forget(value),
        }
    }
}
