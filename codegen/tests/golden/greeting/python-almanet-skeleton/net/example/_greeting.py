"""The service `net.example.greeting`. This file is yours: it was written once."""

import almanet

from ... import _wire
from . import greeting as public

__all__ = ["public"]


@public.greet.implements
async def _greet(payload: str, session: almanet.Almanet) -> str:
    """Say what it does."""
    raise NotImplementedError


@public.add.implements
async def _add(payload: public.AddPayload, session: almanet.Almanet) -> _wire.Int64:
    """Say what it does."""
    raise NotImplementedError


@public.log.implements
async def _log(payload: public.LogPayload, session: almanet.Almanet) -> None:
    """Say what it does."""
    raise NotImplementedError
