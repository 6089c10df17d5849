"""Brokers that go and come back, loops of other kinds, and what is left over."""

from __future__ import annotations

import asyncio
import threading

import pytest
import uvloop
from conftest import Nsqd
from shop import TOKENS, count, greet, shop

import almanet_runtime as almanet

remote_greet = greet.options(force_local=False)


def test_calls_survive_a_restart_of_the_broker(own_nsqd: Nsqd) -> None:
    address = own_nsqd.address

    async def main() -> None:
        async with (
            almanet.clients.make_ansqd_tcp_session(address) as session,
            almanet.serving(session, shop, authenticator=TOKENS),
        ):
            answered = asyncio.Semaphore(0)
            is_over = False

            async def load() -> None:
                while not is_over:
                    try:
                        await remote_greet("under load", timeout=3)
                        answered.release()
                    except (TimeoutError, ConnectionError):
                        pass

            async def await_answers(count: int) -> None:
                for _ in range(count):
                    await answered.acquire()

            async with asyncio.timeout(60), asyncio.TaskGroup() as tasks:
                for _ in range(16):
                    tasks.create_task(load())
                await await_answers(100)
                await asyncio.to_thread(own_nsqd.stop)
                await asyncio.to_thread(own_nsqd.start)
                answered = asyncio.Semaphore(0)
                await await_answers(100)
                is_over = True
            assert not session._port.waiting

    asyncio.run(main())


def test_no_broker_is_a_connection_error() -> None:
    async def main() -> None:
        with pytest.raises(ConnectionError, match=r"127\.0\.0\.1:1"):
            async with almanet.clients.make_ansqd_tcp_session("127.0.0.1:1"):
                pass
        with pytest.raises(ValueError):
            async with almanet.clients.make_session("ftp://127.0.0.1"):
                pass

    asyncio.run(main())


def test_an_empty_url_is_refused_and_stands_for_no_broker(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("ALMANET_URL", "")
    for client in (almanet.clients.url_client(), almanet.clients.url_client("")):
        with pytest.raises(ValueError, match="no scheme"):
            asyncio.run(client.connect())
    monkeypatch.delenv("ALMANET_URL")
    assert almanet.clients.url_client().url == "embedded:"


def test_uvloop_does_as_well(nsqd: str) -> None:
    async def main() -> None:
        assert type(asyncio.get_running_loop()).__module__.startswith("uvloop")
        async with (
            almanet.clients.make_ansqd_tcp_session(nsqd) as session,
            almanet.serving(session, shop, authenticator=TOKENS),
        ):
            results = await asyncio.gather(*(remote_greet(str(number)) for number in range(64)))
            assert results == [f"Hello, {number}!" for number in range(64)]
            assert [number async for number in count(100, force_local=False)] == list(range(100))

    uvloop.run(main())


def test_a_handler_that_blocks_holds_up_its_loop_alone(nsqd: str) -> None:
    blocking = almanet.new_remote_service("net.example.blocking")

    @blocking.procedure
    async def block(payload: str) -> str:
        if payload == "until nobody waits":
            threading.Event().wait(almanet.current_call().remaining())
        return payload

    async def main() -> None:
        async with (
            almanet.clients.make_ansqd_tcp_session(nsqd) as session,
            almanet.serving(session, blocking),
        ):
            remote = block.options(force_local=False)
            calls = remote("until nobody waits", timeout=0.2), remote("at once", timeout=10)
            ended = await asyncio.gather(*calls, return_exceptions=True)
            assert isinstance(ended[0], TimeoutError)
            assert ended[1] == "at once"

    asyncio.run(main())
