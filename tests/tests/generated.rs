//! Every golden of the Rust target compiles without a warning, under the lints that its users may turn on, and does what
//! its contract says.
#![deny(warnings, missing_docs, clippy::all, clippy::pedantic)]

use std::collections::BTreeMap;
use std::path::Path;

use almanet_runtime::codegen::{Decode, Encode, from_json, to_json};

/// One module for each golden, and their names.
macro_rules! goldens {
    ($($name:ident $path:literal)*) => {
        $(
            #[doc = concat!("The golden `", stringify!($name), "`.")]
            #[path = $path]
            pub mod $name;
        )*

        const NAMES: &[&str] = &[$(stringify!($name)),*];
    };
}

goldens! {
    aliases "../../codegen/tests/golden/aliases/rust/mod.rs"
    auth "../../codegen/tests/golden/auth/rust/mod.rs"
    circles "../../codegen/tests/golden/circles/rust/mod.rs"
    constants "../../codegen/tests/golden/constants/rust/mod.rs"
    constraints "../../codegen/tests/golden/constraints/rust/mod.rs"
    defaults "../../codegen/tests/golden/defaults/rust/mod.rs"
    deprecation "../../codegen/tests/golden/deprecation/rust/mod.rs"
    docs "../../codegen/tests/golden/docs/rust/mod.rs"
    empty "../../codegen/tests/golden/empty/rust/mod.rs"
    enums "../../codegen/tests/golden/enums/rust/mod.rs"
    exceptions "../../codegen/tests/golden/exceptions/rust/mod.rs"
    greeting "../../codegen/tests/golden/greeting/rust/mod.rs"
    introspection "../../codegen/tests/golden/introspection/rust/mod.rs"
    names "../../codegen/tests/golden/names/rust/mod.rs"
    namespaces "../../codegen/tests/golden/namespaces/rust/mod.rs"
    payloads "../../codegen/tests/golden/payloads/rust/mod.rs"
    records "../../codegen/tests/golden/records/rust/mod.rs"
    recursion "../../codegen/tests/golden/recursion/rust/mod.rs"
    streams "../../codegen/tests/golden/streams/rust/mod.rs"
    topics "../../codegen/tests/golden/topics/rust/mod.rs"
    types "../../codegen/tests/golden/types/rust/mod.rs"
    unions "../../codegen/tests/golden/unions/rust/mod.rs"
    versions "../../codegen/tests/golden/versions/rust/mod.rs"
}

#[path = "generated/skeletons.rs"]
pub mod skeletons;

#[test]
fn every_golden_is_compiled_here() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../codegen/tests/golden");
    let entries = std::fs::read_dir(folder).expect("the goldens can be listed");
    let mut names: Vec<String> = entries
        .map(|entry| entry.expect("a folder that opened can be listed"))
        .filter(|entry| entry.path().join("rust").is_dir())
        .map(|entry| entry.file_name().to_string_lossy().into_owned())
        .collect();
    names.sort();
    assert_eq!(names, NAMES, "add what is missing to `goldens!`");
}

fn read<T: Encode + Decode>(json: &str) -> Result<T, String> {
    from_json(json.as_bytes()).map_err(|error| error.to_string())
}

fn written(value: &dyn Encode) -> Result<String, String> {
    let json = to_json(value).map_err(|error| error.to_string())?;
    Ok(String::from_utf8(json).expect("JSON is UTF-8"))
}

#[test]
fn defaults_are_the_contracts() {
    use defaults::defaults::{Defaults, Inner, Mood, Shape};
    let value: Defaults = read("{}").expect("every field has a default");
    assert_eq!(value, Defaults::default());
    assert_eq!((value.count, value.limit, value.mood.clone()), (-1_000_000, 7, Mood::Grumpy));
    assert_eq!(value.text, "a \"b\" \\ \u{202e}");
    assert_eq!(value.instant.to_string(), "1969-12-31T23:59:59.5Z");
    assert_eq!((value.price.to_string(), value.id.to_string().len()), ("12.50".to_owned(), 36));
    assert_eq!((value.inner.clone(), value.shape.clone()), (Inner { a: 5, b: "b".to_owned() }, Shape::Nothing));
    assert_eq!(read::<Defaults>(&written(&value).expect("defaults hold")), Ok(value));
}

#[test]
fn what_the_contract_does_not_name_is_kept_by_open_types_alone() {
    use enums::enums::{Mood, Suit};
    use unions::unions::{Figure, Shape};
    assert_eq!(read::<Mood>("\"elated\""), Ok(Mood::Unrecognized("elated".to_owned())));
    assert!(read::<Suit>("\"stars\"").is_err());
    let other = r#"{"size":3,"type":"blob"}"#;
    let figure: Figure = read(other).expect("the union is open");
    assert_eq!(written(&figure), Ok(other.to_owned()));
    assert!(read::<Shape>(r#"{"kind":"blob"}"#).is_err());
}

#[test]
fn recursive_values_travel() {
    use recursion::recursion::{Call, Expression, Node, Tree};
    let call = Call {
        name: "f".to_owned(),
        arguments: vec![Expression::Number(1.0)],
        receiver: Expression::Negated(Box::new(Expression::Number(2.0))).into(),
    };
    let expression = Expression::Call(Box::new(call));
    assert_eq!(read(&written(&expression).expect("it is written")), Ok(expression));
    let node: Node = read(r#"{"value":1,"next":{"value":2,"children":[],"named":{}},"children":[],"named":{}}"#)
        .expect("a list of two");
    assert_eq!(node.next.map(|next| next.value), Some(2));
    let tree = r#"{"is":"branch","left":{"is":"leaf"},"right":{"is":"leaf"}}"#;
    assert_eq!(read::<Tree>(tree).and_then(|tree| written(&tree)).as_deref(), Ok(tree));
}

#[test]
fn constraints_are_those_of_fields_and_aliases() {
    use constraints::constraints::{Choice, Person, Refused};
    let person = |name: &str, ages: &str| {
        read::<Person>(&format!(
            r##"{{"name":"{name}","height":1,"patience":"PT5S","count":1,"key":"AAAAAAAAAAAAAAAAAAAAAA==","text":"\"quoted\"#",
            "names":["A"],"by_name":{{"A":{ages}}},"by_key":{{}},"friends":[],"distinct":[1,2]}}"##
        ))
    };
    assert_eq!(person("Ada", "150").map(|person| person.name), Ok("Ada".to_owned()));
    let refused = |result: Result<Person, String>, place: &str| {
        let error = result.expect_err("a constraint does not hold");
        assert!(error.contains(place), "{error}");
    };
    refused(person("ada", "150"), "$.name");
    refused(person("Ada", "151"), "$.by_name");
    assert!(read::<Choice>(r#"{"kind":"names","value":["A","b"]}"#).is_err());
    assert!(read::<Choice>(r#"{"kind":"names","value":["A","B"]}"#).is_ok());
    assert!(written(&Refused(String::new())).is_err());
}

#[test]
fn exceptions_become_the_errors_of_procedures() {
    use almanet_runtime::Failure;
    use exceptions::exceptions::{AccessDenied, Denied, Gone, door::OpenError};
    let failure: Failure<OpenError> = Denied("guest".to_owned()).into();
    assert!(matches!(failure, Failure::Declared(OpenError::Denied(_))));
    assert_eq!(OpenError::from(Gone).to_string(), "gone");
    let denied = AccessDenied { reason: "no".to_owned(), since: None };
    assert_eq!(denied.to_string(), r#"access_denied({"reason":"no"})"#);
}

#[test]
fn constants_have_their_values() {
    use constants::constants as c;
    assert_eq!((c::LIMIT, c::NEGATIVE, c::BIGGEST, c::GREETING), (1_000_000, -128, u64::MAX, "Hello, \"you\"\n"));
    assert_eq!((c::RAW, c::SOME_SUIT.as_str()), (&[0_u8, 1, 2, 255][..], "spades"));
    assert_eq!(c::ID.to_string(), "71bdd253-d07a-4bd2-b7bf-7e41815bada0");
    assert_eq!(
        (c::START.to_string(), c::HOUR.to_string()),
        ("2024-02-29T12:30:00.5Z".to_owned(), "23:59:59.000000001".to_owned())
    );
    assert_eq!(*c::COUNTS, BTreeMap::from([("a".to_owned(), 1)]));
    assert_eq!(c::ANYTHING["a"][1], 2.5);
}
