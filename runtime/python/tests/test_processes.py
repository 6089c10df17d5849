"""Programs that serve, and how signals end them."""

from __future__ import annotations

import asyncio
import os
import pathlib
import signal
import subprocess
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager

import pytest

import almanet_runtime as almanet

PROGRAM = pathlib.Path(__file__).with_name("service_process.py")
# Where the interpreter is started by a script, that script is what starts another one.
INTERPRETER = os.environ.get("ALMANET_TEST_PYTHON", sys.executable)


@contextmanager
def program(*arguments: str) -> Iterator[subprocess.Popen[str]]:
    command = [INTERPRETER, "-X", "faulthandler", str(PROGRAM), *arguments]
    pipe = subprocess.PIPE
    process = subprocess.Popen(command, stdin=pipe, stdout=pipe, stderr=pipe, text=True)
    watch = threading.Timer(60, process.kill)
    watch.start()
    try:
        yield process
    finally:
        watch.cancel()
        process.kill()
        process.communicate()


def announced(process: subprocess.Popen[str], count: int) -> dict[str, int]:
    """What services and handlers said as they began."""
    assert process.stdout is not None
    lines = [process.stdout.readline().split() for _ in range(count)]
    assert all(lines), process.stderr and process.stderr.read()
    return {name: int(number) for name, number in lines}


async def draining(process: subprocess.Popen[str]) -> None:
    """Waits until it drains."""
    assert process.stderr is not None
    while "draining" not in (line := await asyncio.to_thread(process.stderr.readline)):
        assert line, "it ended at once"


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_a_signal_drains_a_service(nsqd: str, number: signal.Signals) -> None:
    with program("single", nsqd) as process:
        pid = announced(process, 1)["first"]

        async def main() -> None:
            async with almanet.clients.make_ansqd_tcp_session(nsqd) as session:
                running = session.call("net.example.first.held", None, timeout=20)
                await asyncio.to_thread(announced, process, 1)
                process.send_signal(number)
                await draining(process)
                assert process.stdin is not None
                print(file=process.stdin, flush=True)
                assert (await running).payload == str(pid).encode()

        asyncio.run(main())
        out, err = process.communicate(timeout=30)
        assert (process.returncode, out) == (0, f"ended {pid}\n"), err


def test_a_function_that_never_returns_keeps_no_process_from_ending(nsqd: str) -> None:
    with program("impatient", nsqd) as process:
        pid = announced(process, 1)["first"]

        async def main() -> None:
            async with almanet.clients.make_ansqd_tcp_session(nsqd) as session:
                with pytest.raises(TimeoutError):
                    await session.call("net.example.first.stuck", None, timeout=1)

        asyncio.run(main())
        process.send_signal(signal.SIGTERM)
        out, err = process.communicate(timeout=30)
        assert (process.returncode, out) == (0, f"ended {pid}\n"), err
        assert "Fatal" not in err


def test_a_second_signal_ends_at_once(nsqd: str) -> None:
    with program("single", nsqd) as process:
        announced(process, 1)

        async def main() -> None:
            async with almanet.clients.make_ansqd_tcp_session(nsqd) as session:
                running = session.call("net.example.first.never", None, timeout=5)
                await asyncio.to_thread(announced, process, 1)
                process.send_signal(signal.SIGTERM)
                await draining(process)
                process.send_signal(signal.SIGTERM)
                await asyncio.to_thread(process.wait, 20)
                # It went back to the broker, and nobody else is there.
                with pytest.raises(TimeoutError):
                    await running

        asyncio.run(main())


@pytest.mark.parametrize("how", ["forked", "spawned"])
def test_each_service_has_a_process_of_its_own(nsqd: str, how: str) -> None:
    with program(how, nsqd) as process:
        pids = announced(process, 2)
        assert len({process.pid, *pids.values()}) == 3

        async def main() -> None:
            async with almanet.clients.make_ansqd_tcp_session(nsqd) as session:
                assert (await session.call("net.example.first.pid", None)).payload == str(pids["first"]).encode()
                assert (await session.call("net.example.second.pid", None)).payload == str(pids["second"]).encode()

        asyncio.run(main())
        process.send_signal(signal.SIGTERM)
        out, err = process.communicate(timeout=30)
        assert (process.returncode, out) == (0, f"ended {process.pid}\n"), err


def test_a_service_that_no_module_declares_has_a_process_too(nsqd: str) -> None:
    with program("hidden", nsqd) as process:
        pid = announced(process, 1)["hidden"]

        async def main() -> None:
            async with almanet.clients.make_ansqd_tcp_session(nsqd) as session:
                assert (await session.call("net.example.hidden.pid", None, timeout=20)).payload == str(pid).encode()

        asyncio.run(main())
        assert pid != process.pid
        process.send_signal(signal.SIGTERM)
        out, err = process.communicate(timeout=30)
        assert (process.returncode, out) == (0, f"ended {process.pid}\n"), err


def test_a_service_that_cannot_be_served_says_why() -> None:
    with program("single", "127.0.0.1:1") as process:
        _, err = process.communicate(timeout=30)
        assert process.returncode == 1
        assert "net.example.first cannot be served" in err and "127.0.0.1:1" in err


def test_a_process_that_is_forked_off_says_that_its_sessions_are_not_its_own(nsqd: str) -> None:
    async def main() -> None:
        async with almanet.clients.make_ansqd_tcp_session(nsqd) as session:
            child = os.fork()
            if child == 0:
                try:
                    session.call("net.example.first.pid", None)
                except RuntimeError as error:
                    os._exit(7 if "forked" in str(error) else 8)
                os._exit(9)
            assert os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]) == 7

    asyncio.run(main())


def test_a_loop_that_runs_already_goes_on(nsqd: str) -> None:
    service = almanet.new_remote_service("net.example.background")
    served, left = asyncio.Event(), asyncio.Event()

    @service.procedure
    async def ping(payload: str) -> str:
        return payload

    @service.post_join
    async def joined(session: almanet.Almanet) -> None:
        session._leave_event.add_observer(left.set)
        served.set()

    async def main() -> None:
        almanet.serve_single(almanet.clients.ansqd_tcp_client(nsqd), service, stop_loop_on_exit=False)
        async with asyncio.timeout(20):
            await served.wait()
        async with almanet.clients.make_ansqd_tcp_session(nsqd):
            assert await ping("pong", force_local=False) == "pong"
        os.kill(os.getpid(), signal.SIGTERM)
        async with asyncio.timeout(20):
            await left.wait()
            while others := asyncio.all_tasks() - {asyncio.current_task()}:
                await asyncio.wait(others)

    asyncio.run(main())


def test_a_script_without_a_loop_calls_and_iterates(nsqd: str) -> None:
    from shop import TOKENS, count, greet, shop

    ready, done = threading.Event(), threading.Event()

    def serve() -> None:
        async def main() -> None:
            async with almanet.clients.make_ansqd_tcp_session(nsqd) as session:
                async with almanet.serving(session, shop, authenticator=TOKENS):
                    ready.set()
                    await asyncio.to_thread(done.wait)

        asyncio.run(main())

    thread = threading.Thread(target=serve)
    thread.start()
    try:
        assert ready.wait(20)
        with almanet.sync.session(nsqd) as session:
            assert session.run(greet("script", force_local=False)) == "Hello, script!"
            assert session.call("net.example.shop.greet", "raw") == b'"Hello, raw!"'
            assert list(session.iterate(count(5, force_local=False))) == [0, 1, 2, 3, 4]
            with pytest.raises(TimeoutError):
                session.run(greet("never", force_local=False, timeout=0.1))
            session.produce("net.example.script", 1)
        with pytest.raises(RuntimeError):
            session.call("net.example.shop.greet", "late")
    finally:
        done.set()
        thread.join()
