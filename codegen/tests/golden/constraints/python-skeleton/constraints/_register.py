"""The service `constraints.register`. This file is yours: it was written once."""

import almanet_runtime

from .. import _wire
from . import register as public

__all__ = ["public"]


@public.add.implements
async def _add(
    payload: public.Person,
    session: almanet_runtime.Almanet,
) -> public.Holder:
    """Say what it does."""
    raise NotImplementedError


@public.find.implements
async def _find(payload: str, session: almanet_runtime.Almanet) -> _wire.Int32:
    """Say what it does."""
    raise NotImplementedError


@public.rename.implements
async def _rename(
    payload: public.Name,
    session: almanet_runtime.Almanet,
) -> public.Names:
    """Say what it does."""
    raise NotImplementedError


@public.all.implements
async def _all(
    payload: public.AllPayload,
    session: almanet_runtime.Almanet,
) -> public.AllReply:
    """Say what it does."""
    raise NotImplementedError


@public.note.implements
async def _note(payload: public.Names, session: almanet_runtime.Almanet) -> None:
    """Say what it does."""
    raise NotImplementedError
