"""Handlers and declarations in the shapes that programs have them in."""

# Shapes that a type checker knows nothing of.
# mypy: ignore-errors

from __future__ import annotations

import asyncio
import functools
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from typing import TYPE_CHECKING, Any

import pytest
from pydantic import BaseModel, StrictInt

import almanet_runtime as almanet

if TYPE_CHECKING:
    from nowhere import defined_below, opaque_below, unknown_here

names = iter(range(1_000_000))


class order(BaseModel):
    amount: int


class sold_out(almanet.remote_exception):
    class Payload(BaseModel):
        until: str

    payload: Payload


@asynccontextmanager
async def served(address: str, *handlers: Any, **options: Any) -> AsyncIterator[Callable[..., Awaitable[Any]]]:
    """A service of these handlers, and what calls the first of them."""
    service = almanet.new_remote_service(f"net.example.shapes{next(names)}")
    procedures = [service.procedure(handler, name=f"n{at}", **options) for at, handler in enumerate(handlers)]
    async with almanet.clients.make_ansqd_tcp_session(address) as session, almanet.serving(session, service):
        yield procedures[0].options(force_local=False, timeout=20)


def test_a_decorated_handler_runs_in_the_loop(nsqd: str) -> None:
    def scheduled(function: Any) -> Any:
        @functools.wraps(function)
        def wrapper(*args: Any, **kwargs: Any) -> Any:
            return asyncio.create_task(function(*args, **kwargs))

        return wrapper

    def with_connection(function: Any) -> Any:
        @functools.wraps(function)
        async def wrapper(payload: order, session: almanet.Almanet) -> int:
            return await function(payload, session.id)

        return wrapper

    @scheduled
    async def by_task(payload: order, session: almanet.Almanet) -> int:
        return payload.amount + 1

    @with_connection
    async def by_connection(payload: order, connection: str) -> int:
        return payload.amount + len(connection)

    @scheduled
    async def without_session(payload: order) -> int:
        return payload.amount

    async def main() -> None:
        for handler, result in ((by_task, 2), (by_connection, 33), (without_session, 1)):
            async with served(nsqd, handler) as call:
                assert await call(order(amount=1)) == result
                assert await call.options(force_local=True)(order(amount=1)) == result

    asyncio.run(main())


def test_what_is_called_need_not_be_a_function(nsqd: str) -> None:
    async def scaled(payload: order, session: almanet.Almanet, factor: int = 1) -> order:
        return order(amount=payload.amount * factor)

    class shop:
        async def __call__(self, payload: order, session: almanet.Almanet) -> order:
            return order(amount=payload.amount + 5)

        async def method(self, payload: order) -> order:
            return await self(payload, almanet.get_active_session())

    async def main() -> None:
        for handler, amount in ((functools.partial(scaled, factor=3), 6), (shop(), 7), (shop().method, 7)):
            async with served(nsqd, handler) as call:
                assert await call(order(amount=2)) == order(amount=amount)
                with pytest.raises(almanet.rpc_invalid_payload, match=r"payload\.amount"):
                    await call({"amount": "much"})

    asyncio.run(main())


def test_annotations_are_known_where_they_are_written(nsqd: str) -> None:
    class local(BaseModel):
        amount: int

    class refused(almanet.remote_exception):
        payload: local

    async def with_a_type_that_is_not_imported(payload: order, session: unknown_here) -> int:
        return payload.amount

    async def of_this_function(payload: local, session: unknown_here) -> local:
        if payload.amount == 0:
            raise refused(local(amount=7))
        return local(amount=payload.amount + 1)

    async def of_its_class(payload: order) -> None:
        raise sold_out(sold_out.Payload(until="noon"))

    async def main() -> None:
        async with served(nsqd, of_its_class, exceptions={sold_out}) as call:
            with pytest.raises(sold_out) as nested:
                await call(order(amount=1))
            assert nested.value.payload == sold_out.Payload(until="noon")
        async with served(nsqd, with_a_type_that_is_not_imported) as call:
            assert await call(order(amount=1)) == 1
        async with served(nsqd, of_this_function, exceptions={refused}) as call:
            assert await call(local(amount=1)) == local(amount=2)
            with pytest.raises(refused) as caught:
                await call(local(amount=0))
            assert caught.value.payload == local(amount=7)

    asyncio.run(main())


def test_a_type_that_is_not_known_is_named(nsqd: str) -> None:
    async def odd(payload: unknown_here) -> int:
        return 1

    async def main() -> None:
        with pytest.raises(NameError, match=r"net\.example\.shapes\d+\.n0: .* payload .*'unknown_here'"):
            async with served(nsqd, odd):
                pass

    asyncio.run(main())


def test_bytes_are_json_where_their_type_has_none(nsqd: str) -> None:
    async def kept(payload: order) -> order:
        return b'{"amount": 5}'

    async def anything(payload: Any) -> Any:
        return b'{"amount": 5}'

    async def text(payload: str) -> str:
        return b"no JSON"

    async def raw(payload: bytes) -> bytes:
        return b'"quoted"'

    async def main() -> None:
        async with served(nsqd, kept) as call:
            assert await call(b'{"amount": 1}') == order(amount=5)
            with pytest.raises(almanet.rpc_invalid_payload, match=r"payload\.amount"):
                await call(b'{"amount": "much"}')
        async with served(nsqd, anything) as call:
            assert await call(b"[1]") == {"amount": 5}
        async with served(nsqd, text) as call:
            assert await call("?") == "no JSON"
        async with served(nsqd, raw) as call:
            assert await call(b"1") == b'"quoted"'

    asyncio.run(main())


def test_a_bool_is_no_strict_integer_in_a_list_either(nsqd: str) -> None:
    async def counted(payload: list[StrictInt]) -> dict[str, StrictInt]:
        return {"one": payload[0] if payload else True}

    async def main() -> None:
        async with served(nsqd, counted) as call:
            assert await call([1]) == {"one": 1}
            with pytest.raises(almanet.rpc_invalid_payload, match=r"payload\.0: "):
                await call([True])
            with pytest.raises(almanet.rpc_invalid_return, match=r"payload\.one: "):
                await call([])

    asyncio.run(main())


def test_an_outer_session_is_active_again(nsqd: str) -> None:
    async def main() -> None:
        async with almanet.clients.make_ansqd_tcp_session(nsqd) as outer:
            async with almanet.clients.make_ansqd_tcp_session(nsqd) as inner:
                assert almanet.get_active_session() is inner
            assert almanet.get_active_session() is outer
        with pytest.raises(RuntimeError):
            almanet.get_active_session()

        first, second = (almanet.clients.make_ansqd_tcp_session(nsqd) for _ in range(2))
        await first.join()
        await second.join()
        await first.leave()
        assert almanet.get_active_session() is second
        await second.leave()
        with pytest.raises(RuntimeError):
            almanet.get_active_session()

    asyncio.run(main())


def test_a_procedure_shows_its_address() -> None:
    service = almanet.new_remote_service("net.example.shown")

    @service.public_procedure
    async def greet(payload: str) -> str: ...

    assert repr(greet) == "remote_procedure_model('net.example.shown.greet')"


class opaque:
    """A class that pydantic knows nothing of."""


def test_a_type_that_pydantic_cannot_read_is_named_where_it_is_declared() -> None:
    service = almanet.new_remote_service("net.example.opaque")

    async def taken(payload: list[opaque]) -> int: ...

    async def returned(payload: int) -> opaque: ...

    for declare in (service.procedure, service.public_procedure):
        with pytest.raises(TypeError, match=r"net\.example\.opaque\.taken: its parameter payload .*list.*opaque"):
            declare(taken)
        with pytest.raises(TypeError, match=r"net\.example\.opaque\.returned: its result .*opaque"):
            declare(returned)
    service.procedure(taken, validate=False)
    with pytest.raises(TypeError, match=r"the topic net\.example\.opaque\.topic .*opaque"):
        service.public_topic("topic", opaque)


def test_a_type_may_be_defined_below_and_is_looked_at_when_it_is_served(nsqd: str) -> None:
    service = almanet.new_remote_service("net.example.below")

    @service.procedure
    async def count(payload: defined_below) -> int:
        return payload.amount

    @service.procedure
    async def wrong(payload: int) -> opaque_below: ...

    globals()["defined_below"] = order

    async def main() -> None:
        async with almanet.clients.make_ansqd_tcp_session(nsqd) as session:
            with pytest.raises(NameError, match=r"net\.example\.below\.wrong: .*opaque_below"):
                async with almanet.serving(session, service):
                    pass
            globals()["opaque_below"] = opaque
            with pytest.raises(TypeError, match=r"net\.example\.below\.wrong: its result .*opaque"):
                async with almanet.serving(session, service):
                    pass
            service.procedures.remove(wrong)
            async with almanet.serving(session, service):
                assert await count({"amount": 3}, force_local=False, timeout=20) == 3

    asyncio.run(main())


def test_a_payload_of_an_exception_that_pydantic_cannot_read_is_any_json() -> None:
    class odd(almanet.remote_exception):
        payload: opaque

    assert odd({"a": 1})._dump_payload() == b'{"a":1}'
    assert odd._make_from_payload(b'{"a":1}').payload == {"a": 1}


def test_an_address_may_have_what_nsq_takes(nsqd: str) -> None:
    service = almanet.new_remote_service("my-shop.3d")

    @service.procedure(name="get-all", channel="my-shop.readers")
    async def get_all(payload: int) -> int:
        return payload + 1

    async def main() -> None:
        async with almanet.clients.make_ansqd_tcp_session(nsqd) as session, almanet.serving(session, service):
            assert await get_all(1, force_local=False, timeout=20) == 2
            assert (await session.call("my-shop.3d.get-all", 2)).payload == b"3"

    asyncio.run(main())
