"""The service `my_project.greeting`."""

import almanet_runtime

from . import greeting as public

__all__ = ["public"]


@public.greet.implements
async def _greet(payload: public.GreetPayload, session: almanet_runtime.Almanet) -> str:
    if payload.name == "guest":
        raise public.access_denied(public.access_denied.Payload(name=payload.name))
    return f"Hello, {payload.name}!"
