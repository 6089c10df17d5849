//! An editor without a window.

use std::io::{BufReader, Read, Write};
use std::path::Path;
use std::process::{Child, ChildStdin, ChildStdout, Command, ExitStatus, Stdio};

use serde_json::{Value, json};

pub(crate) struct Client {
    child: Child,
    input: Option<ChildStdin>,
    output: BufReader<ChildStdout>,
    next: i32,
    /// Notifications that nobody asked for yet.
    pub(crate) told: Vec<Value>,
}

impl Client {
    /// A server without a conversation yet.
    pub(crate) fn fresh() -> Self {
        let caches = Path::new(env!("CARGO_TARGET_TMPDIR")).join("caches");
        let mut child = Command::new(env!("CARGO_BIN_EXE_almanet-gen"))
            .arg("lsp")
            .env("XDG_CACHE_HOME", caches)
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(Stdio::null())
            .spawn()
            .unwrap();
        let input = child.stdin.take();
        let output = BufReader::new(child.stdout.take().unwrap());
        Self { child, input, output, next: 1, told: Vec::new() }
    }

    /// One that was initialized for a folder.
    pub(crate) fn serving(folder: &Path, capabilities: Value) -> Self {
        let mut client = Self::fresh();
        let uri = format!("file://{}", folder.display());
        let folders = json!([{ "uri": uri, "name": "test" }]);
        client
            .ask(
                "initialize",
                json!({ "processId": null, "rootUri": uri, "workspaceFolders": folders, "capabilities": capabilities }),
            )
            .unwrap();
        client.tell("initialized", json!({}));
        client
    }

    pub(crate) fn tell(&mut self, method: &str, params: Value) {
        self.send(&json!({ "jsonrpc": "2.0", "method": method, "params": params }).to_string());
    }

    /// Sends a request, and waits for its answer.
    pub(crate) fn ask(&mut self, method: &str, params: Value) -> Result<Value, Value> {
        let id = self.begin(method, params);
        self.answer(id)
    }

    /// Sends a request.
    pub(crate) fn begin(&mut self, method: &str, params: Value) -> i32 {
        let id = self.next;
        self.next += 1;
        self.send(&json!({ "jsonrpc": "2.0", "id": id, "method": method, "params": params }).to_string());
        id
    }

    /// Waits for an answer; other answers on the way are an error of the test.
    pub(crate) fn answer(&mut self, id: i32) -> Result<Value, Value> {
        loop {
            let message = self.receive().expect("the server answers");
            if message.get("method").is_some() {
                self.told.push(message);
            } else {
                assert_eq!(message["id"], id, "{message}");
                return match message.get("error") {
                    Some(error) => Err(error.clone()),
                    None => Ok(message["result"].clone()),
                };
            }
        }
    }

    /// Waits for the problems of a file in a version of it.
    pub(crate) fn problems(&mut self, uri: &str, version: Option<i32>) -> Vec<Value> {
        let matches = |message: &Value| {
            message["method"] == "textDocument/publishDiagnostics"
                && message["params"]["uri"] == uri
                && version.is_none_or(|version| message["params"]["version"] == version)
        };
        loop {
            if let Some(at) = self.told.iter().position(matches) {
                let told = self.told.remove(at);
                return told["params"]["diagnostics"].as_array().unwrap().clone();
            }
            let message = self.receive().expect("the server tells problems");
            self.told.push(message);
        }
    }

    pub(crate) fn open(&mut self, uri: &str, text: &str) {
        self.tell(
            "textDocument/didOpen",
            json!({ "textDocument": { "uri": uri, "languageId": "almanet", "version": 1, "text": text } }),
        );
    }

    pub(crate) fn send(&mut self, body: &str) {
        self.send_raw(format!("Content-Length: {}\r\n\r\n{body}", body.len()).as_bytes());
    }

    pub(crate) fn send_raw(&mut self, bytes: &[u8]) {
        let input = self.input.as_mut().unwrap();
        input.write_all(bytes).unwrap();
        input.flush().unwrap();
    }

    /// The next message; nothing at the end.
    pub(crate) fn receive(&mut self) -> Option<Value> {
        let mut length = 0;
        loop {
            let mut line = String::new();
            if std::io::BufRead::read_line(&mut self.output, &mut line).unwrap() == 0 {
                return None;
            }
            match line.trim().split_once(": ") {
                Some(("Content-Length", value)) => length = value.parse().unwrap(),
                Some(_) => {}
                None => break,
            }
        }
        let mut body = vec![0; length];
        self.output.read_exact(&mut body).unwrap();
        Some(serde_json::from_slice(&body).unwrap())
    }

    /// Closes the server's input.
    pub(crate) fn hang_up(&mut self) {
        self.input = None;
    }

    pub(crate) fn wait(&mut self) -> ExitStatus {
        self.child.wait().unwrap()
    }

    /// Ends in order.
    pub(crate) fn end(&mut self) -> ExitStatus {
        self.ask("shutdown", Value::Null).unwrap();
        self.tell("exit", Value::Null);
        self.wait()
    }
}

impl Drop for Client {
    fn drop(&mut self) {
        // One that ended already cannot be killed.
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}
