//! The tree of contracts without errors.

use super::*;

fn clean(text: &str) -> ast::File {
    let (file, problems) = parsed(text);
    assert_eq!(problems, [], "{text}");
    file
}

fn record(file: &ast::File, index: usize) -> &ast::Fields {
    match &file.definitions[index].kind {
        DefinitionKind::Record(fields) => fields,
        other => panic!("{other:?}"),
    }
}

fn service(file: &ast::File, index: usize) -> &ast::ServiceBody {
    match &file.definitions[index].kind {
        DefinitionKind::Service(body) => body,
        other => panic!("{other:?}"),
    }
}

#[test]
fn a_contract_at_a_glance() {
    let file = clean(GLANCE);
    assert_eq!(file.namespace.as_ref().map(|path| file.slice(path.span)), Some("net.example"));
    assert_eq!(docs_text(&file.text, &file.docs), "Greets people and counts them.");
    assert_eq!(file.imports.len(), 2);
    assert_eq!(&*file.imports[0].path.value, "common/people.almanet");
    assert_eq!(file.imports[1].alias.map(|alias| file.name(alias)), Some("o"));
    let names: Vec<_> = file.definitions.iter().map(|definition| file.name(definition.name)).collect();
    assert_eq!(names, ["access_denied", "gone", "denied", "Mood", "Greeted", "Shape", "Short", "wait", "greeting"]);
    assert!(file.definitions.iter().all(|definition| !definition.broken));

    let greeted = record(&file, 4);
    let names: Vec<_> = greeted.fields.iter().map(|field| file.name(field.name)).collect();
    assert_eq!(names, ["name", "mood", "tags", "by", "type", "reserved"]);
    assert_eq!(file.slice(greeted.fields[0].span), "@length(1..64)\n    name: string");
    assert_eq!(file.slice(greeted.fields[4].span), r#"type: map<string, list<int32>> = {"a": [1, -2.5e3]}"#);
    assert_eq!(greeted.reserved.len(), 1);
    assert_eq!(file.slice(greeted.reserved[0].span), r#"reserved "nick", "other""#);
    assert!(matches!(greeted.fields[3].ty.kind, TypeKind::Optional(_)));

    let body = service(&file, 8);
    assert_eq!(docs_text(&file.text, &body.procedures[0].head.docs), "Greets one person.");
    assert_eq!(body.procedures[0].raises.len(), 2);
    assert!(matches!(&body.procedures[0].parameters, Parameters::Unnamed(..)));
    assert!(matches!(&body.procedures[1].parameters, Parameters::Named(fields) if fields.len() == 2));
    assert!(matches!(&body.procedures[2].returns, Returns::Named(_, fields) if fields.len() == 2));
    assert!(body.procedures[3].oneway.is_some());
    assert!(matches!(&body.procedures[4].returns, Returns::Stream(..)));
    assert_eq!(body.topics.len(), 1);
    assert_eq!(file.comments.len(), 1);
    assert_eq!(file.slice(file.comments[0].span), "// plain");
}
