"""The service `constraints.register`. This file is yours: it was written once."""

import almanet

from .. import _wire
from . import register as public

__all__ = ["public"]


@public.add.implements
async def _add(payload: public.Person, session: almanet.Almanet) -> public.Holder:
    """Say what it does."""
    raise NotImplementedError


@public.find.implements
async def _find(payload: str, session: almanet.Almanet) -> _wire.Int32:
    """Say what it does."""
    raise NotImplementedError


@public.rename.implements
async def _rename(payload: public.Name, session: almanet.Almanet) -> public.Names:
    """Say what it does."""
    raise NotImplementedError


@public.all.implements
async def _all(payload: public.AllPayload, session: almanet.Almanet) -> public.AllReply:
    """Say what it does."""
    raise NotImplementedError


@public.note.implements
async def _note(payload: public.Names, session: almanet.Almanet) -> None:
    """Say what it does."""
    raise NotImplementedError
