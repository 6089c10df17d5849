"""The service `circles.people.door`. This file is yours: it was written once."""

import almanet_runtime

from . import door as public

__all__ = ["public"]


@public.enter.implements
async def _enter(
    payload: public.Person,
    session: almanet_runtime.Almanet,
) -> public.Crew:
    """Say what it does."""
    raise NotImplementedError
