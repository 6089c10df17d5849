"""The library `almanet` 1.3.4 of PyPI, with the types that it does not have."""

from collections.abc import AsyncIterator, Callable
from typing import TYPE_CHECKING, Any, Protocol


class Reply(Protocol):
    """What a call is answered."""

    payload: bytes


class Message(Protocol):
    """What a topic's consumer gets."""

    id: str
    timestamp: float
    body: bytes
    attempts: int

    async def commit(self) -> None: ...
    async def rollback(self) -> None: ...


if TYPE_CHECKING:

    class rpc_exception(Exception):  # noqa: N818
        """What a service answered with instead of a result."""

        name: str
        payload: Any

        def __init__(self, payload: Any = None, name: str | None = None) -> None: ...

    class remote_exception(rpc_exception):
        """What services raise."""

    class rpc_invalid_payload(remote_exception):
        """The payload is not what the procedure takes."""

    class rpc_invalid_return(remote_exception):
        """The result is not what the procedure promises."""

    class Almanet(Protocol):
        """A session."""

        async def call(self, uri: str, payload: bytes, **options: int) -> Reply: ...
        async def delay_call(self, uri: str, payload: bytes, delay: int) -> None: ...
        async def produce(self, uri: str, payload: bytes, delay: int) -> None: ...
        async def consume(
            self,
            topic: str,
            channel: str,
        ) -> tuple[AsyncIterator[Message], Callable[[], None]]: ...

    def get_active_session() -> Almanet: ...

    class Service:
        pre: str

        def __init__(
            self,
            prepath: str,
            tags: set[str],
            include_to_api: bool,
        ) -> None: ...
        def add_procedure(
            self,
            function: Callable[..., Any],
            **options: Any,
        ) -> None: ...

else:
    from almanet import (
        Almanet,
        get_active_session,
        remote_exception,
        rpc_exception,
        rpc_invalid_payload,
        rpc_invalid_return,
    )
    from almanet import (
        remote_service as Service,  # noqa: N812
    )

__all__ = [
    "Almanet",
    "Message",
    "Reply",
    "Service",
    "get_active_session",
    "remote_exception",
    "rpc_exception",
    "rpc_invalid_payload",
    "rpc_invalid_return",
]
