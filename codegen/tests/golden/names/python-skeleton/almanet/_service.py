"""The service `almanet.service`. This file is yours: it was written once."""

import almanet_runtime

from .. import wire as _wire_
from . import service as public

__all__ = ["public"]


@public.get.implements
async def _get(payload: _wire_.Root, session: almanet_runtime.Almanet) -> _wire_.Root:
    """Say what it does."""
    raise NotImplementedError


@public.wire.implements
async def _wire__(
    payload: public.WirePayload,
    session: almanet_runtime.Almanet,
) -> None:
    """Say what it does."""
    raise NotImplementedError
