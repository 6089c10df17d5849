"""The service `docs.words`. This file is yours: it was written once."""

import almanet_runtime

from . import words as public

__all__ = ["public"]


@public.say.implements
async def _say(payload: public.SayPayload, session: almanet_runtime.Almanet) -> str:
    """Says it."""
    raise NotImplementedError
