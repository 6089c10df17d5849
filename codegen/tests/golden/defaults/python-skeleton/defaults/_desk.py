"""The service `defaults.desk`. This file is yours: it was written once."""

import almanet_runtime

from . import desk as public

__all__ = ["public"]


@public.take.implements
async def _take(payload: public.TakePayload, session: almanet_runtime.Almanet) -> None:
    """Say what it does."""
    raise NotImplementedError
