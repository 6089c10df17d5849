//! A fleet of the Python library almanet 1.3.4 over a real nsqd becomes a contract, and a client generated from it calls
//! the fleet.
#![cfg(all(feature = "python", feature = "nsqd"))]

#[allow(unused, reason = "the whole contract is generated, and each test uses a part of it")]
mod contract {
    almanet_runtime::include_contract!();
}

use std::collections::BTreeMap;
use std::io::{BufRead, BufReader};
use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::time::Duration;

use almanet_codegen::import::{self, ImportError};
use almanet_codegen::source::vfs::Memory;
use almanet_codegen::{Config, export};
use almanet_runtime::types::{Uuid, Value};
use almanet_runtime::{CallError, Context, Failure, Server, Session};
use almanet_tests::nsqd::Nsqd;
use almanet_tests::program::root;
use contract::imported::shop::ShopClient;
use contract::shop::stock::desk::{self, Desk, DeskClient, FindError, FreeError, HiddenError, MoveError, PlaceError};
use contract::shop::stock::notes::NotesClient;
use contract::shop::stock::{Found, Order, OrderItem, Point, State};
use serde_json::json;

/// How long the fleet has to answer; those who list themselves always have all of it.
const WAIT: Duration = Duration::from_secs(2);

/// A Python process that is killed with the test.
struct Fleet(Child);

impl Drop for Fleet {
    fn drop(&mut self) {
        drop(self.0.kill());
        drop(self.0.wait());
    }
}

/// The fleet of `tests/python/import_fleet.py`, every procedure and what tells of it subscribed.
fn fleet(nsqd: &Nsqd) -> Fleet {
    let python = std::env::var_os("PYTHON").expect("PYTHON names a Python with almanet: ./tests/run python sets it");
    let mut process = Command::new(python)
        .arg(Path::new(env!("CARGO_MANIFEST_DIR")).join("python/import_fleet.py"))
        .arg(nsqd.tcp_address().to_string())
        .stdout(Stdio::piped())
        .stderr(Stdio::null())
        .spawn()
        .expect("PYTHON starts");
    let mut line = String::new();
    let output = process.stdout.take().expect("standard output is piped");
    BufReader::new(output).read_line(&mut line).expect("its output is text");
    let fleet = Fleet(process);
    assert_eq!(line, "serving\n");
    for (uri, channel) in [("find", CHANNEL), ("place", "stock.writers"), ("free", CHANNEL), ("move", CHANNEL)] {
        nsqd.await_clients(&format!("_rpc_.shop.stock.desk.{uri}"), channel, 1);
        nsqd.await_clients(&format!("_rpc_._schema_.shop.stock.desk.{uri}.{channel}"), channel, 1);
    }
    for uri in ["shop.health", "shop.stock.notes.note"] {
        nsqd.await_clients(&format!("_rpc_.{uri}"), CHANNEL, 1);
        nsqd.await_clients(&format!("_rpc_._schema_.{uri}.{CHANNEL}"), CHANNEL, 1);
    }
    // Its channel is called like the session, which nobody knows yet.
    let listed = "_rpc_._schema_.client";
    let stats = nsqd.stats(listed);
    let channels = stats["topics"][0]["channels"].as_array().cloned().unwrap_or_default();
    let session = channels.first().and_then(|channel| channel["channel_name"].as_str()).expect("it lists itself");
    nsqd.await_clients(listed, session, 1);
    fleet
}

const CHANNEL: &str = "almanet.python";

#[tokio::test(flavor = "multi_thread")]
async fn a_running_python_fleet_becomes_the_contract_of_its_documents() {
    let nsqd = Nsqd::start();
    let _fleet = fleet(&nsqd);
    let url = nsqd.url();
    let note = ("shop.stock.notes.note".to_owned(), CHANNEL.to_owned());
    let imported = tokio::task::spawn_blocking(move || import::fleet(&url, WAIT, &[note])).await.expect("it ends");
    let imported = imported.expect("the fleet answers");
    let expected = root().join("codegen/tests/import/fleet/contract");
    for (path, text) in &imported.files {
        assert_eq!(
            *text,
            std::fs::read_to_string(expected.join(path)).expect("the golden contract is there"),
            "{path}"
        );
    }
    assert_eq!(imported.files.len(), 2);
}

#[tokio::test(flavor = "multi_thread")]
async fn the_client_of_an_imported_contract_calls_the_fleet() {
    let nsqd = Nsqd::start();
    let _fleet = fleet(&nsqd);
    let session = Session::connect(&nsqd.url()).await.expect("nsqd is there");
    let desk = DeskClient::new(&session);

    let found = desk.find("67e55044-10b1-426f-9247-bb680e5fe0c8".parse().expect("a uuid")).await.expect("an order");
    assert_eq!(found.order.title, "Dune");
    assert!(matches!(&found.order.item, OrderItem::Disc(disc) if disc.minutes == 1.5), "{:?}", found.order.item);
    assert_eq!(found.order.state, State::Placed);

    // As the contract remarks: it may be null there, and not be left out.
    let refused = desk.place(found.order.clone()).await.expect_err("a field is missing there");
    assert!(matches!(&refused, CallError::InvalidPayload(text) if text.contains("nullable")), "{refused:?}");
    desk.place(Order { nullable: Some(1), ..found.order }).await.expect("it is whole");

    let moved = desk.r#move(vec![Point { x: 1.0, y: 2.0 }]).await.expect("points");
    assert_eq!(moved, BTreeMap::from([("0".to_owned(), Point { x: 1.0, y: 2.0 })]));
    assert!(ShopClient::new(&session).health().await.expect("an answer"));
    let notes = NotesClient::new(&session);
    assert_eq!(notes.note("moved").await.expect("a state"), Some(State::InTransit));
    assert_eq!(notes.note("").await.expect("a state"), None);
}

/// The desk in Rust, which nobody calls.
struct RustDesk;

impl Desk for RustDesk {
    async fn find(&self, _cx: Context, _payload: Uuid) -> Result<Found, Failure<FindError>> {
        Err(Failure::internal("not called"))
    }

    async fn free(&self, _cx: Context, payload: Value) -> Result<Value, Failure<FreeError>> {
        Ok(payload)
    }

    async fn hidden(&self, _cx: Context, payload: Value) -> Result<Value, Failure<HiddenError>> {
        Ok(payload)
    }

    async fn r#move(&self, _cx: Context, _payload: Vec<Point>) -> Result<BTreeMap<String, Point>, Failure<MoveError>> {
        Ok(BTreeMap::new())
    }

    async fn place(&self, _cx: Context, _payload: Order) -> Result<(), Failure<PlaceError>> {
        Ok(())
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_rust_service_becomes_a_contract_with_its_addresses_and_types() {
    let nsqd = Nsqd::start();
    let session = Session::connect(&nsqd.url()).await.expect("nsqd is there");
    let _running = Server::new(&session).add(desk::service(RustDesk)).start().await.expect("it starts");
    let url = nsqd.url();
    let imported = tokio::task::spawn_blocking(move || import::fleet(&url, WAIT, &[])).await.expect("it ends");
    let [(path, text)] = <[_; 1]>::try_from(imported.expect("the service answers").files).expect("one namespace");
    assert_eq!(path, "shop/stock.almanet");
    let checked = Config::new().root("").check_in(&Memory::new().with(path, text.as_str()));
    assert!(checked.report.problems.is_empty(), "{:?}\n{text}", checked.report.problems);
    let model = export::ir(&checked.model.expect("it has no problems"));
    let procedures = model["services"]["shop.stock.desk"]["procedures"].as_array().expect("procedures").iter();
    let addresses: Vec<_> =
        procedures.map(|it| (it["uri"].as_str().expect("a text"), &it["payload"]["type"])).collect();
    let expected = json!([
        ["shop.stock.desk.find", "uuid"],
        ["shop.stock.desk.free", "any"],
        ["shop.stock.desk.hidden", "any"],
        ["shop.stock.desk.move", {"list": {"record": "shop.stock.Point"}}],
        ["shop.stock.desk.place", {"record": "shop.stock.Order"}],
    ]);
    assert_eq!(json!(addresses), expected, "{text}");
    assert!(text.contains("@tag(\"kind\")\nunion OrderItem {\n    book: "), "{text}");
}

#[test]
fn a_fleet_that_does_not_answer_is_said_to_be_silent() {
    let nsqd = Nsqd::start();
    let error = import::fleet(&nsqd.url(), Duration::from_millis(100), &[]).expect_err("nobody is there");
    assert!(matches!(error, ImportError::Silent { .. }), "{error}");
    let address = nsqd.tcp_address();
    drop(nsqd);
    let error = import::fleet(&format!("nsq://{address}"), WAIT, &[]).expect_err("there is no broker");
    assert!(matches!(&error, ImportError::Broker(why) if why.contains("no nsqd can be reached")), "{error}");
}
