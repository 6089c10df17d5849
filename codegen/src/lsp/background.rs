//! What takes long: looking at the disk, and checking whole projects. One thread, one job at a time.

use std::panic::{AssertUnwindSafe, catch_unwind};
use std::path::PathBuf;
use std::thread;

use crossbeam_channel::{Receiver, Sender, bounded, unbounded};
use rustc_hash::FxHashMap;

use super::log;
use crate::ide::{Project, Retained, Scan, Scanned, Shown, World, check_project, find_projects, scan};

/// What was found.
pub(super) enum Found {
    /// All projects there are.
    Projects(Vec<Project>),
    /// What is on disk.
    Scanned(Box<Scanned>),
    /// The problems of every project.
    Checked(Checked),
    /// The job is done, or failed.
    Done,
}

/// The problems of every project, as of one world.
pub(super) struct Checked {
    pub(super) world: World,
    pub(super) problems: FxHashMap<PathBuf, Vec<Shown>>,
    pub(super) retained: Retained,
}

/// Starts the thread, which ends once its jobs do.
pub(super) fn start() -> (Sender<Scan>, Receiver<Found>) {
    let (jobs, receiver) = bounded::<Scan>(1);
    let (sender, found) = unbounded();
    thread::Builder::new()
        .name("lsp background".to_owned())
        .spawn(move || {
            for job in receiver {
                if catch_unwind(AssertUnwindSafe(|| run(job, &sender))).is_err() {
                    log::say("checking the workspace failed; please report it, with the lines above");
                }
                if sender.send(Found::Done).is_err() {
                    return;
                }
            }
        })
        .expect("the system gives a thread");
    (jobs, found)
}

fn run(mut job: Scan, found: &Sender<Found>) {
    // A client that is gone needs no answer, here and below.
    let projects = find_projects(&job);
    job.world.set_projects(projects.clone());
    let _ = found.send(Found::Projects(projects));
    let scanned = scan(&job);
    let mut world = job.world;
    for path in &scanned.removed {
        world.remove(path);
    }
    for document in &scanned.documents {
        world.insert_shared(document);
    }
    world.set_unread(scanned.unread.clone());
    let _ = found.send(Found::Scanned(Box::new(scanned)));

    let mut problems: FxHashMap<PathBuf, Vec<Shown>> = FxHashMap::default();
    let mut retained = Retained::default();
    for project in world.projects() {
        if let Some(configuration) = &project.configuration {
            problems.entry(configuration.clone()).or_default().extend(project.problems.iter().cloned());
        }
        let of_project = check_project(&world, project);
        retained.extend(Retained::new(&world, &of_project));
        for (path, found) in of_project {
            let all = problems.entry(path).or_default();
            let more: Vec<Shown> = found.into_iter().filter(|problem| !all.contains(problem)).collect();
            all.extend(more);
        }
    }
    let _ = found.send(Found::Checked(Checked { world, problems, retained }));
}
