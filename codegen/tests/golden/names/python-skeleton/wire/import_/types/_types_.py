"""The service `wire.import.types.types`. This file is yours: it was written once."""

import almanet_runtime

from ....wire.import_ import lambda_ as _wire_import__lambda_
from . import types as public

__all__ = ["public"]


@public.get.implements
async def _get(
    payload: None,
    session: almanet_runtime.Almanet,
) -> _wire_import__lambda_.Shared:
    """Say what it does."""
    raise NotImplementedError
