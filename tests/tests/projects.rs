//! What `almanet-gen init` makes runs as it is: built, linted, tested and called in a fresh folder.
#![cfg(feature = "projects")]

mod project;

use std::collections::BTreeMap;
#[cfg(all(feature = "python", feature = "nsqd"))]
use std::fs;
use std::io::{BufRead as _, BufReader};
use std::net::{TcpListener, TcpStream};
use std::path::Path;
use std::process::{Child, Command, Output, Stdio};

#[cfg(all(feature = "python", feature = "nsqd"))]
use almanet_tests::program::built;
use almanet_tests::program::root;
use project::dockerfile::Image;
use project::{Project, compose, dockerfile, succeeded, workflow};

/// Carries out what a project brings along for others to build, start and check it: the workflow of CI in a clone, the hooks of pre-commit,
/// and the images that the compose file starts.
#[track_caller]
fn is_built_elsewhere(project: &Project, jobs: &[&str]) -> BTreeMap<String, Image> {
    let clone = project.cloned();
    assert_eq!(workflow::jobs(project), jobs);
    for job in jobs {
        let variables = match *job {
            #[cfg(feature = "python")]
            "python" => project::virtual_environment(&project.beside("venv")),
            _ => Vec::new(),
        };
        workflow::job(project, &clone, job, &variables);
    }
    workflow::hooks(project, &clone);
    // What all of this leaves behind is ignored, but for what is to be committed.
    let left = project::sh(&clone, "git status --porcelain", &[]);
    assert!(left.lines().all(|line| line == "?? Cargo.lock"), "{left}");
    let images = dockerfile::build(project);
    for stage in compose::stages(project) {
        assert!(images.contains_key(&stage), "the Dockerfile has no stage {stage}");
    }
    images
}

/// What an image starts.
fn started(image: &Image) -> Command {
    let (program, words) = image.program.split_first().expect("the image starts something");
    let mut command = Command::new(program);
    command.args(words).current_dir(&image.folder).env("PYTHONDONTWRITEBYTECODE", "1");
    command
}

/// What a project in Rust calls its service with, as cargo built it.
fn greet(project: &Project) -> Command {
    succeeded(&project.command(Path::new(env!("CARGO"))).args(["build", "--quiet"]).output().expect("cargo starts"));
    Command::new(root().join("target/projects/debug/greet"))
}

#[test]
fn a_project_in_rust() {
    let project = Project::made("zoo", &[]);
    let images = is_built_elsewhere(&project, &["contracts", "rust"]);
    let mut call = greet(&project);
    serves(&mut Command::new(root().join("target/projects/debug/zoo")), &mut call);
    serves(&mut started(&images["rust"]), &mut call);
}

/// Python with the package `almanet-runtime` of this repository, and pytest.
#[cfg(feature = "python")]
fn python(project: &Path, arguments: &[&str]) -> Command {
    let mut python = Command::new(std::env::var_os("PROJECT_PYTHON").expect("PROJECT_PYTHON names an interpreter"));
    python.args(arguments).current_dir(project).env("PYTHONDONTWRITEBYTECODE", "1");
    python
}

#[cfg(feature = "python")]
#[test]
fn a_project_in_python() {
    let project = Project::made("zoo", &["--language", "python"]);
    let images = is_built_elsewhere(&project, &["contracts", "python"]);
    let call = &mut python(&project.path(), &["greet.py"]);
    serves(&mut python(&project.path(), &["-m", "contract.zoo.__microservice"]), call);
    serves(&mut started(&images["python"]), call);
}

#[cfg(feature = "python")]
#[test]
fn a_project_in_both_in_which_either_calls_the_other() {
    let project = Project::made("farm", &["--language", "both"]);
    let images = is_built_elsewhere(&project, &["contracts", "python", "rust"]);
    let mut by_rust = greet(&project);
    let mut by_python = python(&project.path(), &["greet.py"]);
    serves(&mut Command::new(root().join("target/projects/debug/farm")), &mut by_python);
    serves(&mut python(&project.path(), &["-m", "contract.farm.__microservice"]), &mut by_rust);
    serves(&mut started(&images["rust"]), &mut by_python);
    serves(&mut started(&images["python"]), &mut by_rust);
}

/// The guide's commands, as the first page has them, in a virtual environment that they make.
#[cfg(all(feature = "python", feature = "nsqd"))]
#[test]
fn the_guide_in_python() {
    use almanet_tests::nsqd::Nsqd;

    let root = root().canonicalize().expect("the repository is there");
    let read = |path: &str| fs::read_to_string(root.join(path)).expect(path);
    let page = read("README.md");
    let mut blocks = page.split("```sh\n").skip(1).filter_map(|rest| rest.split_once("```\n"));
    let (commands, _) = blocks.find(|(block, _)| block.contains("-m venv")).expect("the page makes an environment");
    assert!(read("examples/guide_python/README.md").contains(commands), "the example's page has other commands");
    let environment = root.join("target/guide");
    if environment.exists() {
        fs::remove_dir_all(&environment).expect("it can be made anew");
    }

    let nsqd = Nsqd::start();
    let typed = commands.replace("127.0.0.1:4150", &nsqd.tcp_address().to_string());
    assert_ne!(typed, commands);
    // The service in the background ends before the shell does, however that comes about.
    let script = format!("trap 'kill -TERM $! && wait' EXIT\n{typed}kill -TERM $!\nwait $!\ntrap - EXIT\n");
    let output = Command::new("sh")
        .args(["-ec", &script])
        .current_dir(&root)
        .env("CARGO_TARGET_DIR", root.join("target/python"))
        .output()
        .expect("sh starts");
    let said = succeeded(&output);
    assert!(said.ends_with(&read("examples/guide_python/output.txt")), "{said}");
}

/// The connector's table, by every pair of languages.
#[cfg(all(feature = "python", feature = "nsqd"))]
#[test]
fn the_connector_in_either_language_serves_both() {
    use almanet_tests::nsqd::Nsqd;

    let folder = root().join("examples/connector");
    let rust = built("connector", "connector");
    let expected = fs::read_to_string(folder.join("output.txt")).expect("output.txt");
    for served_by_python in [false, true] {
        let nsqd = Nsqd::start();
        let (address, url) = (nsqd.tcp_address().to_string(), nsqd.url());
        let mut service = if served_by_python {
            python(&folder, &["-m", "contract.examples.connector.__microservice", &address])
        } else {
            let mut service = Command::new(&rust);
            service.arg("serve").env("ALMANET_URL", &url);
            service
        };
        let mut service = service.stderr(Stdio::null()).spawn().expect("the service starts");
        for procedure in ["helloworld", "class3", "broken"] {
            nsqd.await_clients(&format!("_rpc_.examples.connector.functions.{procedure}"), "almanet.python", 1);
        }
        let by_rust = Command::new(&rust).arg("call").env("ALMANET_URL", &url).output().expect("the caller starts");
        assert_eq!(succeeded(&by_rust), expected, "Rust calls, Python serves: {served_by_python}");
        let by_python = python(&folder, &["call.py", &address]).output().expect("the caller starts");
        assert_eq!(succeeded(&by_python), expected, "Python calls, Python serves: {served_by_python}");
        stop(&mut service);
    }
}

/// Instances in both languages share what callers ask of one service.
#[cfg(all(feature = "python", feature = "nsqd"))]
#[test]
fn the_mixed_fleet_answers_in_both_languages() {
    use almanet_tests::nsqd::Nsqd;

    let folder = root().join("examples/mixed_fleet");
    let rust = built("mixed_fleet", "mixed_fleet");
    let nsqd = Nsqd::start();
    let mut instances = [Command::new(&rust), python(&folder, &["-m", "contract.examples.mixed.__microservice"])];
    instances[0].arg("serve").env("ALMANET_URL", nsqd.url());
    instances[1].arg(nsqd.tcp_address().to_string());
    let instances = instances.map(|mut instance| instance.spawn().expect("the instance starts"));
    nsqd.await_clients("_rpc_.examples.mixed.fleet.square", "almanet.python", instances.len());
    let call = Command::new(&rust).arg("call").env("ALMANET_URL", nsqd.url()).output().expect("the caller starts");
    assert_eq!(succeeded(&call), "200 calls were answered in Python and Rust\n");
    for mut instance in instances {
        stop(&mut instance);
    }
}

/// Starts a service on a broker of its own, calls it, and asks it to stop.
#[track_caller]
fn serves(service: &mut Command, call: &mut Command) {
    let port = TcpListener::bind("127.0.0.1:0").expect("a free port").local_addr().expect("it is bound").port();
    let broker = format!("embedded:{port}");
    let mut service = service.env("ALMANET_URL", &broker).stdout(Stdio::piped()).spawn().expect("the service starts");
    let mut said = BufReader::new(service.stdout.take().expect("it is piped")).lines();
    let first = said.next().expect("it says something").expect("it is text");
    assert!(first.ends_with(&format!(".greeting on {broker}; Ctrl-C stops it")), "{first}");

    call.env("ALMANET_URL", format!("nsq://127.0.0.1:{port}"));
    let nobody = succeeded(&once_it_listens(port, call));
    assert_eq!(nobody, "Hello, world!\n");
    for (name, answer) in [("Aidar", "Hello, Aidar!\n"), ("guest", "guest is not welcome\n")] {
        let mut named = Command::new(call.get_program());
        named.args(call.get_args()).arg(name).env("ALMANET_URL", format!("nsq://127.0.0.1:{port}"));
        if let Some(folder) = call.get_current_dir() {
            named.current_dir(folder);
        }
        assert_eq!(succeeded(&named.output().expect("it starts")), answer);
    }
    stop(&mut service);
}

/// Asks a program to stop, which it does in peace.
#[track_caller]
fn stop(program: &mut Child) {
    let asked = Command::new("kill").args(["-TERM", &program.id().to_string()]).status().expect("kill starts");
    assert!(asked.success());
    assert!(program.wait().expect("it ends").success());
}

/// Runs the caller once the broker of the service, which says what it does before it does it, takes connections.
fn once_it_listens(port: u16, call: &mut Command) -> Output {
    while TcpStream::connect(("127.0.0.1", port)).is_err() {
        std::thread::yield_now();
    }
    call.output().expect("it starts")
}

#[test]
fn it_is_formatted_however_long_its_name_is() {
    for name in ["a", "a_name_as_long_as_any_name_can_be"] {
        let project = Project::made(&name[..name.len().min(32)], &[]);
        let formatted = Command::new(env!("CARGO")).args(["fmt", "--check"]).current_dir(project.path()).output();
        succeeded(&formatted.expect("cargo starts"));
    }
}

#[test]
fn what_its_documents_tell_to_run_is_there() {
    let project = Project::made("zoo", &[]);
    let page = project.read("README.md");
    assert!(page.contains("cargo run --bin greet Aidar"));
    assert!(project.path().join("src/bin/greet.rs").is_file());
}
