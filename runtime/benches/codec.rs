//! The codec on a body like an invocation's (200 bytes), beside serde_json into a reused buffer.

use std::collections::BTreeMap;
use std::hint::black_box;

use almanet_runtime::codegen::{self, Decode, DecodeError, Decoder, Encode, Encoder, Field};
use almanet_runtime::wire;
use criterion::{Criterion, Throughput, criterion_group, criterion_main};
use serde::{Deserialize, Serialize};

#[derive(Serialize, Deserialize)]
struct Invocation {
    id: String,
    caller_id: String,
    payload: String,
    reply_topic: String,
    expires: u32,
}

static INVOCATION: codegen::Record = codegen::Record {
    name: "Invocation",
    fields: &[
        Field::Required("id"),
        Field::Required("caller_id"),
        Field::Required("payload"),
        Field::Required("reply_topic"),
        Field::Required("expires"),
    ],
    unknown: codegen::Unknown::Ignored,
};

impl Encode for Invocation {
    fn encode(&self, out: &mut Encoder) {
        out.record(&INVOCATION, &[&self.id, &self.caller_id, &self.payload, &self.reply_topic, &self.expires]);
    }
}

impl Decode for Invocation {
    fn blank() -> Self {
        Self {
            id: Decode::blank(),
            caller_id: Decode::blank(),
            payload: Decode::blank(),
            reply_topic: Decode::blank(),
            expires: 0,
        }
    }

    fn decode(&mut self, input: &mut Decoder<'_>) -> Result<(), DecodeError> {
        *self = Self::blank();
        input.record(
            &INVOCATION,
            &mut [&mut self.id, &mut self.caller_id, &mut self.payload, &mut self.reply_topic, &mut self.expires],
        )
    }
}

fn envelope(c: &mut Criterion) {
    let value = Invocation {
        id: "71bdd253d07a4bd2b7bf7e41815bada0".to_owned(),
        caller_id: "3a7b7ba35c32452ca838943ddb55f00e".to_owned(),
        payload: "\"Aidar\"".to_owned(),
        reply_topic: "_rpc_._reply_.3a7b7ba35c32452ca838943ddb55f00e#ephemeral".to_owned(),
        expires: 5,
    };
    let json = codegen::to_json(&value).expect("it has a JSON form");
    assert_eq!(json, serde_json::to_vec(&value).expect("the same"));

    let mut group = c.benchmark_group("envelope");
    group.throughput(Throughput::Bytes(json.len() as u64));
    let mut buffer = Vec::new();
    group.bench_function("encode", |b| {
        b.iter(|| {
            buffer.clear();
            codegen::write_json(black_box(&value), &mut buffer).expect("it has a JSON form");
            black_box(&buffer);
        });
    });
    group.bench_function("encode serde_json", |b| {
        b.iter(|| {
            buffer.clear();
            serde_json::to_writer(&mut buffer, black_box(&value)).expect("it has a JSON form");
            black_box(&buffer);
        });
    });
    group.bench_function("decode", |b| {
        b.iter(|| codegen::from_json::<Invocation>(black_box(&json)).expect("it was written so"));
    });
    group.bench_function("decode serde_json", |b| {
        b.iter(|| serde_json::from_slice::<Invocation>(black_box(&json)).expect("it was written so"));
    });
    group.finish();
}

/// The envelope that travels: the wire's own reader and writer.
fn invocation(c: &mut Criterion) {
    let json = concat!(
        r#"{"id":"71bdd253d07a4bd2b7bf7e41815bada0","caller_id":"3a7b7ba35c32452ca838943ddb55f00e","payload":"\"Aidar\"","#,
        r#""reply_topic":"_rpc_._reply_.3a7b7ba35c32452ca838943ddb55f00e#ephemeral","expires":5}"#
    );
    let value = wire::Invocation::decode(json.as_bytes()).expect("it was captured so");
    let mut group = c.benchmark_group("invocation");
    let mut buffer = Vec::new();
    group.bench_function("encode", |b| {
        b.iter(|| {
            buffer.clear();
            black_box(&value).encode(&mut buffer);
            black_box(&buffer);
        });
    });
    group.bench_function("decode", |b| b.iter(|| wire::Invocation::decode(black_box(json.as_bytes()))));
    group.finish();
}

fn numbers(c: &mut Criterion) {
    let floats: Vec<f64> = (1..=1_000).map(|n| f64::from(n) / 7.0).collect();
    let scores: BTreeMap<String, i64> = (0..1_000).map(|n| (format!("key{n}"), n * 7_919)).collect();
    let floats_json = codegen::to_json(&floats).expect("it has a JSON form");
    let scores_json = codegen::to_json(&scores).expect("it has a JSON form");
    let mut group = c.benchmark_group("thousand");
    group.bench_function("floats encode", |b| b.iter(|| codegen::to_json(black_box(&floats))));
    group.bench_function("floats decode", |b| b.iter(|| codegen::from_json::<Vec<f64>>(black_box(&floats_json))));
    group.bench_function("map encode", |b| b.iter(|| codegen::to_json(black_box(&scores))));
    group.bench_function("map decode", |b| {
        b.iter(|| codegen::from_json::<BTreeMap<String, i64>>(black_box(&scores_json)));
    });
    group.finish();
}

criterion_group!(benches, envelope, invocation, numbers);
criterion_main!(benches);
