//! What the client said of itself when it connected.

use gen_lsp_types::{InitializeParams, PositionEncodingKind, WorkspaceFolders};
use std::path::PathBuf;

use super::position::Encoding;
use super::uri;

/// What a client can do, as far as answers depend on it.
#[derive(Clone, Debug, Default)]
pub(super) struct Client {
    pub(super) name: String,
    pub(super) encoding: Encoding,
    pub(super) process: Option<i32>,
    pub(super) folders: Vec<PathBuf>,
    pub(super) features: Features,
}

/// Parts of the protocol that not every client knows.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Features {
    pub(super) snippets: bool,
    pub(super) location_links: bool,
    pub(super) symbol_trees: bool,
    pub(super) document_changes: bool,
    pub(super) change_annotations: bool,
    pub(super) watched_files: bool,
}

impl Client {
    pub(super) fn new(params: &InitializeParams) -> Self {
        let capabilities = &params.capabilities;
        let text = capabilities.text_document.as_ref();
        let workspace = capabilities.workspace.as_ref();
        let edit = workspace.and_then(|workspace| workspace.workspace_edit.as_ref());
        let is = |flag: Option<bool>| flag.unwrap_or_default();
        let features = Features {
            snippets: text
                .and_then(|text| text.completion.as_ref()?.completion_item.as_ref()?.snippet_support)
                .unwrap_or_default(),
            location_links: is(text.and_then(|text| text.definition.as_ref()?.link_support)),
            symbol_trees: is(text.and_then(|text| text.document_symbol.as_ref()?.hierarchical_document_symbol_support)),
            document_changes: is(edit.and_then(|edit| edit.document_changes)),
            change_annotations: edit.is_some_and(|edit| edit.change_annotation_support.is_some()),
            watched_files: is(workspace.and_then(|workspace| workspace.did_change_watched_files?.dynamic_registration)),
        };
        let encodings = capabilities.general.as_ref().and_then(|general| general.position_encodings.clone());
        let utf8 = encodings.is_some_and(|encodings| encodings.contains(&PositionEncodingKind::UTF8));
        let name = params.client_info.as_ref().map_or("a client", |info| &info.name).to_owned();
        Self {
            name,
            encoding: if utf8 { Encoding::Utf8 } else { Encoding::Utf16 },
            process: params.process_id,
            folders: folders(params),
            features,
        }
    }
}

/// The workspace's folders; of an old client, its one root.
#[expect(deprecated, reason = "old clients know nothing else")]
fn folders(params: &InitializeParams) -> Vec<PathBuf> {
    let of = |uri: &str| uri::identity(&uri::to_path(uri));
    if let Some(WorkspaceFolders::WorkspaceFolderList(folders)) =
        &params.workspace_folders_initialize_params.workspace_folders
    {
        return folders.iter().map(|folder| of(&folder.uri.0)).collect();
    }
    params.root_uri.iter().map(|root| of(&root.0)).collect()
}
