"""Calls the guide's service, and a procedure that nobody serves.

python caller.py [NSQD_ADDRESS ...]
"""

import asyncio
import sys

import almanet_runtime

from contract.guide.microservice import greeting


async def main(addresses: list[str]) -> None:
    """Makes the calls of the guide."""
    async with almanet_runtime.clients.make_ansqd_tcp_session(*addresses) as session:
        print(await greeting.greet("Aidar", force_local=False))
        try:
            await greeting.greet("guest", force_local=False)
        except greeting.access_denied as denied:
            print(f"access_denied({denied.payload!r})")
        try:
            await session.call("guide.microservice.greeting.nobody", "Aidar", timeout=0.5)
        except TimeoutError:
            print("nobody answered")


if __name__ == "__main__":
    asyncio.run(main(sys.argv[1:] or ["127.0.0.1:4150"]))
