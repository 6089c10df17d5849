//! Services and their procedures.

use ruff_python_ast::{Arguments, Expr, ExprCall, Stmt, StmtFunctionDef};

use super::super::document::Described;
use super::super::json::Json;
use super::names::Modules;
use super::parsed::{Parsed, docstring};
use super::raised::raised;
use super::schema::Lowering;
use super::value::{text, texts, value};
use super::{Declared, Procedure, ServiceFacts};

const DEFAULT_CHANNEL: &str = "almanet.python";

/// A service object, by the whole name of its variable.
struct Service {
    variable: String,
    prepath: String,
    tags: Vec<String>,
    facts: ServiceFacts,
}

/// Everything that the modules declare.
pub(super) fn declared(modules: &Modules) -> Declared {
    let mut services = Vec::new();
    for module in modules.iter() {
        for statement in &module.body {
            services.extend(service(modules, module, statement));
        }
    }
    let mut declared = Declared::default();
    for module in modules.iter() {
        for statement in &module.body {
            match statement {
                Stmt::FunctionDef(function) => {
                    for decorator in &function.decorator_list {
                        if let Some((service, options)) = registered(&services, module, &decorator.expression) {
                            declared.procedures.push(procedure(modules, module, function, service, options));
                        }
                    }
                }
                Stmt::Assign(assign) => declared.procedures.extend(applied(modules, module, &services, &assign.value)),
                Stmt::Expr(it) => declared.procedures.extend(applied(modules, module, &services, &it.value)),
                _ => {}
            }
        }
    }
    declared.services = services.into_iter().map(|service| (service.prepath, service.facts)).collect();
    declared
}

/// `service = almanet.new_remote_service("net.example")`.
fn service(modules: &Modules, module: &Parsed, statement: &Stmt) -> Option<Service> {
    let (target, value) = match statement {
        Stmt::Assign(assign) => (assign.targets.first()?, &*assign.value),
        Stmt::AnnAssign(assign) => (&*assign.target, assign.value.as_deref()?),
        _ => return None,
    };
    let (Expr::Name(target), Expr::Call(call)) = (target, value) else { return None };
    let name = module.whole_name(&call.func)?;
    let (package, function) = name.rsplit_once('.')?;
    if !package.starts_with("almanet") || !["new_remote_service", "remote_service"].contains(&function) {
        return None;
    }
    let mut facts = ServiceFacts::default();
    let argument = call.arguments.args.first().or_else(|| Some(&call.arguments.find_keyword("prepath")?.value));
    let prepath = argument.and_then(|argument| text(modules, module, argument));
    if prepath.is_none() {
        facts.notes.push(format!("the prepath there has to be run; taken to be {:?}", module.name));
    } else if matches!(argument, Some(Expr::Name(name)) if name.id.as_str() == "__name__") {
        facts
            .notes
            .push(format!("the prepath there is `__name__`, taken to be {:?} by the module's path", module.name));
    }
    let tags = call.arguments.find_keyword("tags").and_then(|tags| texts(modules, module, &tags.value));
    facts.expose = is_true(modules, module, &call.arguments, "include_to_api");
    Some(Service {
        variable: format!("{}.{}", module.name, target.id),
        prepath: prepath.unwrap_or_else(|| module.module.clone()),
        tags: tags.unwrap_or_default(),
        facts,
    })
}

/// `service.add_procedure(function)`, or a decorator that is called: `service.public_procedure(name="find")(function)`.
fn applied(modules: &Modules, module: &Parsed, services: &[Service], value: &Expr) -> Option<Procedure> {
    let Expr::Call(call) = value else { return None };
    let function = modules.find(&module.whole_name(call.arguments.args.first()?)?)?;
    let Stmt::FunctionDef(definition) = function.statement else { return None };
    // Options stand beside the function, or in the call that makes the decorator.
    let decorator = if let Expr::Call(_) = &*call.func { &*call.func } else { value };
    let (service, options) = registered(services, module, decorator)?;
    Some(procedure(modules, function.module, definition, service, options))
}

/// The service whose decorator this is, and the decorator's arguments.
fn registered<'a, 'b>(
    services: &'a [Service],
    module: &Parsed,
    decorator: &'b Expr,
) -> Option<(&'a Service, Option<&'b Arguments>)> {
    let (function, options) = match decorator {
        Expr::Call(ExprCall { func, arguments, .. }) => (&**func, Some(arguments)),
        other => (other, None),
    };
    let name = module.whole_name(function)?;
    let (variable, method) = name.rsplit_once('.')?;
    let is_registration = ["public_procedure", "procedure", "add_procedure"].contains(&method);
    let service = services.iter().find(|service| service.variable == variable)?;
    is_registration.then_some((service, options))
}

fn procedure(
    modules: &Modules,
    module: &Parsed,
    function: &StmtFunctionDef,
    service: &Service,
    options: Option<&Arguments>,
) -> Procedure {
    let option = |name: &str| options.and_then(|options| options.find_keyword(name)).map(|keyword| &keyword.value);
    let mut notes = Vec::new();
    let mut known = |name: &str| {
        let told = text(modules, module, option(name)?);
        if told.is_none() {
            notes.push(format!("its `{name}` there has to be run"));
        }
        told
    };
    let name = known("name").unwrap_or_else(|| function.name.to_string());
    let uri = known("uri").unwrap_or_else(|| format!("{}.{name}", service.prepath));
    let channel = known("channel").unwrap_or_else(|| DEFAULT_CHANNEL.to_owned());
    let description = known("description").or_else(|| docstring(&function.body));
    let parameter = function.parameters.args.iter().chain(&function.parameters.posonlyargs).next();
    let payload = option("payload_model").or_else(|| parameter.and_then(|it| it.parameter.annotation.as_deref()));
    let reply = option("return_model").or(function.returns.as_deref());
    let mut tags = service.tags.clone();
    tags.extend(option("tags").and_then(|tags| texts(modules, module, tags)).unwrap_or_default());
    let schema = |annotation: Option<&Expr>| annotation.map(|it| Lowering::new(modules).document(module, it));
    let raises = option("exceptions").map_or_else(Vec::new, |it| raised(modules, module, it, &mut notes));
    Procedure {
        expose: options.is_some_and(|options| is_true(modules, module, options, "include_to_api")),
        described: Described {
            uri,
            channel,
            validate: option("validate").and_then(|it| value(modules, module, it)) != Some(Json::Bool(false)),
            tags,
            description,
            payload: schema(payload),
            reply: schema(reply),
        },
        raises,
        notes,
    }
}

fn is_true(modules: &Modules, module: &Parsed, arguments: &Arguments, name: &str) -> bool {
    arguments.find_keyword(name).and_then(|it| value(modules, module, &it.value)) == Some(Json::Bool(true))
}
