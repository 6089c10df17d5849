//! Any text in the place of a call's headers: it is refused, or within the limits and written so that it comes back.
#![no_main]

use almanet_runtime::wire::{Headers, Invocation, MAX_HEADERS, MAX_HEADERS_SIZE};
use libfuzzer_sys::fuzz_target;

const BEFORE: &[u8] = br#"{"id":"71bdd253d07a4bd2b7bf7e41815bada0","caller_id":"3a7b7ba35c32452ca838943ddb55f00e",
    "payload":"null","reply_topic":"","expires":5,"headers":"#;

fuzz_target!(|input: &[u8]| {
    let body = [BEFORE, input, b"}"].concat();
    if let Ok(invocation) = Invocation::decode(&body) {
        comes_back(&invocation);
    }

    // The same bytes as headers that a caller adds one by one.
    let mut headers = Headers::new();
    let text = String::from_utf8_lossy(input);
    for (name, value) in text.split('\n').filter_map(|line| line.split_once(':')) {
        let before = headers.clone();
        match headers.insert(name, value) {
            Ok(()) => assert_eq!(headers.get(name), Some(value)),
            Err(_) => assert_eq!(headers, before, "what is refused changes nothing"),
        }
    }
    let plain = [BEFORE, b"{}}"].concat();
    let mut invocation = Invocation::decode(&plain).expect("a call without headers");
    invocation.headers = headers;
    comes_back(&invocation);
});

fn comes_back(invocation: &Invocation<'_>) {
    let headers = &invocation.headers;
    let size: usize = headers.iter().map(|(name, value)| name.len() + value.len()).sum();
    assert!(headers.len() <= MAX_HEADERS && size <= MAX_HEADERS_SIZE);
    for (name, value) in headers.iter() {
        assert_eq!(headers.get(name), Some(value), "a name is there once");
    }
    let mut body = Vec::new();
    invocation.encode(&mut body);
    assert_eq!(&Invocation::decode(&body).expect("what was written is read"), invocation);
}
