//! Each example prints the same over a real nsqd.
#![cfg(feature = "nsqd")]

use std::fs;
use std::process::Command;

use almanet_tests::nsqd::Nsqd;
use almanet_tests::program::{built, root};

#[test]
fn every_example_prints_the_same() {
    let nsqd = Nsqd::start();
    let url = format!("nsq://{}", nsqd.tcp_address());
    for entry in fs::read_dir(root().join("examples")).expect("examples") {
        let name = entry.expect("an example").file_name().into_string().expect("a name in ASCII");
        let output = Command::new(built(&name, &name)).env("ALMANET_URL", &url).output().expect("the example starts");
        let printed = String::from_utf8_lossy(&output.stdout);
        assert!(output.status.success(), "{name}: {printed}{}", String::from_utf8_lossy(&output.stderr));
        let expected = fs::read_to_string(root().join("examples").join(&name).join("output.txt")).expect("output.txt");
        assert_eq!(printed, expected, "{name}");
    }
}
