//! One role of a measured call: `almanet-bench ROLE ADDRESS …`. `tests/bench/calls.py` starts the roles and prints the table.

mod raw;
mod report;
mod runtime;
mod streams;

use std::process::ExitCode;

const USAGE: &str = "usage: almanet-bench ROLE ADDRESS [IN_FLIGHT CALLS]
       almanet-bench embedded IN_FLIGHT CALLS
       almanet-bench stream-receiver ADDRESS STREAMS VALUES
       almanet-bench embedded-streams STREAMS VALUES
roles: raw-service, raw-caller, rust-service, rust-caller, stream-service";

fn main() -> ExitCode {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let arguments: Vec<&str> = arguments.iter().map(String::as_str).collect();
    let number = |text: &str| text.parse::<usize>().ok().filter(|number| *number > 0);
    let done = match arguments.as_slice() {
        ["raw-service", address, in_flight] => number(in_flight).map(|in_flight| raw::serve(address, in_flight)),
        ["raw-caller", address, in_flight, calls] => {
            number(in_flight).zip(number(calls)).map(|(in_flight, calls)| raw::call(address, in_flight, calls))
        }
        ["rust-service", address, _] => Some(runtime::serve(address)),
        ["rust-caller", address, in_flight, calls] => {
            number(in_flight).zip(number(calls)).map(|(in_flight, calls)| runtime::call(address, in_flight, calls))
        }
        ["embedded", in_flight, calls] => {
            number(in_flight).zip(number(calls)).map(|(in_flight, calls)| runtime::embedded(in_flight, calls))
        }
        ["stream-service", address, ..] => Some(streams::serve(address)),
        ["stream-receiver", address, streams, values] => {
            number(streams).zip(number(values)).map(|(streams, values)| streams::receive(address, streams, values))
        }
        ["embedded-streams", streams, values] => {
            number(streams).zip(number(values)).map(|(streams, values)| streams::embedded(streams, values))
        }
        _ => None,
    };
    match done {
        Some(Ok(())) => ExitCode::SUCCESS,
        Some(Err(error)) => {
            eprintln!("{error}");
            ExitCode::FAILURE
        }
        None => {
            eprintln!("{USAGE}");
            ExitCode::from(2)
        }
    }
}
