use std::ffi::OsString;
use std::fmt;
use std::io::{self, Read, Write as _};
use std::process::{Child, Command, ExitStatus, Stdio};
use std::str::FromStr;
use std::sync::mpsc::{self, Receiver, RecvTimeoutError};
use std::thread;
use std::time::{Duration, Instant};

use serde::de::Error as _;

use super::error::{PluginError, PluginErrorKind};
use super::protocol::{Request, Response, VERSION};

/// How long a plugin may take.
const TIME_LIMIT: Duration = Duration::from_secs(60);
/// How long an answer may be, in bytes.
const LONGEST: u64 = 256 << 20;
/// How much of what a plugin said last is told when it fails, in bytes.
const LAST_WORDS: usize = 2048;

/// A plugin's name: `kotlin` is the program `almanet-gen-kotlin`.
///
/// Letters, digits, `-` and `_`: a name is never a path.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct PluginName(String);

/// The text is no plugin's name.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("a plugin's name is made of letters, digits, `-` and `_`; the program is `almanet-gen-NAME`")]
pub struct PluginNameError;

impl FromStr for PluginName {
    type Err = PluginNameError;

    fn from_str(name: &str) -> Result<Self, PluginNameError> {
        let is_fine = |byte: u8| byte.is_ascii_alphanumeric() || byte == b'-' || byte == b'_';
        if name.is_empty() || name.len() > 64 || !name.bytes().all(is_fine) {
            return Err(PluginNameError);
        }
        Ok(Self(name.to_owned()))
    }
}

impl fmt::Display for PluginName {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

/// A plugin that can be run.
#[derive(Clone, Debug)]
pub struct Plugin {
    name: PluginName,
    time_limit: Duration,
    folders: Option<OsString>,
}

impl Plugin {
    /// The program `almanet-gen-NAME`, wherever `PATH` has it, with 60 s to answer.
    #[must_use]
    pub fn new(name: PluginName) -> Self {
        Self { name, time_limit: TIME_LIMIT, folders: None }
    }

    /// Another time to answer in.
    #[must_use]
    pub fn time_limit(mut self, limit: Duration) -> Self {
        self.time_limit = limit;
        self
    }

    /// Looks for the program in these folders, in the form of `PATH`, instead.
    #[must_use]
    pub fn search(mut self, folders: impl Into<OsString>) -> Self {
        self.folders = Some(folders.into());
        self
    }

    /// Its name.
    #[must_use]
    pub fn name(&self) -> &PluginName {
        &self.name
    }

    /// The program's file name.
    #[must_use]
    pub fn program(&self) -> String {
        format!("almanet-gen-{}", self.name)
    }

    /// Runs the program once. What it writes to standard error goes to this process's as it comes. A program that is
    /// stopped is killed; what it has started itself is not.
    ///
    /// # Errors
    ///
    /// Whatever it did instead of answering: see [`PluginErrorKind`].
    pub fn run(&self, request: &Request) -> Result<Response, PluginError> {
        self.exchange(request).map_err(|kind| PluginError { program: self.program(), kind })
    }

    fn exchange(&self, request: &Request) -> Result<Response, PluginErrorKind> {
        let question = serde_json::to_vec(request).map_err(|error| PluginErrorKind::Broken(error.into()))?;
        let deadline = Instant::now() + self.time_limit;
        let mut command = Command::new(self.program());
        if let Some(folders) = &self.folders {
            command.env("PATH", folders);
        }
        let mut running = Running::start(command)?;
        running.ask(question);
        let answer = match running.answer.recv_timeout(remaining(deadline)) {
            // Nobody reads on: how it ends tells of that alone.
            Ok(Ok(answer)) if answer.len() as u64 > LONGEST => return Err(PluginErrorKind::TooLong(LONGEST)),
            Ok(answer) => answer,
            Err(RecvTimeoutError::Timeout) => return Err(PluginErrorKind::TimedOut(self.time_limit)),
            Err(RecvTimeoutError::Disconnected) => Err(io::Error::other("the thread that reads it ended")),
        };
        let status = running.wait(deadline)?.ok_or(PluginErrorKind::TimedOut(self.time_limit))?;
        if !status.success() {
            // It has ended, so this is there; unless something that it started still holds the pipe.
            let said = running.said.recv_timeout(remaining(deadline).min(Duration::from_secs(1))).unwrap_or_default();
            return Err(PluginErrorKind::Failed { status, said });
        }
        read(&answer.map_err(PluginErrorKind::Broken)?)
    }
}

fn read(answer: &[u8]) -> Result<Response, PluginErrorKind> {
    /// What every version has.
    #[derive(serde::Deserialize)]
    struct Versioned {
        version: u32,
    }

    let no_response = PluginErrorKind::NoResponse;
    let answer = str::from_utf8(answer).map_err(|error| no_response(serde_json::Error::custom(error)))?;
    let Versioned { version } = serde_json::from_str(answer).map_err(no_response)?;
    if version != VERSION {
        return Err(PluginErrorKind::Version(version));
    }
    serde_json::from_str(answer).map_err(no_response)
}

fn remaining(deadline: Instant) -> Duration {
    deadline.saturating_duration_since(Instant::now())
}

/// A program with a thread at each of its pipes, so that neither side waits for the other to read. Dropped, it is stopped.
///
/// A thread ends when its pipe does. Something that the program started and left behind may hold one open: no thread is
/// waited for.
struct Running {
    child: Child,
    answer: Receiver<io::Result<Vec<u8>>>,
    said: Receiver<String>,
}

impl Running {
    fn start(mut command: Command) -> Result<Self, PluginErrorKind> {
        command.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped());
        let mut child = command.spawn().map_err(|error| match error.kind() {
            io::ErrorKind::NotFound => PluginErrorKind::NotFound,
            _ => PluginErrorKind::NotStarted(error),
        })?;
        let (tell_answer, answer) = mpsc::channel();
        let (tell_said, said) = mpsc::channel();
        if let (Some(stdout), Some(stderr)) = (child.stdout.take(), child.stderr.take()) {
            // Whoever waited may have given up.
            thread::spawn(move || {
                let mut bytes = Vec::new();
                let outcome = stdout.take(LONGEST + 1).read_to_end(&mut bytes);
                let _ = tell_answer.send(outcome.map(|_| bytes));
            });
            thread::spawn(move || {
                let _ = tell_said.send(forward(stderr));
            });
        }
        Ok(Self { child, answer, said })
    }

    fn ask(&mut self, question: Vec<u8>) {
        if let Some(mut stdin) = self.child.stdin.take() {
            // One that does not read its question to the end may have its reasons; its answer tells.
            thread::spawn(move || drop(stdin.write_all(&question)));
        }
    }

    /// How it ended; `None` where it has not by then.
    fn wait(&mut self, deadline: Instant) -> Result<Option<ExitStatus>, PluginErrorKind> {
        loop {
            if let Some(status) = self.child.try_wait().map_err(PluginErrorKind::Broken)? {
                return Ok(Some(status));
            }
            if remaining(deadline).is_zero() {
                return Ok(None);
            }
            // Its output has ended: so will it, at once.
            thread::sleep(Duration::from_millis(2));
        }
    }
}

impl Drop for Running {
    fn drop(&mut self) {
        // One that has ended already cannot be killed, which is as well.
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

/// Passes on what a program says, and keeps the end of it.
fn forward(mut stderr: impl Read) -> String {
    let mut last: Vec<u8> = Vec::new();
    let mut chunk = [0; 4096];
    while let Ok(length @ 1..) = stderr.read(&mut chunk) {
        let _ = io::stderr().lock().write_all(&chunk[..length]);
        last.extend_from_slice(&chunk[..length]);
        let surplus = last.len().saturating_sub(LAST_WORDS);
        last.drain(..surplus);
    }
    String::from_utf8_lossy(&last).trim().to_owned()
}
