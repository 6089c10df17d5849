"""Processes that serve: one service, or several in a process each."""

from __future__ import annotations

import asyncio
import importlib
import multiprocessing
import multiprocessing.process
import os
import signal
import sys
import threading
import warnings
from types import FrameType
from typing import Any, NotRequired

from typing_extensions import Unpack

from ._procedure import check_options
from ._service import get_service, remote_service
from ._serving import server, serving_options
from ._session import Almanet, client_iface, logger

__all__ = ["serve_multiple", "serve_single"]


SIGNALS = (signal.SIGINT, signal.SIGTERM)
HURRY = 1.0
"""How many seconds a session has to close its connections after a second signal."""


class process_options(serving_options):
    """What holds for the process of each service."""

    stop_loop_on_exit: NotRequired[bool | None]


def serve_single(
    client: client_iface,
    service: remote_service,
    *,
    stop_loop_on_exit: bool | None = None,
    **options: Unpack[serving_options],
) -> None:
    """Serves a service until SIGINT or SIGTERM, then drains. A second signal ends at once.

    In a running loop it returns immediately, and serves in the background.
    """
    check_options("serving", options, serving_options)
    stop_loop = stop_loop_on_exit is None or stop_loop_on_exit
    loop = _loop()
    session = Almanet(client)
    failure: list[BaseException] = []
    tasks: set[asyncio.Task[None]] = set()
    ending: asyncio.Task[None] | None = None

    def schedule(coroutine: Any) -> asyncio.Task[None]:
        task: asyncio.Task[None] = loop.create_task(coroutine)
        tasks.add(task)
        task.add_done_callback(tasks.discard)
        return task

    async def begin() -> None:
        try:
            await session.join()
            await server.start(session, [service], **options)
            for observer in service._post_join_event.observers[1:]:
                begun = observer(session)
                if asyncio.iscoroutine(begun):
                    session._background_tasks.schedule(begun, daemon=True)
        except BaseException as error:
            logger.error("%s cannot be served: %s", service.pre, error)
            failure.append(error)
            if not is_running:
                loop.stop()
            elif not isinstance(error, Exception):
                raise

    async def end() -> None:
        beginning.cancel()
        try:
            if session.joined:
                await session.leave("asked to end", timeout=options.get("drain_timeout", 60.0))
        finally:
            for number in SIGNALS:
                loop.remove_signal_handler(number)
            if stop_loop:
                loop.stop()

    def ask_to_end() -> None:
        nonlocal ending
        if ending is None:
            ending = schedule(end())
            return
        logger.warning("a second signal: calls that still run are given back")
        for running in session._servers:
            running.stop()
        loop.call_later(HURRY, ending.cancel)

    is_running = loop.is_running()
    for number in SIGNALS:
        loop.add_signal_handler(number, ask_to_end)
    beginning = schedule(begin())
    if is_running:
        return
    loop.run_forever()
    loop.run_until_complete(loop.shutdown_asyncgens())
    if failure:
        raise failure[0]


def _loop() -> asyncio.AbstractEventLoop:
    try:
        return asyncio.get_running_loop()
    except RuntimeError:
        pass
    try:
        # The one that the program has set, perhaps with tasks in it already.
        with warnings.catch_warnings():
            warnings.simplefilter("ignore", DeprecationWarning)
            loop = asyncio.get_event_loop()
        if not loop.is_closed():
            return loop
    except RuntimeError:
        pass
    loop = asyncio.new_event_loop()
    asyncio.set_event_loop(loop)
    return loop


def serve_multiple(
    sample_client: client_iface,
    *services: remote_service,
    **options: Unpack[process_options],
) -> None:
    """Serves each service in a process of its own, until SIGINT or SIGTERM; then each drains.

    The processes are forked off where this one has no other threads, and the program has not chosen another way by
    `multiprocessing.set_start_method`. Else they are spawned: they import the modules that declare and implement their
    service, and the program's main module under another name than `__main__`.
    """
    if not services:
        raise ValueError("must provide at least one service")
    if not all(isinstance(service, remote_service) for service in services):
        raise TypeError("all services must be of type remote_service")
    check_options("serving", options, process_options)
    # A spawned process imports the main module, and so calls this where the module has no guard.
    if getattr(multiprocessing.process.current_process(), "_inheriting", False):
        return

    processes = [(service, _process(sample_client.clone(), service, options)) for service in services]
    here = os.getpid()

    def pass_on(number: int, frame: FrameType | None) -> None:
        if os.getpid() != here:
            # A process that is asked to end before it has begun.
            raise SystemExit(0)
        for _, process in processes:
            # From a terminal they have had SIGINT themselves; two of them would end them at once.
            if process.is_alive() and process.pid is not None and number == signal.SIGTERM:
                process.terminate()

    former = {number: signal.signal(number, pass_on) for number in SIGNALS}
    try:
        for _, process in processes:
            process.start()
        for _, process in processes:
            process.join()
    finally:
        for number, handler in former.items():
            signal.signal(number, handler)
    failed = [f"{service.pre} ({process.exitcode})" for service, process in processes if process.exitcode]
    if failed:
        raise RuntimeError(f"services ended in failure: {', '.join(failed)}")


def _process(
    client: client_iface, service: remote_service, options: process_options
) -> multiprocessing.process.BaseProcess:
    name = f"almanet {service.pre}"
    if _may_fork():
        forking = multiprocessing.get_context("fork")
        return forking.Process(target=_serve_forked, args=(client, service, options), name=name)
    arguments = (client, service.pre, _modules(service), dict(options))
    return multiprocessing.get_context("spawn").Process(target=_serve_spawned, args=arguments, name=name)


def _may_fork() -> bool:
    """Whether a child would have all that this process has. The libraries of macOS do not let it be called on."""
    chosen = multiprocessing.get_start_method(allow_none=True)
    return chosen in (None, "fork") and threading.active_count() == 1 and sys.platform != "darwin"


def _serve_forked(client: client_iface, service: remote_service, options: process_options) -> None:
    # That of the process that it was forked from may have tasks in it.
    asyncio.set_event_loop(asyncio.new_event_loop())
    _serve(client, service, options)


def _modules(service: remote_service) -> list[str]:
    """The modules that a service is made in."""
    modules = {procedure.function.__module__ for procedure in service.procedures}
    modules |= {procedure.declaration.__module__ for procedure in service.procedures}
    modules |= {getattr(observer, "__module__", "") for observer in service._post_join_event.observers[1:]}
    return sorted(modules - {"__main__", "__mp_main__", ""})


def _serve_spawned(client: client_iface, prepath: str, modules: list[str], options: process_options) -> None:
    for module in modules:
        importlib.import_module(module)
    service = get_service(prepath)
    if service is None:
        print(
            f"the service {prepath} is not declared where a process that is spawned sees it: declare it "
            "at the top of a module",
            file=sys.stderr,
        )
        raise SystemExit(1)
    _serve(client, service, options)


def _serve(client: client_iface, service: remote_service, options: process_options) -> None:
    threading.Thread(target=_end_with_parent, name="almanet-parent", daemon=True).start()
    serve_single(client, service, **options)


def _end_with_parent() -> None:
    """Drains where the process that started this one is gone without a word."""
    parent = multiprocessing.process.parent_process()
    if parent is not None:
        parent.join()
        os.kill(os.getpid(), signal.SIGTERM)
