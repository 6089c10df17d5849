"""Calls the service: python greet.py Aidar."""

import asyncio
import os
import sys

import almanet_runtime

from contract.my_project import greeting


async def main() -> None:
    name = sys.argv[1] if len(sys.argv) > 1 else "world"
    broker = os.environ.get("ALMANET_URL", "nsq://127.0.0.1:4150")
    async with almanet_runtime.clients.make_session(broker):
        try:
            print(await greeting.greet(name))
        except greeting.access_denied as denied:
            print(f"{denied.payload.name} is not welcome")


asyncio.run(main())
