"""The JSON of a type, read and written by the contract and not by the looks of values."""

from typing import Any

import pydantic

__all__ = ["INVALID", "Codec"]

# What `Codec.read` and `Codec.write` raise.
INVALID = (ValueError, TypeError)


class Codec:
    """Reads and writes the JSON of a type."""

    def __init__(self, model: Any) -> None:
        self.model = model
        self._adapter: pydantic.TypeAdapter[Any] = pydantic.TypeAdapter(model)

    def read(self, json: bytes | str) -> Any:
        return self._adapter.validate_json(json)

    def write(self, value: Any) -> bytes:
        json = self._adapter.dump_json(value, warnings=False)
        # What is sent is held to the type, whatever became of the value since it was made.
        self._adapter.validate_json(json)
        return json
