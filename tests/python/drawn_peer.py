"""Generated models of contracts drawn at random, driven by JSON lines.

    python drawn_peer.py FOLDER    the folder that holds the generated package `generated`

{"type": …, "json": …} -> {"json": …}       read by the type and written again
what a type refuses    -> {"refused": …}

A type is called MODULE:NAME; MODULE:NAME/payload and MODULE:NAME/return are those of a procedure, and an exception stands for
what it carries.
"""

import functools
import importlib
import json
import sys
import types
import typing
import warnings

import pydantic

T = typing.TypeVar("T")


class remote_exception(Exception):
    def __init_subclass__(cls, *, wire_name: str | None = None) -> None:
        pass


class remote_topic(typing.Generic[T]):
    pass


class Service:
    """What a header makes of a service, where nothing is called."""

    def public_topic(self, name, payload_model, **options):
        return remote_topic()

    def public_procedure(self, function=None, **options):
        return function if function is not None else lambda declared: declared

    public_keyword_procedure = public_stream = public_keyword_stream = public_procedure


# Models are held to their contracts here, and the library that carries calls is not needed for that.
sys.modules["almanet_runtime"] = types.SimpleNamespace(
    remote_exception=remote_exception,
    remote_topic=remote_topic,
    new_remote_service=lambda *arguments, **options: Service(),
)


@functools.cache
def adapter(name: str) -> pydantic.TypeAdapter:
    module, _, path = name.partition(":")
    path, _, part = path.partition("/")
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        found = getattr(importlib.import_module(f"generated.{module}"), path)
    if part:
        found = typing.get_type_hints(found, include_extras=True)[part]
    elif isinstance(found, type) and issubclass(found, remote_exception):
        found = typing.get_type_hints(found, include_extras=True)["payload"]
    return pydantic.TypeAdapter(found)


def answer(request: dict) -> dict:
    reads = adapter(request["type"])
    try:
        value = reads.validate_json(request["json"])
    except pydantic.ValidationError as error:
        return {"refused": str(error)}
    written = reads.dump_json(value).decode()
    if reads.validate_json(written) != value:
        return {"refused": f"it is another value as {written}"}
    return {"json": written}


def main() -> None:
    sys.path.insert(0, sys.argv[1])
    for line in sys.stdin:
        print(json.dumps(answer(json.loads(line))), flush=True)


if __name__ == "__main__":
    main()
