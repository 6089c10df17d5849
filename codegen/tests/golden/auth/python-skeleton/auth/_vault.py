"""The service `auth.vault`. This file is yours: it was written once."""

import almanet_runtime

from . import vault as public

__all__ = ["public"]


@public.look.implements
async def _look(payload: None, session: almanet_runtime.Almanet) -> str:
    """The service's scope alone."""
    raise NotImplementedError


@public.wipe.implements
async def _wipe(payload: public.WipePayload, session: almanet_runtime.Almanet) -> None:
    """Its own scopes come to the service's."""
    raise NotImplementedError


@public.note.implements
async def _note(payload: str, session: almanet_runtime.Almanet) -> None:
    """Say what it does."""
    raise NotImplementedError
