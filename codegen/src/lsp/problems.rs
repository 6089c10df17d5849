//! Problems: found in what is typed at once, and in whole projects while nobody types.

use std::path::{Path, PathBuf};
use std::sync::Arc;

use gen_lsp_types::{PublishDiagnosticsParams, Uri};
use lsp_server::Notification;

use super::background::{Checked, Found};
use super::convert::diagnostics;
use super::log;
use super::server::Server;
use crate::ide::{Project, Scanned, Shown, check_document};

impl Server {
    /// Looks for problems in what was typed, and tells them.
    pub(super) fn check_open(&mut self) {
        // Until all projects are known, nobody can tell where the imports of some files begin.
        let is_placed = |path: &Path| self.placed || self.world.is_in_project(path);
        let unchecked = self.open.iter_mut().filter(|(path, open)| open.unchecked && is_placed(path));
        let paths: Vec<PathBuf> = unchecked
            .map(|(path, open)| {
                open.unchecked = false;
                path.clone()
            })
            .collect();
        if paths.is_empty() {
            return;
        }
        self.refresh();
        for path in paths {
            let Some(document) = self.world.document(&path).cloned() else { continue };
            let mut problems = check_document(&self.world, &document);
            problems.extend(self.retained.of(&document));
            problems.sort_by_key(|problem| (problem.span, problem.code));
            problems.dedup();
            self.publish(&path, None, problems);
        }
    }

    /// Tells the client the problems of a file.
    pub(super) fn publish(&mut self, path: &Path, uri: Option<&str>, problems: Vec<Shown>) {
        let version = self.open.get(path).map(|open| open.version);
        let same = self.shown.get(path).map_or(&[][..], Vec::as_slice) == problems;
        if same && uri.is_none() && version == self.told.get(path).copied() {
            return;
        }
        match version {
            Some(version) => self.told.insert(path.to_path_buf(), version),
            None => self.told.remove(path),
        };
        let snapshot = self.snapshot();
        let places = snapshot.places();
        let uri = uri.map_or_else(|| places.uri(path), |uri| Uri(uri.to_owned()));
        let diagnostics = diagnostics(&places, &problems);
        let params = PublishDiagnosticsParams { uri, version, diagnostics };
        self.outgoing.send(Notification::new("textDocument/publishDiagnostics".to_owned(), params));
        // What is shown is changed in its place where nobody else looks at it.
        drop(snapshot);
        let shown = Arc::make_mut(&mut self.shown);
        if problems.is_empty() {
            shown.remove(path);
        } else {
            shown.insert(path.to_path_buf(), problems);
        }
    }

    pub(super) fn found(&mut self, found: Found) {
        match found {
            Found::Projects(projects) => self.take_projects(projects),
            Found::Scanned(scanned) => self.take_scanned(*scanned),
            Found::Checked(checked) => self.take_checked(checked),
            Found::Done => self.busy = false,
        }
    }

    fn take_projects(&mut self, projects: Vec<Project>) {
        if projects != self.world.projects() {
            self.world.set_projects(projects);
            self.open.values_mut().for_each(|open| open.unchecked = true);
        }
        self.placed = true;
    }

    fn take_scanned(&mut self, scanned: Scanned) {
        let Scanned { documents, removed, unread } = scanned;
        let changed = !documents.is_empty() || !removed.is_empty();
        self.world.set_unread(unread);
        for path in removed.iter().filter(|path| !self.open.contains_key(*path)) {
            self.world.remove(path);
        }
        for document in documents.iter().filter(|document| !self.open.contains_key(document.path())) {
            self.world.insert_shared(document);
        }
        if changed {
            self.open.values_mut().for_each(|open| open.unchecked = true);
        }
        if !std::mem::replace(&mut self.scanned, true) {
            let (files, took) = (self.world.documents().count(), self.started.elapsed().as_millis());
            log::say(&format!(
                "{files} contracts in {} projects, {took} ms after the start",
                self.world.projects().len()
            ));
            for request in std::mem::take(&mut self.held) {
                self.answer(request);
            }
        }
    }

    /// Tells what is new of files that did not change since they were checked.
    fn take_checked(&mut self, checked: Checked) {
        let Checked { world, mut problems, retained } = checked;
        self.retained = retained;
        let mut paths: Vec<PathBuf> = problems.keys().chain(self.shown.keys()).cloned().collect();
        paths.sort();
        paths.dedup();
        for path in paths {
            let same = match (self.world.document(&path), world.document(&path)) {
                (Some(now), Some(then)) => Arc::ptr_eq(now, then),
                (None, None) => true,
                _ => false,
            };
            let alone = self.open.contains_key(&path) && !problems.contains_key(&path) && !world.is_in_project(&path);
            if !same || alone || self.open.get(&path).is_some_and(|open| open.stale) {
                continue;
            }
            let found = problems.remove(&path).unwrap_or_default();
            self.publish(&path, None, found);
        }
    }
}
