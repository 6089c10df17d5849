//! Threads that answer requests.

use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::{Arc, Mutex, PoisonError};
use std::thread::{self, JoinHandle};

use crossbeam_channel::{Sender, bounded};
use lsp_server::{ErrorCode, RequestId, Response, ResponseError};
use rustc_hash::FxHashSet;
use serde_json::Value;

use super::log;
use super::transport::Outgoing;

/// What a request is answered.
pub(super) type Answer = Result<Value, ResponseError>;

/// So many requests wait; what comes then waits in the stream.
const WAITING: usize = 64;

pub(super) struct Pool {
    jobs: Sender<Job>,
    cancelled: Cancelled,
    threads: Vec<JoinHandle<()>>,
}

struct Job {
    id: RequestId,
    method: String,
    work: Box<dyn FnOnce() -> Answer + Send>,
}

/// Requests that nobody waits for any more.
#[derive(Clone, Default)]
pub(super) struct Cancelled(Arc<Mutex<FxHashSet<RequestId>>>);

impl Cancelled {
    /// Remembers that a request was cancelled. Those that were answered before are forgotten with the next thousand.
    pub(super) fn add(&self, id: RequestId) {
        let mut ids = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        if ids.len() >= 1_000 {
            ids.clear();
        }
        ids.insert(id);
    }

    pub(super) fn take(&self, id: &RequestId) -> bool {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).remove(id)
    }
}

impl Pool {
    pub(super) fn new(outgoing: &Outgoing, cancelled: Cancelled) -> Self {
        let (jobs, receiver) = bounded::<Job>(WAITING);
        let count = thread::available_parallelism().map_or(2, usize::from).clamp(2, 4);
        let threads = (0..count).map(|index| {
            let (receiver, outgoing, cancelled) = (receiver.clone(), outgoing.clone(), cancelled.clone());
            thread::Builder::new()
                .name(format!("lsp request {index}"))
                .spawn(move || {
                    for job in receiver {
                        outgoing.send(run(job, &cancelled));
                    }
                })
                .expect("the system gives a thread")
        });
        let threads = threads.collect();
        Self { jobs, cancelled, threads }
    }

    /// Answers a request some time, or at once where it was cancelled before.
    pub(super) fn answer(&self, id: RequestId, method: &str, work: impl FnOnce() -> Answer + Send + 'static) {
        let job = Job { id, method: method.to_owned(), work: Box::new(work) };
        if self.jobs.send(job).is_err() {
            log::say("no thread is left to answer requests");
        }
    }

    /// The requests that were cancelled.
    pub(super) fn cancelled(&self) -> &Cancelled {
        &self.cancelled
    }

    /// Waits until every request is answered.
    pub(super) fn finish(self) {
        drop(self.jobs);
        for thread in self.threads {
            let _ = thread.join();
        }
    }
}

fn run(job: Job, cancelled: &Cancelled) -> Response {
    let Job { id, method, work } = job;
    if cancelled.take(&id) {
        return Response { id, response_result: Err(error(ErrorCode::RequestCanceled, "cancelled")) };
    }
    let answer = catch_unwind(AssertUnwindSafe(work)).unwrap_or_else(|_| {
        log::say(&format!("answering {method} failed; please report it, with the lines above"));
        Err(error(
            ErrorCode::InternalError,
            "the server failed to answer this request, and goes on; its log tells more",
        ))
    });
    Response { id, response_result: answer }
}

pub(super) fn error(code: ErrorCode, message: impl Into<String>) -> ResponseError {
    ResponseError { code: code as i32, message: message.into(), data: None }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn job(work: impl FnOnce() -> Answer + Send + 'static) -> Job {
        Job { id: 1.into(), method: "test".to_owned(), work: Box::new(work) }
    }

    #[test]
    fn a_request_that_panics_is_answered_an_error() {
        let response = run(job(|| panic!("on purpose")), &Cancelled::default());
        assert_eq!(response.response_result.unwrap_err().code, ErrorCode::InternalError as i32);
        assert!(run(job(|| Ok(Value::Null)), &Cancelled::default()).response_result.is_ok());
    }

    #[test]
    fn a_cancelled_request_is_not_run() {
        let cancelled = Cancelled::default();
        cancelled.add(1.into());
        let response = run(job(|| panic!("it runs")), &cancelled);
        assert_eq!(response.response_result.unwrap_err().code, ErrorCode::RequestCanceled as i32);
        assert!(run(job(|| Ok(Value::Null)), &cancelled).response_result.is_ok());
    }
}
