//! Plugins that hang, in one way or another, and how soon they are given up.

#![cfg(unix)]

use std::fs;
use std::os::unix::fs::PermissionsExt as _;
use std::time::Duration;

use almanet_codegen::plugin::{Plugin, PluginErrorKind, Request};
use serde_json::{Map, json};

#[test]
fn one_that_hangs_is_stopped() {
    let folder = tempfile::tempdir().unwrap();
    let path = format!("{}:{}", folder.path().display(), std::env::var("PATH").unwrap());
    let scripts = [
        ("silent", "exec sleep 1000"),
        // Reads nothing, and its request does not fit into the pipe.
        ("deaf", "exec sleep 1000 < /dev/null"),
        ("answered", "echo '{\"version\": 1, \"files\": []}'; exec 1>&-; exec sleep 1000"),
        ("endless", "while :; do echo '          '; sleep 0.01; done"),
        // What it started goes on, and holds its output open.
        ("forked", "sleep 1000 & echo $! > \"$0.pid\"; exit 0"),
    ];
    for (name, script) in scripts {
        let file = folder.path().join(format!("almanet-gen-{name}"));
        fs::write(&file, format!("#!/bin/sh\n{script}\n")).unwrap();
        fs::set_permissions(&file, fs::Permissions::from_mode(0o755)).unwrap();
    }
    let model = json!({ "padding": "x".repeat(1 << 20) });
    for (name, _) in scripts {
        let plugin = Plugin::new(name.parse().unwrap()).time_limit(Duration::from_millis(300)).search(path.clone());
        let error = plugin.run(&Request::new(model.clone(), Map::new())).unwrap_err();
        assert!(matches!(error.kind, PluginErrorKind::TimedOut(_)), "{name}: {error}");
    }
    let left = fs::read_to_string(folder.path().join("almanet-gen-forked.pid")).unwrap();
    std::process::Command::new("kill").arg(left.trim()).status().unwrap();
}

#[test]
fn one_that_answers_without_end_is_told_so() {
    let folder = tempfile::tempdir().unwrap();
    let path = format!("{}:{}", folder.path().display(), std::env::var("PATH").unwrap());
    let file = folder.path().join("almanet-gen-flood");
    // It fails of itself, once nobody reads on.
    fs::write(&file, "#!/bin/sh\ncat /dev/zero\n").unwrap();
    fs::set_permissions(&file, fs::Permissions::from_mode(0o755)).unwrap();
    let error =
        Plugin::new("flood".parse().unwrap()).search(path).run(&Request::new(json!({}), Map::new())).unwrap_err();
    assert!(matches!(error.kind, PluginErrorKind::TooLong(_)), "{error}");
}
