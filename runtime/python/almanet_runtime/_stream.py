"""Procedures that answer with a stream."""

from __future__ import annotations

import asyncio
import collections
from collections.abc import AsyncGenerator, AsyncIterator, Callable
from types import TracebackType
from typing import Any, Concatenate, Generic, Self, TypeVar, get_args

from typing_extensions import ParamSpec

from . import _exceptions, _native, _port, _session
from ._procedure import bind, declared_procedure, manner

__all__ = ["keyword_stream_model", "remote_stream", "remote_stream_model"]

I = TypeVar("I")
T = TypeVar("T")
P = ParamSpec("P")


class remote_stream(AsyncIterator[T]):
    """The values of a stream, as they arrive. It is opened by the first of them that is asked for, or by `async with`.

    While it is not read, the service sends no more than 32 values ahead. A stream that is left before its end is to be
    closed: by `async with`, or by `aclose`.
    """

    def __init__(
        self, open_it: Callable[[], Any], read: Callable[[bytes], T], raised: Callable[[Any], Exception]
    ) -> None:
        self._open = open_it
        self._read = read
        self._raised = raised
        self._native: _native.Stream | None = None
        self._source: AsyncGenerator[T, None] | None = None
        self._port: _port.port | None = None
        self._items: collections.deque[bytes] = collections.deque()
        self._end: Any = None
        self._pull: _port.pending | None = None
        self._is_over = False

    async def __anext__(self) -> T:
        if self._native is None and self._source is None and not self._is_over:
            await self._begin()
        if self._source is not None:
            return await anext(self._source)
        while not self._items:
            if self._end is not None:
                self._finish()
            await self._more()
        return self._read(self._items.popleft())

    async def aclose(self) -> None:
        """Cancels the stream: the service ends its handler's."""
        self._is_over = True
        self._items.clear()
        self._end = self._end or (_port.VALUE, None, None)
        if self._source is not None:
            await self._source.aclose()
        if self._pull is not None:
            self._pull.cancel()
        if self._native is not None:
            self._native.close()

    async def __aenter__(self) -> Self:
        await self._begin()
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, traceback: TracebackType | None
    ) -> None:
        await self.aclose()

    async def _begin(self) -> None:
        if self._native is not None or self._source is not None:
            return
        try:
            opened = await self._open()
        except _exceptions.rpc_exception as error:
            raise self._raised(error) from None
        if isinstance(opened, bytes):
            raise _exceptions.rpc_invalid_return("it answered with one value instead of a stream")
        if isinstance(opened, tuple):
            self._port, self._native = opened
        else:
            self._source = opened

    async def _more(self) -> None:
        """Asks for values. A step that is cancelled leaves them for the next one."""
        if self._pull is None:
            assert self._port is not None and self._native is not None
            self._pull = self._port.expect(number := self._port.number())
            self._pull.under_way = self._native.next(number)
        items, end = await asyncio.shield(self._pull)
        self._pull = None
        self._items.extend(items)
        self._end = end

    def _finish(self) -> None:
        """Ends: once with what ended the stream, then as any that is over."""
        tag, one, other = self._end
        self._end = (_port.VALUE, None, None)
        self._is_over = True
        if tag == _port.EXCEPTION:
            raise self._raised(_exceptions.rpc_exception(other, name=one))
        if tag == _port.FAILED:
            raise _exceptions.failure(one, other)
        raise StopAsyncIteration


class declared_stream(declared_procedure[I, T]):
    """What streams have in common."""

    def _returned(self, annotation: Any) -> Any:
        """The type of the items: `T` of `AsyncIterator[T]`."""
        arguments = get_args(annotation)
        return arguments[0] if arguments else ...

    def _stream(self, payload: Any, timeout: float | None, force_local: bool) -> remote_stream[T]:
        if self._has_implementation and force_local:

            async def run() -> AsyncIterator[T]:
                return self.values(payload, _session.get_active_session())

            return remote_stream(run, lambda json: self._read(json), lambda error: error)
        json = self._write(payload)
        limit = self.timeout if timeout is None else timeout

        async def open_it() -> Any:
            session = _session.get_active_session()
            opened = await session.open_stream(self._target, json, timeout=limit, headers=self._headers)
            return opened if isinstance(opened, bytes) else (session._port, opened)

        return remote_stream(open_it, self._read, lambda error: _exceptions.typed(error, self._declared))

    def values(self, payload: Any, session: _session.Almanet) -> AsyncGenerator[T, None]:
        """What the implementation yields."""
        takes_session = self._manner()[1]
        values: AsyncGenerator[T, None]
        values = self.function(payload, session=session) if takes_session else self.function(payload)
        return values

    def _implement(self, function: Callable[..., Any]) -> None:
        if not manner(function)[0]:
            raise TypeError("a stream is implemented by an async generator: `async def` with `yield`")
        super()._implement(function)


class remote_stream_model(declared_stream[I, T]):
    """A procedure with one payload that answers with a stream."""

    def __call__(
        self, payload: I, *, timeout: float | None = None, force_local: bool | None = None
    ) -> remote_stream[T]:
        self._warn()
        return self._stream(payload, timeout, self._force_local if force_local is None else force_local)

    def implements(self, real_function: Callable[Concatenate[I, ...], AsyncIterator[T]]) -> remote_stream_model[I, T]:
        """A decorator: this async generator runs its calls."""
        self._implement(real_function)
        return self


class keyword_stream_model(declared_stream[I, T], Generic[P, I, T]):
    """A procedure with named parameters that answers with a stream."""

    def __call__(self, /, *args: P.args, **kwargs: P.kwargs) -> remote_stream[T]:
        self._warn()
        options: dict[str, Any] = {name: kwargs.pop(name) for name in ("timeout", "force_local") if name in kwargs}
        payload = bind(self, args, kwargs)
        return self._stream(payload, options.get("timeout"), options.get("force_local", self._force_local))

    def implements(
        self, real_function: Callable[Concatenate[I, ...], AsyncIterator[T]]
    ) -> keyword_stream_model[P, I, T]:
        """A decorator: this async generator runs its calls, and gets the payload's model."""
        self._implement(real_function)
        return self
