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

# By what values are: a model brings all of its class along, where a type would write what the type knows.
_by_looks = pydantic.TypeAdapter[Any](Any).serializer.to_json


def dump(v: Any) -> bytes:
    """The JSON of any value that pydantic knows. `bytes` are JSON already."""
    return v if isinstance(v, bytes) else _by_looks(v)


class codec:
    """Reads and writes values of one type."""

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

    def check(self, of_what: str) -> None:
        """Raises `TypeError` where pydantic cannot read the type. One that is not whole yet waits for a value."""
        if self._annotation is ... or self._adapter is not None:
            return
        try:
            adapter = pydantic.TypeAdapter[Any](self._annotation)
        except NameError:
            return
        except Exception as error:
            # It hands on what it stumbles over, too.
            why = str(error).partition("\n")[0] or type(error).__name__
            raise TypeError(
                f"{of_what} is annotated by {self._annotation!r}, which pydantic cannot read: {why}"
            ) from error
        if getattr(adapter, "pydantic_complete", True):
            self._adapter = adapter

    def _prepare(self) -> None:
        if self._annotation is ...:
            self.read, self.write = pydantic_core.from_json, dump
            return
        validate = self.adapter.validator.validate_json
        by_type = self.adapter.serializer.to_json
        has_a_form = _has_a_form(self.adapter.core_schema)

        def to_json(value: Any) -> bytes:
            if not has_a_form:
                with contextlib.suppress(pydantic_core.PydanticSerializationError):
                    return _by_looks(value, warnings=False)
            return by_type(value, warnings=False)

        def write(value: Any) -> bytes:
            if isinstance(value, bytes) and self._is_json(value):
                validate(value)
                return value
            json = to_json(value)
            # What is sent is held to the type, whatever class the value is of.
            try:
                validate(json)
            except pydantic_core.ValidationError:
                # By aliases, excluded fields and serializers models may write what it does not read.
                if not self._is_of_the_type(value):
                    raise
            return json

        self.read, self.write = validate, write

    def _is_of_the_type(self, value: Any) -> bool:
        """Whether a value is of the type, although its JSON is not."""
        try:
            self.adapter.validator.validate_python(value)
            _check_again(value)
        except INVALID:
            return False
        return True

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


def _has_a_form(schema: Mapping[str, Any] | Sequence[Any]) -> bool:
    """Whether a type says how its values look in JSON, outside of models: those say so themselves.

    A serializer that is not for JSON alone does not, unless it is pydantic's own.
    """
    if isinstance(schema, Mapping):
        written = schema.get("serialization", {})
        of = getattr(written.get("function"), "__module__", "")
        if of and (written.get("when_used") == "json" or of.startswith("pydantic.")):
            return True
        return schema.get("type") not in ("model", "dataclass") and any(map(_has_a_form, schema.values()))
    return isinstance(schema, (list, tuple)) and any(map(_has_a_form, schema))


def _check_again(value: pydantic.BaseModel | Mapping[Any, Any] | Sequence[Any]) -> None:
    """Checks the models in a value by what they hold now. Raises what `INVALID` has."""
    if isinstance(value, pydantic.BaseModel):
        fields = vars(value) | (value.__pydantic_extra__ or {})
        held = fields["root"] if type(value).__pydantic_root_model__ else fields
        type(value).__pydantic_validator__.validate_python(held, by_name=True)
        _check_again(held)
    elif isinstance(value, Mapping):
        _check_again([*value.values()])
    elif isinstance(value, (list, tuple, set, frozenset)):
        for one in value:
            _check_again(one)


def explain(error: BaseException) -> str:
    """What is wrong where, in a line."""
    if not isinstance(error, pydantic_core.ValidationError):
        return str(error)
    return "; ".join(
        f"{'.'.join(('payload', *map(str, problem['loc'])))}: {problem['msg']}"
        for problem in error.errors(include_url=False, include_context=False, include_input=False)
    )
