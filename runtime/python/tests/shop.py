"""A service that the tests serve and call: the guide's greeting, and what can go wrong."""

# The guide's headers have `...` for a body.
# mypy: disable-error-code=empty-body

from __future__ import annotations

import asyncio
import os
import threading
from collections.abc import AsyncIterator
from typing import Any

from pydantic import BaseModel, Field

import almanet_runtime as almanet

# Where calls with "meet" wait until so many have come.
meeting: list[asyncio.Barrier] = []

shop = almanet.new_remote_service("net.example.shop", tags={"test"}, include_to_api=True)


class denial(BaseModel):
    reason: str
    since: int | None = None


class access_denied(almanet.remote_exception):
    payload: denial


class undeclared(almanet.remote_exception):
    payload: list[int]


class renamed(almanet.remote_exception, wire_name="re-named"):
    payload: str


@shop.public_procedure(exceptions={access_denied, renamed}, include_to_api=True, tags={"greeting"}, timeout=5)
async def greet(payload: str) -> str:
    """Greets one person by name."""


@greet.implements
async def _greet(payload: str, session: almanet.Almanet) -> Any:
    match payload:
        case "guest":
            raise access_denied(denial(reason=payload))
        case "undeclared":
            raise undeclared([1, 2])
        case "renamed":
            raise renamed("r")
        case "bad exception":
            raise access_denied("not a denial")
        case "number":
            return 123
        case "boom":
            raise ValueError("the secret of the service")
        case "exit":
            raise SystemExit(3)
        case "large":
            return "x" * (2 << 20)
        case "fork":
            child = os.fork()
            if child == 0:
                os._exit(0)
            os.waitpid(child, 0)
        case "cancel":
            raise asyncio.CancelledError
        case "never":
            await asyncio.Event().wait()
        case "meet":
            await meeting[0].wait()
    return f"Hello, {payload}!"


class sum_payload(BaseModel):
    a: int
    b: int = 0
    self: int = 0
    timeout_: int = Field(default=0, alias="timeout", validate_default=True)
    model_config = {"validate_by_name": True, "validate_by_alias": True, "serialize_by_alias": True}


@shop.public_keyword_procedure(payload_model=sum_payload, timeout=5)
async def add(
    a: int, b: int = 0, self: int = 0, timeout_: int = 0, *, timeout: float | None = None, force_local: bool = True
) -> int:
    """Adds."""


@add.implements
def _add(payload: sum_payload) -> int:
    # A plain function runs in a thread, where it may block.
    assert threading.current_thread() is not threading.main_thread()
    return payload.a + payload.b + payload.self + payload.timeout_


@shop.public_procedure(timeout=5)
async def relay(payload: str) -> str: ...


@relay.implements
def _relay(payload: str, session: almanet.Almanet) -> str:
    return session.run(greet(payload, force_local=False))


@shop.public_stream(timeout=5)
def count(payload: int) -> AsyncIterator[int]: ...


closed_streams: asyncio.Queue[int] = asyncio.Queue()


@count.implements
async def _count(payload: int, session: almanet.Almanet) -> AsyncIterator[Any]:
    try:
        for number in range(abs(payload)):
            yield number
        if payload < 0:
            raise ValueError("below zero")
        if payload == 7:
            yield "seven"
    finally:
        closed_streams.put_nowait(payload)


logged: asyncio.Queue[tuple[str, float]] = asyncio.Queue()


@shop.public_procedure(oneway=True)
async def log(payload: str) -> None: ...


@log.implements
async def _log(payload: str) -> None:
    logged.put_nowait((payload, almanet.current_call().remaining()))


@shop.public_procedure(auth={"admin"}, timeout=5)
async def wipe(payload: None = None) -> str: ...


@wipe.implements
async def _wipe(payload: None) -> str:
    who = almanet.current_call().principal
    assert who is not None
    return who.name


TOKENS = almanet.static_tokens({"123456": almanet.principal("root", {"admin"}), "clerk": almanet.principal("clerk")})
