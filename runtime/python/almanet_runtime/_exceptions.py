"""What calls raise: exceptions of services, and calls that brought no answer."""

from __future__ import annotations

from typing import Any, ClassVar, Self

import pydantic_core

from . import _codec
from ._annotations import annotations_of, known, local_names, unknown

__all__ = [
    "InternalError",
    "invalid_call",
    "not_executed",
    "outcome_unknown",
    "payload_too_large",
    "remote_exception",
    "rpc_exception",
    "rpc_invalid_exception_payload",
    "rpc_invalid_payload",
    "rpc_invalid_return",
    "rpc_overloaded",
    "rpc_unauthorized",
]


class rpc_exception(Exception):
    """An exception that a service answered with: its name, and its payload.

    Where no class is known for it, `payload` holds the JSON as it came, as `bytes`.
    """

    name: str
    payload: Any

    _wire_name: ClassVar[str | None] = None

    def __init__(self, payload: Any = None, name: str | None = None) -> None:
        super().__init__(payload)
        self.name = name or type(self)._wire_name or type(self).__name__
        self.payload = payload

    def __str__(self) -> str:
        return f"{self.name}({self.payload})"

    __repr__ = __str__

    def __reduce__(self) -> tuple[Any, ...]:
        return type(self), (self.payload, self.name)


class remote_exception(rpc_exception):
    """What services raise: inherit from it, and annotate `payload` with its model.

    The class's name is what travels, unless the class says otherwise: `class denied(remote_exception, wire_name="no")`.
    """

    payload: Any

    _payload_codec: ClassVar[_codec.codec]

    def __init_subclass__(cls, *, wire_name: str | None = None, **kwargs: Any) -> None:
        super().__init_subclass__(**kwargs)
        cls._wire_name = wire_name
        if (names := local_names(cls)) is not None:
            payload = annotations_of(cls, names)["payload"]
            if not isinstance(payload, unknown):
                cls._payload_codec = _codec_of(payload)

    @classmethod
    def _make_from_payload(cls, v: bytes, *args: Any, **kwargs: Any) -> Self:
        """The exception with this JSON for a payload. Raises `pydantic_core.ValidationError` where that is another."""
        payload = _payload_codec(cls).read(v)
        # To call a deprecated class is warned of, and who is answered with it has not named it.
        made = Exception.__new__(cls, payload)
        cls.__init__(made, payload)
        return made

    def _dump_payload(self) -> bytes:
        """The payload's JSON. Raises `rpc_invalid_return` where it is not what the class says."""
        try:
            return _payload_codec(type(self)).write(self.payload)
        except _codec.INVALID as error:
            raise rpc_invalid_return(f"of the exception {self.name}: {_codec.explain(error)}") from error


class rpc_invalid_payload(remote_exception):
    """The payload is not what the procedure takes: found before it was sent, or by the service."""


class rpc_invalid_return(remote_exception):
    """What the service returned is not what the procedure promises: found by the service, or on arrival."""


class rpc_invalid_exception_payload(rpc_invalid_payload):
    """The payload of an exception is not what its class says."""


class rpc_unauthorized(remote_exception):
    """The service refused this caller."""


class rpc_overloaded(remote_exception):
    """The service had no room for the call, and did not run it: calling again is safe."""


class InternalError(rpc_exception):
    """The service failed. Its log says why; the caller does not learn it."""


class not_executed(ConnectionError):
    """The call did not run and never will, or the message was not produced: doing it again is safe."""


class invalid_call(not_executed, ValueError):
    """What was asked for cannot be sent: an address, a timeout, a delay or a header that is none."""


class payload_too_large(invalid_call):
    """It is larger than what the broker takes."""


class outcome_unknown(TimeoutError):
    """It was sent, and no reply came in time: nobody knows what became of it."""


_FAILURES: dict[str, type[Exception]] = {
    "invalid": invalid_call,
    "too_large": payload_too_large,
    "not_executed": not_executed,
    "unknown": outcome_unknown,
}

PROTOCOL: dict[str, type[remote_exception]] = {
    cls.__name__: cls for cls in (rpc_invalid_payload, rpc_invalid_return, rpc_unauthorized, rpc_overloaded)
}


def failure(kind: str, text: str) -> Exception:
    """The exception for a failure that the native half names."""
    return _FAILURES[kind](text)


def typed(error: rpc_exception, declared: dict[str, type[remote_exception]]) -> rpc_exception:
    """The exception of the class that is declared for it; itself where none is."""
    cls = declared.get(error.name) or PROTOCOL.get(error.name)
    if cls is None:
        # Its text is not JSON.
        return InternalError(error.payload.decode(errors="replace")) if error.name == "InternalError" else error
    try:
        return cls._make_from_payload(error.payload)
    except pydantic_core.ValidationError as invalid:
        return rpc_invalid_exception_payload(f"of the exception {error.name}: {_codec.explain(invalid)}")


def dump(error: rpc_exception) -> tuple[str, bytes]:
    """What travels of an exception: its name, and its payload's JSON. Raises where that has no form in JSON."""
    if isinstance(error, remote_exception):
        try:
            return error.name, error._dump_payload()
        except rpc_invalid_return as invalid:
            return invalid.name, _codec.dump(invalid.payload)
    body = _codec.dump(error.payload)
    body.decode()
    return str(error.name), body


def _payload_codec(cls: type[remote_exception]) -> _codec.codec:
    if "_payload_codec" not in cls.__dict__:
        cls._payload_codec = _codec_of(known(annotations_of(cls)["payload"], f"{cls.__name__}.payload"))
    return cls._payload_codec


def _codec_of(annotation: Any) -> _codec.codec:
    """Of a payload that pydantic cannot read: of any JSON, as there."""
    codec = _codec.codec(annotation)
    try:
        codec.check("payload")
    except TypeError:
        return _codec.codec(...)
    return codec
