"""The call that is being handled, and what calls made meanwhile inherit from it."""

from __future__ import annotations

import contextvars
import time
from collections.abc import Mapping
from dataclasses import dataclass

from . import _exceptions, _native

__all__ = ["current_call", "handled_call", "handling", "headers_to_pass_on", "principal", "time_left"]

TRACE = ("traceparent", "tracestate")


@dataclass(frozen=True, slots=True)
class principal:
    """Whom a credential stands for, and what that one may do."""

    name: str
    scopes: frozenset[str] = frozenset()

    def __init__(self, name: str, scopes: frozenset[str] | set[str] | list[str] | tuple[str, ...] = ()) -> None:
        object.__setattr__(self, "name", name)
        object.__setattr__(self, "scopes", frozenset(scopes))


class handled_call:
    """What a handler may know of the call that it handles."""

    __slots__ = ("_native", "ends_at")

    def __init__(self, native: _native.IncomingCall) -> None:
        self._native = native
        self.ends_at: float | None = None

    @property
    def uri(self) -> str:
        """The URI that was called, a version in it included."""
        return self._native.uri

    @property
    def call_id(self) -> str:
        """The same in every retry and redelivery, and in the service's log."""
        return self._native.call_id

    @property
    def caller_id(self) -> str:
        """The session that called."""
        return self._native.caller_id

    @property
    def attempts(self) -> int:
        """How many times the broker has delivered the call, which alone does not prove that it ran before."""
        return self._native.attempts

    @property
    def headers(self) -> dict[str, str]:
        """What travelled beside the payload."""
        return self._native.headers

    @property
    def principal(self) -> principal | None:
        """Who calls, where the procedure asks for a credential."""
        found = self._native.principal
        return None if found is None else principal(*found)

    @property
    def trace_id(self) -> str:
        """The id of the trace that the call is a part of; its own id where it is in none."""
        parts = self.headers.get("traceparent", "").split("-")
        return parts[1] if len(parts) >= 3 else self.call_id

    def remaining(self) -> float:
        """For how many seconds the caller goes on waiting."""
        return self._native.remaining()


handling: contextvars.ContextVar[handled_call | None] = contextvars.ContextVar("almanet_call", default=None)


def current_call() -> handled_call:
    """The call that is being handled here. Raises `RuntimeError` where none is."""
    call = handling.get()
    if call is None:
        raise RuntimeError("no call is being handled here")
    return call


def time_left(timeout: float) -> float:
    """A timeout that ends with the call that is being handled here, at the latest."""
    try:
        timeout = float(timeout)
    except OverflowError as error:
        raise _exceptions.invalid_call(f"a timeout: {error}") from None
    call = handling.get()
    if call is None or call.ends_at is None:
        return timeout
    left = call.ends_at - time.monotonic()
    if left <= 0:
        raise _exceptions.not_executed("the call that is being handled is over")
    return min(timeout, left)


def headers_to_pass_on(headers: Mapping[str, str] | None) -> dict[str, str] | None:
    """A call's headers, and the trace that the call is in which is being handled here."""
    call = handling.get()
    if call is None:
        return None if headers is None else dict(headers)
    handled = call.headers
    passed_on = {name: handled[name] for name in TRACE if name in handled}
    passed_on.update(headers or {})
    return passed_on or None
