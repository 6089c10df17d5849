# pyright: reportDeprecated=false
"""The service `deprecation.former`. This file is yours: it was written once."""

import almanet_runtime

from . import former as public

__all__ = ["public"]


@public.call.implements
async def _call(
    payload: public.CallPayload,
    session: almanet_runtime.Almanet,
) -> public.Old:
    """Say what it does."""
    raise NotImplementedError
