use super::resolve_files;
use crate::model::{Model, Payload, Reply, Type};

fn model(text: &str) -> Model {
    let resolved = resolve_files(&[("a.almanet", text)]);
    assert_eq!(resolved.problems, []);
    resolved.model
}

#[test]
fn a_service_hands_down_to_its_members() {
    let model = model(
        "namespace n.m\n@version(\"1.2.0-rc.1\") @timeout(5s) @tags(\"b\") @auth(\"x\") @channel(\"c\") @expose\nservice s {\n\
         procedure p()\n@timeout(\"PT1S\") @tags(\"a\", \"b\") @auth(\"y\") @channel(\"d\") @uri(\"q.r\") procedure q()\ntopic t: string\n}\n",
    );
    let procedures: Vec<_> = model.procedures.iter().map(|(_, procedure)| procedure).collect();
    let (p, q) = (procedures[0], procedures[1]);
    assert_eq!((&*p.uri, p.versioned_uri.as_deref()), ("n.m.s.p", Some("n.m.s.v1_2_0_rc_1.p")));
    assert_eq!((&*q.uri, q.versioned_uri.as_deref()), ("q.r", Some("q.v1_2_0_rc_1.r")));
    assert_eq!((p.timeout.map(|one| one.as_secs()), q.timeout.map(|one| one.as_secs())), (Some(5), Some(1)));
    assert_eq!((&*p.channel, &*q.channel), ("c", "d"));
    assert_eq!(q.tags, ["a".into(), "b".into()]);
    assert_eq!(q.auth.as_deref(), Some(&["x".into(), "y".into()][..]));
    assert!(p.expose && q.expose);
    let (_, topic) = model.topics.iter().next().expect("there is one");
    assert_eq!((&*topic.uri, topic.channel.as_deref()), ("n.m.s.t", Some("c")));
}

#[test]
fn docs_lose_their_markers() {
    let model = model(
        "//! About this.\n\nnamespace n\n\n/// Two\n///   lines.\nrecord R {\n    /// A field.\n    x: string\n}\n",
    );
    let (_, record) = model.records.iter().next().expect("there is one");
    assert_eq!(record.meta.docs.as_deref(), Some("Two\n  lines."));
    assert_eq!(record.fields[0].meta.docs.as_deref(), Some("A field."));
    let (_, namespace) = model.namespaces.iter().next().expect("there is one");
    assert_eq!(namespace.docs.as_deref(), Some("About this."));
}

#[test]
fn definitions_stand_in_order_of_namespace_path_and_position() {
    let resolved = resolve_files(&[
        ("z.almanet", "namespace a\nrecord Z {}\nrecord Y {}\n"),
        ("b.almanet", "namespace b\nrecord B {}\n"),
        ("c.almanet", "namespace a\nrecord C {}\n"),
    ]);
    let names: Vec<_> = resolved.model.records.iter().map(|(_, record)| &*record.meta.name).collect();
    assert_eq!(names, ["C", "Z", "Y", "B"]);
}

#[test]
fn payloads_and_replies_have_their_shapes() {
    let model = model(
        "namespace n\nrecord R {}\nservice s {\nprocedure a()\nprocedure b(R) -> R?\nprocedure c(x: R, y: int8) -> (z: R)\n\
         procedure d() -> stream R\noneway procedure e(R)\n}\n",
    );
    let procedures: Vec<_> = model.procedures.iter().map(|(_, procedure)| procedure).collect();
    assert!(matches!((&procedures[0].payload, &procedures[0].reply), (Payload::Null, Reply::Null)));
    let Reply::Bare(ty, _) = procedures[1].reply else { panic!("bare") };
    assert!(matches!(model.types[ty], Type::Optional(_)));
    assert!(matches!(&procedures[2].payload, Payload::Named(fields) if fields.len() == 2));
    assert!(matches!(&procedures[2].reply, Reply::Named(fields) if fields.len() == 1));
    assert!(matches!(procedures[3].reply, Reply::Stream(..)));
    assert!(matches!(procedures[4].reply, Reply::Oneway));
}

#[test]
fn aliases_are_followed_once_for_all() {
    let model = model("namespace n\ntype A = B\ntype B = string?\nrecord R { x: A }\n");
    let (_, record) = model.records.iter().next().expect("there is one");
    assert!(model.is_optional(record.fields[0].ty));
    assert!(matches!(model.shape(record.fields[0].ty), Type::Optional(_)));
}
