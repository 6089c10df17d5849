"""A real nsqd for the tests, whose program the variable NSQD names."""

from __future__ import annotations

import asyncio
import json
import logging
import os
import pathlib
import socket
import subprocess
import threading
import time
import urllib.request
from collections.abc import Iterator

import pytest

import almanet_runtime as almanet


def free_port() -> int:
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        return int(listener.getsockname()[1])


class Nsqd:
    """A process of nsqd, which can be stopped and started again at its address."""

    def __init__(self, data: pathlib.Path) -> None:
        self.data = data
        self.port = free_port()
        self.http = free_port()
        self.address = f"127.0.0.1:{self.port}"
        self.process: subprocess.Popen[bytes] | None = None
        self.start()

    def start(self) -> None:
        command = [
            os.environ["NSQD"],
            f"--tcp-address={self.address}",
            f"--http-address=127.0.0.1:{self.http}",
            f"--data-path={self.data}",
        ]
        self.process = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        until = time.monotonic() + 10
        while True:
            try:
                socket.create_connection(("127.0.0.1", self.port)).close()
                return
            except ConnectionRefusedError:
                assert time.monotonic() < until and self.process.poll() is None, "nsqd does not listen"
                time.sleep(0.02)

    def topics(self) -> list[str]:
        """The names of the topics that it has."""
        with urllib.request.urlopen(f"http://127.0.0.1:{self.http}/stats?format=json") as answer:
            return sorted(topic["topic_name"] for topic in json.load(answer)["topics"])

    def stop(self) -> None:
        assert self.process is not None
        self.process.terminate()
        self.process.wait()


@pytest.fixture(scope="session")
def nsqd(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """The address of an nsqd that all tests share."""
    started = Nsqd(tmp_path_factory.mktemp("nsqd"))
    yield started.address
    started.stop()


@pytest.fixture
def own_nsqd(tmp_path: pathlib.Path) -> Iterator[Nsqd]:
    """An nsqd for one test, which may stop it."""
    started = Nsqd(tmp_path)
    yield started
    started.stop()


class Listener(logging.Handler):
    """Waits for lines of the log."""

    def __init__(self) -> None:
        super().__init__()
        self._lines: list[str] = []
        self._heard = threading.Condition()

    def emit(self, record: logging.LogRecord) -> None:
        with self._heard:
            self._lines.append(record.getMessage())
            self._heard.notify_all()

    async def hear(self, text: str) -> str:
        """The first line that has this text."""

        def wait() -> str:
            with self._heard:
                found = self._heard.wait_for(lambda: next((line for line in self._lines if text in line), None), 20)
                assert found is not None, self._lines
                return found

        return await asyncio.to_thread(wait)


@pytest.fixture
def listener() -> Iterator[Listener]:
    """Listens to all that is logged."""
    listener, level = Listener(), almanet.logger.level
    almanet.logger.addHandler(listener)
    almanet.logger.setLevel(logging.DEBUG)
    yield listener
    almanet.logger.setLevel(level)
    almanet.logger.removeHandler(listener)


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    counts = {kind: len(terminalreporter.stats.get(kind, [])) for kind in ("passed", "failed", "error", "skipped")}
    failed = counts["failed"] + counts["error"]
    word = "FAILED" if failed else "ok"
    terminalreporter.write_line(
        f"test result: {word}. {counts['passed']} passed; {failed} failed; {counts['skipped']} ignored"
    )
