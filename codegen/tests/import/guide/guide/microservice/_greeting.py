import almanet

from . import greeting as public


@public.greet.implements
async def _greet(payload: str, session: almanet.Almanet) -> str:
    if payload == "guest":
        raise public.access_denied(payload)
    return f"Hello, {payload}!"
