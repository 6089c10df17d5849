//! Every skeleton compiles beside its contract as its head says, and is a service that runs.

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};

use almanet_runtime::{CallError, Server, Session};

/// For each golden with services, its skeletons: their files, the services' modules, the structs.
macro_rules! skeletons {
    ($($golden:ident { $($module:ident $path:literal answers $($service:ident)::+ by $name:ident;)+ })+) => {
        $(
            #[doc = concat!("The skeletons of the golden `", stringify!($golden), "`.")]
            #[path = "."]
            pub mod $golden {
                pub use crate::$golden as contract;
                $(
                    #[path = $path]
                    pub mod $module;
                )+

                /// A service of each skeleton.
                #[must_use]
                pub fn services() -> Vec<almanet_runtime::Service> {
                    vec![$(contract::$($service)::+::service($module::$name)),+]
                }
            }
        )+

        const PATHS: &[&str] = &[$($($path),+),+];
    };
}

skeletons! {
    auth {
        door_service "../../../codegen/tests/golden/auth/rust-skeleton/auth/door_service.rs"
            answers auth::door by DoorService;
        vault_service "../../../codegen/tests/golden/auth/rust-skeleton/auth/vault_service.rs"
            answers auth::vault by VaultService;
    }
    circles {
        door_service "../../../codegen/tests/golden/circles/rust-skeleton/circles/people/door_service.rs"
            answers circles::people::door by DoorService;
    }
    constraints {
        register_service "../../../codegen/tests/golden/constraints/rust-skeleton/constraints/register_service.rs"
            answers constraints::register by RegisterService;
    }
    defaults {
        desk_service "../../../codegen/tests/golden/defaults/rust-skeleton/defaults/desk_service.rs"
            answers defaults::desk by DeskService;
    }
    deprecation {
        former_service "../../../codegen/tests/golden/deprecation/rust-skeleton/deprecation/former_service.rs"
            answers deprecation::former by FormerService;
    }
    docs {
        words_service "../../../codegen/tests/golden/docs/rust-skeleton/docs/words_service.rs"
            answers docs::words by WordsService;
    }
    exceptions {
        door_service "../../../codegen/tests/golden/exceptions/rust-skeleton/exceptions/door_service.rs"
            answers exceptions::door by DoorService;
    }
    greeting {
        greeting_service "../../../codegen/tests/golden/greeting/rust-skeleton/net/example/greeting_service.rs"
            answers net::example::greeting by GreetingService;
    }
    introspection {
        shown_service "../../../codegen/tests/golden/introspection/rust-skeleton/introspection/shown_service.rs"
            answers introspection::shown by ShownService;
    }
    names {
        codegen_user_service "../../../codegen/tests/golden/names/rust-skeleton/names/r_type/mod/fn/codegen_user_service.rs"
            answers names::r_type::r#mod::r#fn::codegen_user by CodegenUserService;
        loop_service "../../../codegen/tests/golden/names/rust-skeleton/names/r_type/mod/fn/loop_service.rs"
            answers names::r_type::r#mod::r#fn::r#loop by LoopService;
        mod_service "../../../codegen/tests/golden/names/rust-skeleton/names/r_type/mod/fn/mod_service.rs"
            answers names::r_type::r#mod::r#fn::r#mod by ModService;
        s_service "../../../codegen/tests/golden/names/rust-skeleton/names/r_type/mod/fn/s_service.rs"
            answers names::r_type::r#mod::r#fn::s by SService;
        service_service "../../../codegen/tests/golden/names/rust-skeleton/almanet/service_service.rs"
            answers almanet::service by ServiceService;
        microservice_service "../../../codegen/tests/golden/names/rust-skeleton/wire/import/types/microservice_service.rs"
            answers wire::import::types::microservice by MicroserviceService;
        public_service "../../../codegen/tests/golden/names/rust-skeleton/wire/import/types/public_service.rs"
            answers wire::import::types::public by PublicService;
        types_service "../../../codegen/tests/golden/names/rust-skeleton/wire/import/types/types_service.rs"
            answers wire::import::types::types by TypesService;
    }
    namespaces {
        till_service "../../../codegen/tests/golden/namespaces/rust-skeleton/net/shop/till_service.rs"
            answers net::shop::till by TillService;
    }
    payloads {
        desk_service "../../../codegen/tests/golden/payloads/rust-skeleton/payloads/desk_service.rs"
            answers payloads::desk by DeskService;
        idle_service "../../../codegen/tests/golden/payloads/rust-skeleton/payloads/idle_service.rs"
            answers payloads::idle by IdleService;
    }
    streams {
        watcher_service "../../../codegen/tests/golden/streams/rust-skeleton/streams/watcher_service.rs"
            answers streams::watcher by WatcherService;
    }
    topics {
        greeting_service "../../../codegen/tests/golden/topics/rust-skeleton/topics/greeting_service.rs"
            answers topics::greeting by GreetingService;
    }
    versions {
        till_service "../../../codegen/tests/golden/versions/rust-skeleton/versions/till_service.rs"
            answers versions::till by TillService;
    }
}

#[test]
fn every_skeleton_is_compiled_here() {
    let here = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/generated");
    let listed: BTreeSet<PathBuf> =
        PATHS.iter().map(|path| here.join(path).canonicalize().expect("what compiled is there")).collect();
    let mut found = BTreeSet::new();
    let goldens = here.join("../../../codegen/tests/golden").canonicalize().expect("the goldens are there");
    let mut folders = vec![goldens];
    while let Some(folder) = folders.pop() {
        for entry in std::fs::read_dir(folder).expect("a folder can be listed") {
            let path = entry.expect("a folder that opened can be listed").path();
            if path.is_dir() {
                folders.push(path);
            } else if path.components().any(|part| part.as_os_str() == "rust-skeleton") {
                found.insert(path);
            }
        }
    }
    assert_eq!(found, listed, "add what is missing to `skeletons!`");
}

#[tokio::test]
async fn a_skeleton_answers_that_it_is_not_implemented() {
    let session = Session::connect("embedded:0").await.expect("a broker of its own");
    let (stop, stopped) = tokio::sync::oneshot::channel::<()>();
    let server = greeting::services().into_iter().fold(Server::new(&session), Server::add);
    let serving = tokio::spawn(server.serve(async {
        let _ = stopped.await;
    }));
    let client = crate::greeting::net::example::greeting::GreetingClient::new(&session);
    let answer = client.greet("Aidar").await;
    assert!(matches!(answer, Err(CallError::Internal)), "{answer:?}");
    drop(stop);
    serving.await.expect("the server ends").expect("as it was told to");
}
