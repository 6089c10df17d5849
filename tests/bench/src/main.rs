//! One role of a measured call: `almanet-bench ROLE …`. `tests/bench/calls.py` starts the roles and prints the table.

mod envelopes;
mod floor;
mod messages;
mod raw;
mod raw_many;
mod report;
mod runtime;
mod streams;

use std::io;
use std::process::ExitCode;

use runtime::Threads;

const USAGE: &str = "usage: almanet-bench ROLE ADDRESS [NUMBER…]
  raw-service IN_FLIGHT, rust-service, threads-service      answer calls; threads: on all processors
  raw-caller, rust-caller, threads-caller IN_FLIGHT CALLS   make calls, so many at a time
  tokio-service, tokio-caller CALLS                         one call after another on tokio, and nothing else
  rust-caller-beside-slow CALLS, rust-caller-naps CALLS     one at a time beside slow ones; all at once, of 0.2 s each
  raw-service-many, raw-caller-many, rust-caller-many CALLS 50 callers and 50 procedures
  raw-produce, rust-produce, fill, raw-consume, rust-consume MESSAGES
  rust-hold                                                 10,000 calls in flight: memory
  stream-service, stream-receiver STREAMS VALUES
       almanet-bench embedded IN_FLIGHT CALLS | embedded-streams STREAMS VALUES | envelopes";

fn main() -> ExitCode {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let arguments: Vec<&str> = arguments.iter().map(String::as_str).collect();
    match run(&arguments) {
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

/// `None` where the arguments are not among those that the usage tells.
fn run(arguments: &[&str]) -> Option<io::Result<()>> {
    let number = |text: &str| text.parse::<usize>().ok().filter(|number| *number > 0);
    Some(match *arguments {
        ["raw-service", address, in_flight] => raw::serve(address, number(in_flight)?),
        ["raw-caller", address, in_flight, calls] => raw::call(address, number(in_flight)?, number(calls)?),
        ["raw-service-many", address] => raw_many::serve(address),
        ["raw-caller-many", address, calls] => raw_many::call(address, number(calls)?),
        ["tokio-service", address] => floor::serve(address),
        ["tokio-caller", address, calls] => floor::call(address, number(calls)?),
        ["rust-service", address] => runtime::serve(address, Threads::One),
        ["threads-service", address] => runtime::serve(address, Threads::All),
        ["rust-caller", address, in_flight, calls] => {
            runtime::call(address, Threads::One, number(in_flight)?, number(calls)?)
        }
        ["threads-caller", address, in_flight, calls] => {
            runtime::call(address, Threads::All, number(in_flight)?, number(calls)?)
        }
        ["rust-caller-beside-slow", address, calls] => runtime::call_beside_slow(address, number(calls)?),
        ["rust-caller-naps", address, calls] => runtime::call_naps(address, number(calls)?),
        ["rust-caller-many", address, calls] => runtime::call_many(address, number(calls)?),
        ["rust-hold", address] => runtime::hold(address),
        ["raw-produce", address, messages] => messages::produce_bare(address, number(messages)?),
        ["rust-produce", address, messages] => messages::produce(address, number(messages)?),
        ["fill", address, messages] => messages::fill(address, number(messages)?),
        ["raw-consume", address, messages] => messages::consume_bare(address, number(messages)?),
        ["rust-consume", address, messages] => messages::consume(address, number(messages)?),
        ["embedded", in_flight, calls] => runtime::embedded(number(in_flight)?, number(calls)?),
        ["envelopes"] => envelopes::measure(),
        ["stream-service", address, ..] => streams::serve(address),
        ["stream-receiver", address, streams, values] => streams::receive(address, number(streams)?, number(values)?),
        ["embedded-streams", streams, values] => streams::embedded(number(streams)?, number(values)?),
        _ => return None,
    })
}
