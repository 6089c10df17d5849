"""The other end, on the library `almanet` 1.3.4: `serve ADDRESS` or `call ADDRESS`."""

# Another library, in another Python, in the form of its guide.
# mypy: ignore-errors

import asyncio
import sys

import almanet
import pydantic

pair = almanet.new_remote_service("net.example.pair", include_to_api=True)


class denial(pydantic.BaseModel):
    reason: str


class access_denied(almanet.remote_exception):
    payload: denial


@pair.public_procedure(exceptions={access_denied})
async def greet(payload: str) -> str: ...


async def _greet(payload, session):
    if payload == "guest":
        raise access_denied(denial(reason=payload))
    if payload == "boom":
        raise ValueError("boom")
    return f"Hello, {payload}!"


async def serve(address):
    greet.implements(_greet)
    async with almanet.clients.make_ansqd_tcp_session(address) as session:
        pair._share_all(session)
        print("ready", flush=True)
        await asyncio.get_running_loop().run_in_executor(None, sys.stdin.read)


async def call(address):
    async with almanet.clients.make_ansqd_tcp_session(address) as session:
        assert await greet("Aidar") == "Hello, Aidar!"
        try:
            await greet("guest")
        except access_denied as error:
            assert error.payload == denial(reason="guest"), error.payload
        else:
            raise AssertionError("the guest was not refused")
        for payload, name in (
            ("boom", "InternalError"),
            (123, "rpc_invalid_payload"),
            ("number", "rpc_invalid_return"),
        ):
            try:
                await session.call("net.example.pair.greet", payload)
            except almanet.rpc_exception as error:
                assert error.name == name, error
            else:
                raise AssertionError(f"{payload} did not fail")
        results = await asyncio.gather(*(greet(str(number)) for number in range(64)))
        assert results == [f"Hello, {number}!" for number in range(64)]
        replies = await session.multicall("net.example.pair.greet", "all", timeout=1)
        assert [reply.payload for reply in replies] == [b'"Hello, all!"'], replies
        shown = await session.call("_schema_.net.example.pair.greet.almanet.python", None)
        assert b'"greet"' in shown.payload, shown
        print("passed", flush=True)


asyncio.run({"serve": serve, "call": call}[sys.argv[1]](sys.argv[2]))
