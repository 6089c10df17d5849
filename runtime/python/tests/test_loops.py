"""Sessions in event loops that are not theirs, one after another, and beside each other."""

from __future__ import annotations

import asyncio
import threading

import pytest
from unruly import rest, service

import almanet_runtime as almanet

remote_rest = rest.options(force_local=False, timeout=20)


async def joined(address: str) -> almanet.Almanet:
    session = almanet.clients.make_ansqd_tcp_session(address)
    await session.join()
    return session


async def served(address: str, count: int) -> None:
    async with almanet.clients.make_ansqd_tcp_session(address) as session, almanet.serving(session, service):
        for _ in range(count):
            assert await remote_rest(None) == "rested"


def test_a_session_says_that_its_loop_is_another_one(nsqd: str) -> None:
    async def main() -> None:
        async with almanet.clients.make_ansqd_tcp_session(nsqd) as session:

            async def elsewhere() -> None:
                with pytest.raises(RuntimeError, match=r"another event loop: use it there, or wait .* `session.run`"):
                    await remote_rest(None)
                with pytest.raises(RuntimeError, match="another event loop"):
                    await session.leave()

            await asyncio.to_thread(asyncio.run, elsewhere())
            assert session.joined and not session._port.waiting

    asyncio.run(main())


def test_a_session_outlives_its_loop_and_can_join_anew(nsqd: str) -> None:
    session = asyncio.run(joined(nsqd))
    with pytest.raises(RuntimeError, match="another event loop, which is closed"):
        session.call("net.example.unruly.rest", None)

    async def main() -> None:
        await session.leave()
        async with session, almanet.serving(session, service):
            assert await remote_rest(None) == "rested"

    asyncio.run(main())


def test_loops_come_one_after_another_and_beside_each_other(nsqd: str) -> None:
    for _ in range(3):
        asyncio.run(served(nsqd, 1))
    ended: list[None] = []
    threads = [threading.Thread(target=lambda: ended.append(asyncio.run(served(nsqd, 20)))) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(ended) == 4


def test_a_session_without_a_loop_serves_many_threads_and_does_not_wait_for_itself(nsqd: str) -> None:
    with almanet.sync.session(nsqd) as session:

        async def from_within() -> None:
            with pytest.raises(RuntimeError, match="use `await`"):
                session.run(remote_rest(None))

        session.run(from_within())
        serves = almanet.serving(session._almanet, service)
        session.run(serves.__aenter__())
        results: list[str] = []
        threads = [
            threading.Thread(target=lambda: results.extend(session.run(remote_rest(None)) for _ in range(20)))
            for _ in range(8)
        ]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        assert results == ["rested"] * 160
        session.run(serves.__aexit__(None, None, None))
