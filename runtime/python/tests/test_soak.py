"""Sessions that come and go while everything goes wrong that may: 10 seconds of it, or 10 minutes where LONG is set."""

from __future__ import annotations

import asyncio
import gc
import logging
import os
import threading
import time
from typing import Any

import pytest
import shop
import unruly
from conftest import Nsqd

import almanet_runtime as almanet

SECONDS = 600 if os.environ.get("LONG") else 8
WARM_UP = 0.25
"""The part of the time after which nothing may grow any more."""


def remote(procedure: Any, timeout: float = 30) -> Any:
    return procedure.options(force_local=False, timeout=timeout)


async def ends_in(kind: type[BaseException], call: Any) -> None:
    with pytest.raises(kind):
        await call


async def calls_and_failures() -> None:
    greet = remote(shop.greet)
    await asyncio.gather(*(greet("x" * 1000) for _ in range(100)))
    await asyncio.gather(
        ends_in(almanet.InternalError, greet("boom")),
        ends_in(almanet.InternalError, greet("exit")),
        ends_in(almanet.InternalError, greet("cancel")),
        ends_in(almanet.InternalError, remote(unruly.large)("?")),
        ends_in(almanet.InternalError, remote(unruly.odd_exception)("?")),
        ends_in(almanet.rpc_invalid_return, greet("number")),
        ends_in(almanet.rpc_invalid_return, remote(unruly.broken_result)("?")),
        ends_in(almanet.payload_too_large, greet("x" * (2 << 20))),
        ends_in(shop.access_denied, greet("guest")),
        ends_in(TimeoutError, remote(shop.greet, 0.05)("never")),
        ends_in(TimeoutError, remote(unruly.never, 0.05)(None)),
    )


async def blocked_and_cancelled(name: str) -> None:
    unruly.gates[name] = gate = threading.Event()
    await ends_in(TimeoutError, remote(unruly.block, 0.05)(name))
    gate.set()
    unruly.stubborn_ones[name] = asyncio.Event()
    await ends_in(TimeoutError, remote(unruly.stubborn, 0.05)(name))
    at = unruly.doors[f"{name} left"] = unruly.door()
    call = asyncio.ensure_future(remote(unruly.wait)(f"{name} left"))
    await at.reached.wait()
    call.cancel()
    await ends_in(asyncio.CancelledError, call)
    at.opened.set()


async def streams() -> None:
    count = shop.count.options(force_local=False)
    async with count(10_000) as numbers:
        await anext(numbers)
    assert len([number async for number in count(100)]) == 100
    with pytest.raises(almanet.InternalError):
        [number async for number in count(-2)]


async def children() -> None:
    for procedure in (unruly.fork, unruly.fork_in_a_thread):
        assert await remote(procedure)("returns") == "the child ended with 1"


async def messages(session: almanet.Almanet) -> None:
    taken, stop = await session.consume("net.example.soak", "readers#ephemeral")
    await session.produce("net.example.soak", "?")
    await (await anext(taken)).rollback()
    await (await anext(taken)).commit()
    stop()


async def one_round(address: str, number: int, lasting: almanet.Almanet) -> None:
    """Everything at once, on sessions of its own; then calls while serving ends.

    What is sent when nobody serves any more may still run in the next round, and be answered: its caller is one that
    lasts.
    """
    async with almanet.clients.make_ansqd_tcp_session(address) as caller:
        async with almanet.clients.make_ansqd_tcp_session(address) as session:
            async with almanet.serving(session, shop.shop, unruly.service, authenticator=shop.TOKENS):
                await asyncio.gather(
                    calls_and_failures(), blocked_and_cancelled(str(number)), streams(), messages(caller)
                )
                await children()
                at = unruly.doors["drained"] = unruly.door()
                running = caller.call("net.example.unruly.wait", "drained", timeout=10)
                await at.reached.wait()
                asyncio.get_running_loop().call_soon(at.opened.set)
            late = lasting.call("net.example.unruly.rest", None, timeout=0.05)
            assert (await running).payload == b'"drained"'
            await ends_in(TimeoutError, late)
        assert not session._servers
    # One that was cancelled and goes on is not waited for, and yet it ends.
    while others := asyncio.all_tasks() - {asyncio.current_task()}:
        await asyncio.wait(others)


def held() -> dict[str, int]:
    """What this process has."""
    gc.collect()
    with open("/proc/self/statm") as file:
        memory = int(file.read().split()[1]) * os.sysconf("SC_PAGE_SIZE")
    return {
        "descriptors": len(os.listdir("/proc/self/fd")),
        "threads": len(os.listdir("/proc/self/task")),
        "objects": len(gc.get_objects()),
        "memory": memory,
    }


class formatting(logging.Handler):
    """Writes what is logged nowhere, where pytest would keep it."""

    def emit(self, record: logging.LogRecord) -> None:
        self.format(record)


def test_nothing_is_left_over(own_nsqd: Nsqd, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(almanet.logger, "propagate", False)
    monkeypatch.setattr(almanet.logger, "handlers", [formatting()])

    async def main() -> tuple[int, dict[str, int], dict[str, int]]:
        started = time.monotonic()
        rounds, before = 0, None
        async with almanet.clients.make_ansqd_tcp_session(own_nsqd.address) as lasting:
            while rounds < 6 or time.monotonic() < started + SECONDS:
                try:
                    async with asyncio.timeout(60):
                        await one_round(own_nsqd.address, rounds, lasting)
                finally:
                    # What failed shall not wait for a thread that waits for it.
                    for gate in unruly.gates.values():
                        gate.set()
                    for kept in (unruly.gates, unruly.stubborn_ones, unruly.doors):
                        kept.clear()
                rounds += 1
                if before is None and rounds >= 3 and time.monotonic() >= started + SECONDS * WARM_UP:
                    before = held()
            after = held()
        assert before is not None
        async with asyncio.timeout(30):
            while left := [topic for topic in own_nsqd.topics() if topic.startswith("_rpc_._repl")]:
                await asyncio.sleep(0.05)
        assert not left
        return rounds, before, after

    rounds, before, after = asyncio.run(main())
    grown = {name: after[name] - before[name] for name in before}
    print(f"{rounds} rounds: {before}, grown by {grown}")
    assert grown["descriptors"] <= 0 and grown["threads"] <= 0, grown
    assert grown["objects"] < 500, grown
    assert grown["memory"] < (16 << 20), grown
