use std::fs;

use crate::project::{Project, Run};

/// The run ends so, says this, and leaves the disk as it was.
#[track_caller]
fn refused(project: &Project, arguments: &[&str], status: i32, said: &[&str]) -> Run {
    let before = project.tree();
    let run = project.run(arguments);
    run.ends(status, said);
    assert_eq!(run.stdout, "");
    assert!(project.tree() == before, "something was written");
    run
}

#[test]
fn a_path_that_names_nothing() {
    let project = Project::greeting();
    refused(&project, &["check", "no/such.almanet"], 2, &["error[E0001]", "--> no/such.almanet", "check the spelling"]);
    for (path, meant) in
        [("schema", "schemas"), ("./Schemas/b", "./schemas/b.almanet"), ("shemas/b.almanett", "schemas/b.almanet")]
    {
        let project = Project::new().with("schemas/b.almanet", "namespace b\n");
        refused(&project, &["check", path], 2, &["error[E0001]", &format!("did you mean `{meant}`?")]);
    }
    refused(&project, &["check", "greting.almanet"], 2, &["error[E0001]", "did you mean `greeting.almanet`?"]);
    refused(&project, &["check", "greeting"], 2, &["error[E0001]", "did you mean `greeting.almanet`?"]);
    refused(&project, &["check", "-I", "nowhere", "greeting.almanet"], 2, &["error[E0001]", "--> nowhere"]);
    refused(
        &project,
        &["check", "-I", "greeting.almanet", "greeting.almanet"],
        2,
        &["error[E0002]", "it is not a folder"],
    );
}

#[test]
fn a_folder_without_contracts() {
    let project = Project::new().with("empty/README.md", "").with("named.almanet/README.md", "");
    refused(&project, &["check", "empty"], 2, &["error[E0003]", "--> empty", "a contract's name ends in `.almanet`"]);
    refused(&project, &["check", "named.almanet"], 2, &["error[E0003]"]);
}

#[test]
fn a_file_that_is_no_contract() {
    let project = Project::new().with("notes.txt", "namespace a\n");
    refused(&project, &["check", "notes.txt"], 2, &["error[E0007]", "--> notes.txt"]);
}

/// Reading this process's memory from its start fails, for root too.
#[cfg(target_os = "linux")]
#[test]
fn a_file_that_cannot_be_read() {
    let project = Project::greeting();
    std::os::unix::fs::symlink("/proc/self/mem", project.path("secret.almanet")).unwrap();
    refused(&project, &["check", "secret.almanet"], 2, &["error[E0002]", "--> secret.almanet", "os error"]);
    refused(&project, &["check", "."], 2, &["error[E0002]", "checked 2 files, 1 problem"]);
}

#[cfg(unix)]
#[test]
fn a_device_and_a_dangling_link() {
    let project = Project::new();
    std::os::unix::fs::symlink("/dev/zero", project.path("zero.almanet")).unwrap();
    std::os::unix::fs::symlink("nowhere", project.path("dangling.almanet")).unwrap();
    refused(&project, &["check", "zero.almanet"], 2, &["error[E00", "--> zero.almanet"]);
    refused(&project, &["check", "."], 2, &["--> ./dangling.almanet", "--> ./zero.almanet"]);
}

#[test]
fn a_contract_that_is_not_utf_8() {
    let project = Project::new().with("latin1.almanet", b"namespace a\n// caf\xe9\n");
    refused(&project, &["check", "latin1.almanet"], 1, &["error[E0004]", "--> latin1.almanet:2:7"]);
}

#[test]
fn a_contract_over_64_mib() {
    let project = Project::new();
    fs::File::create(project.path("big.almanet")).unwrap().set_len((64 << 20) + 1).unwrap();
    let run = project.run(&["check", "big.almanet"]);
    run.ends(1, &["error[E0005]", "--> big.almanet", "64 MiB"]);
}

#[test]
fn an_import_of_nothing_of_a_folder_and_from_outside() {
    let import = |path: &str| format!("namespace a\n\nimport \"{path}\"\n");
    let project = Project::new()
        .with("schemas/nothing.almanet", import("nowhere.almanet"))
        .with("schemas/folder.almanet", import("people.almanet"))
        .with("schemas/people.almanet/README.md", "")
        .with("schemas/outside.almanet", import("../secret.almanet"))
        .with("secret.almanet", "namespace secret\n");
    refused(&project, &["check", "schemas/nothing.almanet"], 1, &["--> schemas/nothing.almanet:3:8"]);
    refused(&project, &["check", "schemas/outside.almanet"], 1, &["--> schemas/outside.almanet:3:8"]);
    let run = project.run(&["check", "schemas/folder.almanet"]);
    assert!(run.status > 0, "{run:?}");
    run.ends(run.status, &["schemas/folder.almanet:3:8"]);
}

#[test]
fn any_bytes_end_in_a_diagnostic() {
    let openers = format!("namespace a\nconst c: any = {}", "[".repeat(100_000));
    let texts: [&[u8]; 6] = [b"", b"\0", b"\xef\xbb\xbf", openers.as_bytes(), b"/* /* /*", &[0x80; 10_000]];
    for text in texts {
        let project = Project::new().with("a.almanet", text);
        refused(&project, &["check", "a.almanet"], 1, &["error[E"]);
    }
}

#[test]
fn no_configuration_and_wrong_ones() {
    let project = Project::greeting();
    refused(&project, &["check"], 2, &["error[E0030]", "almanet-gen check greeting.almanet"]);
    let project = project.with("almanet.yaml", "version: 1\nshemas: [schemas]\n");
    refused(
        &project,
        &["check"],
        2,
        &["error[E0032]: unknown key `shemas`", "--> almanet.yaml:2:1", "did you mean `schemas`?"],
    );
    let project = project.with("almanet.yaml", "version: 1\nschemas: [schemas]\n");
    refused(&project, &["check"], 2, &["error[E0038]", "--> almanet.yaml:2:11", "make the folder"]);
    let project = project.with("almanet.yaml", b"version: \xff\n");
    refused(&project, &["check"], 2, &["--> almanet.yaml:1:10"]);
    fs::create_dir(project.path("schemas")).unwrap();
    let project = project.with("almanet.yaml", "version: 1\nschemas: [schemas]\n");
    refused(&project, &["check"], 2, &["error[E0003]", "--> schemas"]);
}
