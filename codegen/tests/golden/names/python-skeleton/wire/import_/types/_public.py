"""The service `wire.import.types.public`. This file is yours: it was written once."""

from collections.abc import AsyncIterator

import almanet_runtime

from .... import _wire
from ....wire.import_ import lambda_ as _wire_import__lambda_
from . import public

__all__ = ["public"]


@public.wire.implements
async def _wire__(payload: _wire.Int32, session: almanet_runtime.Almanet) -> list[str]:
    """Say what it does."""
    raise NotImplementedError


@public.almanet_.implements
async def _almanet__(payload: None, session: almanet_runtime.Almanet) -> public.Nasty:
    """Say what it does."""
    raise NotImplementedError


@public.list_.implements
async def _list_(
    payload: list[_wire.Int32],
    session: almanet_runtime.Almanet,
) -> list[_wire.Int32]:
    """Say what it does."""
    raise NotImplementedError


@public.str_.implements
async def _str_(payload: str, session: almanet_runtime.Almanet) -> str:
    """Say what it does."""
    raise NotImplementedError


@public.service_.implements
async def _service_(
    payload: public.Nasty,
    session: almanet_runtime.Almanet,
) -> public.Nasty:
    """Say what it does."""
    raise NotImplementedError


@public.print.implements
async def _print(
    payload: public.PrintPayload,
    session: almanet_runtime.Almanet,
) -> None:
    """Say what it does."""
    raise NotImplementedError


@public.yield_.implements
async def _yield_(payload: None, session: almanet_runtime.Almanet) -> public.YieldReply:
    """Say what it does."""
    raise NotImplementedError


@public.import_.implements
async def _import_(
    payload: None,
    session: almanet_runtime.Almanet,
) -> AsyncIterator[_wire_import__lambda_.Shared]:
    """Say what it does."""
    raise NotImplementedError
    yield


@public.wire_import_lambda.implements
async def _wire_import_lambda(
    payload: _wire_import__lambda_.Shared,
    session: almanet_runtime.Almanet,
) -> _wire_import__lambda_.Shared:
    """Say what it does."""
    raise NotImplementedError


@public.implements.implements
async def _implements(
    payload: public.ImplementsPayload,
    session: almanet_runtime.Almanet,
) -> None:
    """Say what it does."""
    raise NotImplementedError
