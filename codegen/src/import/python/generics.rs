//! Generic models: each set of types for their parameters makes a definition of its own.

use ruff_python_ast::{Expr, StmtClassDef};

use super::super::json::Json;
use super::super::names::joined;
use super::parsed::Parsed;
use super::parts::unknown;
use super::schema::Lowering;

/// How deep types of parameters may hold each other: a model may refer to itself with ever larger ones.
const MAX_DEPTH: usize = 4;

impl<'a> Lowering<'a> {
    /// `Page[Order]`, where `Page` is a class of the modules.
    pub(super) fn parametrized(
        &mut self,
        module: &'a Parsed,
        class: &'a StmtClassDef,
        name: &str,
        given: Vec<Json>,
    ) -> Json {
        let title = joined(&[&*class.name, &given.iter().map(|it| self.title(it)).collect::<String>()]);
        let types: Vec<String> = given.iter().map(ToString::to_string).collect();
        // A key of `$defs`, which a pointer leads to.
        let key = format!("{name}[{}]", types.join(", ")).replace(['/', '~'], ".");
        self.with_parameters(module, class, given, |lowering| lowering.defined(module, class, name, &key, &title))
            .unwrap_or_else(|| unknown(format!("its type there is {name}[…]")))
    }

    /// What is made while the parameters of a class stand for these types; `None` where those are others.
    pub(super) fn with_parameters<T>(
        &mut self,
        module: &'a Parsed,
        class: &'a StmtClassDef,
        given: Vec<Json>,
        make: impl FnOnce(&mut Self) -> T,
    ) -> Option<T> {
        let parameters = parameters(module, class);
        if parameters.len() != given.len() || self.depth == MAX_DEPTH {
            return None;
        }
        let before = std::mem::replace(&mut self.bound, parameters.into_iter().zip(given).collect());
        self.depth += 1;
        let made = make(self);
        self.depth -= 1;
        self.bound = before;
        Some(made)
    }

    /// What a type is called in the name of a definition: `ListOrder` of a list of orders.
    fn title(&self, schema: &Json) -> String {
        if let Some(reference) = schema.text("$ref") {
            let key = reference.trim_start_matches("#/$defs/");
            let definition = self.definitions.iter().find(|(known, _)| known == key);
            let title = definition.and_then(|(_, schema)| schema.text("title"));
            let class = key.split('[').next().and_then(|name| name.rsplit('.').next()).unwrap_or(key);
            return joined(&[title.unwrap_or(class)]);
        }
        let inner = |key: &str| schema.get(key).map(|inner| self.title(inner)).unwrap_or_default();
        match schema.text("type") {
            Some("array") => format!("List{}", inner("items")),
            Some("object") => format!("Map{}", inner("additionalProperties")),
            Some(name) => joined(&[schema.text("format").unwrap_or(name)]),
            None => "Any".to_owned(),
        }
    }
}

/// The whole names of a class's type parameters: `class Page[T]`, or `class Page(BaseModel, Generic[T])`.
fn parameters(module: &Parsed, class: &StmtClassDef) -> Vec<String> {
    if let Some(parameters) = &class.type_params {
        return parameters.iter().map(|parameter| format!("builtins.{}", parameter.name())).collect();
    }
    let bases = class.arguments.iter().flat_map(|arguments| arguments.args.iter());
    let generic = bases.filter_map(|base| match base {
        Expr::Subscript(subscript) => {
            let name = module.whole_name(&subscript.value)?;
            ["Generic", "Protocol"].contains(&name.rsplit('.').next()?).then_some(&*subscript.slice)
        }
        _ => None,
    });
    let named = |expression: &Expr| module.whole_name(expression).unwrap_or_default();
    match generic.last() {
        Some(Expr::Tuple(several)) => several.elts.iter().map(named).collect(),
        Some(one) => vec![named(one)],
        None => Vec::new(),
    }
}

/// The class of a base, and what its parameters stand for.
pub(super) fn base(base: &Expr) -> (&Expr, Vec<&Expr>) {
    match base {
        Expr::Subscript(subscript) => match &*subscript.slice {
            Expr::Tuple(several) => (&*subscript.value, several.elts.iter().collect()),
            one => (&*subscript.value, vec![one]),
        },
        other => (other, Vec::new()),
    }
}
