//! The schemas that the compiler carries in itself: the project's folder `schemas/almanet`.

/// Path below `almanet/`, text.
const SCHEMAS: &[(&str, &str)] = &[
    ("money.almanet", include_str!("../../schemas/almanet/money.almanet")),
    ("paging.almanet", include_str!("../../schemas/almanet/paging.almanet")),
    ("problem.almanet", include_str!("../../schemas/almanet/problem.almanet")),
];

/// The text of a standard schema, by its path below `almanet/`.
pub(super) fn text(path: &str) -> Option<&'static str> {
    SCHEMAS.iter().find(|(name, _)| *name == path).map(|(_, text)| *text)
}

/// The paths of all standard schemas, as imports name them.
pub(super) fn paths() -> impl Iterator<Item = String> {
    SCHEMAS.iter().map(|(name, _)| format!("almanet/{name}"))
}
