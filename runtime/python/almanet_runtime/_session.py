"""Sessions: connections to the brokers, through which calls are made and messages travel."""

from __future__ import annotations

import asyncio
import contextvars
import logging
import threading
import time
import uuid
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from types import TracebackType
from typing import TYPE_CHECKING, Any, Generic, NotRequired, Protocol, Self, TypedDict, TypeVar

from typing_extensions import Unpack

from . import _codec, _exceptions, _log, _native
from ._context import current_call, headers_to_pass_on, time_left
from ._port import pending, port
from .shared import background_tasks, observable_event

if TYPE_CHECKING:
    from ._serving import server

__all__ = [
    "Almanet",
    "client_iface",
    "current_call",
    "get_active_session",
    "invoke_event_model",
    "logger",
    "qmessage_model",
    "reply_event_model",
]

logger = logging.getLogger("almanet")

DEFAULT_CHANNEL = "almanet.python"
DEFAULT_TIMEOUT_SECONDS = 60
DRAIN_TIMEOUT_SECONDS = 60.0

B = TypeVar("B", bound=bytes)
T = TypeVar("T")


@dataclass(slots=True)
class qmessage_model(Generic[B]):
    """A message of a topic, its body as it came. One that is neither committed nor rolled back comes again."""

    id: str
    timestamp: float
    body: B
    attempts: int
    commit: Callable[[], Awaitable[None]]
    """It is done with."""
    rollback: Callable[..., Awaitable[None]]
    """It shall come again, after `delay` seconds where that is given."""
    touch: Callable[[], None] = field(default=lambda: None)
    """It is still being worked on: its timeout starts again."""

    @property
    def time(self) -> datetime:
        """When the broker took it."""
        return datetime.fromtimestamp(self.timestamp, UTC)


@dataclass(slots=True)
class invoke_event_model:
    """A call, as it travels."""

    id: str
    caller_id: str
    payload: bytes
    reply_topic: str
    expires: int = DEFAULT_TIMEOUT_SECONDS


@dataclass(slots=True)
class reply_event_model:
    """A reply, as it travels. `payload` is JSON."""

    call_id: str
    is_exception: bool
    payload: bytes


class client_iface(Protocol):
    """Where a session connects to."""

    url: str
    token: str | None
    message_timeout_seconds: float | None

    def clone(self) -> client_iface:
        """Another one like it, for another session."""
        ...


class call_options(TypedDict):
    """How a call is made."""

    timeout: NotRequired[float]
    headers: NotRequired[Mapping[str, str]]


class _pending_reply(pending):
    """The reply to an untyped call."""

    def take(self, value: Any, beside: Any) -> None:
        self.set_result(reply_event_model(beside, False, value))


class _pending_replies(pending):
    """The replies to an untyped call of many."""

    def take(self, value: Any, beside: Any) -> None:
        self.set_result([_gathered(*reply) for reply in value])


def _dumped(payload: Any) -> bytes:
    try:
        return _codec.dump(payload)
    except _codec.INVALID as error:
        raise _exceptions.invalid_call(f"the payload has no form in JSON: {error}") from error


def _gathered(name: str | None, payload: bytes, call_id: str) -> reply_event_model:
    if name is None:
        return reply_event_model(call_id, False, payload)
    exception = {"name": name, "payload": payload.decode()}
    return reply_event_model(call_id, True, _codec.dump(exception))


@dataclass(frozen=True, slots=True)
class target:
    """What is called, and what its contract says of it."""

    uri: str
    version: str | None = None
    token: str | None = None
    idempotent: bool = False
    guarded: bool = False


_TARGETS_KEPT = 4_096


class Almanet:
    """A session: one peer on the brokers. `async with` joins and leaves."""

    def __init__(self, client: client_iface) -> None:
        if not isinstance(getattr(client, "url", None), str):
            raise TypeError(
                f"a session speaks to brokers itself, and its client only says where they are: {type(client).__name__} "
                "has no `url`. Take almanet_runtime.clients.ansqd_tcp_client; where the client stands for a broker in "
                'tests, almanet_runtime.clients.make_session("embedded:") has one in this process'
            )
        self.id: str = uuid.uuid4().hex
        self.reply_topic = f"_rpc_._reply_.{self.id}#ephemeral"
        self.joined = False
        self._client = client
        self._background_tasks = background_tasks()
        self._post_join_event = observable_event()
        self._leave_event = observable_event()
        self._servers: list[server] = []
        self._targets: dict[target, _native.Target] = {}
        self._thread = 0
        self._outer: Almanet | None = None
        self._connected: tuple[port, _native.Session] | None = None

    @property
    def version(self) -> float:
        """The protocol's version."""
        return 0.1

    # Calling

    def call(self, uri: str, payload: Any, **options: Unpack[call_options]) -> asyncio.Future[reply_event_model]:
        """Calls the procedure at `uri`. The result is the reply, its payload JSON.

        Raises `rpc_exception` where the service answered with an exception, `outcome_unknown` (a `TimeoutError`) where
        no reply came in time, and `not_executed` (a `ConnectionError`) where it was never sent.
        """

        def start() -> asyncio.Future[reply_event_model]:
            return self.request(target(uri), _dumped(payload), _pending_reply(loop=self._port.loop), **options)

        return self._begun(start)

    def multicall(
        self, uri: str, payload: Any, *, enough: int | None = None, **options: Unpack[call_options]
    ) -> asyncio.Future[list[reply_event_model]]:
        """Calls all who take it, one for each channel, and gathers their replies until the timeout.

        It ends as soon as there are `enough`.
        """

        def start() -> asyncio.Future[list[reply_event_model]]:
            future = _pending_replies(loop=self._port.loop)
            return self.gather(target(uri), _dumped(payload), future, enough=enough, **options)

        return self._begun(start)

    def delay_call(self, uri: str, payload: Any, delay: float = 0) -> asyncio.Future[None]:
        """Sends a call that the broker keeps back for `delay` seconds, an hour at most. Nobody answers it."""
        return self._begun(lambda: self.oneway(target(uri), _dumped(payload), delay=delay))

    # Topics

    def produce(self, uri: str, payload: Any, delay: float = 0) -> asyncio.Future[None]:
        """Produces a message, which the broker keeps back for `delay` seconds. It ends when a broker has it."""

        def start() -> asyncio.Future[None]:
            port, native = self._handles
            body = _dumped(payload)
            future = port.expect(number := port.number())
            return self._started(future, lambda: native.produce(number, uri, body, float(delay)))

        return self._begun(start)

    async def consume(
        self, topic: str, channel: str
    ) -> tuple[AsyncIterator[qmessage_model[bytes]], Callable[[], None]]:
        """Consumes a topic: a stream of messages, and a function that ends it."""
        from ._topic import subscription

        messages = await subscription.open(self, topic, channel, message_timeout=self._client.message_timeout_seconds)
        self._leave_event.add_observer(messages.stop)
        return messages.models(), messages.stop

    # Serving

    def register(self, topic: str, procedure: Callable[..., Any], *, channel: str = "main") -> registration_model:
        """Serves one procedure, which gets the payload's JSON as `bytes` and `session`."""
        from ._serving import raw_route, server

        if not self.joined:
            raise RuntimeError(f"session {self.id} not joined")
        route = raw_route(topic, channel, procedure)
        self._background_tasks.schedule(server.start_routes(self, [route]))
        return registration_model(uri=topic, channel=channel, procedure=procedure, session=self)

    # Joining and leaving

    async def join(self) -> None:
        """Connects. Raises `not_executed` where no broker can be reached."""
        if self.joined:
            raise RuntimeError(f"session {self.id} already joined")
        _log.start()
        loop = asyncio.get_running_loop()
        connection = port(loop)
        try:
            number = connection.number()
            future = connection.expect(number)
            connection.native.connect(number, self._client.url, self.id, self._client.token)
            native: _native.Session = await future
        except BaseException:
            connection.close()
            raise
        self._connected = connection, native
        self._thread = threading.get_ident()
        self._targets.clear()
        self._outer = _active_session.get()
        _active_session.set(self)
        self.joined = True
        await self._post_join_event.notify()
        logger.info("session %s joined", self.id)

    async def leave(self, reason: str | None = None, timeout: float = DRAIN_TIMEOUT_SECONDS) -> None:
        """Takes no more calls, waits for what is under way for `timeout` seconds, and closes the connections."""
        if not self.joined:
            raise RuntimeError(f"session {self.id} not joined")
        if self._connected is not None and self._connected[0].loop.is_closed():
            # Nothing runs there any more.
            self._connected[0].close()
            self._connected, self.joined = None, False
            self._servers.clear()
            return
        port, native = self._handles
        logger.debug("session %s leaves, reason: %s", self.id, reason)
        self.joined = False
        self._step_back()
        until = time.monotonic() + timeout
        try:
            await asyncio.gather(*(server.drain() for server in list(self._servers)))
            await self._background_tasks.complete(timeout=max(0.0, until - time.monotonic()))
            await self._leave_event.notify(timeout=max(0.0, until - time.monotonic()))
            if port.waiting:
                await asyncio.wait(list(port.waiting.values()), timeout=max(0.0, until - time.monotonic()))
            closed = port.expect(number := port.number())
            native.close(number)
            await closed
        finally:
            self._connected = None
            self._targets.clear()
            port.close()
        logger.info("session %s left", self.id)

    async def __aenter__(self) -> Self:
        if not self.joined:
            await self.join()
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, traceback: TracebackType | None
    ) -> None:
        if self.joined:
            await self.leave()

    def _step_back(self) -> None:
        """Has the session active again that was so before this one."""
        active = _active_session.get()
        if active is self:
            while active is not None and not active.joined:
                active = active._outer
            _active_session.set(active)
            return
        # It is not to be held by those that were joined later.
        while active is not None and active._outer is not self:
            active = active._outer
        if active is not None:
            active._outer = self._outer

    def run(self, awaitable: Awaitable[T]) -> T:
        """Waits for something of this session in another thread than its loop's: in a handler that is no coroutine."""
        if self._connected is None:
            raise RuntimeError(f"session {self.id} not joined")
        loop = self._connected[0].loop
        if threading.get_ident() == self._thread:
            raise RuntimeError("the thread of the session's loop cannot wait here: use `await`")

        async def wait() -> T:
            return await awaitable

        return asyncio.run_coroutine_threadsafe(wait(), loop).result()

    # What procedures and topics stand on

    @property
    def _handles(self) -> tuple[port, _native.Session]:
        if self._connected is None:
            raise RuntimeError(f"session {self.id} not joined")
        loop = self._connected[0].loop
        # What it starts would end in the session's loop, where nobody waits for it.
        if (running := asyncio._get_running_loop()) is not loop and (running is not None or loop.is_closed()):
            raise RuntimeError(
                f"session {self.id} was joined in another event loop"
                + (", which is closed" if loop.is_closed() else ": use it there, or wait in a thread by `session.run`")
            )
        return self._connected

    @property
    def _port(self) -> port:
        return self._handles[0]

    def request(
        self,
        what: target,
        payload: bytes,
        future: pending | None = None,
        *,
        timeout: float = DEFAULT_TIMEOUT_SECONDS,
        headers: Mapping[str, str] | None = None,
    ) -> asyncio.Future[Any]:
        """Calls, with a payload of JSON. The result is the reply's JSON."""
        native = self._target(what)
        port = self._port
        limit, headers = time_left(timeout), headers_to_pass_on(headers)
        future = port.expect(number := port.number(), future)
        return self._started(future, lambda: native.call(number, payload, limit, headers))

    def gather(
        self,
        what: target,
        payload: bytes,
        future: pending | None = None,
        *,
        timeout: float = DEFAULT_TIMEOUT_SECONDS,
        headers: Mapping[str, str] | None = None,
        enough: int | None = None,
    ) -> asyncio.Future[Any]:
        """Calls all who take it. The result is a list of `(name of an exception or None, JSON, call's id)`."""
        native = self._target(what)
        port = self._port
        limit, headers = time_left(timeout), headers_to_pass_on(headers)
        future = port.expect(number := port.number(), future)
        return self._started(future, lambda: native.gather(number, payload, limit, headers, enough))

    def oneway(
        self,
        what: target,
        payload: bytes,
        *,
        timeout: float = DEFAULT_TIMEOUT_SECONDS,
        headers: Mapping[str, str] | None = None,
        delay: float = 0,
    ) -> asyncio.Future[None]:
        """Calls without a reply. It ends when a broker has the call."""
        native = self._target(what)
        port = self._port
        headers = headers_to_pass_on(headers)
        future = port.expect(number := port.number())
        return self._started(future, lambda: native.oneway(number, payload, float(timeout), headers, float(delay)))

    def open_stream(
        self,
        what: target,
        payload: bytes,
        *,
        timeout: float = DEFAULT_TIMEOUT_SECONDS,
        headers: Mapping[str, str] | None = None,
    ) -> asyncio.Future[Any]:
        """Calls a procedure that answers with a stream. The result is that, or the JSON of a single value."""
        native = self._target(what)
        port = self._port
        limit, headers = time_left(timeout), headers_to_pass_on(headers)
        future = port.expect(number := port.number())
        return self._started(future, lambda: native.stream(number, payload, limit, headers))

    def _begun(self, start: Callable[[], asyncio.Future[T]]) -> asyncio.Future[T]:
        """What was begun. Where it cannot be sent, whoever awaits it is told so, as a task would."""
        try:
            return start()
        except (ValueError, ConnectionError) as error:
            failed: asyncio.Future[T] = self._port.loop.create_future()
            failed.set_exception(error)
            return failed

    def _started(self, future: pending, start: Callable[[], _native.Pending]) -> pending:
        try:
            future.under_way = start()
        except (ValueError, OverflowError) as error:
            self._port.waiting.pop(future.number, None)
            raise _exceptions.invalid_call(str(error)) from None
        except BaseException:
            self._port.waiting.pop(future.number, None)
            raise
        return future

    def _target(self, what: target) -> _native.Target:
        native = self._targets.get(what)
        if native is None:
            session = self._handles[1]
            if len(self._targets) >= _TARGETS_KEPT:
                self._targets.clear()
            try:
                native = session.target(what.uri, what.version, what.token, what.idempotent, what.guarded)
            except ValueError as error:
                raise _exceptions.invalid_call(str(error)) from None
            self._targets[what] = native
        return native


@dataclass(slots=True)
class registration_model:
    """A procedure that a session serves."""

    uri: str
    channel: str
    procedure: Callable[..., Any]
    session: Almanet


_active_session: contextvars.ContextVar[Almanet | None] = contextvars.ContextVar("almanet_session", default=None)


def get_active_session() -> Almanet:
    """The session that was joined here, or that serves the call which is being handled here."""
    session = _active_session.get()
    if session is None:
        raise RuntimeError("active session not found")
    return session
