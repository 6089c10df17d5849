//! Requests and their answers, a file for a few that belong together.

mod actions;
mod completion;
mod formatting;
mod navigation;
mod rename;
mod symbols;
mod text;

use lsp_server::{ErrorCode, ResponseError};
use serde::Serialize;
use serde::de::DeserializeOwned;
use serde_json::Value;

use super::pool::{Answer, error};
use super::snapshot::Snapshot;

/// Answers a request's parameters.
pub(super) type Answers = fn(&Snapshot, Value) -> Answer;

/// What answers a request; nothing where this server knows no such request.
pub(super) fn find(method: &str) -> Option<Answers> {
    Some(match method {
        "textDocument/codeAction" => actions::code_actions,
        "textDocument/completion" => completion::completion,
        "textDocument/definition" => navigation::definition,
        "textDocument/documentHighlight" => navigation::highlights,
        "textDocument/documentLink" => navigation::links,
        "textDocument/documentSymbol" => symbols::of_document,
        "textDocument/foldingRange" => text::folds,
        "textDocument/formatting" => formatting::whole,
        "textDocument/rangeFormatting" => formatting::range,
        "textDocument/hover" => navigation::hover,
        "textDocument/inlayHint" => text::hints,
        "textDocument/prepareRename" => rename::prepare,
        "textDocument/references" => navigation::references,
        "textDocument/rename" => rename::rename,
        "textDocument/selectionRange" => text::selections,
        "textDocument/semanticTokens/full" => text::tokens,
        "textDocument/semanticTokens/range" => text::tokens_in_range,
        "workspace/symbol" => symbols::of_workspace,
        _ => return None,
    })
}

/// Whether an answer is only whole once every file of the workspace is known.
pub(super) fn needs_every_file(method: &str) -> bool {
    matches!(
        method,
        "workspace/symbol"
            | "textDocument/references"
            | "textDocument/rename"
            | "textDocument/codeAction"
            | "textDocument/completion"
    )
}

/// Reads the parameters, and writes the result.
fn answered<P: DeserializeOwned, R: Serialize>(
    params: Value,
    answer: impl FnOnce(P) -> Result<R, ResponseError>,
) -> Answer {
    let params = serde_json::from_value(params).map_err(|why| error(ErrorCode::InvalidParams, why.to_string()))?;
    let result = answer(params)?;
    serde_json::to_value(result).map_err(|why| error(ErrorCode::InternalError, why.to_string()))
}
