//! Any bytes are an envelope or an error; an envelope is written so that it comes back.
#![no_main]

use almanet_runtime::wire::{Exception, Invocation, Reply, call_id_of};
use libfuzzer_sys::fuzz_target;

fuzz_target!(|input: &[u8]| {
    let mut body = Vec::new();
    if let Ok(invocation) = Invocation::decode(input) {
        invocation.encode(&mut body);
        assert_eq!(Invocation::decode(&body).expect("what was written is read"), invocation);
    }
    body.clear();
    if let Ok(reply) = Reply::decode(input) {
        assert_eq!(call_id_of(input), Ok(reply.call_id));
        reply.encode(&mut body);
        assert_eq!(Reply::decode(&body).expect("what was written is read"), reply);
    }
    if let Ok(text) = std::str::from_utf8(input)
        && let Ok(exception) = Exception::decode(text)
    {
        assert_eq!(Exception::decode(&exception.encode()).expect("what was written is read"), exception);
    }
});
