"""The JSON of a type, read and written by the contract and not by the looks of values."""

from typing import Any

import pydantic

__all__ = ["Codec"]


class Codec:
    """Reads and writes the JSON of a type."""

    def __init__(self, model: Any) -> None:
        self.model = model
        self._adapter: pydantic.TypeAdapter[Any] = pydantic.TypeAdapter(model)

    def read(self, json: bytes | str) -> Any:
        return self._adapter.validate_json(json)

    def write(self, value: Any) -> bytes:
        return self._adapter.dump_json(self._adapter.validate_python(value))
