"""Values to JSON and back, by pydantic."""

from __future__ import annotations

import typing
from typing import Any

import pydantic
import pydantic_core

__all__ = ["INVALID", "codec", "dump", "explain", "hints"]

INVALID = (pydantic_core.ValidationError, pydantic_core.PydanticSerializationError, ValueError, TypeError)
"""What `codec.read` and `codec.write` raise."""

_ANY: pydantic.TypeAdapter[Any] = pydantic.TypeAdapter(Any)


def dump(v: Any) -> bytes:
    """The JSON of any value that pydantic knows. `bytes` are JSON already."""
    return v if isinstance(v, bytes) else _ANY.serializer.to_json(v)


class codec:
    """Reads and writes values of one type. Nothing is made of the type before the first of them."""

    __slots__ = ("_adapter", "_annotation", "read", "write")

    def __init__(self, annotation: Any) -> None:
        self._annotation = annotation
        self._adapter: pydantic.TypeAdapter[Any] | None = None
        self.read: typing.Callable[[bytes], Any] = self._read_first
        self.write: typing.Callable[[Any], bytes] = self._write_first

    @property
    def adapter(self) -> pydantic.TypeAdapter[Any]:
        if self._adapter is None:
            self._adapter = pydantic.TypeAdapter(self._annotation)
        return self._adapter

    def schema(self) -> dict[str, Any] | None:
        """The JSON Schema; none where any value will do."""
        return None if self._annotation is ... else self.adapter.json_schema()

    def _prepare(self) -> None:
        if self._annotation is ...:
            self.read, self.write = pydantic_core.from_json, dump
            return
        validate = self.adapter.validator.validate_json
        to_json = self.adapter.serializer.to_json

        def write(value: Any) -> bytes:
            if value is True or value is False:
                # Where an integer is wanted, its JSON would be one.
                self.adapter.validator.validate_python(value)
            json = to_json(value, warnings=False)
            # What is sent is held to the type, whatever class the value is of.
            validate(json)
            return json

        self.read, self.write = validate, write

    def _read_first(self, json: bytes) -> Any:
        self._prepare()
        return self.read(json)

    def _write_first(self, value: Any) -> bytes:
        self._prepare()
        return self.write(value)


def explain(error: BaseException) -> str:
    """What is wrong where, in a line."""
    if not isinstance(error, pydantic_core.ValidationError):
        return str(error)
    return "; ".join(
        f"{'.'.join(('payload', *map(str, problem['loc'])))}: {problem['msg']}"
        for problem in error.errors(include_url=False, include_context=False, include_input=False)
    )


def hints(annotated: Any) -> dict[str, Any]:
    """The annotations of a class or function, as far as their names are known yet."""
    try:
        return typing.get_type_hints(annotated, include_extras=True)
    except NameError:
        return dict(getattr(annotated, "__annotations__", {}))
