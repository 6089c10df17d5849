"""The service `docs.words`. This file is yours: it was written once."""

import almanet

from . import words as public

__all__ = ["public"]


@public.say.implements
async def _say(payload: public.SayPayload, session: almanet.Almanet) -> str:
    """Says it."""
    raise NotImplementedError
