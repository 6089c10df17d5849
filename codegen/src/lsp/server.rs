//! The main thread: takes messages in their order, keeps what is open, and hands out the work.

use std::collections::VecDeque;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::path::PathBuf;
use std::sync::Arc;
use std::time::{Duration, Instant};

use crossbeam_channel::{Receiver, Sender, after, never, select};
use lsp_server::{ErrorCode, Message, Request, RequestId, Response};
use rustc_hash::FxHashMap;
use serde_json::Value;

use super::background::{self, Found};
use super::client::Client;
use super::open::OpenTexts;
use super::pool::{Cancelled, Pool, error};
use super::snapshot::Snapshot;
use super::transport::{Incoming, Outgoing};
use super::{answers, capabilities, log, parent};
use crate::ide::{Document, Retained, Scan, Shown, World};

/// So long nobody types before whole projects are checked.
const IDLE: Duration = Duration::from_millis(150);

/// So many messages are looked at ahead, for those that take back others.
const AHEAD: usize = 256;

/// How serving a client ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Ended {
    /// As the protocol wants it: `shutdown`, then `exit`.
    Orderly,
    /// The client said `exit` without `shutdown`, is gone, or sent what is no message.
    Abruptly,
}

/// Where the conversation is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Phase {
    Fresh,
    Serving,
    ShutDown,
}

pub(super) struct Server {
    pub(super) incoming: Receiver<Incoming>,
    pub(super) waiting: VecDeque<Incoming>,
    pub(super) outgoing: Outgoing,
    pub(super) pool: Pool,
    pub(super) jobs: Sender<Scan>,
    pub(super) found: Receiver<Found>,
    /// Closed once the client's process is gone.
    pub(super) gone: Receiver<()>,
    pub(super) phase: Phase,
    pub(super) client: Client,
    pub(super) started: Instant,
    pub(super) world: World,
    pub(super) open: OpenTexts,
    pub(super) retained: Retained,
    /// What the client was told last, by file.
    pub(super) shown: Arc<FxHashMap<PathBuf, Vec<Shown>>>,
    /// The version of each open text whose problems the client was told last.
    pub(super) told: FxHashMap<PathBuf, i32>,
    /// Whether all projects are known.
    pub(super) placed: bool,
    /// Whether all files of them are.
    pub(super) scanned: bool,
    /// Requests that need every file, until they are known.
    pub(super) held: Vec<Request>,
    /// When to check whole projects.
    pub(super) due: Option<Instant>,
    pub(super) busy: bool,
}

impl Server {
    pub(super) fn new(incoming: Receiver<Incoming>, outgoing: Outgoing) -> Self {
        let (jobs, found) = background::start();
        let pool = Pool::new(&outgoing, Cancelled::default());
        Self {
            incoming,
            waiting: VecDeque::new(),
            outgoing,
            pool,
            jobs,
            found,
            gone: never(),
            phase: Phase::Fresh,
            client: Client::default(),
            started: Instant::now(),
            world: World::new(),
            open: OpenTexts::default(),
            retained: Retained::default(),
            shown: Arc::default(),
            told: FxHashMap::default(),
            placed: false,
            scanned: false,
            held: Vec::new(),
            due: None,
            busy: false,
        }
    }

    pub(super) fn run(mut self) -> Ended {
        let ended = loop {
            if self.outgoing.is_stuck() {
                log::say("the client does not read its messages: ending");
                break Ended::Abruptly;
            }
            self.look_ahead();
            let incoming = match self.waiting.pop_front() {
                Some(incoming) => incoming,
                None => {
                    // Nobody is waiting for anything else: this is the moment for what was typed.
                    self.guarded("problems", Self::check_open);
                    match self.wait() {
                        Some(incoming) => incoming,
                        None => continue,
                    }
                }
            };
            match incoming {
                Incoming::Message(message) => {
                    if let Some(ended) = self.message(message) {
                        break ended;
                    }
                }
                Incoming::Malformed(code, why) => {
                    log::say(&format!("what came is no message: {why}"));
                    self.outgoing.send_error(code, &why);
                }
                Incoming::End(why) => {
                    log::say(&format!("{}: ending", why.as_deref().unwrap_or("the client is gone")));
                    break if self.phase == Phase::ShutDown { Ended::Orderly } else { Ended::Abruptly };
                }
            }
        };
        self.pool.finish();
        ended
    }

    /// Takes what is there already; what was taken back is known before it is begun.
    fn look_ahead(&mut self) {
        while self.waiting.len() < AHEAD
            && let Ok(incoming) = self.incoming.try_recv()
        {
            match incoming {
                Incoming::Message(Message::Notification(notification)) if notification.method == "$/cancelRequest" => {
                    self.cancel(&notification.params);
                }
                incoming => self.waiting.push_back(incoming),
            }
        }
    }

    /// The next message, unless something else has to be done first.
    fn wait(&mut self) -> Option<Incoming> {
        let due = match self.due {
            Some(due) if !self.busy => after(due.saturating_duration_since(Instant::now())),
            _ => never(),
        };
        select! {
            recv(self.incoming) -> incoming => return Some(incoming.unwrap_or(Incoming::End(None))),
            recv(self.found) -> found => {
                if let Ok(found) = found {
                    self.guarded("what was found", |server| server.found(found));
                }
            }
            recv(self.gone) -> _ => return Some(Incoming::End(Some("the client's process is gone".to_owned()))),
            recv(due) -> _ => self.scan(),
        }
        None
    }

    /// Runs a part of the main thread's own work; what panics is told, and left.
    fn guarded(&mut self, what: &str, work: impl FnOnce(&mut Self)) {
        if catch_unwind(AssertUnwindSafe(|| work(self))).is_err() {
            log::say(&format!("{what} failed; please report it, with the lines above"));
        }
    }

    fn message(&mut self, message: Message) -> Option<Ended> {
        match message {
            Message::Request(request) => self.request(request),
            Message::Notification(notification) if notification.method == "exit" => {
                return Some(if self.phase == Phase::ShutDown { Ended::Orderly } else { Ended::Abruptly });
            }
            Message::Notification(notification) if self.phase == Phase::Serving => {
                let what = notification.method.clone();
                self.guarded(&what, |server| server.notification(notification));
            }
            // What comes too early or too late, and answers to what this server asks, which say nothing.
            Message::Notification(_) | Message::Response(_) => {}
        }
        None
    }

    fn request(&mut self, request: Request) {
        match (self.phase, request.method.as_str()) {
            (Phase::Fresh, "initialize") => self.initialize(request),
            (Phase::Fresh, _) => {
                self.refuse(request.id, ErrorCode::ServerNotInitialized, "the first request is `initialize`");
            }
            (Phase::Serving, "initialize") => {
                self.refuse(request.id, ErrorCode::InvalidRequest, "this is initialized already");
            }
            (Phase::Serving, "shutdown") => {
                self.phase = Phase::ShutDown;
                self.outgoing.send(Response::new_ok(request.id, Value::Null));
            }
            (Phase::ShutDown, _) => {
                self.refuse(request.id, ErrorCode::InvalidRequest, "this is shut down: only `exit` follows");
            }
            (Phase::Serving, method) if !self.scanned && answers::needs_every_file(method) => self.held.push(request),
            (Phase::Serving, _) => self.answer(request),
        }
    }

    pub(super) fn answer(&mut self, request: Request) {
        let Request { id, method, params } = request;
        let Some(answer) = answers::find(&method) else {
            return self.refuse(id, ErrorCode::MethodNotFound, &format!("there is no request {method}"));
        };
        self.refresh();
        let snapshot = self.snapshot();
        self.pool.answer(id, &method, move || answer(&snapshot, params));
    }

    pub(super) fn refuse(&mut self, id: RequestId, code: ErrorCode, why: &str) {
        self.outgoing.send(Response { id, response_result: Err(error(code, why)) });
    }

    pub(super) fn snapshot(&self) -> Snapshot {
        let open = self.open.iter().map(|(path, open)| (path.clone(), (open.uri.clone(), open.version)));
        Snapshot {
            world: self.world.clone(),
            encoding: self.client.encoding,
            features: self.client.features,
            open: Arc::new(open.collect()),
            problems: Arc::clone(&self.shown),
            outgoing: self.outgoing.clone(),
        }
    }

    fn initialize(&mut self, request: Request) {
        let params = match serde_json::from_value(request.params) {
            Ok(params) => params,
            Err(why) => {
                return self.refuse(request.id, ErrorCode::InvalidParams, &why.to_string());
            }
        };
        self.client = Client::new(&params);
        self.phase = Phase::Serving;
        self.gone = self.client.process.map_or_else(never, parent::watch);
        let result = serde_json::to_value(capabilities::initialized(&self.client)).unwrap_or_default();
        self.outgoing.send(Response::new_ok(request.id, result));
        log::say(&format!("version {}, serving {}", env!("CARGO_PKG_VERSION"), self.client.name));
        self.scan();
    }

    pub(super) fn touch(&mut self) {
        self.due = Some(Instant::now() + IDLE);
    }

    /// Gives the world the texts that were typed.
    pub(super) fn refresh(&mut self) {
        for (path, open) in &mut self.open {
            if std::mem::take(&mut open.stale) {
                self.world.insert(Document::open(path, open.text.as_str()));
            }
        }
    }

    /// Begins to look at the disk and to check whole projects.
    pub(super) fn scan(&mut self) {
        self.refresh();
        let scan = Scan { world: self.world.clone(), folders: self.client.folders.clone() };
        self.busy = self.jobs.try_send(scan).is_ok();
        self.due = None;
    }
}
