"""The service `auth.door`. This file is yours: it was written once."""

import almanet_runtime

from . import door as public

__all__ = ["public"]


@public.knock.implements
async def _knock(payload: None, session: almanet_runtime.Almanet) -> None:
    """Say what it does."""
    raise NotImplementedError


@public.with_token.implements
async def _with_token(payload: None, session: almanet_runtime.Almanet) -> None:
    """Say what it does."""
    raise NotImplementedError
