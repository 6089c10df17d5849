//! Twenty commits of a growing contract, and what each of them breaks: written down by hand before anything was run.

use std::collections::BTreeSet;

use crate::git::{commit, git};
use crate::project::Project;

const FIRST: &str = "\
namespace net.shop

record Item {
    name: string
    price: decimal
}

exception sold_out {
    name: string
}

service shop {
    procedure buy(Item) -> int64 raises sold_out
    procedure list() -> list<Item>
}
";

/// A commit: what it does, what it replaces by what, and the rules that it breaks on the wire.
struct Commit {
    message: &'static str,
    edits: &'static [(&'static str, &'static str)],
    breaks: &'static [&'static str],
}

const fn commit_of(
    message: &'static str,
    edits: &'static [(&'static str, &'static str)],
    breaks: &'static [&'static str],
) -> Commit {
    Commit { message, edits, breaks }
}

const HISTORY: [Commit; 20] = [
    commit_of(
        "Count what there is",
        &[("    procedure list", "    procedure count() -> int32\n    procedure list")],
        &[],
    ),
    commit_of("Let items have notes", &[("    price: decimal\n", "    price: decimal\n    note: string?\n")], &[]),
    // Old callers do not send it, and old services do not answer it.
    commit_of("Weigh items", &[("    note: string?\n", "    note: string?\n    weight: int32\n")], &["B0202"]),
    // What has a default is always written.
    commit_of("Weigh nothing where nobody did", &[("weight: int32", "weight: int32 = 0")], &[]),
    commit_of("Call notes remarks in code", &[("    note:", "    @name(\"note\")\n    remark:")], &[]),
    commit_of("Drop remarks", &[("    @name(\"note\")\n    remark: string?\n", "")], &["B0601"]),
    commit_of(
        "Reserve their name",
        &[("    weight: int32 = 0\n", "    weight: int32 = 0\n    reserved \"note\"\n")],
        &[],
    ),
    commit_of("Note something else", &[("    reserved \"note\"\n", "    note: list<string> = []\n")], &["B0602"]),
    commit_of(
        "Sort items by kind",
        &[
            ("    note: list", "    kind: Kind = plain\n    note: list"),
            ("exception", "enum Kind { plain, gift }\n\nexception"),
        ],
        &[],
    ),
    commit_of("Sell vouchers", &[("{ plain, gift }", "{ plain, gift, voucher }")], &["B0402"]),
    commit_of("Let kinds grow", &[("enum Kind", "open enum Kind")], &[]),
    commit_of("Sell meals", &[("gift, voucher }", "gift, voucher, meal }")], &[]),
    commit_of("Tell what was sold", &[("    procedure buy", "    topic sold: Item\n    procedure buy")], &[]),
    commit_of("Count in floats", &[("price: decimal", "price: float64")], &["B0303"]),
    commit_of(
        "Close at night",
        &[("raises sold_out", "raises sold_out, closed"), ("service", "exception closed\n\nservice")],
        &["B0501"],
    ),
    commit_of("Wait ten seconds", &[("    procedure buy", "    @timeout(10s)\n    procedure buy")], &["B0106"]),
    commit_of("Give the shop a version", &[("service shop", "@version(\"1.0.0\")\nservice shop")], &[]),
    // The version stays, and nothing announces it.
    commit_of("Call the list items", &[("procedure list()", "procedure items()")], &["B0101", "B0701"]),
    commit_of("Count in 64 bits, announced", &[("1.0.0", "2.0.0"), ("-> int32", "-> int64")], &[]),
    // The version announces it to callers; topics have none.
    commit_of("Move", &[("2.0.0\")\n", "3.0.0\")\n@prepath(\"net.market\")\n")], &["B0104"]),
];

#[test]
fn each_commit_of_a_history_breaks_what_was_written_down() {
    let mut project = Project::new().with("almanet.yaml", "version: 1\nschemas: [schemas]\n");
    let mut text = FIRST.to_owned();
    project = project.with("schemas/shop.almanet", &text);
    git(&project, &["init", "--quiet"]);
    commit(&project, "First");
    for Commit { message, edits, breaks } in &HISTORY {
        for (from, to) in *edits {
            assert_eq!(text.matches(from).count(), 1, "{message}: {from:?} in\n{text}");
            text = text.replace(from, to);
        }
        project = project.with("schemas/shop.almanet", &text);
        let run = project.run(&["breaking", "--against", "HEAD", "--format", "json"]);
        let problems: Vec<serde_json::Value> = serde_json::from_str(&run.stdout).unwrap_or_else(|_| panic!("{run:?}"));
        let codes: BTreeSet<&str> = problems.iter().map(|problem| problem["code"].as_str().unwrap()).collect();
        assert_eq!(codes, breaks.iter().copied().collect(), "{message}: {run:#?}");
        assert_eq!(run.status, i32::from(!breaks.is_empty()), "{message}");
        commit(&project, message);
    }
    // All of it at once, by every name of the first commit.
    for first in ["HEAD~20", "main~20", &git(&project, &["rev-list", "--max-parents=0", "HEAD"])] {
        let run = project.run(&["breaking", "--against", first]);
        run.ends(1, &["error[B0303]: the field `net.shop.Item.price`", "error[B0104]", "a major step"]);
    }
}
