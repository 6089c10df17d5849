use super::{Depth, problems_at, problems_of, resolve_files};

const PERSON: (&str, &str) = ("common/people.almanet", "namespace common\n\nrecord Person {}\n");

#[test]
fn another_namespace_is_named_in_full_or_by_alias() {
    let full = ("a.almanet", "namespace a\nimport \"common/people.almanet\"\nrecord R { x: common.Person }\n");
    let alias = ("b.almanet", "namespace b\nimport \"common/people.almanet\" as c\nrecord R { x: c.Person }\n");
    assert_eq!(problems_of(&[full, alias, PERSON]), [""; 0]);
    let bare =
        ("a.almanet", "namespace a\nimport \"common/people.almanet\"\nrecord R { x: Person, y: common.Person }\n");
    assert_eq!(problems_of(&[bare, PERSON]), ["E0207 unknown type \"Person\""]);
}

#[test]
fn files_of_a_namespace_see_each_other_where_imported_directly_or_not() {
    let a = ("a.almanet", "namespace n\nimport \"b.almanet\"\nrecord A { x: C }\n");
    let b = ("b.almanet", "namespace n\nimport \"c.almanet\"\n");
    let c = ("c.almanet", "namespace n\nimport \"a.almanet\"\nrecord C { x: A? }\n");
    assert_eq!(problems_of(&[a, b, c]), [""; 0]);
    let alone = ("a.almanet", "namespace n\nrecord A { x: C }\n");
    let c = ("c.almanet", "namespace n\nrecord C {}\n");
    assert_eq!(problems_of(&[alone, c]), ["E0211 type \"C\" is defined in a file that is not imported here"]);
}

#[test]
fn another_namespace_needs_an_import_of_its_own() {
    let a = ("a.almanet", "namespace a\nimport \"b.almanet\"\nrecord A { x: b.B, y: common.Person }\n");
    let b = ("b.almanet", "namespace b\nimport \"common/people.almanet\"\nrecord B { x: common.Person }\n");
    assert_eq!(problems_of(&[a, b, PERSON]), ["E0210 no import brings a namespace \"common\""]);
}

#[test]
fn a_file_that_is_reached_twice_is_one_file() {
    let a = ("x/a.almanet", "namespace a\nimport \"./b.almanet\"\nimport \"x/../x/b.almanet\"\nrecord A { x: b.B }\n");
    let b = ("x/b.almanet", "namespace b\nrecord B {}\n");
    let resolved = resolve_files(&[a, b]);
    assert_eq!(resolved.problems, []);
    assert_eq!(resolved.sources.iter().count(), 2);
}

#[test]
fn standard_schemas_need_no_root() {
    let a = ("a.almanet", "namespace a\nimport \"almanet/money.almanet\"\nrecord A { x: almanet.money.Money }\n");
    let resolved = resolve_files(&[a]);
    assert_eq!(resolved.problems, []);
    assert_eq!(resolved.files.len(), 1, "a build does not depend on what the compiler carries");
    assert_eq!(
        problems_of(&[("a.almanet", "namespace a\nimport \"almanet/monye.almanet\"\n")]),
        ["E0201 there is no standard schema \"almanet/monye.almanet\"; did you mean \"almanet/money.almanet\"?"]
    );
}

#[test]
fn names_that_an_unreadable_import_may_bring_are_not_complained_of() {
    let a = (
        "a.almanet",
        "namespace a\nimport \"gone.almanet\" as g\nimport \"lost.almanet\"\nrecord A { x: g.X, y: lost.Y, z: Z }\n",
    );
    assert_eq!(
        problems_of(&[a]),
        ["E0201 there is no file \"gone.almanet\" to import", "E0201 there is no file \"lost.almanet\" to import"]
    );
}

#[test]
fn an_unused_import_is_a_lint() {
    let a = ("a.almanet", "namespace a\nimport \"common/people.almanet\"\nrecord A {}\n");
    assert_eq!(problems_of(&[a, PERSON]), ["W0201 the import \"common/people.almanet\" is not used"]);
    let gathers = ("a.almanet", "namespace a\nimport \"common/people.almanet\"\n");
    assert_eq!(problems_of(&[gathers, PERSON]), [""; 0]);
}

#[test]
fn an_import_that_another_file_sees_through_is_used() {
    let a = ("a.almanet", "namespace n\nimport \"b.almanet\"\nrecord A { x: C }\n");
    let b = ("b.almanet", "namespace n\nimport \"c.almanet\"\nimport \"common/people.almanet\"\nrecord B {}\n");
    let c = ("c.almanet", "namespace n\nrecord C {}\n");
    assert_eq!(problems_of(&[a, b, c, PERSON]), ["W0201 the import \"common/people.almanet\" is not used"]);
    let of_another = ("b.almanet", "namespace m\nimport \"c.almanet\"\nrecord B {}\n");
    let a = ("a.almanet", "namespace n\nimport \"b.almanet\"\nrecord A { x: C, y: m.B }\n");
    assert_eq!(problems_of(&[a, of_another, c]), [""; 0]);
}

#[test]
fn an_editor_leaves_imports_alone_that_a_file_it_has_not_read_may_see_through() {
    let b = ("b.almanet", "namespace n\nimport \"c.almanet\"\nimport \"common/people.almanet\"\nrecord B {}\n");
    let c = ("c.almanet", "namespace n\nrecord C {}\n");
    let entries = problems_at(&[b, c, PERSON], Depth::Entries);
    assert_eq!(entries, ["W0201 the import \"common/people.almanet\" is not used"]);
}

#[test]
fn aliases_name_one_namespace() {
    let a = (
        "a.almanet",
        "namespace a\nimport \"common/people.almanet\" as c\nimport \"almanet/money.almanet\" as c\nrecord A { x: c.Person }\n",
    );
    assert!(problems_of(&[a, PERSON]).iter().any(|problem| problem.starts_with("E0204")));
    let own = ("a.almanet", "namespace a\nimport \"common/people.almanet\" as a\nrecord A { x: a.B }\nrecord B {}\n");
    assert_eq!(
        problems_of(&[own, PERSON]),
        ["E0204 no import of another namespace may be called \"a\": it is this file's own"]
    );
}

#[test]
fn a_path_that_no_file_has_is_refused_for_what_is_wrong_with_it() {
    let import = |path: &str| problems_of(&[("a.almanet", &format!("namespace a\nimport \"{path}\"\n"))]);
    let control = import(r"a\u0000b.almanet");
    assert!(control[0].starts_with("E0203") && control[0].ends_with("it holds a control character"), "{control:?}");
    let backslash = import(r"a\\b.almanet");
    assert!(backslash[0].ends_with("the parts of a path are separated by `/`"), "{backslash:?}");
}
