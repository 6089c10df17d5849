//! A Dockerfile carried out without an engine: each stage in a folder that takes the place of its file system.

use std::collections::BTreeMap;
use std::ffi::OsString;
use std::fs;
use std::os::unix::fs::symlink;
use std::path::{Path, PathBuf};

use almanet_tests::program::root;

use super::{Project, sh};

/// What a stage became.
pub(crate) struct Image {
    /// What takes the place of `/`.
    root: PathBuf,
    /// The folder that its program starts in.
    pub(crate) folder: PathBuf,
    /// The program, found as the image would, and what it is told.
    pub(crate) program: Vec<OsString>,
    variables: Vec<(&'static str, OsString)>,
    users: Vec<String>,
}

impl Image {
    fn place(&self, path: &str) -> PathBuf {
        match path.strip_prefix('/') {
            Some(path) => self.root.join(path),
            None => self.folder.join(path),
        }
    }
}

/// Builds every stage of a project's Dockerfile, in order. An instruction that is not known here fails.
#[track_caller]
pub(crate) fn build(project: &Project) -> BTreeMap<String, Image> {
    let mut images: BTreeMap<String, Image> = BTreeMap::new();
    let mut stage = String::new();
    for line in project.read("Dockerfile").lines().filter(|line| !line.is_empty() && !line.starts_with('#')) {
        let (instruction, rest) = line.split_once(' ').expect("an instruction says something");
        if instruction == "FROM" {
            let (base, name) = rest.split_once(" AS ").expect("every stage has a name");
            stage = name.to_owned();
            let image = from(project, base, project.beside(name));
            assert!(images.insert(stage.clone(), image).is_none(), "{name} is there twice");
            continue;
        }
        let mut image = images.remove(&stage).expect("FROM comes first");
        match instruction {
            "WORKDIR" => {
                image.folder = image.place(rest);
                fs::create_dir_all(&image.folder).expect("it is made");
                // What was compiled before is not compiled again.
                symlink(
                    root().canonicalize().expect("it is there").join("target/projects"),
                    image.folder.join("target"),
                )
                .expect("it is made");
            }
            "COPY" => copy(project, &images, &image, rest),
            // Not on this machine.
            "RUN" if rest.starts_with("useradd --system ") => {
                let name = rest.rsplit(' ').next().expect("it has a last word");
                image.users.push(name.to_owned());
            }
            "RUN" => drop(sh(&image.folder, rest, &image.variables)),
            "USER" => assert!(image.users.contains(&rest.to_owned()), "there is no user {rest}"),
            "CMD" => {
                let words: Vec<String> = serde_json::from_str(rest).expect("a list of words");
                image.program = words.iter().map(OsString::from).collect();
                image.program[0] = found(&image, &words[0]).into();
            }
            _ => panic!("{instruction} is not known here"),
        }
        images.insert(stage.clone(), image);
    }
    images
}

/// What the image of another one begins with.
fn from(project: &Project, base: &str, root: PathBuf) -> Image {
    fs::create_dir(&root).expect("it is made");
    let (name, tag) = base.split_once(':').expect("an image has a tag");
    let version = tag.split('-').next().expect("a tag begins somehow");
    let variables = match name {
        "rust" => {
            let manifest = project.read("Cargo.toml");
            assert!(
                manifest.contains(&format!("rust-version = \"{version}\"")),
                "{base} is not what {manifest} asks for"
            );
            // As fast as it can be.
            vec![("CARGO_PROFILE_RELEASE_OPT_LEVEL", OsString::from("0"))]
        }
        #[cfg(feature = "python")]
        "python" => super::virtual_environment(&root.join("usr/local")),
        "debian" => Vec::new(),
        _ => panic!("{base} is not known here"),
    };
    Image { folder: root.clone(), root, program: Vec::new(), variables, users: vec!["root".to_owned()] }
}

/// `COPY [--from=STAGE] SOURCE… TARGET`.
fn copy(project: &Project, images: &BTreeMap<String, Image>, image: &Image, words: &str) {
    let mut words: Vec<&str> = words.split(' ').collect();
    let target = words.pop().expect("a target");
    let from = words.first().and_then(|word| word.strip_prefix("--from="));
    let ignored = if from.is_none() { project.read(".dockerignore") } else { String::new() };
    let ignored: Vec<&str> = ignored.lines().collect();
    assert!(!ignored.iter().any(|line| line.contains(['*', '!', '/'])), "patterns are not known here: {ignored:?}");
    for source in words.into_iter().skip(usize::from(from.is_some())) {
        let from = match from {
            Some(stage) => images[stage].place(source),
            None => project.path().join(source),
        };
        let mut to = image.place(target);
        if from.is_file() && (target.ends_with('/') || to.is_dir()) {
            to = to.join(from.file_name().expect("a file has a name"));
        }
        assert!(from.exists(), "there is no {source} to copy");
        copied(&from, &to, &ignored);
    }
}

fn copied(from: &Path, to: &Path, ignored: &[&str]) {
    if from.is_file() {
        fs::create_dir_all(to.parent().expect("it is in a folder")).expect("it is made");
        fs::copy(from, to).unwrap_or_else(|error| panic!("{}: {error}", from.display()));
        return;
    }
    fs::create_dir_all(to).expect("it is made");
    for entry in fs::read_dir(from).expect("it is a folder") {
        let name = entry.expect("it is listed").file_name();
        if !ignored.iter().any(|ignored| *name == **ignored) {
            copied(&from.join(&name), &to.join(&name), &[]);
        }
    }
}

/// A program of the image.
fn found(image: &Image, name: &str) -> PathBuf {
    let program = image.root.join("usr/local/bin").join(name);
    assert!(program.exists(), "the image has no {name}");
    program
}
