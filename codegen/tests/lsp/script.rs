//! A case: files, then what an editor does, each with the answer below it.
//!
//! ```text
//! === schemas/greeting.almanet
//! namespace net.example
//! record P { name: str$1ing }
//! >>> textDocument/hover $1
//! the answer
//! ```
//!
//! `$1` … `$9` are places in the files, and stand in none of them. Files with places are opened. Steps are
//! `>>> problems FILE`, `>>> type $1 TEXT`, `>>> write FILE TEXT`, `>>> delete FILE`, `>>> close FILE`, `>>> save FILE`, or a request with a place,
//! a `FILE` or neither, and perhaps more parameters as JSON; `>>> METHOD $1-$2` asks about a range. `!!!` lines are capabilities of the client.

use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::fs;
use std::path::Path;

use serde_json::{Map, Value, json};

use crate::client::Client;

/// Plays a case; what comes back is the case with the answers that came.
pub(crate) fn play(written: &str) -> String {
    let (head, steps) = written.split_at(written.find(">>> ").expect("a case has steps"));
    let root = tempfile::tempdir().unwrap();
    let root = root.path().canonicalize().unwrap();
    let mut play = Play::new(&root, head);
    let mut played = head.to_owned();
    for step in steps.split(">>> ").skip(1) {
        let line = step.lines().next().unwrap_or_default();
        let answer = play.step(line);
        let _ = write!(played, ">>> {line}\n{answer}");
        if !answer.is_empty() && !answer.ends_with('\n') {
            played.push('\n');
        }
    }
    play.client.end();
    played
}

struct Play {
    root: String,
    client: Client,
    /// Open files by name.
    texts: BTreeMap<String, (String, i32)>,
    /// Places by number.
    places: BTreeMap<char, (String, usize)>,
}

impl Play {
    fn new(root: &Path, head: &str) -> Self {
        let mut files = BTreeMap::new();
        let mut capabilities = json!({});
        let mut name = None;
        for line in head.split_inclusive('\n') {
            if let Some(file) = line.strip_prefix("=== ") {
                name = Some(file.trim().to_owned());
            } else if let Some(json) = line.strip_prefix("!!! ") {
                capabilities = serde_json::from_str(json).unwrap();
            } else if let Some(name) = &name {
                *files.entry(name.clone()).or_insert_with(String::new) += line;
            }
        }
        let mut places = BTreeMap::new();
        let mut opened = Vec::new();
        for (name, text) in &mut files {
            let plain = take_places(name, text, &mut places);
            if plain != *text {
                opened.push(name.clone());
            }
            *text = plain;
            let path = root.join(name);
            fs::create_dir_all(path.parent().unwrap()).unwrap();
            // One that was never saved.
            if !name.contains("unsaved") {
                fs::write(path, &*text).unwrap();
            }
        }
        let client = Client::serving(root, capabilities);
        let mut play = Self { root: root.display().to_string(), client, texts: BTreeMap::new(), places };
        for name in opened {
            play.open(&name, &files[&name]);
        }
        play
    }

    fn open(&mut self, name: &str, text: &str) {
        let uri = self.uri(name);
        self.client.open(&uri, text);
        self.texts.insert(name.to_owned(), (text.to_owned(), 1));
    }

    fn uri(&self, name: &str) -> String {
        format!("file://{}/{name}", self.root)
    }

    fn step(&mut self, line: &str) -> String {
        let (what, rest) = line.split_once(' ').unwrap_or((line, ""));
        let (name, more) = if rest.starts_with('{') { ("", rest) } else { rest.split_once(' ').unwrap_or((rest, "")) };
        match what {
            "problems" => {
                let uri = self.uri(name);
                let version = self.texts.get(name).map(|(_, version)| *version);
                let problems = self.client.problems(&uri, version);
                self.shown(&Value::Array(problems))
            }
            "open" => {
                let text = fs::read_to_string(Path::new(&self.root).join(name)).unwrap();
                self.open(name, &text);
                String::new()
            }
            "type" => {
                let text: String = serde_json::from_str(more).unwrap();
                let (file, at) = self.places[&name.chars().nth(1).unwrap()].clone();
                self.type_at(&file, at, &text);
                String::new()
            }
            "write" => {
                let path = Path::new(&self.root).join(name);
                fs::create_dir_all(path.parent().unwrap()).unwrap();
                fs::write(path, serde_json::from_str::<String>(more).unwrap()).unwrap();
                self.changed_on_disk(name);
                String::new()
            }
            "delete" => {
                fs::remove_file(Path::new(&self.root).join(name)).unwrap();
                self.changed_on_disk(name);
                String::new()
            }
            "close" => {
                let uri = self.uri(name);
                self.client.tell("textDocument/didClose", json!({ "textDocument": { "uri": uri } }));
                self.texts.remove(name);
                String::new()
            }
            method => {
                let params = self.params(method, name, more);
                match self.client.ask(method, params) {
                    Ok(result) => self.shown(&result),
                    Err(error) => format!("error {}: {}\n", error["code"], error["message"].as_str().unwrap()),
                }
            }
        }
    }

    fn type_at(&mut self, file: &str, at: usize, typed: &str) {
        let uri = self.uri(file);
        let (text, version) = self.texts.get_mut(file).unwrap();
        let range = {
            let here = position(text, at);
            json!({ "start": here, "end": here })
        };
        text.insert_str(at, typed);
        *version += 1;
        let document = json!({ "uri": uri, "version": version });
        self.client.tell(
            "textDocument/didChange",
            json!({ "textDocument": document, "contentChanges": [{ "range": range, "text": typed }] }),
        );
        for (other, place) in self.places.values_mut() {
            if *other == file && *place >= at {
                *place += typed.len();
            }
        }
    }

    fn changed_on_disk(&mut self, name: &str) {
        let uri = self.uri(name);
        self.client.tell("workspace/didChangeWatchedFiles", json!({ "changes": [{ "uri": uri, "type": 2 }] }));
    }

    fn params(&self, method: &str, place: &str, more: &str) -> Value {
        let mut params = Map::new();
        let mut range = place.split('-').filter_map(|place| self.places.get(&place.strip_prefix('$')?.chars().next()?));
        if let Some((file, at)) = range.next() {
            let position = position(&self.texts[file].0, *at);
            let end = range.next().map(|(file, at)| self::position(&self.texts[file].0, *at));
            params.insert("textDocument".to_owned(), json!({ "uri": self.uri(file) }));
            match end {
                Some(end) => params.insert("range".to_owned(), json!({ "start": position, "end": end })),
                None if method == "textDocument/selectionRange" => {
                    params.insert("positions".to_owned(), json!([position]))
                }
                None => params.insert("position".to_owned(), position),
            };
        } else if self.texts.contains_key(place) {
            params.insert("textDocument".to_owned(), json!({ "uri": self.uri(place) }));
            if method == "textDocument/inlayHint" {
                let end = position(&self.texts[place].0, self.texts[place].0.len());
                params.insert("range".to_owned(), json!({ "start": { "line": 0, "character": 0 }, "end": end }));
            }
        }
        match method {
            "textDocument/references" => {
                params.insert("context".to_owned(), json!({ "includeDeclaration": true }));
            }
            "textDocument/codeAction" => {
                params.insert("context".to_owned(), json!({ "diagnostics": [] }));
                if let Some(position) = params.remove("position") {
                    params.insert("range".to_owned(), json!({ "start": position, "end": position }));
                }
            }
            "textDocument/formatting" | "textDocument/rangeFormatting" => {
                params.insert("options".to_owned(), json!({ "tabSize": 4, "insertSpaces": true }));
            }
            _ => {}
        }
        if !more.is_empty() {
            params.extend(serde_json::from_str::<Map<String, Value>>(more).unwrap());
        }
        Value::Object(params)
    }

    fn shown(&self, value: &Value) -> String {
        let text = serde_json::to_string_pretty(&shortened(value)).unwrap();
        let caches = Path::new(env!("CARGO_TARGET_TMPDIR")).join("caches").display().to_string();
        text.replace(&format!("file://{}/", self.root), "")
            .replace(&format!("{}/", self.root), "")
            .replace(&caches, "CACHES")
            + "\n"
    }
}

/// Takes `$1` … out of a text.
fn take_places(name: &str, text: &str, places: &mut BTreeMap<char, (String, usize)>) -> String {
    let mut plain = String::new();
    let mut rest = text.chars().peekable();
    while let Some(character) = rest.next() {
        match rest.peek() {
            Some(number) if character == '$' && number.is_ascii_digit() => {
                places.insert(*number, (name.to_owned(), plain.len()));
                rest.next();
            }
            _ => plain.push(character),
        }
    }
    plain
}

/// A position in units of UTF-16.
fn position(text: &str, at: usize) -> Value {
    let line = text[..at].matches('\n').count();
    let start = text[..at].rfind('\n').map_or(0, |end| end + 1);
    json!({ "line": line, "character": text[start..at].encode_utf16().count() })
}

/// Positions as `line:column`, ranges as `line:column-line:column`, both from 0.
fn shortened(value: &Value) -> Value {
    let position = |value: &Value| Some(format!("{}:{}", value.get("line")?, value.get("character")?));
    match value {
        Value::Object(object) => {
            if let (2, Some(position)) = (object.len(), position(value)) {
                return json!(position);
            }
            let range = || Some(format!("{}-{}", position(object.get("start")?)?, position(object.get("end")?)?));
            if let (2, Some(range)) = (object.len(), range()) {
                return json!(range);
            }
            Value::Object(object.iter().map(|(key, value)| (key.clone(), shortened(value))).collect())
        }
        Value::Array(items) => Value::Array(items.iter().map(shortened).collect()),
        other => other.clone(),
    }
}
