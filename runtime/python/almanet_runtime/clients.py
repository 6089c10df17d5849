"""Where sessions connect to."""

from __future__ import annotations

import os
from collections.abc import AsyncIterator, Callable

from ._session import Almanet, qmessage_model

__all__ = ["ansqd_tcp_client", "make_ansqd_tcp_session", "make_session", "url_client"]

URL_VARIABLE = "ALMANET_URL"
DEFAULT_URL = "embedded:"


class url_client:
    """The brokers of a URL; without one, those of the variable `ALMANET_URL`, or the broker in this process."""

    def __init__(
        self, url: str | None = None, *, token: str | None = None, message_timeout_seconds: float | None = None
    ) -> None:
        self.url: str = os.environ.get(URL_VARIABLE, DEFAULT_URL) if url is None else url
        self.token = token
        self.message_timeout_seconds: float | None = message_timeout_seconds
        self._session: Almanet | None = None

    def __repr__(self) -> str:
        return f"{type(self).__name__}({self.url!r})"

    def clone(self) -> url_client:
        """Another one like it, for another session."""
        return url_client(self.url, token=self.token, message_timeout_seconds=self.message_timeout_seconds)

    # What a client does without a session of its user's.

    async def connect(self) -> None:
        """Connects."""
        self._session = Almanet(self)
        await self._session.join()

    async def close(self) -> None:
        """Closes the connections."""
        await self._connected().leave()
        self._session = None

    async def produce(self, topic: str, message: str | bytes, delay: float) -> None:
        """Produces a message, sent as it is."""
        body = message.encode() if isinstance(message, str) else message
        await self._connected().produce(topic, body, delay)

    async def consume(
        self, topic: str, channel: str
    ) -> tuple[AsyncIterator[qmessage_model[bytes]], Callable[[], None]]:
        """Consumes a topic: a stream of messages, and a function that ends it."""
        return await self._connected().consume(topic, channel)

    def _connected(self) -> Almanet:
        if self._session is None:
            raise RuntimeError("the client is not connected")
        return self._session


class ansqd_tcp_client(url_client):
    """Processes of nsqd, by their addresses."""

    def __init__(self, *addresses: str, message_timeout_seconds: float = 60, token: str | None = None) -> None:
        if not addresses:
            raise ValueError("at least one address must be specified")
        if not all(isinstance(address, str) for address in addresses):
            raise ValueError("addresses must be a iterable of strings")
        try:
            timeout = float(message_timeout_seconds)
        except (TypeError, ValueError):
            raise ValueError("`message_timeout_seconds` must be float") from None
        self.addresses = addresses
        super().__init__(f"nsq://{','.join(addresses)}", token=token, message_timeout_seconds=timeout)

    def clone(self) -> ansqd_tcp_client:
        """Another one like it, for another session."""
        timeout = 60 if self.message_timeout_seconds is None else self.message_timeout_seconds
        return ansqd_tcp_client(*self.addresses, message_timeout_seconds=timeout, token=self.token)


def make_ansqd_tcp_session(*addresses: str, token: str | None = None) -> Almanet:
    """A session with these processes of nsqd: `async with` joins it."""
    return Almanet(ansqd_tcp_client(*addresses, token=token))


def make_session(url: str | None = None, *, token: str | None = None) -> Almanet:
    """A session with the brokers of a URL: `async with` joins it."""
    return Almanet(url_client(url, token=token))
