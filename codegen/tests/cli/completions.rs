//! What a shell offers behind the cursor.

use std::process::Command;

use crate::project::{Project, Run};

/// Asks bash as its line editor does: by the function that `complete` names, for what stands before the cursor.
const ASK: &str = r#"
source completions.bash
asked=$(complete -p almanet-gen)
[[ $asked =~ -F\ ([^ ]+) ]] && function=${BASH_REMATCH[1]}
while IFS= read -r line; do
    read -ra COMP_WORDS <<< "$line"
    [[ $line == *' ' ]] && COMP_WORDS+=('')
    COMP_CWORD=$((${#COMP_WORDS[@]} - 1))
    COMPREPLY=()
    "$function" almanet-gen "${COMP_WORDS[COMP_CWORD]}" "${COMP_WORDS[COMP_CWORD - 1]}"
    echo "$line|${COMPREPLY[*]}"
done <<< "$LINES_TYPED"
"#;

/// What is typed, and what must be offered; nothing, where bash is to offer files.
const OFFERED: [(&str, &str); 11] = [
    ("almanet-gen ch", "check changelog"),
    ("almanet-gen completions ", "-h --help bash elvish fish powershell zsh"),
    ("almanet-gen check --f", "--format"),
    ("almanet-gen check --format ", "human json github sarif"),
    ("almanet-gen check --format g", "github"),
    ("almanet-gen check schemas --format s", "sarif"),
    ("almanet-gen generate --target r", "rust"),
    ("almanet-gen init --language b", "both"),
    ("almanet-gen breaking --category ", "wire source"),
    ("almanet-gen export --format ", "ir json-schema openapi asyncapi"),
    ("almanet-gen check gre", ""),
];

#[test]
fn fish_completes_values_that_no_option_stands_before() {
    let script = Project::new().run(&["completions", "fish"]).stdout;
    let shells = "\"__fish_almanet_gen_using_subcommand completions\" -f -a \"bash elvish fish powershell zsh\"";
    assert!(script.contains(shells), "{script}");
    // `help` is on its own line when what it is asked for is completed.
    assert!(!script.contains("completions help\" -f"), "{script}");
}

#[test]
fn bash_completes_subcommands_options_and_their_values() {
    let project = Project::new();
    let project = project.with("completions.bash", Project::new().run(&["completions", "bash"]).stdout);
    let lines: Vec<&str> = OFFERED.iter().map(|(line, _)| *line).collect();
    let mut bash = Command::new("bash");
    bash.args(["-c", ASK]).env("LINES_TYPED", lines.join("\n")).current_dir(project.path(""));
    let run = Run::of(bash.output().unwrap());
    let wanted: Vec<String> = OFFERED.iter().map(|(line, offered)| format!("{line}|{offered}")).collect();
    assert_eq!(run.stdout.lines().collect::<Vec<_>>(), wanted, "{}", run.stderr);
}
