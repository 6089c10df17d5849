"""What generated code names of the runtime, for the linters, where the package itself is not built."""

from typing import Any, ClassVar

class rpc_exception(Exception):
    name: str
    payload: Any
    def __init__(self, payload: Any = ..., name: str | None = ...) -> None: ...

class remote_exception(rpc_exception):
    wire_name: ClassVar[str]
    def __init_subclass__(cls, *, wire_name: str | None = ...) -> None: ...
