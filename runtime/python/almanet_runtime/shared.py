"""What 1.3.4 of the library `almanet` offers as `almanet.shared`."""

from __future__ import annotations

import asyncio
import contextvars
import inspect
import re
import uuid
from collections.abc import AsyncIterator, Callable, Coroutine
from dataclasses import dataclass, field
from typing import Any, TypeVar

import pydantic
import pydantic_core

from ._annotations import annotations_of, known
from ._codec import dump

__all__ = [
    "background_tasks",
    "dataclass",
    "dump",
    "extract_annotations",
    "field",
    "generate_function_json_schema",
    "generate_json_schema",
    "is_valid_uri",
    "make_closable",
    "merge_streams",
    "new_concurrent_context",
    "new_id",
    "observable_event",
    "serialize",
    "serialize_any_json",
    "serialize_json",
]

T = TypeVar("T")
F = TypeVar("F", bound=Callable[..., Any])

_INNER = {
    "procedure_model": "what procedures are made of there: declare them by `service.procedure`",
    "_function": "a type that only annotates there: `collections.abc.Callable` does",
}


def __getattr__(name: str) -> Any:
    if name in _INNER:
        raise AttributeError(f"almanet_runtime.shared has no {name}, which is {_INNER[name]}")
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")


_URI = re.compile(r"[a-zA-Z_][a-zA-Z0-9_]*(\.[a-zA-Z_][a-zA-Z0-9_]*)*")


def new_id() -> str:
    """A new id, 32 hex digits."""
    return uuid.uuid4().hex


def is_valid_uri(v: object) -> bool:
    """Whether it is identifiers with dots between them."""
    return isinstance(v, str) and _URI.fullmatch(v) is not None


def new_concurrent_context(**default: Any) -> contextvars.ContextVar[Any]:
    """A context variable with a name of its own."""
    return contextvars.ContextVar(new_id(), **default)


def serialize(annotation: Any = ...) -> Callable[[Any], Any]:
    """What makes values of a type from those of Python."""
    return (lambda v: v) if annotation is ... else pydantic.TypeAdapter(annotation).validate_python


def serialize_json(annotation: Any = ...) -> Callable[[bytes | str], Any]:
    """What makes values of a type from JSON."""
    return pydantic_core.from_json if annotation is ... else pydantic.TypeAdapter(annotation).validate_json


serialize_any_json = serialize_json()


def extract_annotations(
    function: Callable[..., Any], custom_payload_annotation: Any = ..., custom_return_annotation: Any = ...
) -> tuple[Any, Any]:
    """The types of a procedure's payload and of what it returns."""
    annotations = annotations_of(function)
    if custom_payload_annotation is ...:
        custom_payload_annotation = known(annotations.get("payload", ...), "payload")
    if custom_return_annotation is ...:
        custom_return_annotation = known(annotations.get("return", ...), "the result")
    return custom_payload_annotation, custom_return_annotation


def generate_json_schema(annotation: Any) -> dict[str, Any] | None:
    """The JSON Schema of a type."""
    return None if annotation is ... else pydantic.TypeAdapter(annotation).json_schema()


def generate_function_json_schema(
    target: Callable[..., Any],
    custom_name: Any = ...,
    custom_description: str | None = None,
    custom_payload_annotation: Any = ...,
    custom_return_annotation: Any = ...,
) -> dict[str, Any]:
    """What a procedure is shown as."""
    payload, returned = extract_annotations(target, custom_payload_annotation, custom_return_annotation)
    return {
        "name": target.__name__ if custom_name is ... else custom_name,
        "description": target.__doc__ if custom_description is None else custom_description,
        "payload": generate_json_schema(payload),
        "return": generate_json_schema(returned),
    }


class background_tasks:
    """Tasks that nobody awaits, kept from disappearing."""

    def __init__(self) -> None:
        self._tasks: set[asyncio.Task[Any]] = set()
        self._daemons: set[asyncio.Task[Any]] = set()

    def schedule(self, coroutine: Coroutine[Any, Any, T], *, daemon: bool = False) -> asyncio.Task[T]:
        """Runs a coroutine. `complete` does not wait for daemons."""
        task = asyncio.create_task(coroutine)
        kept = self._daemons if daemon else self._tasks
        kept.add(task)
        task.add_done_callback(kept.discard)
        return task

    async def complete(self, timeout: float | None = None) -> None:
        """Waits for all that are no daemons, `timeout` seconds at most."""
        pending = self._tasks - {asyncio.current_task()}
        if pending:
            await asyncio.wait(pending, timeout=timeout)


class observable_event:
    """Functions, and coroutine functions, that are called when something happens."""

    def __init__(self) -> None:
        self.observers: list[Callable[..., Any]] = []

    def add_observer(self, function: Callable[..., Any]) -> None:
        """Has it called, too."""
        self.observers.append(function)

    def observer(self, function: F) -> F:
        """A decorator that does."""
        self.add_observer(function)
        return function

    async def notify(self, *args: Any, timeout: float | None = None, **kwargs: Any) -> None:
        """Calls all, and waits for those that are coroutines."""
        begun = [observer(*args, **kwargs) for observer in list(self.observers)]
        waited_for = [asyncio.ensure_future(result) for result in begun if inspect.isawaitable(result)]
        if waited_for:
            await asyncio.wait(waited_for, timeout=timeout)


async def merge_streams(*streams: AsyncIterator[T]) -> AsyncIterator[T]:
    """The values of several streams, as they come, until all have ended."""
    steps: dict[asyncio.Future[T], AsyncIterator[T]] = {asyncio.ensure_future(anext(s)): s for s in streams}
    try:
        while steps:
            done, _ = await asyncio.wait(steps, return_when=asyncio.FIRST_COMPLETED)
            for step in done:
                stream = steps.pop(step)
                if isinstance(step.exception(), StopAsyncIteration):
                    continue
                yield step.result()
                steps[asyncio.ensure_future(anext(stream))] = stream
    finally:
        for step in steps:
            step.cancel()


def make_closable(
    stream: AsyncIterator[T], on_close: Callable[[], Any] | None = None
) -> tuple[AsyncIterator[T], Callable[[], None]]:
    """A stream that can be ended, and the function that does. `on_close` is called then, and awaited if need be."""
    closed = asyncio.Event()

    async def until_closed() -> AsyncIterator[T]:
        closing = asyncio.ensure_future(closed.wait())
        step: asyncio.Future[T] | None = None
        try:
            while True:
                step = asyncio.ensure_future(anext(stream))
                await asyncio.wait({step, closing}, return_when=asyncio.FIRST_COMPLETED)
                if not step.done():
                    break
                try:
                    yield step.result()
                except StopAsyncIteration:
                    return
        finally:
            closing.cancel()
            if step is not None:
                step.cancel()
            result = on_close() if on_close is not None else None
            if asyncio.iscoroutine(result):
                await result

    return until_closed(), closed.set
