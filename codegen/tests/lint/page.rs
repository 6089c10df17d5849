//! `docs/lints.md`, written from the rules.

use std::fmt::Write as _;
use std::path::Path;

use almanet_codegen::diagnostic::{Example, code};
use almanet_codegen::lint::{self, Category};
use libtest_mimic::Failed;

const HEAD: &str = "\
# Lints

`almanet-gen lint` looks for what stands in a contract that has no errors, and that its author would want to know. Any finding makes it end in
1. `check` and `generate` show those that the compiler finds on its way (marked so below), as warnings that do not count.

`almanet-gen explain CODE` tells the same as this page. `lint --fix` mends what is marked as fixable: only where neither what travels nor
generated code changes.

## Silencing

In `almanet.yaml`, by code or by category:

```yaml
version: 1
schemas: [schemas]
lint: { disable: [W0104, naming] }
```

In a contract, for the comment's own line and the next, with a reason; `/* */` does as well:

```almanet
namespace net.example

// almanet-lint: allow W0301 it is called so in the books
record big_point {}
```

Docs and annotations may stand above such a comment; what is reported is the name behind them.
";

fn title(category: Category) -> &'static str {
    match category {
        Category::Docs => "what readers learn",
        Category::Unused => "what nothing needs",
        Category::Addresses => "how long addresses are",
        Category::Naming => "how things are called",
        Category::Evolution => "what will be hard to change",
        Category::Design => "what is most likely not meant so",
        Category::Allow => "comments that silence lints",
    }
}

fn page() -> Result<String, Failed> {
    let mut page = HEAD.to_owned();
    for category in Category::ALL {
        write!(page, "\n## `{}`: {}\n", category.name(), title(category))?;
        for rule in lint::rules().iter().filter(|rule| rule.category == category) {
            let entry = code::find(rule.code.as_str()).ok_or("a rule's code is listed")?;
            let mut marks = Vec::new();
            if !rule.is_of_lint_alone() {
                marks.push("shown by `check` too");
            }
            if rule.fixable {
                marks.push("fixable");
            }
            let marks = if marks.is_empty() { String::new() } else { format!(" ({})", marks.join(", ")) };
            write!(page, "\n### {}\n\n**{}**{marks} {}\n", rule.code, entry.summary, entry.why)?;
            if let Example::Contract(contract) = entry.example {
                write!(page, "\n```almanet lint\n{}\n```\n", contract.trim_end())?;
            }
            write!(page, "\n{}\n", entry.fix)?;
        }
    }
    Ok(page)
}

pub(crate) fn tells_every_rule() -> Result<(), Failed> {
    super::expect(&Path::new(env!("CARGO_MANIFEST_DIR")).join("docs/lints.md"), &page()?)
}
