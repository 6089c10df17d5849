//! `breaking` and `changelog` over real repositories.

use std::fs;

use crate::git::{commit, git};
use crate::project::Project;

const YAML: &str = "version: 1\nschemas: [schemas]\n";
const OLD: &str = "namespace net.example\n\nrecord Greeted {\n    name: string\n}\n\nservice greeting {\n    procedure greet(string) -> Greeted\n}\n";

fn new() -> String {
    OLD.replace("name: string", "name: string?")
}

/// A repository whose `main` holds the old contract, and whose working tree holds another one.
fn project(now: &str) -> Project {
    let project = Project::new().with("almanet.yaml", YAML).with("schemas/greeting.almanet", OLD);
    git(&project, &["init", "--quiet"]);
    commit(&project, "first");
    git(&project, &["tag", "v1"]);
    project.with("schemas/greeting.almanet", now)
}

#[test]
fn a_contract_as_it_was_breaks_nothing() {
    let project = project(OLD);
    for against in ["main", "v1", "HEAD", "main:schemas", "main:schemas/greeting.almanet", "schemas", "./schemas"] {
        let run = project.run(&["breaking", "--against", against]);
        run.ends(0, &[&format!("compared with {against}: nothing changed")]);
    }
}

#[test]
fn what_breaks_is_drawn_over_both_contracts() {
    let run = project(&new()).run(&["breaking", "--against", "main"]);
    run.ends(
        1,
        &[
            "error[B0207]: the field `name` of `net.example.Greeted` may be absent now; this breaks old callers",
            "--> schemas/greeting.almanet:4:5",
            "::: main:schemas/greeting.almanet:4:5",
            "1 breaking change; the changes need a major step",
        ],
    );
}

#[test]
fn every_form_of_problems_tells_the_same() {
    let project = project(&new());
    let json = project.run(&["breaking", "--against", "main", "--format", "json"]);
    assert_eq!(json.status, 1);
    let problems: serde_json::Value = serde_json::from_str(&json.stdout).unwrap();
    assert_eq!(problems[0]["code"], "B0207");
    assert_eq!(problems[0]["file"], "schemas/greeting.almanet");
    assert_eq!(problems[0]["severity"], "error");
    let github = project.run(&["breaking", "--against", "main", "--format", "github"]);
    assert!(github.stdout.starts_with("::error file=schemas/greeting.almanet,line=4,"), "{}", github.stdout);
    let sarif = project.run(&["breaking", "--against", "main", "--format", "sarif"]);
    let log: serde_json::Value = serde_json::from_str(&sarif.stdout).unwrap();
    assert_eq!(log["runs"][0]["results"][0]["ruleId"], "B0207");
}

#[test]
fn a_folder_and_an_exported_model_are_compared_with_like_a_revision() {
    let project = project(OLD);
    let exported = project.run(&["export", "--format", "ir"]).stdout;
    let project = project.with("released.json", exported).with("released/greeting.almanet", OLD);
    let project = project.with("schemas/greeting.almanet", new());
    for against in ["released", "./released", "released/greeting.almanet", "./released.json", "released.json"] {
        project.run(&["breaking", "--against", against]).ends(1, &["error[B0207]"]);
    }
    commit(&project, "released");
    project.run(&["breaking", "--against", "HEAD:released.json"]).ends(1, &["error[B0207]"]);
    let garbage = project.with("garbage.json", "{\"version\": 7}");
    garbage.run(&["breaking", "--against", "./garbage.json"]).ends(2, &["E0014", "version 7"]);
}

#[test]
fn the_old_configuration_says_where_the_contracts_were() {
    let project = Project::new()
        .with("almanet.yaml", "version: 1\nschemas: [old/place]\nfuture: { of: another almanet-gen }\n")
        .with("old/place/greeting.almanet", OLD);
    git(&project, &["init", "--quiet"]);
    commit(&project, "first");
    fs::remove_dir_all(project.path("old")).unwrap();
    let project = project.with("almanet.yaml", YAML).with("schemas/greeting.almanet", new());
    project.run(&["breaking", "--against", "main"]).ends(1, &["main:old/place/greeting.almanet"]);
    project.run(&["breaking", "schemas", "--against", "main:old/place"]).ends(1, &["error[B0207]"]);
    project.run(&["breaking", "schemas", "--against", "main"]).ends(2, &["E0011", "`--against REF:path`"]);
}

#[test]
fn the_first_contracts_of_a_repository_break_nobody() {
    let project = Project::new().with("README.md", "");
    git(&project, &["init", "--quiet"]);
    commit(&project, "first");
    let project = project.with("almanet.yaml", YAML).with("schemas/greeting.almanet", OLD);
    for arguments in [&["breaking", "--against", "main"][..], &["breaking", "schemas", "--against", "main"]] {
        project.run(arguments).ends(0, &["compared with main: nothing breaks"]);
    }
    let changelog = project.run(&["changelog", "--against", "main"]);
    assert!(changelog.stdout.contains("- The service `net.example.greeting` was added."), "{changelog:?}");
    // Contracts of others are not these.
    let project = project.with("elsewhere/other.almanet", OLD);
    git(&project, &["add", "elsewhere"]);
    git(&project, &["commit", "--quiet", "--message", "second"]);
    project.run(&["breaking", "--against", "main"]).ends(2, &["there is no `schemas` at `main`"]);
}

#[test]
fn an_unrelated_configuration_at_the_revision_is_refused_with_what_to_do() {
    let project = Project::new().with("almanet.yaml", "hello: world\n").with("schemas/greeting.almanet", OLD);
    git(&project, &["init", "--quiet"]);
    commit(&project, "first");
    let project = project.with("almanet.yaml", YAML);
    project.run(&["breaking", "--against", "main"]).ends(2, &["E0012", "main:almanet.yaml", "--against REF:path"]);
    project.run(&["breaking", "--against", "main:schemas"]).ends(0, &["nothing changed"]);
}

#[test]
fn what_cannot_be_compared_with_is_told_with_a_remedy() {
    let project = project(OLD);
    project
        .run(&["breaking", "--against", "mian"])
        .ends(2, &["E0009", "no branch, tag or commit `mian`", "git branch"]);
    project.run(&["breaking", "--against", "main:shcemas"]).ends(2, &["E0011", "no `shcemas` at `main:shcemas`"]);
    project.run(&["breaking", "--against", "./nothing"]).ends(2, &["E0001", "no such file or folder"]);
    for nameless in ["", ":schemas"] {
        project.run(&["breaking", "--against", nameless]).ends(2, &["E0009", "names no revision", "`--against main`"]);
    }
    project.run(&["breaking"]).ends(2, &["E0015", "--against main"]);
    let elsewhere = Project::new().with("almanet.yaml", YAML).with("schemas/greeting.almanet", OLD);
    elsewhere.run(&["breaking", "--against", "main"]).ends(2, &["E0008", "in no git repository"]);
    let broken = project.with("schemas/greeting.almanet", "namespace net.example\n\nrecord R {\n");
    broken.run(&["breaking", "--against", "main"]).ends(1, &["E01", "nothing was compared"]);
    commit(&broken, "broken");
    let mended = broken.with("schemas/greeting.almanet", OLD);
    mended.run(&["breaking", "--against", "HEAD"]).ends(2, &["E0013", "HEAD:schemas/greeting.almanet"]);
}

#[test]
fn a_shallow_clone_says_what_to_fetch() {
    let origin = project(OLD);
    commit(&origin, "second");
    let clone = Project::new();
    let url = format!("file://{}", origin.path("").display());
    git(&clone, &["clone", "--quiet", "--depth", "1", &url, "."]);
    git(&clone, &["checkout", "--quiet", "--detach"]);
    git(&clone, &["branch", "--quiet", "-D", "main"]);
    clone.run(&["breaking", "--against", "v1"]).ends(2, &["E0009", "shallow clone", "fetch-depth: 0"]);
    // What CI fetched is called origin/main.
    clone.run(&["breaking", "--against", "main"]).ends(0, &["nothing changed"]);
}

#[test]
fn the_nearest_configuration_and_a_folder_below_the_top_are_understood() {
    let project = Project::new().with("api/almanet.yaml", YAML).with("api/schemas/greeting.almanet", OLD);
    git(&project, &["init", "--quiet"]);
    commit(&project, "first");
    let project = project.with("api/schemas/greeting.almanet", new());
    let run = project.command(&["breaking", "--against", "main"]).current_dir(project.path("api/schemas")).output();
    let run = crate::project::Run::of(run.unwrap());
    run.ends(1, &["main:api/schemas/greeting.almanet", "error[B0207]"]);
    project.run(&["breaking", "api/schemas", "--against", "main"]).ends(1, &["main:api/schemas/greeting.almanet"]);
    for path in ["main:./greeting.almanet", "main:.."] {
        let mut command = project.command(&["breaking", "--against", path]);
        let run = crate::project::Run::of(command.current_dir(project.path("api/schemas")).output().unwrap());
        run.ends(1, &["main:api/schemas/greeting.almanet", "error[B0207]"]);
    }
}

#[test]
fn contracts_outside_of_the_repository_are_compared_with_a_path_of_it() {
    let project = project(OLD);
    let elsewhere = Project::new().with("greeting.almanet", new());
    let contracts = elsewhere.path("greeting.almanet").display().to_string();
    project.run(&["breaking", &contracts, "--against", "main:schemas"]).ends(1, &["error[B0207]"]);
    let run = project.run(&["breaking", &contracts, "--against", "main"]);
    run.ends(2, &["E0011", "lies outside of the repository", "`--against REF:path`"]);
}

#[test]
fn exceptions_hold_until_their_last_day_and_are_told_when_nothing_needs_them() {
    let except = |until: &str, subject: &str| {
        format!(
            "{YAML}breaking:\n  against: main\n  except:\n    - {{ code: B0207, subject: {subject}, reason: agreed with all, until: '{until}' }}\n"
        )
    };
    let project = project(&new());
    let project = project.with("almanet.yaml", except("2999-12-31", "net.example.Greeted.name"));
    project.run(&["breaking"]).ends(0, &["the changes need no step, 1 excepted"]);
    let project = project.with("almanet.yaml", except("2020-12-31", "net.example.Greeted.name"));
    project.run(&["breaking"]).ends(1, &["error[B0207]", "warning[W0991]", "almanet.yaml:6"]);
    let project = project.with("almanet.yaml", except("2999-12-31", "net.example.Greeted.nam"));
    project.run(&["breaking"]).ends(1, &["error[B0207]", "warning[W0992]"]);
    let project = project.with("schemas/greeting.almanet", OLD);
    project.run(&["breaking"]).ends(0, &["warning[W0992]"]);
    let reasonless = except("2999-12-31", "a").replace("agreed with all", "''");
    project.with("almanet.yaml", reasonless).run(&["breaking"]).ends(2, &["the reason is empty"]);
}

#[test]
fn the_category_is_the_configurations_or_the_command_lines() {
    let renamed = OLD.replace("    name: string", "    @name(\"name\")\n    full_name: string");
    let project = project(&renamed);
    project.run(&["breaking", "--against", "main"]).ends(0, &["nothing breaks; the changes need a minor step"]);
    project.run(&["breaking", "--against", "main", "--category", "source"]).ends(1, &["error[B0205]"]);
    let project = project.with("almanet.yaml", format!("{YAML}breaking: {{ against: main, category: source }}\n"));
    project.run(&["breaking"]).ends(1, &["error[B0205]"]);
    project.run(&["breaking", "--category", "wire"]).ends(0, &[]);
}

#[test]
fn a_major_step_announces_what_breaks_and_topics_have_no_version() {
    let versioned = |version: &str, text: &str| {
        text.replace("service greeting", &format!("@version(\"{version}\")\nservice greeting"))
    };
    let project = Project::new().with("almanet.yaml", YAML).with("schemas/greeting.almanet", versioned("1.2.0", OLD));
    git(&project, &["init", "--quiet"]);
    commit(&project, "first");
    let project = project.with("schemas/greeting.almanet", versioned("1.3.0", &new()));
    project.run(&["breaking", "--against", "main"]).ends(1, &["error[B0207]", "error[B0701]", "@version(\"2.0.0\")"]);
    let project = project.with("schemas/greeting.almanet", versioned("2.0.0", &new()));
    project.run(&["breaking", "--against", "main"]).ends(0, &["1 announced by a version"]);
    let topic = |text: &str| text.replace("    procedure", "    topic greeted: Greeted\n    procedure");
    let project = project.with("schemas/greeting.almanet", versioned("1.2.0", &topic(OLD)));
    commit(&project, "second");
    let project = project.with("schemas/greeting.almanet", versioned("2.0.0", &topic(&new())));
    project.run(&["breaking", "--against", "main"]).ends(1, &["this breaks old callers and old consumers"]);
}

#[test]
fn what_is_unstable_may_change() {
    let unstable = OLD.replace("record Greeted", "@unstable\nrecord Greeted");
    let project = Project::new().with("almanet.yaml", YAML).with("schemas/greeting.almanet", &unstable);
    git(&project, &["init", "--quiet"]);
    commit(&project, "first");
    let project = project.with("schemas/greeting.almanet", new());
    project.run(&["breaking", "--against", "main", "--category", "source"]).ends(0, &[]);
}

#[test]
fn a_changelog_tells_people_by_service() {
    let now =
        new().replace("    procedure greet", "    @deprecated(\"by hand\")\n    procedure wave()\n    procedure greet");
    let project = project(&now);
    let run = project.run(&["changelog", "--against", "v1"]);
    assert_eq!(run.status, 0, "{run:?}");
    let expected = "\
# Changes since `v1`

These changes need a **major** step of the version.

## `net.example.greeting`

### Added

- The procedure `net.example.greeting.wave` was added.

### Changed

- The field `name` of `net.example.Greeted` may be absent now. **Breaks old callers** (B0207).

### Who must do what

- **Callers**: update them before, or together with, the services that they call.
- **Programmers**: generate again, and mend what does not compile.
- **Version**: a major step.
";
    assert_eq!(run.stdout, expected);
    let unchanged = project.with("schemas/greeting.almanet", OLD).run(&["changelog", "--against", "v1"]);
    assert_eq!(unchanged.stdout, "# Changes since `v1`\n\nNothing changed.\n");
}

#[test]
fn a_changelog_tells_what_introspection_tells() {
    let project = project(OLD).with(
        "old/greeting.almanet",
        "namespace a\n\n@tags(\"x\", \"y\")\nservice s {\n    @expose\n    @tags(\"own\")\n    procedure p()\n    @tags(\"x\")\n    procedure q()\n}\n",
    );
    let now = "namespace a\n\n@expose\n@tags(\"y\", \"z\", \"w\")\nservice s {\n    procedure p()\n    @tags(\"x\", \"new\")\n    procedure q()\n}\n";
    let project = project.with("new/greeting.almanet", now);
    let run = project.run(&["changelog", "new", "--against", "./old"]);
    let expected = "\
## `a.s`

### Changed

- `a.s` has the tags `w`, `z`.
- `a.s` is published for introspection now.
- `a.s` lost the tag `x`.
- `a.s.p` lost the tag `own`.
- `a.s.q` has the tag `new`.
";
    assert!(run.status == 0 && run.stdout.ends_with(expected), "{}", run.stdout);
    project.run(&["breaking", "new", "--against", "./old"]).ends(0, &["nothing breaks; the changes need a minor step"]);
}

#[test]
fn every_rule_is_explained_with_its_pair() {
    let run = Project::new().run(&["explain", "b0207"]);
    assert_eq!(run.status, 0);
    for text in ["B0207", "Example, as it was:", "name: string\n", "Example, as it is:", "name: string?\n"] {
        assert!(run.stdout.contains(text), "{text:?} is missing: {}", run.stdout);
    }
}
