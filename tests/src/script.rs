//! Scripted sessions with a broker, and what it answered.
//!
//! A script is a text of one step for each line. Its answers stand in it: running it gives the same text with the
//! answers of the broker that it ran against, in which only message ids and times are masked. So two brokers are
//! compared by comparing two texts, and a recorded script is its own expectation.
//!
//! | line | meaning |
//! | --- | --- |
//! | `# …`, empty | a remark |
//! | `option NAME VALUE` | the broker runs with nsqd's flag `--NAME=VALUE`, or what corresponds to it |
//! | `connect a` | opens the connection `a` and sends `  V2`; `connect a as MAGIC` sends that instead |
//! | `a> LINE` | sends the line and a line feed |
//! | `a> LINE \| BODY` | sends the line and a body behind its size |
//! | `a> LINE \|\| BODY \| BODY` | sends the line and the bodies as MPUB has them |
//! | `a>> BYTES` | sends just these bytes |
//! | `a< …` | reads one frame, or the end of the connection |
//! | `a,b< …` | reads one frame from whichever has one first |
//! | `a~< …` | the same as `a<`, after any number of heartbeats |
//! | `a ends` | closes the sending half |
//! | `a closes` | closes the connection |
//! | `pause` | leaves the broker time for what it does in the background and tells nobody |
//!
//! A connection whose IDENTIFY was granted snappy or deflate goes on so by itself, in both directions.
//!
//! What is sent may hold `\n`, `\r`, `\t`, `\0`, `\\`, `\|`, `\xNN`, `#1` for the id of the first message of the script
//! (in the order of arrival), and `{x*100}` for a hundred x. `@1>` sends on the connection that got message `#1` last.

use std::{
    collections::{BTreeMap, VecDeque},
    fmt::Write as _,
    net::{Shutdown, SocketAddr},
    sync::mpsc,
    thread,
    time::{Duration, Instant},
};

use self::connection::{Arrival, Connection};

mod connection;

/// nsqd deletes ephemeral channels, and hands messages from a topic to its channels, behind the client's back.
const PAUSE: Duration = Duration::from_millis(300);
/// How much of a body is shown, unless it is JSON: all that a broker grants counts.
const SHOWN: usize = 100;

/// A script that was read.
#[derive(Clone, Debug)]
pub struct Script {
    steps: Vec<(String, Step)>,
}

#[derive(Clone, Debug)]
enum Step {
    Remark,
    Option { name: String, value: String },
    Connect { name: String, magic: String },
    Send { name: String, text: String, whole: bool },
    Receive { names: Vec<String>, head: String, skip_heartbeats: bool },
    End { name: String, how: Shutdown },
    Pause,
}

impl Script {
    /// Reads a script.
    ///
    /// # Panics
    /// Where a line is none of the steps.
    #[must_use]
    pub fn parse(text: &str) -> Self {
        Self { steps: text.lines().map(|line| (line.to_owned(), Step::parse(line))).collect() }
    }

    /// The options that the broker shall run with, by nsqd's names.
    pub fn options(&self) -> impl Iterator<Item = (&str, &str)> {
        self.steps.iter().filter_map(|(_, step)| match step {
            Step::Option { name, value } => Some((&**name, &**value)),
            _ => None,
        })
    }

    /// Runs the script against the broker at this address and returns it with that broker's answers. One that does not
    /// come within `patience` is `nothing`.
    ///
    /// # Panics
    /// Where the broker cannot be connected to, or the script names a connection that it did not open.
    #[must_use]
    pub fn run(&self, broker: SocketAddr, patience: Duration) -> String {
        let mut session = Session::new(broker, patience);
        let mut transcript = String::new();
        for (line, step) in &self.steps {
            match session.perform(step) {
                Ok(None) => transcript.push_str(line),
                Ok(Some(answer)) => transcript.push_str(&answer),
                Err(Missing(number)) => {
                    write!(transcript, "{line} … but no message #{number} came").expect("writing to a string");
                }
            }
            transcript.push('\n');
        }
        transcript
    }
}

impl Step {
    fn parse(line: &str) -> Self {
        let own = str::to_owned;
        if line.trim().is_empty() || line.starts_with('#') {
            return Self::Remark;
        }
        if line == "pause" {
            return Self::Pause;
        }
        if let Some(option) = line.strip_prefix("option ") {
            let (name, value) = option.split_once(' ').unwrap_or_else(|| panic!("an option without a value: {line}"));
            return Self::Option { name: own(name), value: own(value) };
        }
        if let Some(name) = line.strip_prefix("connect ") {
            let (name, magic) = name.split_once(" as ").unwrap_or((name, "  V2"));
            return Self::Connect { name: own(name), magic: own(magic) };
        }
        if let Some(name) = line.strip_suffix(" ends") {
            return Self::End { name: own(name), how: Shutdown::Write };
        }
        if let Some(name) = line.strip_suffix(" closes") {
            return Self::End { name: own(name), how: Shutdown::Both };
        }
        let at = line.find(['<', '>']).unwrap_or_else(|| panic!("not a step of a script: {line}"));
        let (name, rest) = line.split_at(at);
        if let Some(text) = rest.strip_prefix(">>") {
            return Self::Send { name: own(name), text: own(text.strip_prefix(' ').unwrap_or(text)), whole: false };
        }
        if let Some(text) = rest.strip_prefix('>') {
            return Self::Send { name: own(name), text: own(text.strip_prefix(' ').unwrap_or(text)), whole: true };
        }
        let plain = name.strip_suffix('~');
        Self::Receive {
            names: plain.unwrap_or(name).split(',').map(own).collect(),
            head: format!("{name}<"),
            skip_heartbeats: plain.is_some(),
        }
    }
}

/// The script means a message of this number, and so many did not come.
struct Missing(usize);

struct Session {
    broker: SocketAddr,
    connections: BTreeMap<String, Connection>,
    sender: mpsc::Sender<(String, Arrival)>,
    receiver: mpsc::Receiver<(String, Arrival)>,
    /// How long to wait for an answer.
    patience: Duration,
    /// What came and was not asked for yet.
    waiting: VecDeque<(String, Arrival)>,
    /// The messages in the order of their arrival.
    messages: Vec<Message>,
}

/// What is known of a message. Each topic of nsqd counts its ids by itself, so that it takes the time as well to tell
/// one message from another.
struct Message {
    id: Vec<u8>,
    timestamp: Vec<u8>,
    /// The connection that got it last.
    owner: String,
}

impl Session {
    fn new(broker: SocketAddr, patience: Duration) -> Self {
        let (sender, receiver) = mpsc::channel();
        Self {
            broker,
            connections: BTreeMap::new(),
            sender,
            receiver,
            patience,
            waiting: VecDeque::new(),
            messages: Vec::new(),
        }
    }

    /// Performs a step. What it received, if it is such a step, is the line to be written in its place.
    fn perform(&mut self, step: &Step) -> Result<Option<String>, Missing> {
        match step {
            Step::Remark | Step::Option { .. } => {}
            Step::Pause => thread::sleep(PAUSE),
            Step::Connect { name, magic } => {
                let connection = Connection::open(self.broker, name, &self.sender).expect("the broker listens");
                self.connections.insert(name.clone(), connection);
                self.write(name, magic.as_bytes());
            }
            Step::Send { name, text, whole } => {
                let name = match name.strip_prefix('@') {
                    Some(number) => self.message(number)?.owner.clone(),
                    None => name.clone(),
                };
                let bytes = if *whole { self.command(text)? } else { self.expand(text)? };
                self.write(&name, &bytes);
            }
            Step::Receive { names, head, skip_heartbeats } => {
                let answer = self.next(names, *skip_heartbeats);
                return Ok(Some(format!("{head} {answer}")));
            }
            Step::End { name, how } => {
                // A connection that the broker has closed already is closed, too.
                let _ = self.connection(name).shut_down(*how);
            }
        }
        Ok(None)
    }

    fn write(&mut self, name: &str, bytes: &[u8]) {
        // The broker may refuse a command before it has read all of it.
        let _ = self.connection(name).send(bytes);
    }

    fn connection(&mut self, name: &str) -> &mut Connection {
        self.connections.get_mut(name).unwrap_or_else(|| panic!("no connection `{name}` was opened"))
    }

    fn message(&self, number: &str) -> Result<&Message, Missing> {
        let number: usize = number.parse().unwrap_or_else(|_| panic!("`{number}` is not a message's number"));
        number.checked_sub(1).and_then(|at| self.messages.get(at)).ok_or(Missing(number))
    }

    /// A line, and the bodies that it has.
    fn command(&self, text: &str) -> Result<Vec<u8>, Missing> {
        let (line, bodies, many) = match text.split_once(" || ") {
            Some((line, bodies)) => (line, Some(bodies), true),
            None => match text.split_once(" | ") {
                Some((line, body)) => (line, Some(body), false),
                None => (text, None, false),
            },
        };
        let mut bytes = self.expand(line)?;
        bytes.push(b'\n');
        let Some(bodies) = bodies else { return Ok(bytes) };
        let mut sized = Vec::new();
        let mut count = 0_u32;
        for body in bodies.split(" | ") {
            let body = self.expand(body)?;
            sized.extend(size(body.len()));
            sized.extend(body);
            count += 1;
        }
        if many {
            bytes.extend(size(sized.len() + 4));
            bytes.extend(count.to_be_bytes());
        }
        bytes.extend(sized);
        Ok(bytes)
    }

    /// What a text of the script stands for.
    fn expand(&self, text: &str) -> Result<Vec<u8>, Missing> {
        let mut bytes = Vec::new();
        let mut rest = text;
        while let Some(first) = rest.chars().next() {
            rest = &rest[first.len_utf8()..];
            match first {
                '\\' => {
                    let kind = rest.chars().next().expect("something follows the backslash");
                    rest = &rest[kind.len_utf8()..];
                    match kind {
                        'n' => bytes.push(b'\n'),
                        'r' => bytes.push(b'\r'),
                        't' => bytes.push(b'\t'),
                        '0' => bytes.push(0),
                        'x' => {
                            let (digits, after) = rest.split_at(2);
                            bytes.push(u8::from_str_radix(digits, 16).expect("two hexadecimal digits"));
                            rest = after;
                        }
                        other => bytes.extend(other.encode_utf8(&mut [0; 4]).bytes()),
                    }
                }
                '#' if rest.starts_with(|c: char| c.is_ascii_digit()) => {
                    let end = rest.find(|c: char| !c.is_ascii_digit()).unwrap_or(rest.len());
                    bytes.extend(&self.message(&rest[..end])?.id);
                    rest = &rest[end..];
                }
                '{' if repeated(rest).is_some() => {
                    let (unit, times, after) = repeated(rest).expect("it was just seen");
                    bytes.extend(unit.as_bytes().repeat(times));
                    rest = after;
                }
                other => bytes.extend(other.encode_utf8(&mut [0; 4]).bytes()),
            }
        }
        Ok(bytes)
    }

    /// The next arrival at one of the connections, as the transcript shows it.
    fn next(&mut self, names: &[String], skip_heartbeats: bool) -> String {
        let deadline = Instant::now() + self.patience;
        loop {
            let Some((name, arrival)) = self.arrival(names, deadline) else {
                // The script has gone wrong; what follows says how, and need not take long.
                self.patience = Duration::ZERO;
                return "nothing".to_owned();
            };
            match arrival {
                Arrival::Frame(0, data) if skip_heartbeats && data == b"_heartbeat_" => {}
                Arrival::Closed => return "closed".to_owned(),
                Arrival::Frame(kind, data) => return self.show(kind, &data, &name),
            }
        }
    }

    fn arrival(&mut self, names: &[String], deadline: Instant) -> Option<(String, Arrival)> {
        if let Some(at) = self.waiting.iter().position(|(name, _)| names.contains(name)) {
            return self.waiting.remove(at);
        }
        loop {
            let left = deadline.saturating_duration_since(Instant::now());
            let (name, arrival) = self.receiver.recv_timeout(left).ok()?;
            if names.contains(&name) {
                return Some((name, arrival));
            }
            self.waiting.push_back((name, arrival));
        }
    }

    fn show(&mut self, kind: i32, data: &[u8], receiver: &str) -> String {
        match (kind, data.split_at_checked(26)) {
            (0, _) => {
                // One that was closed meanwhile is shown as closed next.
                let _ = self.connection(receiver).answered(data);
                format!("response {}", self.show_bytes(data))
            }
            (1, _) => format!("error {}", self.show_bytes(data)),
            (2, Some((header, body))) => {
                let (timestamp, id) = (&header[..8], &header[10..]);
                let attempts = u16::from_be_bytes([header[8], header[9]]);
                assert!(
                    id.iter().all(|digit| matches!(digit, b'0'..=b'9' | b'a'..=b'f')),
                    "an id of hexadecimal digits"
                );
                let known = |message: &Message| message.id == id && message.timestamp == timestamp;
                let number = match self.messages.iter().position(known) {
                    Some(at) => {
                        receiver.clone_into(&mut self.messages[at].owner);
                        at + 1
                    }
                    None => {
                        let (id, timestamp, owner) = (id.to_vec(), timestamp.to_vec(), receiver.to_owned());
                        self.messages.push(Message { id, timestamp, owner });
                        self.messages.len()
                    }
                };
                format!("message #{number} attempts={attempts} {}", self.show_bytes(body))
            }
            _ => format!("a frame of type {kind}: {}", self.show_bytes(data)),
        }
    }

    /// Bytes as the transcript shows them: escaped, cut, and with the ids masked.
    fn show_bytes(&self, data: &[u8]) -> String {
        let mut shown = String::new();
        let is_json = data.starts_with(b"{");
        let mut rest = data;
        while let Some((first, after)) = rest.split_first() {
            if let Some(at) = self.messages.iter().position(|message| rest.starts_with(&message.id)) {
                write!(shown, "#{}", at + 1).expect("writing to a string");
                rest = &rest[16..];
                continue;
            }
            match first {
                b'\\' => shown.push_str("\\\\"),
                b' '..=b'~' => shown.push(char::from(*first)),
                other => write!(shown, "\\x{other:02x}").expect("writing to a string"),
            }
            rest = after;
            if data.len() - rest.len() >= SHOWN && rest.len() > SHOWN && !is_json {
                write!(shown, "… {} bytes", data.len()).expect("writing to a string");
                break;
            }
        }
        shown
    }
}

/// `x*100}…` as x, 100, and what follows.
fn repeated(text: &str) -> Option<(&str, usize, &str)> {
    let (inside, after) = text.split_once('}')?;
    let (unit, times) = inside.split_once('*')?;
    Some((unit, times.parse().ok()?, after))
}

fn size(length: usize) -> [u8; 4] {
    u32::try_from(length).expect("a script's bodies are short").to_be_bytes()
}
