//! Each example prints the same over a real nsqd.
#![cfg(feature = "nsqd")]

use almanet_tests::nsqd::Nsqd;
use almanet_tests::program::{examples, prints_what_is_written};

#[test]
fn every_example_prints_the_same() {
    let nsqd = Nsqd::start();
    let url = nsqd.url();
    for name in examples() {
        prints_what_is_written(&name, Some(&url));
    }
}
