"""The service `names.r_type.mod.fn.s`. This file is yours: it was written once."""

import almanet_runtime

from ..... import _wire
from . import s as public

__all__ = ["public"]


@public.drop.implements
async def _drop(payload: None, session: almanet_runtime.Almanet) -> None:
    """Say what it does."""
    raise NotImplementedError


@public.into.implements
async def _into(payload: str, session: almanet_runtime.Almanet) -> str:
    """Say what it does."""
    raise NotImplementedError


@public.as_ref.implements
async def _as_ref(payload: _wire.Bool, session: almanet_runtime.Almanet) -> None:
    """Say what it does."""
    raise NotImplementedError


@public.iter.implements
async def _iter(
    payload: public.IterPayload,
    session: almanet_runtime.Almanet,
) -> list[_wire.Int32]:
    """Say what it does."""
    raise NotImplementedError


@public.switch.implements
async def _switch(
    payload: public.SwitchPayload,
    session: almanet_runtime.Almanet,
) -> None:
    """Say what it does."""
    raise NotImplementedError
