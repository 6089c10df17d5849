use std::io::{self, BufReader, BufWriter, Write as _};
use std::process::ExitCode;

use super::protocol::{Request, Response, VERSION};

/// A plugin's `main`: reads the request from standard input, and writes what it is answered with to standard output.
///
/// What is no request, or one of another version, ends in a message on standard error and a failure.
pub fn answer(make: impl FnOnce(Request) -> Response) -> ExitCode {
    match exchange(make) {
        Ok(()) => ExitCode::SUCCESS,
        Err(why) => {
            eprintln!("{why}");
            ExitCode::FAILURE
        }
    }
}

fn exchange(make: impl FnOnce(Request) -> Response) -> Result<(), String> {
    let request: Request = serde_json::from_reader(BufReader::new(io::stdin().lock())).map_err(|error| {
        format!("this is a plugin of almanet-gen, to be run by `almanet-gen generate --plugin`; its input is no request: {error}")
    })?;
    if request.version != VERSION {
        return Err(format!("almanet-gen speaks version {} of the protocol, this plugin {VERSION}", request.version));
    }
    let response = make(request);
    let mut out = BufWriter::new(io::stdout().lock());
    serde_json::to_writer(&mut out, &response)
        .map_err(io::Error::from)
        .and_then(|()| out.flush())
        .map_err(|error| format!("the answer cannot be written: {error}"))
}
