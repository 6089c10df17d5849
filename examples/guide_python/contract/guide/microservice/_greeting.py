"""The service `guide.microservice.greeting`."""

import almanet_runtime

from . import greeting as public

__all__ = ["public"]


@public.greet.implements
async def _greet(payload: str, session: almanet_runtime.Almanet) -> str:
    """Greets one person by name."""
    if payload == "guest":
        raise public.access_denied(payload)
    return f"Hello, {payload}!"
