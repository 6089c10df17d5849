# pyright: reportDeprecated=false
"""The service `introspection.shown`. This file is yours: it was written once."""

import almanet

from . import shown as public

__all__ = ["public"]


@public.find.implements
async def _find(payload: public.Name, session: almanet.Almanet) -> public.Person:
    """Finds "somebody"."""
    raise NotImplementedError


@public.add.implements
async def _add(payload: public.AddPayload, session: almanet.Almanet) -> public.AddReply:
    """Say what it does."""
    raise NotImplementedError


@public.nothing.implements
async def _nothing(payload: None, session: almanet.Almanet) -> None:
    """Say what it does."""
    raise NotImplementedError


@public.log.implements
async def _log(payload: str, session: almanet.Almanet) -> None:
    """Say what it does."""
    raise NotImplementedError
