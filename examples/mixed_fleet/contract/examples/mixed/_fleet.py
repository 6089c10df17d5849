"""An instance of the service in Python."""

import almanet_runtime

from . import fleet as public

__all__ = ["public"]


@public.square.implements
async def _square(
    payload: public.SquarePayload,
    session: almanet_runtime.Almanet,
) -> public.SquareReply:
    """Squares a number, and tells in what language."""
    return public.SquareReply(square=payload.number**2, language="Python")
