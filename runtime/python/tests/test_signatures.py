"""The public API of the library `almanet` 1.3.4 beside this package's: each name, parameter and default."""

from __future__ import annotations

import ast
import asyncio
import json
import os
import pathlib
import subprocess
import sys
from collections.abc import Iterator
from typing import Any

import pytest

import almanet_runtime as almanet

PROGRAM = pathlib.Path(__file__).with_name("signatures.py")

# What is refused here, or done otherwise, with what says so to whoever wants it.
DIFFERENT = {
    "shared._function": "is missing",
    "shared.procedure_model": "is missing",
    # What a procedure makes of its models.
    "remote_procedure_model.()": "json_schema, serialize_payload, serialize_return, _has_implementation",
    # A context variable takes nothing by position.
    "shared.new_concurrent_context": "args",
    # A session speaks to brokers itself.
    "client_iface.close": "is missing",
    "client_iface.connect": "is missing",
    "client_iface.consume": "is missing",
    "client_iface.produce": "is missing",
}


def api(interpreter: str, package: str) -> dict[str, Any]:
    environment = {name: value for name, value in os.environ.items() if name != "PYTHONPATH" or package != "almanet"}
    command = [interpreter, str(PROGRAM), package]
    done = subprocess.run(command, capture_output=True, text=True, check=False, env=environment)
    assert done.returncode == 0, done.stderr
    found: dict[str, Any] = json.loads(done.stdout)
    return found


def is_same_default(theirs: str | None, ours: str | None) -> bool:
    if theirs == ours or ours == "an option" or theirs is None:
        return True
    try:
        return bool(ast.literal_eval(theirs) == ast.literal_eval(str(ours)))
    except (ValueError, SyntaxError):
        return False


def refused(theirs: list[list[Any]], ours: list[list[Any]]) -> list[str]:
    """The parameters with which a call there is none here."""
    known = {name: (position, kind, default) for position, (name, kind, default) in enumerate(ours)}
    takes_options = any(kind == "VAR_KEYWORD" for _, kind, _ in ours)
    wrong = []
    for position, (name, kind, default) in enumerate(theirs):
        if kind == "VAR_KEYWORD" and (takes_options or any(default == "an option" for _, _, default in ours)):
            continue
        if name not in known:
            wrong.append(name)
            continue
        at, kind_here, default_here = known[name]
        by_position = kind.startswith("POSITIONAL") and (at != position or kind_here == "KEYWORD_ONLY")
        if by_position or not is_same_default(default, default_here):
            wrong.append(name)
    names = {name for name, _, _ in theirs}
    return wrong + [n for n, kind, default in ours if n not in names and default is None and kind[:3] != "VAR"]


def differences(path: str, theirs: Any, ours: Any) -> Iterator[tuple[str, str]]:
    if ours is None:
        yield path, "is missing"
    elif isinstance(theirs, dict):
        assert isinstance(ours, dict), path
        for name, value in theirs.items():
            yield from differences(f"{path}.{name}" if path else name, value, ours.get(name))
    elif isinstance(theirs, list) and isinstance(ours, list):
        if wrong := refused(theirs, ours):
            yield path, ", ".join(wrong)
    elif (theirs == "value") is not (ours == "value"):
        yield path, f"{theirs} there, {ours} here"


def test_each_name_and_parameter_of_the_library_is_here_or_known_to_be_refused() -> None:
    theirs = api(os.environ["PYTHON"], "almanet")
    ours = api(os.environ.get("ALMANET_TEST_PYTHON", sys.executable), "almanet_runtime")
    assert len(theirs["names"]) > 15 and len(theirs["names"]["Almanet"]) > 8
    assert dict(differences("", theirs["names"], ours["names"])) == DIFFERENT
    for thing, attributes in theirs["held"].items():
        here = ours["held"][thing]
        assert {name: here.get(name, "is missing") for name in attributes} == attributes, thing


def test_what_is_refused_says_what_to_do() -> None:
    class client_of_ones_own:
        async def connect(self) -> None: ...

    with pytest.raises(TypeError, match=r"client_of_ones_own has no `url`.*make_session\(\"embedded:\"\)"):
        almanet.Almanet(client_of_ones_own())  # type: ignore[arg-type]
    for name in ("procedure_model", "_function"):
        with pytest.raises(AttributeError, match=f"almanet_runtime.shared has no {name}, which is"):
            getattr(almanet.shared, name)
    service = almanet.new_remote_service("net.example.refused")
    with pytest.raises(TypeError, match="a procedure takes no option 'json_schema', but auth, channel,"):
        service.public_procedure(json_schema={})(test_what_is_refused_says_what_to_do)  # type: ignore[call-overload]
    with pytest.raises(TypeError, match="serving takes no option 'concurency', but authenticator, concurrency,"):
        almanet.serve_multiple(almanet.clients.url_client(), service, concurency=1)  # type: ignore[call-arg]

    declare: Any = service.public_procedure
    for options, error, told in (
        ({"exceptions": ValueError}, TypeError, r"refused\.f: exceptions takes a set"),
        ({"exceptions": ["denied"]}, TypeError, r"refused\.f: its exceptions are classes"),
        ({"tags": "read"}, TypeError, r"refused\.f: tags takes a set"),
        ({"auth": "admin"}, TypeError, r"refused\.f: auth takes a set"),
        ({"timeout": "5"}, ValueError, r"refused\.f: its timeout is a number of seconds above 0"),
        ({"timeout": 0}, ValueError, r"refused\.f: its timeout is a number of seconds above 0"),
    ):
        with pytest.raises(error, match=told):
            declare(name="f", **options)(test_what_is_refused_says_what_to_do)
    with pytest.raises(TypeError, match="not by None"):
        almanet.new_remote_service(None)  # type: ignore[arg-type]
    # What 1.3.4 takes, and does nothing with.
    declare(name="f", exceptions={ValueError})(test_what_is_refused_says_what_to_do)

    @service.public_procedure
    async def ask(payload: str) -> None: ...

    with pytest.raises(ValueError, match="must be callable"):
        ask.implements(5)  # type: ignore[arg-type]

    async def serve(**options: Any) -> None:
        async with (
            almanet.clients.make_session("embedded:") as session,
            almanet.serving(session, service, **options),
        ):
            pass

    for wrong, told in (
        ({"authenticator": {"123456": "root"}}, "static_tokens"),
        ({"concurrency": 0}, "concurrency is a whole number from 1 on"),
        ({"concurrency": "many"}, "concurrency is a whole number from 1 on"),
        ({"drain_timeout": "soon"}, "drain_timeout is a number of seconds from 0 on"),
        ({"drain_timeout": -1}, "drain_timeout is a number of seconds from 0 on"),
    ):
        with pytest.raises((TypeError, ValueError), match=told):
            asyncio.run(serve(**wrong))

    with pytest.raises(TypeError, match="timout"):
        ask("?", timout=1)  # type: ignore[call-arg, unused-coroutine]
    with pytest.raises(TypeError, match="a call takes no option 'timout', but force_local, headers, timeout"):
        ask.options(timout=1)  # type: ignore[call-arg]
