"""Calls, their exceptions and their ends, over a real nsqd."""

# The guide's headers have `...` for a body.
# mypy: disable-error-code=empty-body

from __future__ import annotations

import asyncio
import logging
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Annotated, Any

import pytest
import shop
import unruly
from pydantic import Strict
from shop import add, count, greet, log, relay, wipe
from typing_extensions import deprecated

import almanet_runtime as almanet

remote_greet = greet.options(force_local=False)
GREET = "net.example.shop.greet"


@asynccontextmanager
async def serving(address: str) -> AsyncIterator[almanet.Almanet]:
    async with almanet.clients.make_ansqd_tcp_session(address) as session:
        async with almanet.serving(session, shop.shop, authenticator=shop.TOKENS):
            yield session


def test_a_call_brings_its_result_and_runs_where_it_is_implemented(nsqd: str) -> None:
    async def main() -> None:
        async with serving(nsqd) as session:
            assert await remote_greet("Aidar") == "Hello, Aidar!"
            assert await greet("here") == "Hello, here!"
            reply = await session.call(GREET, "Aidar", timeout=2.5)
            assert (reply.is_exception, reply.payload) == (False, b'"Hello, Aidar!"')
            assert len(reply.call_id) == 32
            assert almanet.get_active_session() is session
        with pytest.raises(RuntimeError):
            almanet.get_active_session()

    asyncio.run(main())


def test_256_calls_one_after_another_and_256_at_once(nsqd: str) -> None:
    async def main() -> None:
        async with serving(nsqd):
            for number in range(256):
                assert await remote_greet(str(number)) == f"Hello, {number}!"
            results = await asyncio.gather(*(remote_greet(str(number)) for number in range(256)))
            assert results == [f"Hello, {number}!" for number in range(256)]

    asyncio.run(main())


def test_calls_of_one_procedure_run_at_once(nsqd: str) -> None:
    async def main() -> None:
        async with serving(nsqd):
            shop.meeting[:] = [asyncio.Barrier(10)]
            results = await asyncio.gather(*(remote_greet("meet") for _ in range(10)))
            assert results == ["Hello, meet!"] * 10

    asyncio.run(main())


def test_exceptions_are_caught_by_their_classes_and_undeclared_ones_keep_name_and_payload(nsqd: str) -> None:
    async def main() -> None:
        async with serving(nsqd) as session:
            with pytest.raises(shop.access_denied) as denied:
                await remote_greet("guest")
            assert denied.value.payload == shop.denial(reason="guest")
            assert str(denied.value) == "access_denied(reason='guest' since=None)"
            with pytest.raises(shop.renamed) as renamed:
                await remote_greet("renamed")
            assert (renamed.value.name, renamed.value.payload) == ("re-named", "r")
            with pytest.raises(almanet.rpc_exception) as undeclared:
                await remote_greet("undeclared")
            assert (undeclared.value.name, undeclared.value.payload) == ("undeclared", b"[1,2]")
            with pytest.raises(almanet.rpc_exception) as raw:
                await session.call(GREET, "guest")
            assert (raw.value.name, raw.value.payload) == ("access_denied", b'{"reason":"guest","since":null}')

    asyncio.run(main())


def test_what_is_not_of_the_type_is_told_where_it_is(nsqd: str, caplog: pytest.LogCaptureFixture) -> None:
    async def main() -> None:
        async with serving(nsqd) as session:
            with pytest.raises(almanet.rpc_invalid_payload, match="payload: Input should be a valid string"):
                await remote_greet(123)  # type: ignore[arg-type]
            with pytest.raises(almanet.rpc_exception) as refused:
                await session.call(GREET, 123)
            assert refused.value.name == "rpc_invalid_payload"
            with pytest.raises(almanet.rpc_exception) as refused:
                await session.call("net.example.shop.add", b'{"a": ')
            assert refused.value.name == "rpc_invalid_payload"
            with pytest.raises(almanet.rpc_invalid_return, match="valid string"):
                await remote_greet("number")
            with pytest.raises(almanet.rpc_invalid_return, match="of the exception access_denied"):
                await remote_greet("bad exception")
            with pytest.raises(almanet.rpc_invalid_payload, match=r"payload.a: Input should be a valid integer"):
                await add("one", force_local=False)  # type: ignore[arg-type]

    asyncio.run(main())


def test_a_bool_is_no_strict_integer(nsqd: str) -> None:
    strict = almanet.new_remote_service("net.example.strict")

    @strict.procedure
    async def one(payload: Annotated[int, Strict()], session: almanet.Almanet) -> Annotated[int, Strict()]:
        return payload == 1

    async def main() -> None:
        async with (
            almanet.clients.make_ansqd_tcp_session(nsqd) as session,
            almanet.serving(session, strict),
        ):
            remote = one.options(force_local=False)
            with pytest.raises(almanet.rpc_invalid_payload, match="valid integer"):
                await remote(True)
            with pytest.raises(almanet.rpc_invalid_return, match="valid integer"):
                await remote(1)

    asyncio.run(main())


@pytest.mark.parametrize("how", ["boom", "exit", "cancel"])
def test_a_failure_says_nothing_to_the_caller_and_all_to_the_log(
    nsqd: str, caplog: pytest.LogCaptureFixture, how: str
) -> None:
    async def main() -> str:
        async with serving(nsqd) as session:
            trace = {"traceparent": "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01"}
            with pytest.raises(almanet.rpc_exception) as failure:
                await session.call(GREET, how, headers=trace)
            return f"{failure.value!r}"

    with caplog.at_level(logging.WARNING, "almanet"):
        told = asyncio.run(main())
    assert told == "InternalError(b'oops')"
    # As there, `except remote_exception` is for what services raise on purpose.
    assert not issubclass(almanet.InternalError, almanet.remote_exception)
    [record] = [record for record in caplog.records if getattr(record, "uri", None) == GREET]
    assert record.trace_id == "0af7651916cd43dd8448eb211c80319c"  # type: ignore[attr-defined]
    assert "0af7651916cd43dd8448eb211c80319c" in record.getMessage()
    if how == "boom":
        assert record.exc_info is not None and "the secret of the service" in str(record.exc_info[1])


def test_a_call_that_nobody_answers_ends_at_its_deadline(nsqd: str) -> None:
    async def main() -> None:
        async with serving(nsqd) as session:
            with pytest.raises(TimeoutError, match="250ms") as late:
                await session.call("net.example.nobody", "?", timeout=0.25)
            assert isinstance(late.value, almanet.outcome_unknown)
            # The handler's time is over, too: it is cancelled, and the next call runs.
            with pytest.raises(TimeoutError):
                await remote_greet("never", timeout=0.3)
            assert await remote_greet("after") == "Hello, after!"

    asyncio.run(main())


def test_what_cannot_be_sent_is_refused_at_once(nsqd: str) -> None:
    async def main() -> None:
        async with serving(nsqd) as session:
            with pytest.raises(almanet.payload_too_large) as large:
                await remote_greet("x" * (2 << 20))
            assert isinstance(large.value, ValueError) and isinstance(large.value, ConnectionError)
            for refused in (
                session.call("not a uri", 1),
                session.call(GREET, 1, timeout=0),
                session.call(GREET, 1, timeout=3600),
                session.delay_call(GREET, 1, 7200),
                session.produce("not a topic", 1),
            ):
                with pytest.raises(almanet.invalid_call):
                    await refused
            # Told where it is awaited, so that others begin.
            told = await asyncio.gather(
                session.call(GREET, 1, timeout=-1),
                session.call(GREET, 1, timeout=10**400),
                session.call("net.example.\ud800", 1),
                session.call(GREET, b'"\xff"'),
                session.call(GREET, object()),
                session.multicall(GREET, object()),
                session.delay_call(GREET, object()),
                session.produce("net.example.topic", object()),
                session.call(GREET, "Aidar"),
                return_exceptions=True,
            )
            assert [type(one) for one in told] == [almanet.invalid_call] * 8 + [almanet.reply_event_model]
            with pytest.raises(ValueError):
                await session.call(GREET, 1, timeout="soon")  # type: ignore[arg-type]
            assert not session._port.waiting

    asyncio.run(main())


def test_a_reply_that_is_too_large_is_an_internal_error(nsqd: str, caplog: pytest.LogCaptureFixture) -> None:
    async def main() -> None:
        async with serving(nsqd):
            with pytest.raises(almanet.InternalError):
                await remote_greet("large")
            assert await remote_greet("small") == "Hello, small!"

    with caplog.at_level(logging.ERROR, "almanet"):
        asyncio.run(main())


def test_a_handler_may_fork_and_be_called_on(nsqd: str) -> None:
    async def main() -> None:
        async with serving(nsqd):
            assert await remote_greet("fork") == "Hello, fork!"
            assert await remote_greet("after") == "Hello, after!"

    asyncio.run(main())


def test_named_parameters_are_keywords_and_plain_functions_run_in_threads(nsqd: str) -> None:
    async def main() -> None:
        async with serving(nsqd):
            assert await add(1, b=2, force_local=False) == 3
            assert await add(1, timeout_=5, force_local=False, timeout=2.0) == 6
            # A contract's names are no others than a function's may be.
            assert await add(1, self=6, force_local=False) == 7
            with pytest.raises(TypeError):
                await add(1, c=2, force_local=False)  # type: ignore[call-arg]
            assert await relay("thread", force_local=False) == "Hello, thread!"

    asyncio.run(main())


def test_a_call_that_is_cancelled_is_over(nsqd: str) -> None:
    async def main() -> None:
        async with serving(nsqd) as session:
            call = asyncio.ensure_future(remote_greet("never"))
            await asyncio.sleep(0)
            call.cancel()
            with pytest.raises(asyncio.CancelledError):
                await call
            with pytest.raises(TimeoutError):
                async with asyncio.timeout(0.05):
                    await session.call("net.example.nobody", 1)
            assert not session._port.waiting

    asyncio.run(main())


def test_replies_of_many_come_when_there_are_enough(nsqd: str) -> None:
    async def main() -> None:
        async with serving(nsqd) as session:
            async with asyncio.timeout(30):
                [reply] = await session.multicall(GREET, "all", timeout=600, enough=1)
                assert (reply.is_exception, reply.payload) == (False, b'"Hello, all!"')
                [second] = await session.multicall(GREET, "guest", timeout=600, enough=1)
                assert second.is_exception and b"access_denied" in second.payload
                assert len({reply.call_id, second.call_id}) == 2 and len(reply.call_id) == len(second.call_id) == 32
                [denied] = await greet.gather("guest", timeout=600, enough=1)
            assert isinstance(denied, shop.access_denied)
            assert await session.multicall("net.example.nobody", "all", timeout=0.2) == []

    asyncio.run(main())


def test_a_delay_in_seconds_is_seconds(nsqd: str) -> None:
    async def main() -> None:
        shop.logged = asyncio.Queue()
        async with serving(nsqd), asyncio.timeout(30):
            await log.delay("later", 1.0)
            await log("at once", force_local=False)
            assert (await shop.logged.get())[0] == "at once"
            line, remaining = await shop.logged.get()
            # It expires 60 s after its delay, which is over.
            assert line == "later" and remaining <= 60

    asyncio.run(main())


def test_a_stream_is_iterated_left_and_broken_off(nsqd: str) -> None:
    remote_count = count.options(force_local=False)

    async def main() -> None:
        async with serving(nsqd):
            assert [number async for number in remote_count(1000)] == list(range(1000))
            assert [number async for number in count(3)] == [0, 1, 2]
            with pytest.raises(almanet.InternalError):
                [number async for number in remote_count(-2)]
            with pytest.raises(almanet.rpc_invalid_return):
                [number async for number in remote_count(7)]
            shop.closed_streams = asyncio.Queue()
            async with remote_count(1_000_000) as numbers:
                assert await anext(numbers) == 0
                with pytest.raises(TimeoutError):
                    async with asyncio.timeout(0):
                        await asyncio.Event().wait()
                assert await anext(numbers) == 1
            with pytest.raises(StopAsyncIteration):
                await anext(numbers)
            async with asyncio.timeout(20):
                assert await shop.closed_streams.get() == 1_000_000
            with pytest.raises(almanet.rpc_invalid_return):
                [number async for number in almanet_stream_of_greet("Aidar")]

    def almanet_stream_of_greet(name: str) -> almanet.remote_stream[str]:
        other = almanet.remote_service("net.example.shop")

        @other.public_stream
        def greet(payload: str) -> AsyncIterator[str]: ...

        return greet(name)

    asyncio.run(main())


def test_a_procedure_with_auth_asks_for_a_credential(nsqd: str) -> None:
    remote_wipe = wipe.options(force_local=False)

    async def main() -> None:
        async with serving(nsqd):
            assert await remote_wipe.options(token="123456")(None) == "root"
            for refused in (remote_wipe, remote_wipe.options(token="wrong"), remote_wipe.options(token="clerk")):
                with pytest.raises(almanet.rpc_unauthorized):
                    await refused(None)
        async with almanet.clients.make_ansqd_tcp_session(nsqd, token="xyz") as session:

            async def ask(token: str) -> almanet.principal | None:
                await asyncio.sleep(0)
                return almanet.principal("asked", {"admin"}) if token == "xyz" else None

            async with almanet.serving(session, shop.shop, authenticator=ask):
                assert await remote_wipe(None) == "asked"
                with pytest.raises(almanet.rpc_unauthorized):
                    await remote_wipe.options(token="abc")(None)

    asyncio.run(main())


def test_a_version_is_asked_for_by_its_callers(nsqd: str) -> None:
    async def main() -> None:
        service = almanet.new_remote_service("net.example.versions", version="1.2.0")

        @service.procedure
        async def which(payload: None) -> str:
            return almanet.current_call().uri

        async with almanet.clients.make_ansqd_tcp_session(nsqd) as session:
            ask = which.options(force_local=False, timeout=2)
            async with almanet.serving(session, service, role="pinned"):
                assert await ask.options(version="1.2.0")(None) == "net.example.versions.v1_2_0.which"
            async with almanet.serving(session, service, role="main"):
                assert await ask(None) == "net.example.versions.which"
            with pytest.raises(ValueError, match="main, pinned or shadow"):
                async with almanet.serving(session, service, role="other"):  # type: ignore[arg-type]
                    pass

    asyncio.run(main())


def test_a_deprecated_procedure_warns_who_calls_it(nsqd: str) -> None:
    service = almanet.new_remote_service("net.example.old")

    @service.public_procedure
    @deprecated("ask the new one")
    async def ask(payload: str) -> str: ...

    with pytest.warns(DeprecationWarning, match="ask the new one") as warned:
        ask("?").close()
    assert warned[0].filename == __file__


def test_who_is_answered_with_a_deprecated_exception_is_not_warned(nsqd: str, recwarn: pytest.WarningsRecorder) -> None:
    service = almanet.new_remote_service("net.example.older")

    @deprecated("it is raised no more")
    class outdated(almanet.remote_exception):
        payload: str

    with pytest.warns(DeprecationWarning):
        raised = outdated("?")

    async def ask(payload: str) -> str:
        raise raised

    remote = service.add_procedure(ask, exceptions={outdated}).options(force_local=False)

    async def main() -> None:
        async with (
            almanet.clients.make_ansqd_tcp_session(nsqd) as session,
            almanet.serving(session, service),
        ):
            with pytest.raises(outdated):
                await remote("?")

    asyncio.run(main())
    assert not list(recwarn)


def test_introspection_is_answered(nsqd: str) -> None:
    loose = almanet.new_remote_service("net.example.loose")

    @loose.procedure(validate=False, include_to_api=True)
    async def anything(payload: Any) -> Any:
        return payload

    async def main() -> None:
        async with (
            almanet.clients.make_ansqd_tcp_session(nsqd) as session,
            almanet.serving(session, loose),
        ):
            reply = await session.call("_schema_.net.example.loose.anything.almanet.python", None)
            assert almanet.shared.serialize_any_json(reply.payload)["validate"] is False
        async with serving(nsqd) as session:
            reply = await session.call("_schema_.client", None)
            shown = almanet.shared.serialize_any_json(reply.payload)
            assert f"{GREET}:almanet.python" in shown["routes"]
            reply = await session.call(f"_schema_.{GREET}.almanet.python", None)
            shown = almanet.shared.serialize_any_json(reply.payload)
            assert shown["tags"] == ["greeting", "test"] and shown["description"] == "Greets one person by name."
            assert (shown["payload"], shown["return"]) == ({"type": "string"}, {"type": "string"})
            assert shown["validate"] is True

    asyncio.run(main())


def test_a_registered_function_gets_json(nsqd: str) -> None:
    async def main() -> None:
        async with almanet.clients.make_ansqd_tcp_session(nsqd) as session:

            async def echo(payload: bytes, session: almanet.Almanet) -> bytes:
                return payload

            registration = session.register("net.example.echo", echo, channel="almanet.python")
            assert registration.uri == "net.example.echo"
            reply = await session.call("net.example.echo", {"a": [1, None]})
            assert reply.payload == b'{"a":[1,null]}'

    asyncio.run(main())


def test_calls_end_when_the_session_is_left(nsqd: str) -> None:
    async def main() -> None:
        async with almanet.clients.make_ansqd_tcp_session(nsqd) as caller:
            async with almanet.clients.make_ansqd_tcp_session(nsqd) as session:
                served = almanet.serving(session, unruly.service)
                await served.__aenter__()
                at = unruly.doors["leaving"] = unruly.door()
                running = caller.call("net.example.unruly.wait", "leaving")
                await at.reached.wait()
                asyncio.get_running_loop().call_soon(at.opened.set)
            # Leaving drained: what ran was answered.
            assert (await running).payload == b'"leaving"'
            waiting = caller.call("net.example.nobody", 1, timeout=30)
            await caller.leave(timeout=0.1)
            with pytest.raises((TimeoutError, asyncio.CancelledError)):
                await waiting
        with pytest.raises(RuntimeError):
            await caller.call(GREET, "late")

    asyncio.run(main())
