"""What the native half tells an event loop, handed to those who wait for it."""

from __future__ import annotations

import asyncio
import itertools
from collections.abc import Callable
from typing import Any

from . import _exceptions, _native

__all__ = ["pending", "port"]

# The tags of events, as `event.rs` has them.
VALUE, EXCEPTION, FAILED, CALL, CANCELLED, MESSAGE, ITEMS, QUESTION = range(8)
RECEIVED = (CALL, MESSAGE, QUESTION)


class pending(asyncio.Future[Any]):
    """Something under way. Cancelling it gives it up in the native half, too."""

    number: int = 0
    port: port | None = None
    under_way: _native.Pending | None = None

    def take(self, value: Any, beside: Any) -> None:
        self.set_result(value)

    def cancel(self, msg: Any | None = None) -> bool:
        if not self.done():
            if self.under_way is not None:
                self.under_way.abort()
            if self.port is not None:
                self.port.waiting.pop(self.number, None)
        return super().cancel(msg)


class port:
    """One event loop's end of the native half: each event has the number of what waits for it."""

    def __init__(self, loop: asyncio.AbstractEventLoop) -> None:
        self.loop = loop
        self.native = _native.Port()
        self.waiting: dict[int, pending] = {}
        self.receivers: dict[int, Callable[[Any, Any], None]] = {}
        self.tasks: dict[int, asyncio.Task[None]] = {}
        self.threads: set[asyncio.Future[None]] = set()
        self._numbers = itertools.count(1)
        loop.add_reader(self.native.fileno(), self._ring)

    def number(self) -> int:
        return next(self._numbers)

    def expect(self, number: int, future: pending | None = None) -> pending:
        """A future that ends with the event of this number."""
        if future is None:
            future = pending(loop=self.loop)
        future.number, future.port = number, self
        self.waiting[number] = future
        return future

    def close(self) -> None:
        """Listens no more."""
        if not self.loop.is_closed():
            self.loop.remove_reader(self.native.fileno())
            for future in list(self.waiting.values()):
                future.cancel()
        self.waiting.clear()
        self.receivers.clear()

    def _ring(self) -> None:
        waiting = self.waiting
        for number, tag, one, other in self.native.take():
            if tag in RECEIVED:
                receiver = self.receivers.get(number)
                if receiver is not None:
                    receiver(one, other)
                continue
            if tag == CANCELLED:
                task = self.tasks.get(number)
                if task is not None:
                    task.cancel("nobody waits for the call any more")
                continue
            future = waiting.pop(number, None)
            if future is None or future.done():
                continue
            if tag == VALUE:
                future.take(one, other)
            elif tag == ITEMS:
                future.take((one, other), None)
            elif tag == EXCEPTION:
                future.set_exception(_exceptions.rpc_exception(other, name=one))
            else:
                future.set_exception(_exceptions.failure(one, other))
