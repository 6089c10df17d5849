//! What stands on a real terminal, and nowhere else.

use std::process::{Command, Stdio};

use rexpect::process::WaitStatus;
use rexpect::session::{PtySession, spawn_command};

use crate::project::Project;

/// Long enough for any machine: what hangs ends in a failure.
const PATIENCE_MILLIS: u64 = 120_000;

const WRONG: &str = "namespace a\n\nrecord R { name: strng }\n";

/// The command on a terminal of its own.
fn on_terminal(mut command: Command) -> PtySession {
    command.env_remove("NO_COLOR").env("TERM", "xterm");
    spawned(command)
}

fn spawned(command: Command) -> PtySession {
    let mut command = heeding(command);
    command.stdin(Stdio::inherit());
    spawn_command(command, Some(PATIENCE_MILLIS)).unwrap()
}

/// The command, which heeds signals although whoever runs the tests may ignore them, as a script does for what it leaves in the
/// background.
fn heeding(command: Command) -> Command {
    if cfg!(not(target_os = "linux")) {
        return command;
    }
    let mut heeding = Command::new("env");
    heeding.arg("--default-signal").arg(command.get_program()).args(command.get_args());
    if let Some(folder) = command.get_current_dir() {
        heeding.current_dir(folder);
    }
    for (key, value) in command.get_envs() {
        match value {
            Some(value) => heeding.env(key, value),
            None => heeding.env_remove(key),
        };
    }
    heeding
}

/// All that stood on the terminal, and how the program ended, as a shell tells it.
fn ended(mut session: PtySession) -> (String, i32) {
    let shown = session.exp_eof().unwrap();
    match session.process().wait().unwrap() {
        WaitStatus::Exited(_, status) => (shown, status),
        WaitStatus::Signaled(_, signal, _) => (shown, 128 + signal as i32),
        other => panic!("{other:?}: {shown}"),
    }
}

fn shown(command: Command) -> String {
    ended(on_terminal(command)).0
}

/// The text alone: what is left on the screen but for its colours.
fn is_coloured(text: &str) -> bool {
    text.contains("\x1b[1") || text.contains("\x1b[3") || text.contains("\x1b[9")
}

#[test]
fn problems_are_coloured_on_a_terminal_alone() {
    let project = Project::new().with("a.almanet", WRONG);
    let check = || project.command(&["check", "a.almanet"]);
    let coloured = shown(check());
    assert!(is_coloured(&coloured) && coloured.contains("unknown type"), "{coloured:?}");

    let plain = |key: &str, value: &str| {
        let mut command = project.command(&["check", "a.almanet"]);
        command.env("TERM", "xterm").env_remove("NO_COLOR").env(key, value);
        let (shown, status) = ended(spawned(command));
        assert_eq!(status, 1);
        assert!(!is_coloured(&shown) && shown.contains("unknown type"), "{key}={value}: {shown:?}");
        shown
    };
    plain("NO_COLOR", "1");
    assert!(!plain("TERM", "dumb").contains('\x1b'), "a terminal without a cursor gets no progress either");
    plain("CLICOLOR", "0");
    // Off a terminal, where somebody asks for it.
    for (no_color, expected) in [("", true), ("1", false)] {
        let mut command = check();
        let output = command.env("CLICOLOR_FORCE", "1").env("NO_COLOR", no_color).output().unwrap();
        assert_eq!(is_coloured(&String::from_utf8(output.stderr).unwrap()), expected, "NO_COLOR={no_color}");
    }
    // Set, but empty: https://no-color.org.
    let mut command = check();
    command.env("TERM", "xterm").env("NO_COLOR", "");
    assert!(is_coloured(&ended(spawned(command)).0));
}

#[test]
fn what_programs_read_is_never_coloured() {
    let project = Project::new().with("a.almanet", WRONG);
    for format in ["json", "github", "sarif"] {
        let piped = project.run(&["check", "a.almanet", "--format", format]);
        assert!(piped.stdout.contains("strng"), "{piped:?}");
        // Standard error is the terminal still, and only it gets progress.
        let mut shell = Command::new("sh");
        let command = format!("\"$0\" check a.almanet --format {format} > out.txt");
        shell.args(["-c", &command, env!("CARGO_BIN_EXE_almanet-gen")]).current_dir(project.path(""));
        let (shown, status) = ended(on_terminal(shell));
        assert_eq!(status, 1, "{shown}");
        assert_eq!(project.read("out.txt"), piped.stdout, "{format}");
        assert!(!is_coloured(&shown), "{shown:?}");
        assert!(!is_coloured(&self::shown(project.command(&["check", "a.almanet", "--format", format]))));
    }
}

#[test]
fn progress_counts_files_and_is_taken_away() {
    let project = (0..30).fold(Project::new(), |project, index| {
        project.with(
            &format!("schemas/a{index}.almanet"),
            format!("namespace a{index}\n\nservice s {{\n    procedure p()\n}}\n"),
        )
    });
    let generate = ["generate", "schemas", "--target", "rust", "--out", "out"];
    let (text, status) = ended(on_terminal(project.command(&generate)));
    assert_eq!(status, 0, "{text:?}");
    for step in ["reading contracts", "/30", "generating", "/1", "writing", "/124"] {
        assert!(text.contains(step), "{step:?} is missing: {text:?}");
    }
    let last = text.rsplit("\x1b[2K").next().unwrap();
    assert_eq!(last, "generated from 30 files: 62 written, 0 removed, 0 unchanged\r\n", "{text:?}");
    assert!(shown(project.command(&["check", "schemas"])).contains("reading contracts"));
}

/// Enough to be interrupted in.
fn large() -> Project {
    let record = |index: usize| {
        let field =
            |field: usize| format!("    /// Field number {field}.\n    field{field}: map<string, list<int32>>?\n");
        format!("/// Record number {index}.\nrecord R{index} {{\n{}}}\n\n", (0..20).map(field).collect::<String>())
    };
    let records: String = (0..40).map(record).collect();
    (0..40).fold(Project::new(), |project, index| {
        project.with(&format!("schemas/a{index}.almanet"), format!("namespace a{index}\n\n{records}"))
    })
}

#[test]
fn control_c_leaves_all_or_nothing() {
    let generate = ["generate", "schemas", "--target", "rust", "--out", "out"];
    for step in ["reading", "generating", "writing"] {
        let project = large();
        let before = project.tree();
        let mut session = on_terminal(project.command(&generate));
        session.exp_string(step).unwrap();
        session.send_control('c').unwrap();
        let (shown, status) = ended(session);
        // It may have ended by itself in the meantime.
        assert!(matches!(status, 0 | 130), "{status}: {shown:?}");
        let after = project.tree();
        if step == "writing" || after != before {
            project.run(&[&generate[..], &["--check"]].concat()).ends(0, &[]);
        }
        assert!(after.iter().all(|(path, _)| !path.contains(".almanet-tmp-")), "{step}");
    }
}

#[test]
fn control_c_at_a_question_makes_nothing() {
    let project = Project::new();
    let mut session = on_terminal(project.command(&["init"]));
    session.exp_string("project_name [my_project]: ").unwrap();
    session.send_control('c').unwrap();
    let (shown, status) = ended(session);
    assert_eq!(status, 130, "{shown:?}");
    assert_eq!(project.tree(), []);
}
