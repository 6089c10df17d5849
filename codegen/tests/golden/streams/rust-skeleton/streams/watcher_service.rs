//! The service `streams.watcher`: a start, written once by almanet-gen, and yours from here on.
//!
//! It becomes part of a program where it is declared, beside the module of the contract:
//!
//! ```text
//! mod contract;
//! #[path = "contract/streams/watcher_service.rs"]
//! mod watcher_service;
//! ```

use ::almanet_runtime::{Context, Failure, StreamOf};
use ::almanet_runtime::types::Timestamp;
use ::std::collections::BTreeMap;

use super::contract;
use super::contract::streams::watcher::{
    FollowError, LinesError, MaybeError, PairsError, RollsError, TicksError, WatchError,
    Watcher,
};

/// Answers the calls of `streams.watcher`.
#[derive(Debug, Default)]
pub struct WatcherService;

impl Watcher for WatcherService {
    async fn ticks(
        &self,
        _cx: Context,
    ) -> Result<StreamOf<u64, TicksError>, Failure<TicksError>> {
        Err(Failure::internal("not implemented yet"))
    }

    async fn watch(
        &self,
        _cx: Context,
        _since: Timestamp,
    ) -> Result<StreamOf<contract::streams::Reading, WatchError>, Failure<WatchError>> {
        Err(Failure::internal("not implemented yet"))
    }

    async fn follow(
        &self,
        _cx: Context,
        _payload: String,
    ) -> Result<
        StreamOf<contract::streams::Reading, FollowError>,
        Failure<FollowError>,
    > {
        Err(Failure::internal("not implemented yet"))
    }

    async fn lines(
        &self,
        _cx: Context,
        _path: String,
        _most: Option<u32>,
        _reverse: bool,
    ) -> Result<StreamOf<contract::streams::Line, LinesError>, Failure<LinesError>> {
        Err(Failure::internal("not implemented yet"))
    }

    async fn rolls(
        &self,
        _cx: Context,
        _payload: u8,
    ) -> Result<StreamOf<u8, RollsError>, Failure<RollsError>> {
        Err(Failure::internal("not implemented yet"))
    }

    async fn pairs(
        &self,
        _cx: Context,
        _payload: Vec<String>,
    ) -> Result<
        StreamOf<BTreeMap<String, Option<contract::streams::Reading>>, PairsError>,
        Failure<PairsError>,
    > {
        Err(Failure::internal("not implemented yet"))
    }

    async fn maybe(
        &self,
        _cx: Context,
    ) -> Result<StreamOf<Option<String>, MaybeError>, Failure<MaybeError>> {
        Err(Failure::internal("not implemented yet"))
    }
}
