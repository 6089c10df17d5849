//! Parsing alone, over a contract of size N as the project's targets measure it: each service with 10 procedures, a request
//! and a reply record of 8 mixed fields for each, an enum of 8 and an exception, docs on everything.

use std::fmt::Write as _;
use std::hint::black_box;
use std::sync::Arc;

use almanet_codegen::source::FileId;
use almanet_codegen::syntax::parse;
use criterion::{BenchmarkId, Criterion, Throughput, criterion_group, criterion_main};

const FIELDS: [(&str, &str, &str); 8] = [
    ("title", "string", "What people call it in the shop."),
    ("quantity", "int32", "How many of them there are."),
    ("revision", "int64", "Counts every change since it was made."),
    ("weight", "float64", "In kilograms, with the packaging."),
    ("active", "bool", "Whether it may be sold at all."),
    ("labels", "list<string>", "Words that people search for."),
    ("stock", "map<string, int64>", "How many lie in each warehouse."),
    ("origin", "Origin?", "Where it came from, if that is known."),
];

fn record(out: &mut String, name: &str) {
    let _ = writeln!(out, "/// What travels as a {name}.\nrecord {name} {{");
    for (field, ty, docs) in FIELDS {
        let _ = writeln!(out, "    /// {docs}\n    {field}: {ty}");
    }
    out.push_str("}\n\n");
}

/// One service with all that it needs.
fn contract(index: usize) -> Arc<str> {
    let mut out = format!("//! Contract number {index} of a family.\nnamespace bench.part{index}\n\n");
    out.push_str("/// How far an order has come.\nenum State {\n");
    for variant in ["draft", "placed", "paid", "packed", "shipped", "delivered", "returned", "cancelled"] {
        let _ = writeln!(out, "    /// The order is {variant}.\n    {variant}");
    }
    out.push_str(
        "}\n\n/// Where a thing came from.\nrecord Origin {\n    /// The country's code.\n    country: string\n}\n\n",
    );
    out.push_str(
        "/// There is no such thing.\nexception missing {\n    /// What was looked for.\n    wanted: string\n}\n\n",
    );
    for procedure in 0..10 {
        record(&mut out, &format!("Request{procedure}"));
        record(&mut out, &format!("Answer{procedure}"));
    }
    let _ = writeln!(out, "/// Service number {index}.\nservice shop {{");
    for procedure in 0..10 {
        let _ = writeln!(out, "    /// Looks a thing up.");
        let _ = writeln!(out, "    procedure find{procedure}(Request{procedure}) -> Answer{procedure} raises missing");
    }
    out.push_str("}\n");
    out.into()
}

fn bench(criterion: &mut Criterion) {
    let mut group = criterion.benchmark_group("parse");
    for size in [1, 10, 100] {
        let files: Vec<_> = (0..size).map(contract).collect();
        group.throughput(Throughput::Bytes(files.iter().map(|text| text.len() as u64).sum()));
        group.bench_with_input(BenchmarkId::from_parameter(size), &files, |bencher, files| {
            bencher
                .iter(|| files.iter().map(|text| black_box(parse(FileId(0), Arc::clone(text))).1.len()).sum::<usize>());
        });
    }
    group.finish();
}

criterion_group!(benches, bench);
criterion_main!(benches);
