"""Services: what is declared together, and served together."""

from __future__ import annotations

import asyncio
import functools
from collections.abc import AsyncIterator, Awaitable, Callable, Collection
from typing import TYPE_CHECKING, Any, Concatenate, Protocol, TypeVar, overload

from typing_extensions import ParamSpec, Unpack

from ._procedure import (
    declared_procedure,
    keyword_options,
    keyword_procedure_model,
    procedure_options,
    remote_procedure_model,
)
from ._session import Almanet, logger
from ._stream import keyword_stream_model, remote_stream_model
from ._topic import remote_topic
from .shared import background_tasks, observable_event

if TYPE_CHECKING:
    from ._serving import serving_options

__all__ = ["get_service", "new_remote_service", "remote_service"]

I = TypeVar("I")
O = TypeVar("O")
T = TypeVar("T")
F = TypeVar("F", bound=Callable[..., Any])
P = ParamSpec("P")


class _implementing(Protocol):
    """What makes a procedure of the function that runs it."""

    @overload
    def __call__(self, function: Callable[Concatenate[I, ...], Awaitable[O]], /) -> remote_procedure_model[I, O]: ...

    @overload
    def __call__(self, function: Callable[Concatenate[I, ...], O], /) -> remote_procedure_model[I, O]: ...


class remote_service:
    """A service: procedures and topics whose addresses begin alike."""

    def __init__(
        self,
        prepath: str,
        tags: Collection[str] | None = None,
        include_to_api: bool = False,
        *,
        version: str | None = None,
    ) -> None:
        if not isinstance(prepath, str):
            raise TypeError(f"a service is declared by the text that its addresses begin with, not by {prepath!r}")
        self.pre: str = prepath
        self.default_tags: set[str] = set(tags or [])
        self.include_to_api: bool = include_to_api
        self.version = version
        self.procedures: list[declared_procedure[Any, Any]] = []
        self.background_tasks = background_tasks()
        self._post_join_event = observable_event()
        self._post_join_event.add_observer(self._share_all)
        _registry[self.pre] = self

    @property
    def routes(self) -> set[str]:
        """What it serves: URIs and channels."""
        return {f"{i.uri}:{i.channel}" for i in self.procedures}

    def post_join(self, function: F) -> F:
        """A decorator: this function, or coroutine function, is called with the session once the service is served."""
        self._post_join_event.add_observer(function)
        return function

    # Declaring

    @overload
    def public_procedure(
        self, function: Callable[Concatenate[I, ...], Awaitable[O]]
    ) -> remote_procedure_model[I, O]: ...

    @overload
    def public_procedure(
        self, **options: Unpack[procedure_options]
    ) -> Callable[[Callable[Concatenate[I, ...], Awaitable[O]]], remote_procedure_model[I, O]]: ...

    def public_procedure(self, function: Callable[..., Any] | None = None, **options: Unpack[procedure_options]) -> Any:
        """A decorator: declares a procedure, whose types are those of the function's `payload` and result."""
        return _decorate(remote_procedure_model[Any, Any], self, function, options)

    def public_keyword_procedure(
        self, *, payload_model: type[I], **options: Unpack[keyword_options]
    ) -> Callable[[Callable[P, Awaitable[O]]], keyword_procedure_model[P, I, O]]:
        """A decorator: declares a procedure with named parameters, which are the fields of `payload_model`."""
        return lambda f: keyword_procedure_model(self, f, payload_model=payload_model, **options)

    @overload
    def public_stream(self, function: Callable[Concatenate[I, ...], AsyncIterator[T]]) -> remote_stream_model[I, T]: ...

    @overload
    def public_stream(
        self, **options: Unpack[procedure_options]
    ) -> Callable[[Callable[Concatenate[I, ...], AsyncIterator[T]]], remote_stream_model[I, T]]: ...

    def public_stream(self, function: Callable[..., Any] | None = None, **options: Unpack[procedure_options]) -> Any:
        """A decorator: declares a procedure that answers with a stream."""
        return _decorate(remote_stream_model[Any, Any], self, function, options)

    def public_keyword_stream(
        self, *, payload_model: type[I], **options: Unpack[keyword_options]
    ) -> Callable[[Callable[P, AsyncIterator[T]]], keyword_stream_model[P, I, T]]:
        """A decorator: declares a procedure with named parameters that answers with a stream."""
        return lambda f: keyword_stream_model(self, f, payload_model=payload_model, **options)

    @overload
    def public_topic(
        self,
        name: str,
        payload_model: type[T],
        *,
        uri: str | None = None,
        channel: str | None = None,
        description: str | None = None,
    ) -> remote_topic[T]: ...

    @overload
    def public_topic(
        self,
        name: str,
        payload_model: Any,
        *,
        uri: str | None = None,
        channel: str | None = None,
        description: str | None = None,
    ) -> remote_topic[Any]: ...

    def public_topic(
        self,
        name: str,
        payload_model: Any,
        *,
        uri: str | None = None,
        channel: str | None = None,
        description: str | None = None,
    ) -> remote_topic[Any]:
        """Declares a topic."""
        return remote_topic(uri or f"{self.pre}.{name}", payload_model, channel=channel, description=description)

    # Declaring and implementing at once

    @overload
    def procedure(self, function: Callable[Concatenate[I, ...], Awaitable[O]]) -> remote_procedure_model[I, O]: ...

    @overload
    def procedure(self, function: Callable[Concatenate[I, ...], O]) -> remote_procedure_model[I, O]: ...

    @overload
    def procedure(self, **options: Unpack[procedure_options]) -> _implementing: ...

    def procedure(self, function: Callable[..., Any] | None = None, **options: Unpack[procedure_options]) -> Any:
        """A decorator: declares a procedure that this function runs."""
        if function is None:
            return functools.partial(self.add_procedure, **options)
        return self.add_procedure(function, **options)

    def add_procedure(
        self, function: Callable[..., Any], **options: Unpack[procedure_options]
    ) -> remote_procedure_model[Any, Any]:
        """Declares a procedure that this function runs."""
        procedure: remote_procedure_model[Any, Any] = remote_procedure_model(self, function, **options)
        procedure._implement(function)
        return procedure

    # Serving

    def _share_all(self, session: Almanet, **options: Unpack[serving_options]) -> asyncio.Task[Any]:
        from ._serving import server

        logger.info("Sharing %s procedures", self.pre)
        return session._background_tasks.schedule(server.start(session, [self], **options))


new_remote_service = remote_service

_registry: dict[str, remote_service] = {}


def get_service(uri: str) -> remote_service | None:
    """The service that was declared under this prepath."""
    return _registry.get(uri)


def _decorate(
    model: Callable[..., Any], service: remote_service, function: Callable[..., Any] | None, options: procedure_options
) -> Any:
    made = functools.partial(model, service, **options)
    return made if function is None else made(function)
