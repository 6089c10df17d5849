"""A service whose handlers misbehave."""

# The guide's headers have `...` for a body.
# mypy: disable-error-code=empty-body

from __future__ import annotations

import asyncio
import os
import threading
from collections.abc import AsyncIterator, Callable
from typing import Annotated

from pydantic import PlainSerializer

import almanet_runtime as almanet

service = almanet.new_remote_service("net.example.unruly")


def fails(value: int) -> int:
    raise ZeroDivisionError("the serializer is broken")


Fragile = Annotated[int, PlainSerializer(fails, when_used="json")]


@service.procedure
async def odd_exception(payload: str) -> str:
    raise almanet.rpc_exception(object(), name="odd")


@service.procedure
async def broken_result(payload: str) -> Fragile:
    return 1


@service.procedure
async def large(payload: str) -> str:
    return "x" * (2 << 20)


gates: dict[str, threading.Event] = {}


stubborn_ones: dict[str, asyncio.Event] = {}


@service.procedure
def block(payload: str) -> str:
    """Blocks its thread until the gate of this name opens."""
    gates[payload].wait()
    return payload


# Where the threads of `meet` wait until so many have come.
meeting: list[threading.Barrier] = []


@service.procedure
def meet(payload: None) -> str:
    meeting[0].wait()
    return "met"


@service.procedure
def stop_iteration(payload: str) -> str:
    raise StopIteration


@service.procedure
async def stubborn(payload: str) -> str:
    """Goes on although it was cancelled."""
    try:
        await asyncio.Event().wait()
    except asyncio.CancelledError:
        stubborn_ones[payload].set()
    return payload


class door:
    """Tells when a handler stands before it, and lets it through when it is opened."""

    def __init__(self) -> None:
        self.reached = asyncio.Event()
        self.opened = asyncio.Event()


doors: dict[str, door] = {}


@service.procedure
async def wait(payload: str) -> str:
    """Is at work until the door of this name opens."""
    doors[payload].reached.set()
    await doors[payload].opened.wait()
    return payload


@service.procedure
async def never(payload: None) -> str:
    await asyncio.Event().wait()
    return "now"


@service.procedure
async def rest(payload: None) -> str:
    return "rested"


def forked(ends: Callable[[], str]) -> str:
    child = os.fork()
    if child == 0:
        return ends()
    _, status = os.waitpid(child, 0)
    return f"the child ended with {os.waitstatus_to_exitcode(status)}"


def leaves() -> str:
    raise SystemExit(7)


def raises() -> str:
    raise ValueError("in the child")


ENDS: dict[str, Callable[[], str]] = {"returns": lambda: "from the child", "leaves": leaves, "raises": raises}


@service.procedure
async def fork(payload: str) -> str:
    return forked(ENDS[payload])


@service.procedure
def fork_in_a_thread(payload: str) -> str:
    return forked(ENDS[payload])


@service.public_stream
def fork_in_a_stream(payload: str) -> AsyncIterator[str]: ...


@fork_in_a_stream.implements
async def _fork_in_a_stream(payload: str) -> AsyncIterator[str]:
    yield forked(ENDS[payload])
