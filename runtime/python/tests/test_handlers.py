"""Handlers that misbehave: what their callers get, and what their service says."""

from __future__ import annotations

import asyncio
import logging
import threading
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

import pytest
from conftest import Listener
from unruly import (
    block,
    broken_result,
    door,
    doors,
    fork,
    fork_in_a_stream,
    fork_in_a_thread,
    gates,
    large,
    meet,
    meeting,
    odd_exception,
    rest,
    service,
    stop_iteration,
    stubborn,
    stubborn_ones,
)

import almanet_runtime as almanet


@asynccontextmanager
async def serving(address: str, **options: Any) -> AsyncIterator[almanet.Almanet]:
    async with almanet.clients.make_ansqd_tcp_session(address) as session:
        async with almanet.serving(session, service, **options):
            yield session


def remote(procedure: Any, timeout: float = 20) -> Any:
    return procedure.options(force_local=False, timeout=timeout)


def test_an_exception_without_a_form_in_json_is_an_internal_error(nsqd: str, caplog: pytest.LogCaptureFixture) -> None:
    async def main() -> None:
        async with serving(nsqd):
            with pytest.raises(almanet.InternalError):
                await remote(odd_exception)("?")

    asyncio.run(main())
    assert any("odd" in record.getMessage() and record.exc_info for record in caplog.records), caplog.text


def test_a_plain_function_may_raise_what_no_future_takes(nsqd: str) -> None:
    async def main() -> None:
        async with serving(nsqd):
            with pytest.raises(almanet.InternalError):
                await remote(stop_iteration)("?")

    asyncio.run(main())


def test_a_result_that_cannot_be_written_is_an_invalid_return(nsqd: str, caplog: pytest.LogCaptureFixture) -> None:
    async def main() -> None:
        async with serving(nsqd):
            with pytest.raises(almanet.rpc_invalid_return):
                await remote(broken_result)("?")

    asyncio.run(main())
    assert "the serializer is broken" in caplog.text


def test_a_reply_that_is_too_large_is_told_to_the_log_with_its_size(nsqd: str, listener: Listener) -> None:
    async def main() -> None:
        async with serving(nsqd):
            with pytest.raises(almanet.InternalError):
                await remote(large)("?")
            assert "size=2097" in await listener.hear("a reply is larger than what the broker takes")

    asyncio.run(main())


def test_a_thread_that_blocks_holds_up_nobody_else(nsqd: str) -> None:
    async def main() -> None:
        gates["open"], gates["shut"] = threading.Event(), threading.Event()
        gates["open"].set()
        async with serving(nsqd):
            with pytest.raises(TimeoutError):
                await remote(block, timeout=0.2)("shut")
            assert await remote(block)("open") == "open"
            gates["shut"].set()

    asyncio.run(main())


def test_a_handler_that_goes_on_although_it_is_cancelled_is_not_waited_for(nsqd: str) -> None:
    async def main() -> None:
        stubborn_ones["one"] = asyncio.Event()
        async with serving(nsqd):
            with pytest.raises(TimeoutError):
                await remote(stubborn, timeout=1)("one")
            async with asyncio.timeout(20):
                await stubborn_ones["one"].wait()
            assert await remote(rest)(None) == "rested"

    asyncio.run(main())


@pytest.mark.parametrize(("how", "code"), [("returns", 1), ("leaves", 7), ("raises", 1)])
def test_a_child_that_comes_back_from_a_handler_ends(nsqd: str, how: str, code: int) -> None:
    async def main() -> None:
        async with serving(nsqd):
            told = f"the child ended with {code}"
            assert await remote(fork)(how) == told
            assert await remote(fork_in_a_thread)(how) == told
            assert [item async for item in remote(fork_in_a_stream)(how)] == [told]
            assert await remote(rest)(None) == "rested"

    asyncio.run(main())


def test_a_call_during_shutdown_runs_where_somebody_else_serves(nsqd: str) -> None:
    async def main() -> None:
        async with almanet.clients.make_ansqd_tcp_session(nsqd) as caller:
            async with almanet.clients.make_ansqd_tcp_session(nsqd) as first:
                serves = almanet.serving(first, service)
                await serves.__aenter__()
                at = doors["ending"] = door()
                running = caller.call("net.example.unruly.wait", "ending", timeout=20)
                await at.reached.wait()
                draining = asyncio.ensure_future(serves.__aexit__(None, None, None))
                late = [caller.call("net.example.unruly.rest", None, timeout=20) for _ in range(20)]
                async with serving(nsqd):
                    assert {reply.payload for reply in await asyncio.gather(*late)} == {b'"rested"'}
                    assert not draining.done()
                    at.opened.set()
                    assert (await running).payload == b'"ending"'
                    await draining

    asyncio.run(main())


def test_a_call_that_outlives_the_drain_ends_at_its_deadline(nsqd: str, caplog: pytest.LogCaptureFixture) -> None:
    async def main() -> None:
        async with almanet.clients.make_ansqd_tcp_session(nsqd) as caller:
            at = doors["shut"] = door()
            async with asyncio.timeout(30):
                async with serving(nsqd, drain_timeout=0.2):
                    patient = caller.call("net.example.unruly.wait", "shut", timeout=600)
                    await at.reached.wait()
                    running = caller.call("net.example.unruly.never", None, timeout=1)
            assert not patient.done()
            patient.cancel()
            with pytest.raises(TimeoutError):
                await running

    with caplog.at_level(logging.WARNING, "almanet"):
        asyncio.run(main())
    assert "a call of net.example.unruly.wait was cancelled" in caplog.text


def test_plain_functions_run_at_once(nsqd: str) -> None:
    async def main() -> None:
        meeting[:] = [threading.Barrier(64)]
        async with serving(nsqd):
            assert await asyncio.gather(*(remote(meet)(None) for _ in range(64))) == ["met"] * 64

    asyncio.run(main())


def test_a_function_that_nobody_waits_for_any_more_is_not_broken_off(nsqd: str, listener: Listener) -> None:
    async def main() -> None:
        gates["kept"] = threading.Event()
        async with almanet.clients.make_ansqd_tcp_session(nsqd) as session:
            serves = almanet.serving(session, service)
            await serves.__aenter__()
            with pytest.raises(TimeoutError):
                await remote(block, timeout=1)("kept")
            draining = asyncio.ensure_future(serves.__aexit__(None, None, None))
            await listener.hear("drained")
            # What the native half had told before it, the loop has seen with this.
            await session.produce("net.example.kept", None)
            assert not draining.done()
            gates["kept"].set()
            async with asyncio.timeout(10):
                await draining

    asyncio.run(main())
