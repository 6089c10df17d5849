"""What a package offers, as JSON: `python signatures.py almanet`, or `almanet_runtime`.

Each public name, and each public method of a class, with its parameters: `[name, kind, default]`, the default `null`
where there is none. Options that are a TypedDict stand there one by one. Behind them, what programs hold, with its
attributes.
"""

# Runs in the Python of either package.
# mypy: ignore-errors

import importlib
import inspect
import json
import re
import sys
import typing


def annotation_of(function, parameter: inspect.Parameter):
    annotation = parameter.annotation
    return eval(annotation, inspect.unwrap(function).__globals__) if isinstance(annotation, str) else annotation


def parameters(function) -> list:
    function = function.__init__ if inspect.isclass(function) else function
    shown = []
    for parameter in inspect.signature(function).parameters.values():
        kind = parameter.kind
        options = typing.get_args(annotation_of(function, parameter)) if kind is parameter.VAR_KEYWORD else ()
        if options:
            shown += [[name, "KEYWORD_ONLY", "an option"] for name in typing.get_type_hints(*options)]
        else:
            default = (
                None if parameter.default is parameter.empty else re.sub("0x[0-9a-f]+", "", repr(parameter.default))
            )
            shown.append([parameter.name, kind.name, default])
    return shown


def described(value) -> dict | list | str:
    if inspect.ismodule(value):
        return {name: described(getattr(value, name)) for name in value.__all__}
    if not inspect.isclass(value):
        return parameters(value) if inspect.isfunction(value) else "callable" if callable(value) else "value"
    members = {"()": parameters(value)} if inspect.isfunction(value.__init__) else {}
    methods = inspect.getmembers(value, inspect.isfunction)
    return members | {name: parameters(member) for name, member in methods if not name.startswith("_")}


def shown(value) -> object:
    if isinstance(value, (bool, int, float, type(None), set)):
        return sorted(value) if isinstance(value, set) else value
    return "…"


def held(package) -> dict[str, dict]:
    """The public attributes of what programs hold, with those of their values that are alike in every run."""
    client = package.clients.ansqd_tcp_client("127.0.0.1:4150")
    service = package.new_remote_service("net.example.signatures", {"tag"})

    @service.public_procedure
    async def procedure(payload: str) -> str: ...

    things = {
        "client": client,
        "session": package.Almanet(client),
        "service": service,
        "procedure": procedure,
        "exception": package.rpc_exception(1, "name"),
        "remote exception": package.remote_exception(1),
        "message": package.qmessage_model("id", 1, b"", 1, None, None),
        "reply": package.reply_event_model("id", False, b""),
        "invocation": package.invoke_event_model("id", "caller", b"", ""),
    }

    def public(thing) -> dict:
        named = {name: getattr(thing, name) for name in dir(thing) if not name.startswith("_") and name != "exceptions"}
        return {name: shown(value) for name, value in named.items() if not inspect.isroutine(value)}

    return {name: public(thing) for name, thing in things.items()}


if __name__ == "__main__":
    package = importlib.import_module(sys.argv[1])
    print(json.dumps({"names": described(package), "held": held(package)}))
