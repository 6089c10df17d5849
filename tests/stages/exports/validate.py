"""Holds exported documents to the validators of their kinds: schema.json to JSON Schema 2020-12, openapi.json to OpenAPI 3.1.

Every pattern is compiled as ECMA-262 has it, with the u flag. Nothing is fetched: a reference that leaves its document is a
failure. Prints a line for each document, and one like cargo's at the end.
"""

import json
import pathlib
import sys

import regress
from jsonschema import Draft202012Validator
from openapi_spec_validator import OpenAPIV31SpecValidator


def problems_of(path: pathlib.Path) -> list[str]:
    document = json.loads(path.read_text())
    problems = [*strays(document), *patterns(document)]
    if path.name == "schema.json":
        problems += [error.message for error in Draft202012Validator(Draft202012Validator.META_SCHEMA).iter_errors(document)]
    else:
        problems += [error.message for error in OpenAPIV31SpecValidator(document).iter_errors()]
    return problems


def members(node):
    """Every member of every object, with its key."""
    if isinstance(node, dict):
        for key, value in node.items():
            yield key, value
            yield from members(value)
    elif isinstance(node, list):
        for item in node:
            yield from members(item)


def strays(document) -> list[str]:
    """References that lead to nothing."""
    found = []
    for key, value in members(document):
        if key == "$ref" and isinstance(value, str):
            target = document
            for step in value.removeprefix("#/").split("/"):
                target = target.get(step) if isinstance(target, dict) else None
            if not value.startswith("#/") or target is None:
                found.append(f"{value} leads to nothing")
    return found


def patterns(document) -> list[str]:
    found = []
    for key, value in members(document):
        if key == "pattern" and isinstance(value, str):
            try:
                regress.Regex(value, "u")
            except Exception as error:
                found.append(f"{value!r} is no pattern: {error}")
    return found


def main() -> int:
    passed = failed = 0
    for path in map(pathlib.Path, sys.argv[1:]):
        problems = problems_of(path)
        for problem in problems:
            print(f"{path}: {problem}")
        print(f"test {path} ... {'FAILED' if problems else 'ok'}")
        passed, failed = passed + (not problems), failed + bool(problems)
    print(f"test result: {'FAILED' if failed else 'ok'}. {passed} passed; {failed} failed; 0 ignored")
    return 1 if failed else 0


sys.exit(main())
