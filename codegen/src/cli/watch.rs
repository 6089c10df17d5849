use std::collections::BTreeSet;
use std::io;
use std::path::{Component, Path, PathBuf};
use std::sync::mpsc::{self, Receiver, RecvTimeoutError};
use std::time::{Duration, Instant};

use clap::Args;
use notify::event::ModifyKind;
use notify::{Event, EventKind, RecommendedWatcher, RecursiveMode, Watcher as _};

use crate::config;
use crate::diagnostic::Status;
use crate::source::vfs::is_contract;

use super::generate;
use super::outputs::OutputArguments;
use super::paths::{FormatArgument, Watched};
use super::terminal::Terminal;

/// How long nothing more must change before the contracts are read: editors save in several steps.
const QUIET: Duration = Duration::from_millis(50);
/// How long changes that go on are waited for.
const PATIENCE: Duration = Duration::from_millis(500);

/// Generates again whenever a contract or almanet.yaml changes
///
/// Until Ctrl-C. What is wrong with a contract is shown, and watching goes on; nothing is written then.
#[derive(Debug, Args)]
#[command(after_help = "\
Examples:
  almanet-gen watch                     # every output of the nearest almanet.yaml
  almanet-gen watch schemas --target rust --out src/contract")]
pub(super) struct Arguments {
    #[command(flatten)]
    outputs: OutputArguments,
    #[command(flatten)]
    format: FormatArgument,
}

pub(super) fn run(arguments: &Arguments, terminal: &mut Terminal) -> Status {
    let mut watch = match Watch::start() {
        Ok(watch) => watch,
        Err(error) => return refused(&error, terminal),
    };
    let mut is_first = true;
    loop {
        // Watched before it is read: what changes in between is read once more, never missed.
        if let Err(error) = watch.follow(arguments.outputs.paths.watched()) {
            return refused(&error, terminal);
        }
        match arguments.outputs.config() {
            Ok(config) => {
                if let Ok(generation) = generate::write(&config, arguments.format.format, terminal) {
                    let folders = generation.files.iter().filter_map(|file| file.parent());
                    match watch.follow(folders.map(|folder| Watched::Folder(folder.into()))) {
                        Err(error) => return refused(&error, terminal),
                        // What imports led to was read before it was watched.
                        Ok(Followed::More) if !generation.is_as_read() => continue,
                        Ok(_) => {}
                    }
                }
            }
            Err(report) => {
                terminal.problems(&report, arguments.format.format);
                if is_first {
                    return Status::Failed;
                }
            }
        }
        if std::mem::take(&mut is_first) {
            terminal.error_text("watching for changes; Ctrl-C ends it\n");
        }
        if let Err(error) = watch.changed() {
            return refused(&error, terminal);
        }
    }
}

fn refused(error: &notify::Error, terminal: &mut Terminal) -> Status {
    let remedy = match error.kind {
        notify::ErrorKind::MaxFilesWatch => {
            "name a smaller folder, or let the system watch more: `sysctl fs.inotify.max_user_watches`"
        }
        _ => {
            "check that the folders can be read; where the system cannot watch them, run `almanet-gen generate` by hand"
        }
    };
    terminal.failure(&format!("cannot watch for changes: {error}"), remedy);
    Status::Failed
}

/// What came of following folders.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Followed {
    /// Some were not watched yet.
    More,
    /// All were watched already.
    Same,
}

/// So often a folder is tried again of which a part went while it was being watched.
const TRIES: usize = 10;

/// The folders that are watched, and what changes in them.
struct Watch {
    watcher: RecommendedWatcher,
    events: Receiver<notify::Result<Event>>,
    followed: BTreeSet<PathBuf>,
}

impl Watch {
    fn start() -> notify::Result<Self> {
        let (tell, events) = mpsc::channel();
        // Nobody listens only once the program ends.
        let watcher = notify::recommended_watcher(move |event| drop(tell.send(event)))?;
        Ok(Self { watcher, events, followed: BTreeSet::new() })
    }

    /// Watches these folders too. One that is not there is none to watch: whoever reads it says so.
    fn follow(&mut self, folders: impl IntoIterator<Item = Watched>) -> notify::Result<Followed> {
        let before = self.followed.len();
        for folder in folders {
            let (folder, how) = match folder {
                Watched::Tree(folder) => (folder, RecursiveMode::Recursive),
                Watched::Folder(folder) => (folder, RecursiveMode::NonRecursive),
            };
            let Ok(folder) = Path::new(".").join(folder).canonicalize() else { continue };
            if self.followed.iter().any(|known| folder == *known) {
                continue;
            }
            if self.watch(&folder, how)? {
                self.followed.insert(folder);
            }
        }
        Ok(if self.followed.len() > before { Followed::More } else { Followed::Same })
    }

    /// Watches a folder; `false` where it, or what it holds, goes faster than it can be watched: that is a change of what is
    /// above it.
    fn watch(&mut self, folder: &Path, how: RecursiveMode) -> notify::Result<bool> {
        for _ in 0..TRIES {
            match self.watcher.watch(folder, how) {
                Ok(()) => return Ok(true),
                Err(error) if !is_gone(&error) => return Err(error),
                Err(_) if !folder.exists() => break,
                Err(_) => {}
            }
        }
        Ok(false)
    }

    /// Waits until something that is read has changed, and until nothing more changes for a moment.
    fn changed(&mut self) -> notify::Result<()> {
        loop {
            // The watcher holds the other end.
            let Ok(event) = self.events.recv() else { return Err(notify::Error::generic("the watcher ended")) };
            if self.concerns(&event?) {
                break;
            }
        }
        let until = Instant::now() + PATIENCE;
        loop {
            let patience = until.saturating_duration_since(Instant::now());
            match self.events.recv_timeout(QUIET.min(patience)) {
                Ok(event) => drop(self.concerns(&event?)),
                Err(RecvTimeoutError::Timeout) => return Ok(()),
                Err(RecvTimeoutError::Disconnected) => return Err(notify::Error::generic("the watcher ended")),
            }
        }
    }

    /// Whether something is to be read again after this.
    fn concerns(&mut self, event: &Event) -> bool {
        if matches!(event.kind, EventKind::Access(_)) {
            return false;
        }
        // A folder that went or was replaced has to be followed anew; one that was moved would be watched where it is now.
        if event.kind.is_remove() || matches!(event.kind, EventKind::Modify(ModifyKind::Name(_))) {
            for path in event.paths.iter().filter(|path| self.followed.remove(*path)) {
                // One that is gone is not watched any more.
                let _ = self.watcher.unwatch(path);
            }
        }
        event.need_rescan()
            || event.paths.iter().filter(|path| !self.is_hidden(path)).any(|path| {
                is_contract(path)
                    || path.file_name().is_some_and(|name| name == config::FILE_NAME)
                    // A folder that comes or goes may hold contracts.
                    || (path.extension().is_none() && !matches!(event.kind, EventKind::Modify(ModifyKind::Data(_))))
            })
    }

    /// Whether a path lies in a hidden folder of one that is watched: no contract is looked for there.
    fn is_hidden(&self, path: &Path) -> bool {
        let below = self.followed.iter().filter_map(|folder| path.strip_prefix(folder).ok());
        let hidden = |part: Component<'_>| part.as_os_str().as_encoded_bytes().starts_with(b".");
        below.into_iter().any(|rest| rest.components().any(hidden))
    }
}

/// Whether what was to be watched is not there any more.
fn is_gone(error: &notify::Error) -> bool {
    match &error.kind {
        notify::ErrorKind::PathNotFound => true,
        notify::ErrorKind::Io(error) => error.kind() == io::ErrorKind::NotFound,
        _ => false,
    }
}
