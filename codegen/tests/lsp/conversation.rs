//! The protocol itself: its order, its ends, and what is no message.

use std::time::Duration;

use serde_json::{Value, json};

use crate::client::Client;

const URI: &str = "untitled:one.almanet";

fn serving() -> (tempfile::TempDir, Client) {
    let folder = tempfile::tempdir().unwrap();
    let client = Client::serving(folder.path(), json!({}));
    (folder, client)
}

#[test]
fn shutdown_then_exit_is_a_clean_end() {
    let (_folder, mut client) = serving();
    assert_eq!(client.end().code(), Some(0));
}

#[test]
fn exit_without_shutdown_is_a_failure() {
    let (_folder, mut client) = serving();
    client.tell("exit", Value::Null);
    assert_eq!(client.wait().code(), Some(1));
}

#[test]
fn a_client_that_is_gone_ends_the_server() {
    let (_folder, mut client) = serving();
    client.hang_up();
    assert_eq!(client.wait().code(), Some(1));
}

#[test]
fn nothing_is_answered_before_the_conversation_begins_or_behind_its_end() {
    let mut client = Client::fresh();
    assert_eq!(client.ask("textDocument/hover", json!({})).unwrap_err()["code"], -32002);
    client.tell("textDocument/didOpen", json!({}));
    client.ask("initialize", json!({ "capabilities": {} })).unwrap();
    assert_eq!(client.ask("initialize", json!({ "capabilities": {} })).unwrap_err()["code"], -32600);
    client.ask("shutdown", Value::Null).unwrap();
    assert_eq!(client.ask("textDocument/hover", json!({})).unwrap_err()["code"], -32600);
    client.tell("exit", Value::Null);
    assert_eq!(client.wait().code(), Some(0));
}

#[test]
fn what_is_no_message_is_answered_so_and_the_conversation_goes_on() {
    let (_folder, mut client) = serving();
    for (body, code) in [("{", -32700), ("[]", -32600), (r#"{"id":1}"#, -32600), (r#"{"method":1,"id":1}"#, -32600)] {
        client.send(body);
        let answer = client.receive().unwrap();
        assert_eq!((&answer["id"], &answer["error"]["code"]), (&Value::Null, &json!(code)), "{body}");
    }
    assert_eq!(client.ask("textDocument/unheardOf", json!({})).unwrap_err()["code"], -32601);
    assert_eq!(client.ask("textDocument/hover", json!([1])).unwrap_err()["code"], -32602);
    assert_eq!(
        client
            .ask(
                "textDocument/hover",
                json!({ "textDocument": { "uri": "file:///nowhere" }, "position": { "line": 0, "character": 0 } })
            )
            .unwrap_err()["code"],
        -32602
    );
    client.tell("textDocument/didChange", json!({ "nonsense": true }));
    client.tell("$/unheardOf", json!({}));
    assert_eq!(client.end().code(), Some(0));
}

#[test]
fn a_header_that_never_ends_ends_the_server() {
    let (_folder, mut client) = serving();
    client.send_raw(&b"X-Long: ".repeat(4096));
    assert_eq!(client.wait().code(), Some(1));
}

#[test]
fn a_storm_of_requests_is_answered_whole() {
    let (_folder, mut client) = serving();
    client.open(URI, "namespace a\n\nrecord One { name: string }\n");
    let position = json!({ "line": 2, "character": 8 });
    let hover = json!({ "textDocument": { "uri": URI }, "position": position });
    let first = client.begin("textDocument/hover", hover.clone());
    let mut last = first;
    // More than all queues hold: the client writes everything before it reads anything.
    for _ in 0..2_000 {
        last = client.begin("textDocument/hover", hover.clone());
    }
    let mut answered = vec![false; (last - first + 1) as usize];
    while answered.contains(&false) {
        let message = client.receive().unwrap();
        if let Some(id) = message.get("id").and_then(Value::as_i64) {
            assert!(message["result"]["contents"]["value"].as_str().unwrap().contains("record One"), "{message}");
            answered[(id as i32 - first) as usize] = true;
        }
    }
    assert_eq!(client.end().code(), Some(0));
}

#[test]
fn many_changes_at_once_end_in_the_problems_of_the_last() {
    let (_folder, mut client) = serving();
    client.open(URI, "namespace a\n\nrecord One { name: strin }\n");
    let at = json!({ "line": 2, "character": 24 });
    for version in 2..=101 {
        let change = json!({ "range": { "start": at, "end": at }, "text": "x" });
        client.tell(
            "textDocument/didChange",
            json!({ "textDocument": { "uri": URI, "version": version }, "contentChanges": [change] }),
        );
    }
    let problems = client.problems(URI, Some(101));
    assert_eq!(problems[0]["message"], format!("unknown type \"strin{}\"", "x".repeat(100)));
    assert_eq!(client.end().code(), Some(0));
}

#[test]
fn a_file_that_cannot_be_read_is_told_until_it_can() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().canonicalize().unwrap().join("a.almanet");
    let uri = format!("file://{}", path.display());
    std::fs::write(&path, b"namespace a\n\xff").unwrap();
    let mut client = Client::serving(folder.path(), json!({}));
    assert_eq!(client.problems(&uri, None)[0]["code"], "E0004");
    let changed = json!({ "changes": [{ "uri": uri, "type": 2 }] });
    std::fs::write(&path, "namespace a\n\n/// One.\nrecord R { a: strin }\n").unwrap();
    client.tell("workspace/didChangeWatchedFiles", changed.clone());
    assert_eq!(client.problems(&uri, None)[0]["code"], "E0207");
    std::fs::write(&path, b"namespace a\n\xff\xff").unwrap();
    client.tell("workspace/didChangeWatchedFiles", changed);
    assert_eq!(client.problems(&uri, None)[0]["code"], "E0004");
    assert_eq!(client.end().code(), Some(0));
}

#[cfg(unix)]
#[test]
fn a_server_outlives_no_client() {
    let mut parent = std::process::Command::new("sleep").arg("600").spawn().unwrap();
    let mut client = Client::fresh();
    client.ask("initialize", json!({ "processId": parent.id(), "capabilities": {} })).unwrap();
    parent.kill().unwrap();
    parent.wait().unwrap();
    // Its streams are open still: only the process is gone.
    let (sender, ended) = std::sync::mpsc::channel();
    std::thread::spawn(move || sender.send(client.wait().code()));
    assert_eq!(ended.recv_timeout(Duration::from_secs(60)).unwrap(), Some(1));
}

#[test]
fn a_folder_that_leaves_the_workspace_takes_its_contracts_along() {
    let (folder, other) = (tempfile::tempdir().unwrap(), tempfile::tempdir().unwrap());
    let root = |folder: &tempfile::TempDir| folder.path().canonicalize().unwrap();
    let broken = root(&other).join("other.almanet");
    std::fs::write(&broken, "namespace other\n\nrecord Other { a: strng }\n").unwrap();
    std::fs::write(root(&folder).join("kept.almanet"), "namespace kept\n\nrecord Kept {}\n").unwrap();
    let mut client = Client::serving(&root(&folder), json!({}));
    let of_other = json!({ "uri": format!("file://{}", root(&other).display()), "name": "other" });
    let folders = |added: Value, removed: Value| json!({ "event": { "added": added, "removed": removed } });
    let uri = format!("file://{}", broken.display());
    let names = |client: &mut Client| -> Vec<String> {
        let found = client.ask("workspace/symbol", json!({ "query": "e" })).unwrap();
        found.as_array().unwrap().iter().map(|symbol| symbol["name"].as_str().unwrap().to_owned()).collect()
    };
    client.tell("workspace/didChangeWorkspaceFolders", folders(json!([of_other]), json!([])));
    assert_eq!(client.problems(&uri, None).len(), 1);
    assert_eq!(names(&mut client), ["Kept", "Other"]);
    client.tell("workspace/didChangeWorkspaceFolders", folders(json!([]), json!([of_other])));
    assert_eq!(client.problems(&uri, None).len(), 0);
    assert_eq!(names(&mut client), ["Kept"]);
}
