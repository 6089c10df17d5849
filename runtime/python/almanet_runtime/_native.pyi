# The native half. Nothing in it is for others than this package.

from typing import Any, Self, final

__all__ = [
    "Consumer",
    "IncomingCall",
    "Message",
    "Pending",
    "Port",
    "Question",
    "Server",
    "Service",
    "Session",
    "Stream",
    "Target",
    "Values",
    "forked",
    "log_level",
    "next_logs",
    "stop_logs",
]

@final
class Pending:
    def abort(self) -> None: ...

@final
class Port:
    def __new__(cls) -> Self: ...
    def fileno(self) -> int: ...
    def take(self) -> list[tuple[int, int, Any, Any]]: ...
    def connect(self, number: int, url: str, id: str, token: str | None) -> None: ...

@final
class Target:
    def call(self, number: int, payload: bytes, timeout: float, headers: dict[str, str] | None) -> Pending: ...
    def gather(
        self, number: int, payload: bytes, timeout: float, headers: dict[str, str] | None, enough: int | None
    ) -> Pending: ...
    def oneway(
        self, number: int, payload: bytes, timeout: float, headers: dict[str, str] | None, delay: float
    ) -> Pending: ...
    def stream(self, number: int, payload: bytes, timeout: float, headers: dict[str, str] | None) -> Pending: ...

@final
class Stream:
    def next(self, number: int) -> Pending: ...
    def close(self) -> None: ...

@final
class Session:
    def target(
        self, uri: str, version: str | None, token: str | None, is_idempotent: bool, is_guarded: bool
    ) -> Target: ...
    def produce(self, number: int, topic: str, body: bytes, delay: float) -> Pending: ...
    def consume(
        self,
        number: int,
        topic: str,
        channel: str,
        max_in_flight: int,
        max_attempts: int,
        message_timeout: float | None,
        dead_letters: str | None,
    ) -> None: ...
    def serve(self, number: int, services: list[Service], settings: dict[str, Any]) -> None: ...
    def close(self, number: int) -> None: ...

@final
class Service:
    def __new__(cls, path: str, version: str | None, tags: list[str], is_exposed: bool) -> Self: ...
    def procedure(
        self,
        route: int,
        name: str,
        uri: str,
        channel: str,
        auth: list[str] | None,
        tags: list[str],
        description: str | None,
        schema: tuple[str, str] | None,
        is_validated: bool,
    ) -> None: ...

@final
class Server:
    def drain(self, number: int) -> None: ...
    def stop(self) -> None: ...

@final
class Consumer:
    def stop(self) -> None: ...

@final
class Message:
    id: str
    attempts: int
    timestamp: float
    body: bytes
    def finish(self) -> None: ...
    def requeue(self, delay: float) -> None: ...
    def fail(self, error: str) -> None: ...
    def touch(self) -> None: ...

@final
class IncomingCall:
    number: int
    uri: str
    call_id: str
    caller_id: str
    attempts: int
    headers: dict[str, str]
    principal: tuple[str, list[str]] | None
    wants_stream: bool
    def remaining(self) -> float: ...
    def returned(self, payload: bytes) -> None: ...
    def raised(self, name: str, payload: bytes) -> None: ...
    def failed(self, why: str) -> None: ...
    def stream(self) -> Values: ...

@final
class Values:
    def value(self, number: int, payload: bytes) -> bool: ...
    def raised(self, number: int, name: str, payload: bytes) -> bool: ...
    def failed(self, number: int, why: str) -> bool: ...
    def close(self) -> None: ...

@final
class Question:
    token: str
    def known(self, name: str, scopes: list[str]) -> None: ...
    def unknown(self) -> None: ...
    def unavailable(self, why: str) -> None: ...

def log_level(level: int) -> None: ...
def next_logs() -> list[tuple[int, str, str, list[tuple[str, str]]]] | None: ...
def stop_logs() -> None: ...
def forked() -> None: ...
