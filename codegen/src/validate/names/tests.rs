use super::{go, python, rust, typescript};

#[test]
fn rust_escapes_keywords_and_frees_prelude_names() {
    assert_eq!(rust::field_name("type"), "r#type");
    assert_eq!(rust::field_name("self"), "self_");
    assert_eq!(rust::field_name("homeTown"), "home_town");
    assert_eq!(rust::type_name("result"), "Result_");
    assert_eq!(rust::type_name("access_denied"), "AccessDenied");
    assert_eq!(rust::variant_name("none"), "None");
    assert_eq!(rust::variant_name("self"), "Self_");
    assert_eq!(rust::module_name("mod"), "r#mod");
    assert_eq!(rust::constant_name("maxLength"), "MAX_LENGTH");
}

#[test]
fn rust_never_hides_a_method_of_a_client() {
    for method in ["clone", "delay", "gather", "header", "into_future", "new", "service", "take", "timeout", "version"]
    {
        assert_eq!(rust::method_name(method), format!("{method}_"));
    }
    assert_eq!(rust::static_name("service"), "SERVICE_");
    assert_eq!(rust::method_name("move"), "r#move");
}

#[test]
fn python_frees_what_its_modules_use() {
    assert_eq!(python::field_name("from"), "from_");
    assert_eq!(python::field_name("json"), "json_");
    assert_eq!(python::field_name("model_name"), "model_name_");
    assert_eq!(python::parameter_name("session"), "session_");
    assert_eq!(python::field_name("register"), "register_");
    assert_eq!(python::field_name("mro"), "mro_");
    assert_eq!(python::type_name("exception"), "Exception_");
    assert_eq!(python::type_name("TimeoutError"), "TimeoutError_");
    assert_eq!(python::union_variant_name("base", "model"), "BaseModel_");
    assert_eq!(python::union_variant_name("shape", "circle"), "ShapeCircle");
    assert_eq!(python::exception_name("TimeoutError"), "TimeoutError");
    assert_eq!(python::exception_name("access_denied"), "access_denied");
    assert_eq!(python::module_name("class"), "class_");
}

#[test]
fn typescript_and_go_have_their_casing() {
    assert_eq!(typescript::field_name("home_town"), "homeTown");
    assert_eq!(typescript::function_name("delete"), "delete_");
    assert_eq!(typescript::type_name("record"), "Record_");
    assert_eq!(go::variant_name("mood", "very_cheerful"), "MoodVeryCheerful");
    assert_eq!(go::module_name("type"), "type_");
    assert_eq!(go::module_name("my_things"), "mythings");
}

#[test]
fn lists_are_sorted_for_the_search() {
    // A word that an unsorted list holds is not found: so each list's words must all be freed.
    for word in ["AsMut", "Vec", "Sized", "Err", "Error", "ExactSizeIterator"] {
        assert!(rust::type_name(word).ends_with('_'), "{word}");
    }
    for word in ["abstract", "yield", "priv", "gen", "box", "extern"] {
        assert!(rust::field_name(word).starts_with("r#"), "{word}");
    }
    for word in ["ArithmeticError", "BaseExceptionGroup", "PythonFinalizationError", "Warning", "ZeroDivisionError"] {
        assert!(python::type_name(word).ends_with('_'), "{word}");
    }
    for word in ["Promise", "Uint8Array", "AsyncIterable", "Map"] {
        assert!(typescript::type_name(word).ends_with('_'), "{word}");
    }
}
