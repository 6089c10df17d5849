"""What classes and callables are annotated with."""

from __future__ import annotations

import functools
import inspect
import sys
import typing
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from typing_extensions import Format, get_annotations

__all__ = ["annotations_of", "known", "local_names", "unknown"]


@dataclass(frozen=True, slots=True)
class unknown:
    """An annotation with a name in it that is not known where it is written."""

    written: Any
    why: str


def annotations_of(annotated: Any, names: Mapping[str, Any] | None = None) -> dict[str, Any]:
    """The annotations of a class, or of anything that is called. `names` are those that its module does not have.

    Each is looked up by itself: `session: Almanet` may be imported for type checkers alone.
    """
    found: dict[str, Any] = {}
    for holder, module in _holders(annotated):
        # Classes in a class, and type parameters, come before what is around.
        own: Mapping[str, Any] = vars(holder) if isinstance(holder, type) else {}
        parameters = {parameter.__name__: parameter for parameter in getattr(holder, "__type_params__", ())}
        inner = {**(names or {}), **own, **parameters}
        for name, written in get_annotations(holder, format=Format.FORWARDREF).items():
            found[name] = _evaluated(written, module, inner)
    return found


def known(annotation: Any, of_what: str) -> Any:
    """An annotation that is needed. Raises `NameError` where it is not known."""
    if isinstance(annotation, unknown):
        raise NameError(f"{of_what} is annotated by {annotation.written!r}: {annotation.why}")
    return annotation


def local_names(defined: Any) -> Mapping[str, Any] | None:
    """The names beside a class or function that is being defined in a function."""
    around, is_local, _ = getattr(defined, "__qualname__", "").rpartition(".<locals>")
    frame = sys._getframe(1) if is_local else None
    while frame is not None and frame.f_code.co_qualname != around:
        frame = frame.f_back
    return None if frame is None else frame.f_locals


def _holders(annotated: Any) -> Iterator[tuple[Any, dict[str, Any]]]:
    """What has annotations of its own, with the names of its module."""
    if isinstance(annotated, type):
        for base in reversed(annotated.__mro__):
            yield base, vars(sys.modules.get(base.__module__, typing))
        return
    while isinstance(annotated, functools.partial):
        annotated = annotated.func
    if not inspect.isroutine(annotated):
        annotated = type(annotated).__call__
    yield annotated, getattr(inspect.unwrap(annotated), "__globals__", {})


def _evaluated(written: Any, module: dict[str, Any], names: dict[str, Any]) -> Any:
    def annotated() -> None: ...

    annotated.__annotations__ = {"it": written}
    try:
        hints = typing.get_type_hints(annotated, module, names, include_extras=True)
    except Exception as error:
        return unknown(written, str(error))
    return hints["it"]
