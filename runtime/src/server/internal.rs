//! Failures of which the caller learns nothing, and the log everything.

use std::panic::{AssertUnwindSafe, catch_unwind};

use crate::{
    error::BoxError,
    wire::{Exception, INTERNAL_ERROR, INTERNAL_ERROR_PAYLOAD},
};

/// What the caller gets.
pub(super) fn internal_error() -> String {
    Exception { name: INTERNAL_ERROR.into(), payload: INTERNAL_ERROR_PAYLOAD.into() }.encode()
}

/// What a handler's error says, with all that caused it, for the log. It may panic as it is shown, or as it is dropped: that
/// is no reason for anything else to end.
pub(super) fn chain(error: BoxError) -> String {
    let shown = catch_unwind(AssertUnwindSafe(|| {
        let mut text = error.to_string();
        let mut source = error.source();
        while let Some(error) = source {
            text = format!("{text}: {error}");
            source = error.source();
        }
        text
    }));
    let _ = drop_quietly(error);
    shown.unwrap_or_else(|panic| {
        let _ = drop_quietly(panic);
        "an error that panics when it is shown".to_owned()
    })
}

/// Something panicked when it was dropped.
pub(super) struct DropPanicked;

/// Drops what is a handler's, and so may panic: that is no reason for anything else to end.
pub(super) fn drop_quietly(value: impl Sized) -> Result<(), DropPanicked> {
    catch_unwind(AssertUnwindSafe(|| drop(value))).map_err(|panic| {
        // Dropping this one may panic as well.
        std::mem::forget(panic);
        DropPanicked
    })
}
