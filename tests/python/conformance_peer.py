"""Reads and writes JSON by what the Python target generated of the conformance contract, driven by JSON lines.

    python conformance_peer.py FOLDER LIBRARY

FOLDER holds the generated package `generated`, LIBRARY is what it was generated for: `almanet` or `almanet_runtime`.

Each line is {"type": …, "json": …}; each answer {"json": …}, {"refused": [place, …]}, or {"unknown": true} for a type that is
not there. A place is a list of names and numbers, as pydantic has it. A document that is refused, but would be written by who has its
values in a model all the same, has what is written beside it: {"refused": …, "slips": …}.
"""

import importlib
import json
import sys
import typing

import pydantic

FOLDER, LIBRARY = sys.argv[1:]
almanet = importlib.import_module(LIBRARY)


def codec(model: object) -> object:
    """What calls are written with."""
    if LIBRARY == "almanet":
        return importlib.import_module("generated._almanet._codec").Codec(model)
    return importlib.import_module("almanet_runtime._codec").codec(model)


def adapter(name: str) -> pydantic.TypeAdapter | None:
    """What reads a type of the contract: `a.Thing`, or `a.service.procedure/payload`."""
    path, _, part = name.partition("/")
    module, _, last = path.rpartition(".")
    try:
        found = getattr(importlib.import_module(f"generated.{module}"), last)
    except (AttributeError, ModuleNotFoundError):
        return None
    if part:
        model = found.payload_model if part == "payload" else found.return_model
        return pydantic.TypeAdapter(model)
    if isinstance(found, type) and issubclass(found, almanet.remote_exception):
        return pydantic.TypeAdapter(typing.get_type_hints(found, include_extras=True)["payload"])
    return pydantic.TypeAdapter(found)


def answer(name: str, text: str) -> dict:
    reads = adapter(name)
    if reads is None:
        return {"unknown": True}
    try:
        value = reads.validate_json(text)
        written = reads.dump_json(value).decode()
        again = reads.validate_json(written)
    except pydantic.ValidationError as error:
        refused = {"refused": [list(each["loc"]) for each in error.errors()]}
        slips = written_unchecked(reads, text)
        return refused if slips is None else {**refused, "slips": slips}
    if again != value:
        return {"json": f"another value: {again!r} is not {value!r}"}
    return {"json": written}


def written_unchecked(reads: pydantic.TypeAdapter, text: str) -> str | None:
    """What is written of a model that holds the values of a document which it refuses; none where that is refused, too."""
    model = reads._type
    if not (isinstance(model, type) and issubclass(model, pydantic.BaseModel)):
        return None
    try:
        values = json.loads(text)
    except ValueError:
        return None
    names = {field.serialization_alias or name for name, field in model.model_fields.items()}
    if not isinstance(values, dict) or set(values) != names:
        return None
    try:
        return codec(model).write(model.model_construct(**values)).decode()
    except (ValueError, TypeError):
        return None


def main() -> None:
    sys.path.insert(0, FOLDER)
    for line in sys.stdin:
        request = json.loads(line)
        print(json.dumps(answer(request["type"], request["json"])), flush=True)


if __name__ == "__main__":
    main()
