//! The naming rules of the built-in targets, side by side.

use crate::validate::names::{go, python, rust, typescript};

type Rule = fn(&str) -> String;

/// Takes the name of an enum or union, and that of its variant.
type VariantRule = fn(&str, &str) -> String;

/// What one target makes of each kind of name.
pub(super) struct Target {
    /// As it is called in a message.
    pub(super) name: &'static str,
    pub(super) types: Rule,
    pub(super) exceptions: Rule,
    pub(super) constants: Rule,
    pub(super) fields: Rule,
    /// Parameters of a procedure, which its call takes by name.
    pub(super) parameters: Rule,
    pub(super) variants: Rule,
    pub(super) functions: Rule,
    pub(super) modules: Rule,
    /// What is appended to a procedure's name for the types that belong to it.
    pub(super) helpers: &'static [Helper],
    /// The names that an enum's variants get in their namespace, where they are names of it.
    pub(super) enum_variants: Option<VariantRule>,
    /// The names that a union's variants get in their namespace, where they are names of it.
    pub(super) union_variants: Option<VariantRule>,
    /// The name of what an open union does not know, where it is one of its namespace.
    pub(super) unrecognized: Option<Rule>,
    /// Whether a service's module hands on the names of its namespace.
    pub(super) hands_on: bool,
    /// Whether modules of services and namespaces, and what is defined beside them, are names of one kind.
    pub(super) modules_are_names: bool,
}

/// A type that a target makes for procedures.
#[derive(Clone, Copy)]
pub(super) struct Helper {
    pub(super) suffix: &'static str,
    pub(super) of: HelperOf,
}

/// Which procedures have it.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum HelperOf {
    Replying,
    NamedParameters,
    NamedResults,
}

const PAYLOAD: Helper = Helper { suffix: "Payload", of: HelperOf::NamedParameters };
const REPLY: Helper = Helper { suffix: "Reply", of: HelperOf::NamedResults };
const CALL: Helper = Helper { suffix: "Call", of: HelperOf::NamedParameters };
const ERROR: Helper = Helper { suffix: "Error", of: HelperOf::Replying };

/// Every built-in target.
pub(super) const TARGETS: [Target; 4] = [
    Target {
        name: "Rust",
        types: rust::type_name,
        exceptions: rust::type_name,
        constants: rust::constant_name,
        fields: rust::field_name,
        parameters: rust::method_name,
        variants: rust::variant_name,
        functions: rust::method_name,
        modules: rust::module_name,
        helpers: &[ERROR, PAYLOAD, REPLY, CALL],
        enum_variants: None,
        union_variants: None,
        unrecognized: None,
        hands_on: false,
        modules_are_names: false,
    },
    Target {
        name: "Python",
        types: python::type_name,
        exceptions: python::exception_name,
        constants: python::constant_name,
        fields: python::field_name,
        parameters: python::parameter_name,
        variants: python::variant_name,
        functions: python::function_name,
        modules: python::module_name,
        helpers: &[PAYLOAD, REPLY],
        enum_variants: None,
        union_variants: Some(python::union_variant_name),
        unrecognized: Some(python::unrecognized_name),
        hands_on: true,
        modules_are_names: true,
    },
    Target {
        name: "TypeScript",
        types: typescript::type_name,
        exceptions: typescript::type_name,
        constants: typescript::constant_name,
        fields: typescript::field_name,
        parameters: typescript::field_name,
        variants: typescript::variant_name,
        functions: typescript::function_name,
        modules: typescript::module_name,
        helpers: &[PAYLOAD, REPLY],
        enum_variants: None,
        union_variants: None,
        unrecognized: None,
        hands_on: false,
        modules_are_names: false,
    },
    Target {
        name: "Go",
        types: go::type_name,
        exceptions: go::type_name,
        constants: go::constant_name,
        fields: go::field_name,
        parameters: go::field_name,
        variants: go::type_name,
        functions: go::function_name,
        modules: go::module_name,
        helpers: &[PAYLOAD, REPLY],
        enum_variants: Some(go::variant_name),
        union_variants: Some(go::variant_name),
        unrecognized: None,
        hands_on: false,
        modules_are_names: false,
    },
];
