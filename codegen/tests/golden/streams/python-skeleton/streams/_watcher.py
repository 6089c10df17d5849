# pyright: reportDeprecated=false
"""The service `streams.watcher`. This file is yours: it was written once."""

from collections.abc import AsyncIterator
from typing import Annotated

import almanet_runtime
from pydantic import Field

from .. import _wire
from . import watcher as public

__all__ = ["public"]


@public.ticks.implements
async def _ticks(
    payload: None,
    session: almanet_runtime.Almanet,
) -> AsyncIterator[_wire.Uint64]:
    """Without a payload, nor an exception."""
    raise NotImplementedError
    yield


@public.watch.implements
async def _watch(
    payload: public.WatchPayload,
    session: almanet_runtime.Almanet,
) -> AsyncIterator[public.Reading]:
    """Everything since then, and what comes."""
    raise NotImplementedError
    yield


@public.follow.implements
async def _follow(
    payload: str,
    session: almanet_runtime.Almanet,
) -> AsyncIterator[public.Reading]:
    """Of one sensor, by its name."""
    raise NotImplementedError
    yield


@public.lines.implements
async def _lines(
    payload: public.LinesPayload,
    session: almanet_runtime.Almanet,
) -> AsyncIterator[public.Line]:
    """With parameters that may be left out."""
    raise NotImplementedError
    yield


@public.rolls.implements
async def _rolls(
    payload: _wire.Uint8,
    session: almanet_runtime.Almanet,
) -> AsyncIterator[Annotated[_wire.Uint8, Field(ge=1, le=6)]]:
    """With a constraint of its own, on values and payload."""
    raise NotImplementedError
    yield


@public.pairs.implements
async def _pairs(
    payload: list[str],
    session: almanet_runtime.Almanet,
) -> AsyncIterator[dict[str, public.Reading | None]]:
    """Say what it does."""
    raise NotImplementedError
    yield


@public.maybe.implements
async def _maybe(
    payload: None,
    session: almanet_runtime.Almanet,
) -> AsyncIterator[str | None]:
    """Say what it does."""
    raise NotImplementedError
    yield
