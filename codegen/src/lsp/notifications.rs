//! What the client tells: texts that it opens, changes and closes, and files that change on disk.

use std::path::{Path, PathBuf};
use std::time::Instant;

use gen_lsp_types::{
    DidChangeTextDocumentParams, DidChangeWorkspaceFoldersParams, DidCloseTextDocumentParams,
    DidOpenTextDocumentParams, WorkspaceFolder,
};
use lsp_server::{ErrorCode, Notification, Request, RequestId};
use serde::de::DeserializeOwned;
use serde_json::{Value, json};

use super::open::Open;
use super::server::Server;
use super::{log, uri};
use crate::ide::Project;
use crate::source::vfs::is_contract;

impl Server {
    pub(super) fn notification(&mut self, notification: Notification) {
        let Notification { method, params } = notification;
        match method.as_str() {
            "initialized" => self.watch_files(),
            "textDocument/didOpen" => self.with(&method, params, Self::opened),
            "textDocument/didChange" => self.with(&method, params, Self::changed),
            "textDocument/didClose" => self.with(&method, params, Self::closed),
            "textDocument/didSave" | "workspace/didChangeWatchedFiles" => self.due = Some(Instant::now()),
            "workspace/didChangeWorkspaceFolders" => self.with(&method, params, Self::folders_changed),
            "$/cancelRequest" => self.cancel(&params),
            // Those that a server may ignore, and settings, of which there are none.
            _ => {}
        }
    }

    fn with<P: DeserializeOwned>(&mut self, method: &str, params: Value, take: fn(&mut Self, P)) {
        match serde_json::from_value(params) {
            Ok(params) => take(self, params),
            Err(why) => log::say(&format!("{method} could not be read: {why}")),
        }
    }

    pub(super) fn cancel(&mut self, params: &Value) {
        let Some(id) = params.get("id").cloned().and_then(|id| serde_json::from_value::<RequestId>(id).ok()) else {
            return;
        };
        let held = self.held.iter().position(|request| request.id == id);
        match held {
            Some(held) => {
                self.held.swap_remove(held);
                self.refuse(id, ErrorCode::RequestCanceled, "cancelled");
            }
            None => self.pool.cancelled().add(id),
        }
    }

    /// Asks the client to tell of files that change on disk. One that cannot is asked nothing: files are looked at on every save.
    fn watch_files(&mut self) {
        if !self.client.features.watched_files {
            return;
        }
        let watchers = json!([{ "globPattern": "**/*.almanet" }, { "globPattern": "**/almanet.yaml" }]);
        let registration = json!({ "registrations": [{
            "id": "files",
            "method": "workspace/didChangeWatchedFiles",
            "registerOptions": { "watchers": watchers },
        }] });
        self.outgoing.send(Request::new(1.into(), "client/registerCapability".to_owned(), registration));
    }

    fn opened(&mut self, params: DidOpenTextDocumentParams) {
        let document = params.text_document;
        let path = uri::identity(&uri::to_path(&document.uri.0));
        if !is_contract(&path) && document.language_id.to_string() != "almanet" {
            return;
        }
        let open =
            Open { uri: document.uri.0, version: document.version, text: document.text, stale: true, unchecked: true };
        self.open.insert(path.clone(), open);
        self.adopt(&path);
        self.refresh();
        if let Some(document) = self.world.document(&path).cloned() {
            self.world.load_imports(&document);
        }
        self.touch();
    }

    fn changed(&mut self, params: DidChangeTextDocumentParams) {
        let document = params.text_document;
        let path = uri::identity(&uri::to_path(&document.text_document_identifier.uri.0));
        let Some(open) = self.open.get_mut(&path) else { return };
        open.change(params.content_changes, document.version, self.client.encoding);
        self.touch();
    }

    #[expect(clippy::needless_pass_by_value, reason = "as the others of its kind")]
    fn closed(&mut self, params: DidCloseTextDocumentParams) {
        let path = uri::identity(&uri::to_path(&params.text_document.uri.0));
        if let Some(open) = self.open.remove(&path) {
            // What is on disk counts again; the scan reads it.
            self.world.remove(&path);
            self.publish(&path, Some(&open.uri), Vec::new());
            self.due = Some(Instant::now());
        }
    }

    #[expect(clippy::needless_pass_by_value, reason = "as the others of its kind")]
    fn folders_changed(&mut self, params: DidChangeWorkspaceFoldersParams) {
        let of = |folder: &WorkspaceFolder| uri::identity(&uri::to_path(&folder.uri.0));
        let removed: Vec<PathBuf> = params.event.removed.iter().map(of).collect();
        self.client.folders.retain(|folder| !removed.contains(folder));
        self.client.folders.extend(params.event.added.iter().map(of));
        self.due = Some(Instant::now());
    }

    /// Finds the configuration of a file that no project holds yet: what it imports is looked up from there.
    fn adopt(&mut self, path: &Path) {
        if self.world.is_in_project(path) {
            return;
        }
        let found = path.parent().filter(|folder| folder.is_absolute()).and_then(Project::find);
        let project = found.map(|path| Project::configured(&path));
        if let Some(project) = project.filter(|project| !self.world.projects().contains(project)) {
            self.world.set_projects(self.world.projects().iter().cloned().chain([project]).collect());
        }
    }
}
