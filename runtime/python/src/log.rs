//! The Rust runtime's log, on its way to `logging`.

use std::{
    collections::VecDeque,
    fmt::{self, Write},
    sync::{
        Condvar, Mutex, OnceLock, PoisonError,
        atomic::{AtomicU8, Ordering},
    },
};

use pyo3::prelude::*;
use tracing::{
    Event, Level, Metadata, Subscriber,
    field::{Field, Visit},
    level_filters::LevelFilter,
    span::{Attributes, Id, Record},
    subscriber::Interest,
};

/// How many lines wait for Python at most; the next ones are lost.
const KEPT: usize = 4_096;

/// A level of `logging`, the target, the text, and the fields beside it.
type Line = (u8, &'static str, String, Vec<(&'static str, String)>);

#[derive(Default)]
struct Lines {
    waiting: VecDeque<Line>,
    is_stopped: bool,
}

static LINES: Mutex<Lines> = Mutex::new(Lines { waiting: VecDeque::new(), is_stopped: false });
static THERE: Condvar = Condvar::new();
/// The lowest level of `logging` that is wanted.
static WANTED: AtomicU8 = AtomicU8::new(u8::MAX);

/// Lines of this level of `logging` and above are wanted from now on.
#[pyfunction]
pub(crate) fn log_level(level: u8) {
    static INSTALLED: OnceLock<()> = OnceLock::new();
    WANTED.store(level, Ordering::Relaxed);
    // Where the process has a subscriber already, that one stays.
    INSTALLED.get_or_init(|| drop(tracing::subscriber::set_global_default(ToPython)));
    tracing::callsite::rebuild_interest_cache();
    LINES.lock().unwrap_or_else(PoisonError::into_inner).is_stopped = false;
}

/// Waits for lines, and gives all that are there; `None` after [`stop_logs`].
#[pyfunction]
pub(crate) fn next_logs(py: Python<'_>) -> Option<Vec<Line>> {
    py.detach(|| {
        let mut lines = LINES.lock().unwrap_or_else(PoisonError::into_inner);
        while lines.waiting.is_empty() && !lines.is_stopped {
            lines = THERE.wait(lines).unwrap_or_else(PoisonError::into_inner);
        }
        let waiting = std::mem::take(&mut lines.waiting);
        (!waiting.is_empty()).then(|| waiting.into())
    })
}

/// Ends [`next_logs`], once it has given what is there.
#[pyfunction]
pub(crate) fn stop_logs() {
    LINES.lock().unwrap_or_else(PoisonError::into_inner).is_stopped = true;
    THERE.notify_all();
}

/// Keeps events, and knows no spans.
struct ToPython;

fn python_level(level: Level) -> u8 {
    match level {
        Level::ERROR => 40,
        Level::WARN => 30,
        Level::INFO => 20,
        Level::DEBUG => 10,
        Level::TRACE => 5,
    }
}

impl Subscriber for ToPython {
    fn register_callsite(&self, metadata: &'static Metadata<'static>) -> Interest {
        if self.enabled(metadata) { Interest::always() } else { Interest::never() }
    }

    fn enabled(&self, metadata: &Metadata<'_>) -> bool {
        metadata.is_event()
            && metadata.target().starts_with("almanet")
            && python_level(*metadata.level()) >= WANTED.load(Ordering::Relaxed)
    }

    fn max_level_hint(&self) -> Option<LevelFilter> {
        let levels = [LevelFilter::ERROR, LevelFilter::WARN, LevelFilter::INFO, LevelFilter::DEBUG, LevelFilter::TRACE];
        let wanted = WANTED.load(Ordering::Relaxed);
        let of = |filter: &LevelFilter| filter.into_level().map_or(u8::MAX, python_level);
        Some(levels.into_iter().rfind(|filter| of(filter) >= wanted).unwrap_or(LevelFilter::OFF))
    }

    fn event(&self, event: &Event<'_>) {
        let mut text = Text::default();
        event.record(&mut text);
        let line = (python_level(*event.metadata().level()), event.metadata().target(), text.message, text.fields);
        let mut lines = LINES.lock().unwrap_or_else(PoisonError::into_inner);
        if lines.waiting.len() < KEPT && !lines.is_stopped {
            lines.waiting.push_back(line);
            THERE.notify_one();
        }
    }

    fn new_span(&self, _: &Attributes<'_>) -> Id {
        Id::from_u64(1)
    }

    fn record(&self, _: &Id, _: &Record<'_>) {}

    fn record_follows_from(&self, _: &Id, _: &Id) {}

    fn enter(&self, _: &Id) {}

    fn exit(&self, _: &Id) {}
}

/// A line's message and its fields.
#[derive(Default)]
struct Text {
    message: String,
    fields: Vec<(&'static str, String)>,
}

impl Visit for Text {
    fn record_debug(&mut self, field: &Field, value: &dyn fmt::Debug) {
        if field.name() == "message" {
            let _ = write!(self.message, "{value:?}");
        } else {
            self.fields.push((field.name(), format!("{value:?}")));
        }
    }

    fn record_str(&mut self, field: &Field, value: &str) {
        self.fields.push((field.name(), value.to_owned()));
    }
}
