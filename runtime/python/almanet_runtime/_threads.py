"""Threads for handlers that are plain functions."""

from __future__ import annotations

import asyncio
import collections
import contextlib
import contextvars
import threading
from collections.abc import Callable
from typing import Any, TypeVar

from ._fork import generation

__all__ = ["run_in_thread"]

T = TypeVar("T")

THREADS = 256
"""How many functions run at once; further ones wait."""
IDLE = 30.0
"""How many seconds a thread waits for more to do."""


class pool:
    """As many threads as there are functions that run: asyncio's own has but a few.

    They are daemons, so that a function which never returns does not keep the process from ending.
    """

    def __init__(self) -> None:
        self.generation = generation()
        self._changed = threading.Condition()
        self._work: collections.deque[Callable[[], None]] = collections.deque()
        self._threads = 0
        self._idle = 0

    def submit(self, work: Callable[[], None]) -> None:
        with self._changed:
            self._work.append(work)
            if len(self._work) <= self._idle or self._threads == THREADS:
                self._changed.notify()
                return
            self._threads += 1
        try:
            threading.Thread(target=self._serve, name="almanet-handler", daemon=True).start()
        except BaseException:
            with self._changed:
                self._threads -= 1
                if self._threads or work not in self._work:
                    # The others come to it.
                    return
                self._work.remove(work)
            raise

    def _serve(self) -> None:
        while (work := self._next()) is not None:
            work()
            # A thread that waits holds nothing of what it did last.
            del work

    def _next(self) -> Callable[[], None] | None:
        with self._changed:
            self._idle += 1
            is_there = self._changed.wait_for(lambda: self._work, IDLE)
            self._idle -= 1
            if is_there:
                return self._work.popleft()
            self._threads -= 1
            return None


_pool = pool()


async def run_in_thread(function: Callable[[], T], running: set[asyncio.Future[None]] | None = None) -> T:
    """Runs a function in a thread, in a copy of the context. Cancelling gives up the wait alone.

    `running` has a future as long as the function runs.
    """
    global _pool
    if _pool.generation != generation():
        # The threads of the process that this one was forked from are not here.
        _pool = pool()
    loop = asyncio.get_running_loop()
    result: asyncio.Future[T] = loop.create_future()
    over: asyncio.Future[None] = loop.create_future()
    context = contextvars.copy_context()

    def finish(value: Any, error: BaseException | None) -> None:
        over.set_result(None)
        if result.done():
            return
        if error is None:
            result.set_result(value)
        else:
            result.set_exception(error)

    def work() -> None:
        value: T | None = None
        error: BaseException | None = None
        try:
            value = context.run(function)
        except StopIteration as stop:
            # A future takes none.
            error = RuntimeError("the function raised StopIteration")
            error.__cause__ = stop
        except BaseException as raised:
            error = raised
        # Where the loop is closed, nobody waits.
        with contextlib.suppress(RuntimeError):
            loop.call_soon_threadsafe(finish, value, error)

    if running is not None:
        running.add(over)
        over.add_done_callback(running.discard)
    _pool.submit(work)
    return await result
