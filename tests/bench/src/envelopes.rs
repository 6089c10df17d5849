//! What it takes to write and to read a call's body, beside serde_json with the same members.

use std::hint::black_box;
use std::io;
use std::time::Instant;

use almanet_runtime::wire::{Headers, Id, Invocation, Lifetime, ReplyTo};
use serde::{Deserialize, Serialize};

const TIMES: u32 = 200_000;

#[derive(Serialize, Deserialize)]
struct Peer {
    id: String,
    caller_id: String,
    payload: String,
    reply_topic: String,
    expires: u64,
}

/// Prints nanoseconds.
pub(crate) fn measure() -> io::Result<()> {
    let caller_id = Id::random();
    let invocation = Invocation {
        id: Id::random(),
        caller_id,
        payload: "\"Aidar\"".into(),
        reply_to: ReplyTo::Session(caller_id),
        lifetime: Lifetime::default(),
        headers: Headers::new(),
        stream: None,
    };
    let mut body = Vec::new();
    invocation.encode(&mut body);
    let peer: Peer = serde_json::from_slice(&body)?;
    let mut out = Vec::with_capacity(1024);
    let encode = nanos(|| {
        out.clear();
        black_box(&invocation).encode(&mut out);
    });
    let decode = nanos(|| drop(black_box(Invocation::decode(black_box(&body)))));
    let peer_encode = nanos(|| {
        out.clear();
        // Writing to memory does not fail.
        let _ = serde_json::to_writer(&mut out, black_box(&peer));
    });
    let peer_decode = nanos(|| drop(black_box(serde_json::from_slice::<Peer>(black_box(&body)))));
    println!(
        r#"{{"bytes": {}, "encode_ns": {encode:.0}, "decode_ns": {decode:.0}, "serde_encode_ns": {peer_encode:.0}, "serde_decode_ns": {peer_decode:.0}}}"#,
        body.len()
    );
    Ok(())
}

/// The best of some rounds: what disturbs only makes it longer.
fn nanos(mut run: impl FnMut()) -> f64 {
    let rounds = (0..10).map(|_| {
        let started = Instant::now();
        (0..TIMES / 10).for_each(|_| run());
        started.elapsed().as_nanos() as f64 / f64::from(TIMES / 10)
    });
    rounds.fold(f64::INFINITY, f64::min)
}
