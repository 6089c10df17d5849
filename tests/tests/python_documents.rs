//! What the page at the top shows in Python runs as it stands there.
#![cfg(all(feature = "python", feature = "nsqd"))]

use std::process::{Child, Command};

use almanet_tests::documents::blocks;
use almanet_tests::nsqd::Nsqd;
use almanet_tests::program::built;

/// A program that ends with its test.
struct Running(Child);

impl Drop for Running {
    fn drop(&mut self) {
        let _ = self.0.kill();
        let _ = self.0.wait();
    }
}

#[test]
fn the_service_that_goes_on_answers_the_python_library() {
    let python = std::env::var("PYTHON").expect("PYTHON names an interpreter");
    let nsqd = Nsqd::start();
    let mut service = Command::new(built("greeting", "greeting"));
    let _service = Running(service.arg("serve").env("ALMANET_URL", nsqd.url()).spawn().expect("the service starts"));
    nsqd.await_clients("_rpc_.guide.microservice.greeting.greet", "almanet.python", 1);

    let shown: Vec<_> = blocks("README.md").into_iter().filter(|block| block.language == "python").collect();
    let [snippet] = &shown[..] else { panic!("{} snippets", shown.len()) };
    assert!(snippet.text.contains("127.0.0.1:4150"));
    let script = snippet.text.replace("127.0.0.1:4150", &nsqd.tcp_address().to_string());
    let caller = Command::new(python).args(["-c", &script]).output().expect("Python starts");
    assert!(caller.status.success(), "{}", String::from_utf8_lossy(&caller.stderr));
    assert_eq!(String::from_utf8_lossy(&caller.stdout), "Hello, Aidar!\n");
}
