"""What generated code names of the runtime, for the linters, where the package itself is not built."""

from collections.abc import AsyncIterator, Awaitable, Callable, Collection, Coroutine
from typing import Any, Concatenate, Generic, ParamSpec, TypedDict, TypeVar, overload

from typing_extensions import Unpack

I = TypeVar("I")
O = TypeVar("O")
P = ParamSpec("P")
T = TypeVar("T")

class rpc_exception(Exception):
    name: str
    payload: Any
    def __init__(self, payload: Any = ..., name: str | None = ...) -> None: ...

class remote_exception(rpc_exception):
    def __init_subclass__(cls, *, wire_name: str | None = ...) -> None: ...

class Almanet: ...

class _Options(TypedDict, total=False):
    name: str
    uri: str
    channel: str
    tags: Collection[str]
    include_to_api: bool
    exceptions: Collection[type[remote_exception]]
    timeout: float
    idempotent: bool
    auth: Collection[str]
    oneway: bool

class remote_procedure_model(Generic[I, O]):
    def __call__(
        self, payload: I, *, timeout: float | None = ..., force_local: bool = ...
    ) -> Coroutine[Any, Any, O]: ...
    def implements(self, real_function: Callable[Concatenate[I, ...], Awaitable[O]]) -> remote_procedure_model[I, O]: ...

class keyword_procedure_model(Generic[P, I, O]):
    def __call__(self, *args: P.args, **kwargs: P.kwargs) -> Coroutine[Any, Any, O]: ...
    def implements(
        self, real_function: Callable[Concatenate[I, ...], Awaitable[O]]
    ) -> keyword_procedure_model[P, I, O]: ...

class remote_stream(AsyncIterator[T]):
    async def __anext__(self) -> T: ...

class remote_stream_model(Generic[I, T]):
    def __call__(self, payload: I, *, timeout: float | None = ...) -> remote_stream[T]: ...
    def implements(
        self, real_function: Callable[Concatenate[I, ...], AsyncIterator[T]]
    ) -> remote_stream_model[I, T]: ...

class keyword_stream_model(Generic[P, I, T]):
    def __call__(self, *args: P.args, **kwargs: P.kwargs) -> remote_stream[T]: ...
    def implements(
        self, real_function: Callable[Concatenate[I, ...], AsyncIterator[T]]
    ) -> keyword_stream_model[P, I, T]: ...

class remote_topic(Generic[T]): ...

class remote_service:
    @overload
    def public_procedure(
        self, function: Callable[Concatenate[I, ...], Awaitable[O]]
    ) -> remote_procedure_model[I, O]: ...
    @overload
    def public_procedure(
        self, **options: Unpack[_Options]
    ) -> Callable[[Callable[Concatenate[I, ...], Awaitable[O]]], remote_procedure_model[I, O]]: ...
    def public_keyword_procedure(
        self, *, payload_model: type[I], **options: Unpack[_Options]
    ) -> Callable[[Callable[P, Awaitable[O]]], keyword_procedure_model[P, I, O]]: ...
    @overload
    def public_stream(self, function: Callable[Concatenate[I, ...], AsyncIterator[T]]) -> remote_stream_model[I, T]: ...
    @overload
    def public_stream(
        self, **options: Unpack[_Options]
    ) -> Callable[[Callable[Concatenate[I, ...], AsyncIterator[T]]], remote_stream_model[I, T]]: ...
    def public_keyword_stream(
        self, *, payload_model: type[I], **options: Unpack[_Options]
    ) -> Callable[[Callable[P, AsyncIterator[T]]], keyword_stream_model[P, I, T]]: ...
    def public_topic(
        self, name: str, payload_model: Any, *, uri: str | None = ..., channel: str | None = ...
    ) -> remote_topic[Any]: ...

def new_remote_service(
    prepath: str, *, tags: Collection[str] = ..., include_to_api: bool = ..., version: str | None = ...
) -> remote_service: ...

class clients:
    class ansqd_tcp_client:
        def __init__(self, *addresses: str) -> None: ...

def serve_multiple(sample_client: clients.ansqd_tcp_client, *services: remote_service) -> None: ...
