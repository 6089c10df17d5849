"""The service, called as others call it, over the broker inside the test's process."""

import asyncio

import almanet_runtime
import pytest

from contract.my_project import _greeting, greeting


async def greet_people() -> None:
    async with (
        almanet_runtime.clients.make_session("embedded:") as session,
        almanet_runtime.serving(session, _greeting.public.service),
    ):
        assert await greeting.greet("Aidar", force_local=False) == "Hello, Aidar!"
        with pytest.raises(greeting.access_denied) as denied:
            await greeting.greet("guest", force_local=False)
        assert denied.value.payload.name == "guest"


def test_people_are_greeted_and_guests_are_not() -> None:
    asyncio.run(greet_people())
