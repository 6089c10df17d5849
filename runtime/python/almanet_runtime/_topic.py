"""Topics: messages that are produced, and consumed by any number of groups."""

from __future__ import annotations

import asyncio
import collections
from collections.abc import AsyncIterator
from types import TracebackType
from typing import TYPE_CHECKING, Any, Generic, Self, TypeVar

from . import _codec, _exceptions, _native, _session

if TYPE_CHECKING:
    from ._session import Almanet, qmessage_model

__all__ = ["remote_topic", "subscription", "topic_message"]

T = TypeVar("T")


class subscription:
    """Messages of one topic on one channel, as they come."""

    def __init__(self, session: Almanet) -> None:
        self._port = session._port
        self._number = self._port.number()
        self._waiting: collections.deque[_native.Message] = collections.deque()
        self._arrived = asyncio.Event()
        self._is_over = False
        self._native: _native.Consumer | None = None

    @classmethod
    async def open(
        cls,
        session: Almanet,
        topic: str,
        channel: str,
        *,
        max_in_flight: int = 64,
        max_attempts: int = 0,
        message_timeout: float | None = None,
        dead_letters: str | None = None,
    ) -> subscription:
        """Subscribes."""
        self = cls(session)
        port, native = session._handles
        port.receivers[self._number] = self._receive
        opened = port.expect(self._number)
        try:
            native.consume(self._number, topic, channel, max_in_flight, max_attempts, message_timeout, dead_letters)
            self._native = await opened
        except ValueError as error:
            port.receivers.pop(self._number, None)
            port.waiting.pop(self._number, None)
            if isinstance(error, _exceptions.invalid_call):
                raise
            raise _exceptions.invalid_call(str(error)) from None
        except BaseException:
            port.receivers.pop(self._number, None)
            raise
        return self

    def _receive(self, message: _native.Message | None, _: None) -> None:
        if message is None:
            self._is_over = True
            self._port.receivers.pop(self._number, None)
        elif self._is_over:
            message.requeue(0.0)
        else:
            self._waiting.append(message)
        self._arrived.set()

    async def next(self) -> _native.Message | None:
        """The next message; none where it was stopped, or the session is closed."""
        while not self._waiting:
            if self._is_over:
                return None
            self._arrived.clear()
            await self._arrived.wait()
        return self._waiting.popleft()

    def stop(self) -> None:
        """Takes no more messages. Those that nobody has seen go back; the others can still be acknowledged."""
        self._is_over = True
        if self._native is not None:
            self._native.stop()
        while self._waiting:
            self._waiting.popleft().requeue(0.0)
        self._arrived.set()

    async def models(self) -> AsyncIterator[qmessage_model[bytes]]:
        """The messages, their bodies as they came."""
        while (message := await self.next()) is not None:
            yield _model(message)


def _model(message: _native.Message) -> qmessage_model[bytes]:
    async def commit() -> None:
        message.finish()

    async def rollback(delay: float = 0) -> None:
        message.requeue(float(delay))

    return _session.qmessage_model(
        id=message.id,
        timestamp=message.timestamp,
        body=message.body,
        attempts=message.attempts,
        commit=commit,
        rollback=rollback,
        touch=message.touch,
    )


class topic_message(Generic[T]):
    """One message. One that is neither committed nor rolled back comes again after the channel's timeout."""

    __slots__ = ("_codec", "_native", "attempts", "body", "id", "timestamp")

    def __init__(self, native: _native.Message, codec: _codec.codec) -> None:
        self._native = native
        self._codec = codec
        self.id = native.id
        self.timestamp = native.timestamp
        self.attempts = native.attempts
        self.body = native.body

    @property
    def payload(self) -> T:
        """The value. Raises `rpc_invalid_payload` where the body is none."""
        try:
            payload: T = self._codec.read(self.body)
        except _codec.INVALID as error:
            raise _exceptions.rpc_invalid_payload(_codec.explain(error)) from error
        return payload

    async def commit(self) -> None:
        """It is done with."""
        self._native.finish()

    async def rollback(self, delay: float = 0) -> None:
        """It shall come again after `delay` seconds."""
        self._native.requeue(float(delay))

    async def fail(self, error: object) -> None:
        """It could not be processed: it comes again later and later, and the consumer slows down.

        At its last delivery (`max_attempts`) it goes to the dead-letter topic, with the error.
        """
        self._native.fail(str(error))

    def touch(self) -> None:
        """It is still being worked on: its timeout starts again."""
        self._native.touch()


class consumer(AsyncIterator[topic_message[T]]):
    """Messages of a topic. It is subscribed by `async with`, or by the first step."""

    def __init__(self, topic: remote_topic[T], channel: str, options: dict[str, Any]) -> None:
        self._topic = topic
        self._channel = channel
        self._options = options
        self._subscription: subscription | None = None

    async def __aenter__(self) -> Self:
        if self._subscription is None:
            session = _session.get_active_session()
            self._subscription = await subscription.open(session, self._topic.uri, self._channel, **self._options)
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, traceback: TracebackType | None
    ) -> None:
        self.stop()

    async def __anext__(self) -> topic_message[T]:
        await self.__aenter__()
        assert self._subscription is not None
        message = await self._subscription.next()
        if message is None:
            raise StopAsyncIteration
        return topic_message(message, self._topic._codec)

    def stop(self) -> None:
        """Takes no more messages. Those that were handed out can still be acknowledged."""
        if self._subscription is not None:
            self._subscription.stop()


class remote_topic(Generic[T]):
    """A topic whose messages hold values of a type."""

    def __init__(
        self, uri: str, payload_model: type[T], *, channel: str | None = None, description: str | None = None
    ) -> None:
        self.uri = uri
        self.payload_model = payload_model
        self.channel = channel
        self.description = description
        self._codec = _codec.codec(payload_model)
        self._codec.check(f"the topic {uri}")

    async def produce(self, payload: T, delay: float = 0) -> None:
        """Produces a message, which the broker keeps back for `delay` seconds. It returns when a broker has it.

        Raises `rpc_invalid_payload` where it is not of the topic's type: nothing is sent.
        """
        try:
            body = self._codec.write(payload)
        except _codec.INVALID as error:
            raise _exceptions.rpc_invalid_payload(_codec.explain(error)) from error
        await _session.get_active_session().produce(self.uri, body, delay)

    def consume(
        self,
        channel: str | None = None,
        *,
        max_in_flight: int = 64,
        max_attempts: int = 0,
        message_timeout: float | None = None,
        dead_letters: str | None = None,
    ) -> consumer[T]:
        """Consumes it on a channel, the topic's own unless it is given: its consumers share the messages.

        With `max_attempts` a message that fails so often goes to the dead-letter topic.
        """
        channel = channel or self.channel
        if channel is None:
            raise ValueError(f"the topic {self.uri} names no channel: say which to consume from")
        options = {
            "max_in_flight": max_in_flight,
            "max_attempts": max_attempts,
            "message_timeout": message_timeout,
            "dead_letters": dead_letters,
        }
        return consumer(self, channel, options)
