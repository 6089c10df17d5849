"""Sessions for code without an event loop: scripts and notebooks."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import AsyncIterable, Awaitable, Iterator
from types import TracebackType
from typing import Any, Self, TypeVar

from . import clients
from ._session import _active_session

__all__ = ["session"]

T = TypeVar("T")


class session:
    """A session whose loop runs in a thread of its own, so that it works where another loop is running, too.

        with almanet_runtime.sync.session("127.0.0.1:4150") as session:
            print(session.run(greeting.greet("Aidar")))

    Addresses are nsqd's; a single URL is taken, too. Without any, `ALMANET_URL` counts.
    """

    def __init__(self, *addresses: str, token: str | None = None) -> None:
        if not addresses or (len(addresses) == 1 and ":" in addresses[0] and _is_url(addresses[0])):
            self._almanet = clients.make_session(addresses[0] if addresses else None, token=token)
        else:
            self._almanet = clients.make_ansqd_tcp_session(*addresses, token=token)
        self._loop: asyncio.AbstractEventLoop | None = None
        self._thread: threading.Thread | None = None

    def __enter__(self) -> Self:
        self.open()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, traceback: TracebackType | None
    ) -> None:
        self.close()

    def open(self) -> None:
        """Connects."""
        self._loop = asyncio.new_event_loop()
        self._thread = threading.Thread(target=self._loop.run_forever, name="almanet-sync", daemon=True)
        self._thread.start()
        try:
            self.run(self._almanet.join())
        except BaseException:
            self._end()
            raise

    def close(self) -> None:
        """Waits for what is under way, and closes the connections."""
        try:
            if self._almanet.joined:
                self.run(self._almanet.leave())
        finally:
            self._end()

    def run(self, awaitable: Awaitable[T]) -> T:
        """Waits for a call, or for anything else that is awaited. Ctrl-C gives it up."""
        if self._loop is None:
            if asyncio.iscoroutine(awaitable):
                awaitable.close()
            raise RuntimeError("the session is not open: use `with`")
        if threading.current_thread() is self._thread:
            if asyncio.iscoroutine(awaitable):
                awaitable.close()
            raise RuntimeError("this runs in the session's own thread, which cannot wait here: use `await`")
        loop = self._loop

        async def wait() -> T:
            _active_session.set(self._almanet if self._almanet.joined else None)
            return await awaitable

        future = asyncio.run_coroutine_threadsafe(wait(), loop)
        try:
            return future.result()
        except KeyboardInterrupt:
            future.cancel()
            raise

    def iterate(self, values: AsyncIterable[T]) -> Iterator[T]:
        """The values of a stream, or the messages of a topic."""
        iterator = aiter(values)

        async def step() -> tuple[bool, Any]:
            try:
                return True, await anext(iterator)
            except StopAsyncIteration:
                return False, None

        while (found := self.run(step()))[0]:
            yield found[1]

    def call(self, uri: str, payload: Any, *, timeout: float = 60) -> bytes:
        """Calls a procedure by its URI, and gives its result's JSON."""

        async def call() -> bytes:
            return (await self._almanet.call(uri, payload, timeout=timeout)).payload

        return self.run(call())

    def produce(self, uri: str, payload: Any, delay: float = 0) -> None:
        """Produces a message."""

        async def produce() -> None:
            await self._almanet.produce(uri, payload, delay)

        self.run(produce())

    def _end(self) -> None:
        if self._loop is not None and self._thread is not None:
            self._loop.call_soon_threadsafe(self._loop.stop)
            self._thread.join()
            self._loop.close()
        self._loop = self._thread = None


def _is_url(text: str) -> bool:
    return "://" in text or text.startswith("embedded:")
