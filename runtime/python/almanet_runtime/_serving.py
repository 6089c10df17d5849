"""Servers: calls that arrive, the handlers that run them, and how serving ends."""

from __future__ import annotations

import asyncio
import contextlib
import functools
import inspect
import json
import sys
import time
from collections.abc import AsyncGenerator, Awaitable, Callable, Iterable, Mapping
from typing import Any, Literal, NotRequired, TypedDict

from typing_extensions import Unpack

from . import _codec, _exceptions, _native, _session
from ._context import handled_call, handling, principal
from ._fork import end_child, generation
from ._procedure import check_options, declared_procedure, manner
from ._service import remote_service
from ._stream import declared_stream
from ._threads import run_in_thread

__all__ = ["authenticator", "raw_route", "server", "serving", "serving_options", "static_tokens"]

logger = _session.logger

OOPS = b"oops"


class static_tokens:
    """Tokens that a program knows beforehand, each with whom it stands for. They are compared in constant time."""

    def __init__(self, tokens: Mapping[str, principal]) -> None:
        self._tokens = dict(tokens)

    def __repr__(self) -> str:
        return "static_tokens([redacted])"

    def known(self) -> list[tuple[str, str, list[str]]]:
        """Each token, with a name and scopes."""
        return [(token, who.name, sorted(who.scopes)) for token, who in self._tokens.items()]


authenticator = static_tokens | Callable[[str], principal | Awaitable[principal | None] | None]
"""Who finds out whom a token stands for: known tokens, or a function of one that gives a `principal` or `None`."""


class serving_options(TypedDict):
    """What holds for all that a server serves."""

    role: NotRequired[Literal["main", "pinned", "shadow"]]
    """What it is to the other versions: `main` answers the plain addresses and its version's, `pinned` its version's
    alone, `shadow` takes copies of what goes to the plain ones and never replies."""
    authenticator: NotRequired[authenticator | None]
    concurrency: NotRequired[int | None]
    """How many calls of one procedure run at a time; 1,024 unless it is given."""
    drain_timeout: NotRequired[float]
    """How many seconds running calls may take to end when serving does; 60 unless it is given."""


class route:
    """Runs the calls of one procedure."""

    def __init__(self, session: _session.Almanet, declared: declared_procedure[Any, Any]) -> None:
        self.session = session
        self.declared = declared
        self.port = session._port
        self.generation = generation()
        declared.check_types()
        self.payload, self.result = declared.codecs()
        self.is_async, self.takes_session = manner(declared.function)
        self.is_stream = isinstance(declared, declared_stream)

    def receive(self, native: _native.IncomingCall, payload: bytes) -> None:
        """A call came: it runs in a task of its own, at once as far as it goes."""
        coroutine = self._stream(native, payload) if self.is_stream else self._run(native, payload)
        task = begin(coroutine, self.port.loop)
        if not task.done():
            number = native.number
            tasks = self.port.tasks
            tasks[number] = task
            task.add_done_callback(lambda _: tasks.pop(number, None))

    async def _run(self, native: _native.IncomingCall, payload: bytes) -> None:
        call = self._enter(native)
        call.ends_at = time.monotonic() + native.remaining()
        try:
            try:
                value = self.payload.read(payload)
            except _codec.INVALID as error:
                raise _exceptions.rpc_invalid_payload(_codec.explain(error)) from None
            result = await self._execute(value)
            end_child(self.generation, self.declared.uri)
            try:
                reply = self.result.write(result)
            except _codec.INVALID as error:
                raise _exceptions.rpc_invalid_return(_codec.explain(error)) from error
            native.returned(reply)
        except BaseException as error:
            end_child(self.generation, self.declared.uri, error)
            native.raised(*self._told(error, call))
            if isinstance(error, (asyncio.CancelledError, KeyboardInterrupt, GeneratorExit)):
                raise

    async def _execute(self, value: Any) -> Any:
        function = self.declared.function
        if self.is_async:
            return await (function(value, session=self.session) if self.takes_session else function(value))
        result = await run_in_thread(functools.partial(self._execute_in_thread, value), self.port.threads)
        return await result if inspect.isawaitable(result) else result

    def _execute_in_thread(self, value: Any) -> Any:
        function = self.declared.function
        try:
            result = function(value, session=self.session) if self.takes_session else function(value)
        except BaseException as error:
            end_child(self.generation, self.declared.uri, error)
            raise
        end_child(self.generation, self.declared.uri)
        return result

    async def _stream(self, native: _native.IncomingCall, payload: bytes) -> None:
        call = self._enter(native)
        try:
            if not native.wants_stream:
                raise _exceptions.rpc_invalid_payload("it answers with a stream, which the caller did not ask for")
            try:
                value = self.payload.read(payload)
            except _codec.INVALID as error:
                raise _exceptions.rpc_invalid_payload(_codec.explain(error)) from None
            declared = self.declared
            assert isinstance(declared, declared_stream)
            values = declared.values(value, self.session)
        except BaseException as error:
            native.raised(*self._told(error, call))
            return
        out = native.stream()
        try:
            async for item in values:
                end_child(self.generation, self.declared.uri)
                try:
                    json = self.result.write(item)
                except _codec.INVALID as error:
                    raise _exceptions.rpc_invalid_return(_codec.explain(error)) from error
                await self._written(out.value, json)
        except BaseException as error:
            end_child(self.generation, self.declared.uri, error)
            name, body = self._told(error, call)
            if isinstance(error, (asyncio.CancelledError, KeyboardInterrupt, GeneratorExit)):
                raise
            await self._written(out.raised, name, body)
        finally:
            out.close()
            await values.aclose()

    async def _written(self, write: Callable[..., bool], *what: Any) -> None:
        """Writes to a stream, and waits until there is room for more."""
        port = self.port
        room = port.expect(number := port.number())
        if write(number, *what):
            port.waiting.pop(number, None)
        else:
            await room

    def _enter(self, native: _native.IncomingCall) -> handled_call:
        call = handled_call(native)
        _session._active_session.set(self.session)
        handling.set(call)
        return call

    def _told(self, error: BaseException, call: handled_call) -> tuple[str, bytes]:
        """What the caller learns of a failure. What it must not learn goes to the log."""
        if isinstance(error, _exceptions.rpc_invalid_return):
            logger.error("%s returned an invalid value: %s", call.uri, error.payload, extra=_told_beside(call))
        if isinstance(error, _exceptions.rpc_exception):
            with contextlib.suppress(Exception):
                return _exceptions.dump(error)
            # What has no form in JSON is a failure of the service.
        if isinstance(error, asyncio.CancelledError):
            logger.warning("a call of %s was cancelled, trace_id=%s", call.uri, call.trace_id, extra=_told_beside(call))
        else:
            logger.error(
                "a call of %s failed, trace_id=%s call_id=%s", call.uri, call.trace_id, call.call_id,
                exc_info=error, extra=_told_beside(call),
            )  # fmt: skip
        return "InternalError", OOPS


def _told_beside(call: handled_call) -> dict[str, Any]:
    return {"uri": call.uri, "call_id": call.call_id, "caller_id": call.caller_id, "trace_id": call.trace_id}


if sys.version_info >= (3, 12):

    def begin(coroutine: Any, loop: asyncio.AbstractEventLoop) -> asyncio.Task[None]:
        """A task that has run as far as it goes without waiting."""
        return asyncio.Task(coroutine, loop=loop, eager_start=True)

else:

    def begin(coroutine: Any, loop: asyncio.AbstractEventLoop) -> asyncio.Task[None]:
        """A task."""
        return loop.create_task(coroutine)


class _raw(declared_procedure[bytes, Any]):
    """A procedure that gets JSON, and whose result is dumped as it is."""

    def codecs(self) -> tuple[_codec.codec, _codec.codec]:
        payload, result = _codec.codec(...), _codec.codec(...)
        payload.read = lambda json: json
        result.write = _codec.dump
        return payload, result


def raw_route(uri: str, channel: str, function: Callable[..., Any]) -> declared_procedure[Any, Any]:
    """A procedure that belongs to no service."""
    service = object.__new__(remote_service)
    service.pre = uri
    return _raw(service, function, name=uri.rpartition(".")[2], uri=uri, channel=channel)


class server:
    """What a session serves, until it is drained."""

    def __init__(self, session: _session.Almanet, native: _native.Server, numbers: list[int], timeout: float) -> None:
        self._session = session
        self._native = native
        self._numbers = numbers
        self._timeout = timeout

    @classmethod
    async def start(
        cls, session: _session.Almanet, services: Iterable[remote_service], **options: Unpack[serving_options]
    ) -> server:
        """Subscribes every address of these services."""
        check_options("serving", options, serving_options)
        _check_values(options)
        declared = [(_described(service), service.procedures) for service in services]
        return await cls._start(session, declared, options)

    @classmethod
    async def start_routes(cls, session: _session.Almanet, routes: list[declared_procedure[Any, Any]]) -> server:
        """Subscribes procedures that belong to no service."""
        return await cls._start(session, [(_native.Service("", None, [], False), routes)], {})

    @classmethod
    async def _start(
        cls,
        session: _session.Almanet,
        services: list[tuple[_native.Service, list[declared_procedure[Any, Any]]]],
        options: serving_options,
    ) -> server:
        port, native = session._handles
        numbers = [number := port.number()]
        for service, procedures in services:
            for declared in procedures:
                _add(service, declared, route_number := port.number())
                port.receivers[route_number] = route(session, declared).receive
                numbers.append(route_number)
        who = options.get("authenticator")
        if callable(who):
            port.receivers[number] = _questions(port.loop, who)
        timeout = options.get("drain_timeout", _session.DRAIN_TIMEOUT_SECONDS)
        settings = {
            "role": options.get("role", "main"),
            "concurrency": options.get("concurrency"),
            "drain_timeout": timeout,
            "tokens": who.known() if isinstance(who, static_tokens) else None,
            "asks": callable(who),
        }
        try:
            started = port.expect(number)
            native.serve(number, [service for service, _ in services], settings)
            self = cls(session, await started, numbers, timeout)
        except BaseException:
            port.waiting.pop(number, None)
            for each in numbers:
                port.receivers.pop(each, None)
            raise
        session._servers.append(self)
        return self

    async def drain(self) -> None:
        """Takes no more calls, and returns when those that run are answered, or the drain timeout is over."""
        port = self._session._port
        until = time.monotonic() + self._timeout
        drained = port.expect(number := port.number())
        self._native.drain(number)
        await drained
        if port.threads:
            # Nobody waits for what they return, and still they shall not be broken off where they are.
            await asyncio.wait(port.threads, timeout=max(0.0, until - time.monotonic()))
        if self in self._session._servers:
            self._session._servers.remove(self)
        for each in self._numbers:
            port.receivers.pop(each, None)

    def stop(self) -> None:
        """Ends at once: running calls go back to the broker."""
        self._native.stop()


@contextlib.asynccontextmanager
async def serving(
    session: _session.Almanet, *services: remote_service, **options: Unpack[serving_options]
) -> AsyncGenerator[server, None]:
    """Serves while the block runs, and then drains."""
    started = await server.start(session, services, **options)
    try:
        for service in services:
            for observer in service._post_join_event.observers[1:]:
                begun = observer(session)
                if inspect.isawaitable(begun):
                    await begun
        yield started
    finally:
        if session._connected is not None:
            await started.drain()


def _check_values(options: serving_options) -> None:
    """Raises where an option is none that a server can have."""
    who: object = options.get("authenticator")
    if not (who is None or isinstance(who, static_tokens) or callable(who)):
        raise TypeError(
            f"an authenticator is static_tokens({{…}}), or a function of a token, not a {type(who).__name__}"
        )
    concurrency: object = options.get("concurrency")
    if not (concurrency is None or (isinstance(concurrency, int) and concurrency > 0)):
        raise ValueError(f"concurrency is a whole number from 1 on, not {concurrency!r}")
    drain: object = options.get("drain_timeout", 0)
    if not (isinstance(drain, (int, float)) and drain >= 0):
        raise ValueError(f"drain_timeout is a number of seconds from 0 on, not {drain!r}")


def _described(service: remote_service) -> _native.Service:
    tags = sorted(service.default_tags)
    return _native.Service(service.pre, service.version, tags, service.include_to_api)


def _add(service: _native.Service, declared: declared_procedure[Any, Any], number: int) -> None:
    schema = None
    if declared.include_to_api:
        shown = declared.json_schema
        schema = json.dumps(shown["payload"]), json.dumps(shown["return"])
    service.procedure(
        number,
        declared.name,
        declared.uri,
        declared.channel,
        None if declared.auth is None else sorted(declared.auth),
        sorted(declared.tags),
        declared.description,
        schema,
        declared.validate,
    )


def _questions(loop: asyncio.AbstractEventLoop, ask: Callable[[str], Any]) -> Callable[[_native.Question, Any], None]:
    async def answer(question: _native.Question) -> None:
        try:
            who = ask(question.token)
            who = await who if inspect.isawaitable(who) else who
        except Exception:
            logger.exception("a credential cannot be checked")
            question.unavailable("the authenticator failed")
            return
        if who is None:
            question.unknown()
        else:
            question.known(who.name, sorted(who.scopes))

    asked: set[asyncio.Task[None]] = set()

    def receive(question: _native.Question, _: Any) -> None:
        task = loop.create_task(answer(question))
        asked.add(task)
        task.add_done_callback(asked.discard)

    return receive
