"""The service `names.r_type.mod.fn.loop`. This file is yours: it was written once."""

import almanet_runtime

from . import loop as public

__all__ = ["public"]


@public.new.implements
async def _new(payload: str, session: almanet_runtime.Almanet) -> None:
    """Say what it does."""
    raise NotImplementedError


@public.version.implements
async def _version(payload: str, session: almanet_runtime.Almanet) -> None:
    """Say what it does."""
    raise NotImplementedError


@public.clone.implements
async def _clone(payload: None, session: almanet_runtime.Almanet) -> None:
    """Say what it does."""
    raise NotImplementedError


@public.fn.implements
async def _fn(payload: public.FnPayload, session: almanet_runtime.Almanet) -> None:
    """Say what it does."""
    raise NotImplementedError


@public.service_.implements
async def _service_(payload: None, session: almanet_runtime.Almanet) -> None:
    """Say what it does."""
    raise NotImplementedError


@public.call.implements
async def _call(payload: public.CallPayload, session: almanet_runtime.Almanet) -> None:
    """Say what it does."""
    raise NotImplementedError
