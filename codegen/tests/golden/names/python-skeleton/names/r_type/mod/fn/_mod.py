"""The service `names.r_type.mod.fn.mod`. This file is yours: it was written once."""

import almanet_runtime

from . import mod as public

__all__ = ["public"]


@public.mod.implements
async def _mod(payload: None, session: almanet_runtime.Almanet) -> None:
    """Say what it does."""
    raise NotImplementedError
