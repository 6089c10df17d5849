"""Topics, and the messages that are consumed from them."""

from collections.abc import AsyncIterator, Callable
from types import TracebackType
from typing import Any, Generic, Self, TypeVar

from ._codec import INVALID, Codec
from ._library import Message, get_active_session, rpc_invalid_payload

__all__ = ["remote_topic", "topic_message"]

T = TypeVar("T")


class topic_message(Generic[T]):
    """One message of a topic."""

    def __init__(self, message: Message, codec: Codec) -> None:
        self._codec = codec
        self.id = message.id
        self.timestamp = message.timestamp
        self.attempts = message.attempts
        self.body = message.body
        self.commit = message.commit
        self.rollback = message.rollback

    @property
    def payload(self) -> T:
        """The value; raises `rpc_invalid_payload` where the body is none."""
        try:
            payload: T = self._codec.read(self.body)
        except INVALID as error:
            raise rpc_invalid_payload(str(error)) from error
        return payload


class _Consumer(AsyncIterator[topic_message[T]]):
    """Messages of a topic; subscribed by `async with`, or by the first step."""

    def __init__(self, topic: str, channel: str, codec: Codec) -> None:
        self._topic = topic
        self._channel = channel
        self._codec = codec
        self._messages: AsyncIterator[Message] | None = None
        self._stop: Callable[[], None] | None = None

    async def _subscribe(self) -> AsyncIterator[Message]:
        if self._messages is None:
            session = get_active_session()
            found = await session.consume(self._topic, self._channel)
            self._messages, self._stop = found
        return self._messages

    async def __aenter__(self) -> Self:
        await self._subscribe()
        return self

    async def __aexit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        self.stop()

    async def __anext__(self) -> topic_message[T]:
        messages = await self._subscribe()
        return topic_message(await anext(messages), self._codec)

    def stop(self) -> None:
        """Take no more messages."""
        if self._stop is not None:
            self._stop()


class remote_topic(Generic[T]):
    """A topic whose messages hold values of a type."""

    def __init__(self, uri: str, payload_model: Any, channel: str | None) -> None:
        self.uri = uri
        self.channel = channel
        self._codec = Codec(payload_model)

    async def produce(self, payload: T, delay: float = 0) -> None:
        """Produce a message, which the broker keeps back for `delay` seconds."""
        try:
            body = self._codec.write(payload)
        except INVALID as error:
            raise rpc_invalid_payload(str(error)) from error
        # The library hands its delay on to NSQ, which takes milliseconds.
        await get_active_session().produce(self.uri, body, round(delay * 1000))

    def consume(self, channel: str | None = None) -> _Consumer[T]:
        """Consume it on a channel, whose consumers share the messages."""
        channel = channel or self.channel
        if channel is None:
            message = f"the topic {self.uri} names no channel: say which"
            raise ValueError(message)
        return _Consumer(self.uri, channel, self._codec)
