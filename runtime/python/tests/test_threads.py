"""The threads of plain functions."""

from __future__ import annotations

import asyncio
import contextvars
import functools
import threading
import time
import weakref

import pytest

from almanet_runtime import _threads


def settled(pool: _threads.pool, threads: int) -> None:
    until = time.monotonic() + 20
    while (pool._threads, pool._idle) != (threads, threads):
        assert time.monotonic() < until, (pool._threads, pool._idle)
        time.sleep(0.001)


def wait(gate: threading.Event, done: threading.Semaphore) -> None:
    gate.wait()
    done.release()


def test_threads_are_reused_and_end_when_there_is_nothing_to_do(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(_threads, "THREADS", 4)
    monkeypatch.setattr(_threads, "IDLE", 0.05)
    pool = _threads.pool()
    for _ in range(3):
        gate, done = threading.Event(), threading.Semaphore(0)
        for _ in range(10):
            pool.submit(functools.partial(wait, gate, done))
        assert pool._threads == 4
        gate.set()
        assert all(done.acquire(timeout=20) for _ in range(10))
        settled(pool, 0)
    once = threading.Event()
    pool.submit(once.set)
    assert once.wait(20)


def test_a_thread_that_waits_holds_nothing_of_what_it_did() -> None:
    class thing:
        def __call__(self) -> None:
            pass

    pool = _threads.pool()
    work = thing()
    gone = weakref.ref(work)
    pool.submit(work)
    del work
    settled(pool, 1)
    assert gone() is None


def test_what_cannot_start_is_told(monkeypatch: pytest.MonkeyPatch) -> None:
    def cannot(self: threading.Thread) -> None:
        raise RuntimeError("can't start new thread")

    monkeypatch.setattr(threading.Thread, "start", cannot)
    pool = _threads.pool()
    with pytest.raises(RuntimeError, match="can't start"):
        pool.submit(lambda: None)
    assert (pool._threads, len(pool._work)) == (0, 0)


def test_a_function_has_the_context_and_outlives_who_waits() -> None:
    variable: contextvars.ContextVar[int] = contextvars.ContextVar("variable", default=0)
    gate = threading.Event()

    async def main() -> None:
        variable.set(7)
        assert await _threads.run_in_thread(variable.get) == 7
        running: set[asyncio.Future[None]] = set()
        waiting = asyncio.ensure_future(_threads.run_in_thread(gate.wait, running))
        await asyncio.sleep(0)
        waiting.cancel()
        with pytest.raises(asyncio.CancelledError):
            await waiting
        [over] = running
        gate.set()
        async with asyncio.timeout(20):
            await over
        assert not running

    asyncio.run(main())
