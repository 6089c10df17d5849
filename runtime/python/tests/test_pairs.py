"""This package and the library `almanet` 1.3.4, which the Python that PYTHON names has."""

# The guide's headers have `...` for a body.
# mypy: disable-error-code=empty-body

from __future__ import annotations

import asyncio
import os
import pathlib
import subprocess
from typing import Any

import pytest
from pydantic import BaseModel

import almanet_runtime as almanet

PEER = pathlib.Path(__file__).with_name("almanet_peer.py")

pair = almanet.new_remote_service("net.example.pair")


class denial(BaseModel):
    reason: str


class access_denied(almanet.remote_exception):
    payload: denial


@pair.public_procedure(exceptions={access_denied}, include_to_api=True, timeout=10)
async def greet(payload: str) -> str: ...


@greet.implements
async def _greet(payload: str, session: almanet.Almanet) -> Any:
    match payload:
        case "guest":
            raise access_denied(denial(reason=payload))
        case "boom":
            raise ValueError("boom")
        case "number":
            return 1
    return f"Hello, {payload}!"


def peer(role: str, address: str) -> subprocess.Popen[str]:
    environment = {name: value for name, value in os.environ.items() if name != "PYTHONPATH"}
    return subprocess.Popen(
        [os.environ["PYTHON"], str(PEER), role, address],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        env=environment,
    )


def test_almanet_calls_this_package(nsqd: str) -> None:
    async def main() -> None:
        async with (
            almanet.clients.make_ansqd_tcp_session(nsqd) as session,
            almanet.serving(session, pair),
        ):
            out, err = await asyncio.to_thread(peer("call", nsqd).communicate, timeout=60)
            assert out == "passed\n", err

    asyncio.run(main())


def test_this_package_calls_almanet(own_nsqd: Any) -> None:
    remote = greet.options(force_local=False)

    async def main() -> None:
        async with almanet.clients.make_ansqd_tcp_session(own_nsqd.address) as session:
            assert await remote("Aidar") == "Hello, Aidar!"
            with pytest.raises(access_denied) as denied:
                await remote("guest")
            assert denied.value.payload == denial(reason="guest")
            with pytest.raises(almanet.InternalError):
                await remote("boom")
            with pytest.raises(almanet.rpc_exception) as refused:
                await session.call("net.example.pair.greet", 123)
            assert refused.value.name == "rpc_invalid_payload"
            results = await asyncio.gather(*(remote(str(number)) for number in range(64)))
            assert results == [f"Hello, {number}!" for number in range(64)]
            [reply] = await session.multicall("net.example.pair.greet", "all", timeout=20, enough=1)
            assert reply.payload == b'"Hello, all!"'

    service = peer("serve", own_nsqd.address)
    try:
        assert service.stdout is not None and service.stdout.readline() == "ready\n"
        asyncio.run(main())
    finally:
        service.communicate()
