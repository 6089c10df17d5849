//! Each example prints what stands beside it, over the broker in its own process.

use std::net::TcpListener;
use std::process::Command;

use almanet_tests::program::{built, examples, prints_what_is_written, root};

#[test]
fn connector() {
    prints_what_is_written("connector", None);
}

#[test]
fn greeting() {
    prints_what_is_written("greeting", None);
}

#[test]
fn mixed_fleet() {
    prints_what_is_written("mixed_fleet", None);
}

#[test]
fn net_example() {
    prints_what_is_written("net_example", None);
}

#[test]
fn tour() {
    prints_what_is_written("tour", None);
}

/// What the greeting program says where its broker is not to be had.
fn refusal(url: &str) -> String {
    let output =
        Command::new(built("greeting", "greeting")).env("ALMANET_URL", url).output().expect("the example starts");
    assert_eq!(output.status.code(), Some(1), "{url}");
    String::from_utf8_lossy(&output.stderr).into_owned()
}

#[test]
fn a_broker_that_is_not_there_is_named_with_the_remedy() {
    let listener = TcpListener::bind("127.0.0.1:0").expect("a free port");
    let address = listener.local_addr().expect("a bound port");
    let taken = refusal(&format!("embedded:{}", address.port()));
    assert!(
        taken.starts_with(&format!("Error: the variable ALMANET_URL: the broker cannot listen on {address}")),
        "{taken}"
    );
    assert!(taken.contains("stop the program that uses the port, or choose another one"), "{taken}");
    drop(listener);
    let unreachable = refusal(&format!("nsq://{address}"));
    assert!(unreachable.starts_with("Error: the variable ALMANET_URL: no nsqd can be reached"), "{unreachable}");
    assert!(unreachable.contains(&format!("Start one with `nsqd --tcp-address={address}`")), "{unreachable}");
    let wrong = refusal("embeded:");
    assert!(wrong.contains("`embeded` is not a scheme of brokers; write nsq://host:4150"), "{wrong}");
}

#[test]
fn what_is_generated_in_python_is_up_to_date() {
    let program = built("almanet-codegen", "almanet-gen");
    for example in ["connector", "guide_python", "mixed_fleet"] {
        let folder = root().join("examples").join(example);
        let check = Command::new(&program).args(["generate", "--check"]).current_dir(folder).output();
        let check = check.expect("it starts");
        assert!(check.status.success(), "{}", String::from_utf8_lossy(&check.stdout));
    }
}

#[test]
fn every_example_is_tested() {
    assert_eq!(examples(), ["connector", "greeting", "mixed_fleet", "net_example", "tour"]);
}
