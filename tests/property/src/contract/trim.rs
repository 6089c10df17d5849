//! What stands around definitions and members and changes no value: docs and annotations, drawn from the contract's seed.
//! `@unstable` is not among them: it changes what is said of changes.

use fastrand::Rng;

use super::Contract;
use crate::value::Json;

/// Lines that are something else in Markdown, Rust, Python or HTML.
const DOCS: [&str; 16] = [
    "Plain words.",
    "`code` and [a link](https://example.com/a_(b))",
    "[Vec] and [`missing::Link`]",
    "```",
    "    indented",
    "\"\"\" and ''' and \\",
    "*/ <!-- <b> & \"quoted\"",
    "# A heading",
    "- an item",
    "{} {{ x }} {% raw %} %s",
    "ends with a backslash \\",
    "\u{202e}backwards, \u{65e5}\u{672c}, 🦀",
    "| a | b |",
    "",
    "https://example.com",
    "r#\"raw\"#",
];

/// What a trimming stands on.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum On {
    Definition,
    Member,
    Procedure,
    Topic,
    Service,
}

/// The docs and annotations of something, each on a line of its own.
pub(super) fn around(contract: &Contract, on: On, name: &str) -> String {
    let mut rng = Rng::with_seed(name.bytes().fold(contract.seed, |seed, byte| seed.rotate_left(7) ^ u64::from(byte)));
    let mut text = String::new();
    for _ in 0..[0, 0, 1, 3][rng.usize(..4)] {
        text += &format!("/// {}\n", DOCS[rng.usize(..DOCS.len())]);
    }
    let why = Json::text(DOCS[rng.usize(..DOCS.len())]);
    let mut maybe = |annotation: String| {
        if rng.u8(..4) == 0 {
            text += &annotation;
            text.push('\n');
        }
    };
    maybe(format!("@deprecated({why})"));
    maybe(format!("@acme.owner({why}, 1, {{\"a\": [true, null]}}, 5s)"));
    if matches!(on, On::Procedure | On::Service) {
        maybe("@timeout(250ms)".to_owned());
        maybe(format!("@tags(\"drawn\", {})", Json::text(format!("of {name}"))));
        maybe("@auth(\"read\", \"write all\")".to_owned());
        maybe("@expose".to_owned());
    }
    if matches!(on, On::Procedure | On::Topic | On::Service) {
        maybe("@channel(\"drawn-0.b#ephemeral\")".to_owned());
    }
    match on {
        On::Procedure => maybe("@idempotent".to_owned()),
        On::Service => {
            maybe("@version(\"1.2.0-rc.1\")".to_owned());
            maybe(format!("@prepath(\"drawn.{}\")", contract.name));
        }
        On::Definition | On::Member | On::Topic => {}
    }
    text
}
