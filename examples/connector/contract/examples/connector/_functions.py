"""The functions in Python."""

import almanet_runtime

from ... import _wire
from . import functions as public

__all__ = ["public"]


@public.helloworld.implements
async def _helloworld(payload: str, session: almanet_runtime.Almanet) -> str:
    """Welcomes somebody."""
    return f"Welcome {payload}"


@public.str_.implements
async def _str_(payload: public.StrPayload, session: almanet_runtime.Almanet) -> str:
    """Both, joined."""
    return f"{payload.arg}-{payload.key}"


@public.str2.implements
async def _str2(
    payload: public.Str2Payload,
    session: almanet_runtime.Almanet,
) -> tuple[str, str, str]:
    """Both, and the joined one."""
    return payload.arg, payload.key, f"{payload.arg}-{payload.key}"


@public.int_.implements
async def _int_(
    payload: public.IntPayload,
    session: almanet_runtime.Almanet,
) -> _wire.Int64:
    """The sum."""
    return payload.arg + payload.key


@public.float_.implements
async def _float_(
    payload: public.FloatPayload,
    session: almanet_runtime.Almanet,
) -> _wire.Float64:
    """The sum."""
    return payload.arg + payload.key


@public.int3.implements
async def _int3(
    payload: public.Int3Payload,
    session: almanet_runtime.Almanet,
) -> tuple[_wire.Float64, _wire.Int64, _wire.Float64]:
    """The sum, the square of the key, the square of the argument."""
    return payload.arg + payload.key, payload.key**2, payload.arg * payload.arg


@public.list_.implements
async def _list_(
    payload: public.ListPayload,
    session: almanet_runtime.Almanet,
) -> list[_wire.Json]:
    """One list behind the other."""
    return payload.arg + payload.key


@public.dict_.implements
async def _dict_(
    payload: public.DictPayload,
    session: almanet_runtime.Almanet,
) -> dict[str, _wire.Json]:
    """The members of the key, and the argument's."""
    return payload.key | {"dict": payload.arg}


@public.list3.implements
async def _list3(
    payload: public.List3Payload,
    session: almanet_runtime.Almanet,
) -> tuple[dict[str, _wire.Json], list[str], _wire.Json]:
    """The map, the list with one more, and null."""
    return payload.arg, [*payload.key, "other value"], None


@public.none.implements
async def _none(payload: public.NonePayload, session: almanet_runtime.Almanet) -> None:
    """Nothing, which is an answer like any other."""


@public.broken.implements
async def _broken(payload: None, session: almanet_runtime.Almanet) -> None:
    """Fails by a mistake of its own."""
    raise RuntimeError("a mistake that stays in the service's log")


@public.class_.implements
async def _class_(
    payload: _wire.Json,
    session: almanet_runtime.Almanet,
) -> public.Example:
    """An object around any value."""
    return public.Example(value=payload)


@public.class2.implements
async def _class2(
    payload: _wire.Json,
    session: almanet_runtime.Almanet,
) -> list[public.Example]:
    """Two of them in a list, the second around the first."""
    inner = public.Example(value=payload)
    return [inner, public.Example(value=inner.model_dump(mode="json", by_alias=True))]


@public.class3.implements
async def _class3(
    payload: _wire.Json,
    session: almanet_runtime.Almanet,
) -> tuple[public.Example, list[public.Example], dict[str, public.Example]]:
    """Several at once: one, a list of them, and one by name."""
    one = public.Example(value=payload)
    return one, [one, one], {"named": one}
