"""The service `exceptions.door`. This file is yours: it was written once."""

import almanet_runtime

from . import door as public

__all__ = ["public"]


@public.open.implements
async def _open(payload: str, session: almanet_runtime.Almanet) -> str:
    """Opens it."""
    raise NotImplementedError


@public.close.implements
async def _close(payload: None, session: almanet_runtime.Almanet) -> None:
    """Say what it does."""
    raise NotImplementedError


@public.knock.implements
async def _knock(payload: None, session: almanet_runtime.Almanet) -> None:
    """Say what it does."""
    raise NotImplementedError
