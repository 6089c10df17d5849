"""The service `payloads.desk`. This file is yours: it was written once."""

import almanet_runtime

from .. import _wire
from . import desk as public

__all__ = ["public"]


@public.nothing.implements
async def _nothing(payload: None, session: almanet_runtime.Almanet) -> None:
    """Say what it does."""
    raise NotImplementedError


@public.text.implements
async def _text(payload: str, session: almanet_runtime.Almanet) -> str:
    """Say what it does."""
    raise NotImplementedError


@public.number.implements
async def _number(
    payload: _wire.Int64,
    session: almanet_runtime.Almanet,
) -> _wire.Int64 | None:
    """Say what it does."""
    raise NotImplementedError


@public.maybe.implements
async def _maybe(
    payload: str | None,
    session: almanet_runtime.Almanet,
) -> list[public.Request]:
    """Say what it does."""
    raise NotImplementedError


@public.request.implements
async def _request(
    payload: public.Request,
    session: almanet_runtime.Almanet,
) -> public.Request:
    """Say what it does."""
    raise NotImplementedError


@public.blob.implements
async def _blob(
    payload: _wire.Bytes,
    session: almanet_runtime.Almanet,
) -> tuple[_wire.Int32, str]:
    """Say what it does."""
    raise NotImplementedError


@public.everything.implements
async def _everything(
    payload: _wire.Json,
    session: almanet_runtime.Almanet,
) -> _wire.Json:
    """Say what it does."""
    raise NotImplementedError


@public.named.implements
async def _named(
    payload: public.NamedPayload,
    session: almanet_runtime.Almanet,
) -> public.NamedReply:
    """Say what it does."""
    raise NotImplementedError


@public.wait.implements
async def _wait(
    payload: public.WaitPayload,
    session: almanet_runtime.Almanet,
) -> _wire.Duration:
    """Say what it does."""
    raise NotImplementedError


@public.required.implements
async def _required(
    payload: public.RequiredPayload,
    session: almanet_runtime.Almanet,
) -> None:
    """Say what it does."""
    raise NotImplementedError


@public.context.implements
async def _context(
    payload: public.ContextPayload,
    session: almanet_runtime.Almanet,
) -> None:
    """Say what it does."""
    raise NotImplementedError


@public.log.implements
async def _log(payload: public.LogPayload, session: almanet_runtime.Almanet) -> None:
    """Nobody waits for it."""
    raise NotImplementedError


@public.trace.implements
async def _trace(
    payload: public.TracePayload,
    session: almanet_runtime.Almanet,
) -> None:
    """Say what it does."""
    raise NotImplementedError


@public.poke.implements
async def _poke(payload: None, session: almanet_runtime.Almanet) -> None:
    """Say what it does."""
    raise NotImplementedError


@public.raw.implements
async def _raw(payload: _wire.Bytes, session: almanet_runtime.Almanet) -> None:
    """Say what it does."""
    raise NotImplementedError


@public.tuned.implements
async def _tuned(payload: str, session: almanet_runtime.Almanet) -> None:
    """Say what it does."""
    raise NotImplementedError


@public.moved.implements
async def _moved(payload: str, session: almanet_runtime.Almanet) -> None:
    """Say what it does."""
    raise NotImplementedError


@public.a_name_that_is_about_as_long_as_it_may_be.implements
async def _a_name_that_is_about_as_long_as_it_may_be(
    payload: public.ANameThatIsAboutAsLongAsItMayBePayload,
    session: almanet_runtime.Almanet,
) -> dict[str, list[tuple[public.Request, public.Request]]]:
    """Say what it does."""
    raise NotImplementedError
