"""The service `net.shop.till`. This file is yours: it was written once."""

import almanet_runtime

from ... import common as _common
from . import till as public

__all__ = ["public"]


@public.pay.implements
async def _pay(
    payload: public.Order,
    session: almanet_runtime.Almanet,
) -> _common.Amount:
    """Say what it does."""
    raise NotImplementedError
