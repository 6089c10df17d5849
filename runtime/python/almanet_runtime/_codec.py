"""Values to JSON and back, by pydantic."""

from __future__ import annotations

import contextlib
from collections.abc import Callable, Mapping, Sequence
from typing import Any

import pydantic
import pydantic_core

__all__ = ["INVALID", "codec", "dump", "explain"]

INVALID = (pydantic_core.ValidationError, pydantic_core.PydanticSerializationError, ValueError, TypeError)
"""What `codec.read` and `codec.write` raise."""

_ANY: pydantic.TypeAdapter[Any] = pydantic.TypeAdapter(Any)


def dump(v: Any) -> bytes:
    """The JSON of any value that pydantic knows. `bytes` are JSON already."""
    return v if isinstance(v, bytes) else _ANY.serializer.to_json(v)


_CONTAINERS = (bool, list, tuple, dict, set, frozenset)


class codec:
    """Reads and writes values of one type. Nothing is made of the type before the first of them."""

    __slots__ = ("_adapter", "_annotation", "read", "write")

    def __init__(self, annotation: Any) -> None:
        self._annotation = annotation
        self._adapter: pydantic.TypeAdapter[Any] | None = None
        self.read: Callable[[bytes], Any] = self._read_first
        self.write: Callable[[Any], bytes] = self._write_first

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
        validate_python = self.adapter.validator.validate_python
        to_json = self.adapter.serializer.to_json
        # Where an integer is wanted, the JSON of `True` would be one.
        may_count = _CONTAINERS if _has_strict_integers(self.adapter.core_schema) else bool

        def write(value: Any) -> bytes:
            if isinstance(value, bytes) and self._is_json(value):
                validate(value)
                return value
            if isinstance(value, may_count):
                validate_python(value)
            json = to_json(value, warnings=False)
            # What is sent is held to the type, whatever class the value is of.
            validate(json)
            return json

        self.read, self.write = validate, write

    def _is_json(self, value: bytes) -> bool:
        """Whether bytes are JSON already, as `dump` has them: where the type has no bytes."""
        if self._annotation is not Any:
            with contextlib.suppress(*INVALID):
                if isinstance(self.adapter.validator.validate_python(value, strict=True), bytes):
                    return False
        try:
            pydantic_core.from_json(value)
        except ValueError:
            return False
        return True

    def _read_first(self, json: bytes) -> Any:
        self._prepare()
        return self.read(json)

    def _write_first(self, value: Any) -> bytes:
        self._prepare()
        return self.write(value)


def _has_strict_integers(schema: Mapping[str, Any] | Sequence[Any]) -> bool:
    """Whether a type has strict integers outside of models, which have checked their own when they were made."""
    if isinstance(schema, Mapping):
        if schema.get("type") == "int":
            return bool(schema.get("strict"))
        return schema.get("type") != "model" and any(map(_has_strict_integers, schema.values()))
    return isinstance(schema, (list, tuple)) and any(map(_has_strict_integers, schema))


def explain(error: BaseException) -> str:
    """What is wrong where, in a line."""
    if not isinstance(error, pydantic_core.ValidationError):
        return str(error)
    return "; ".join(
        f"{'.'.join(('payload', *map(str, problem['loc'])))}: {problem['msg']}"
        for problem in error.errors(include_url=False, include_context=False, include_input=False)
    )
