"""The service `names.r_type.mod.fn.codegen_user`. This file is yours: it was written once."""

import almanet_runtime

from . import codegen_user as public

__all__ = ["public"]


@public.use.implements
async def _use(payload: None, session: almanet_runtime.Almanet) -> public.Codegen:
    """Say what it does."""
    raise NotImplementedError
