"""One role of a measured call in Python: LIBRARY service ADDRESS | LIBRARY caller ADDRESS IN_FLIGHT CALLS | LIBRARY naps ADDRESS CALLS.

LIBRARY is almanet (1.3.4) or almanet_runtime: the same program on either.
"""

import asyncio
import importlib
import json
import logging
import sys
import time

URI = "bench.python.greet"
WARMING = 20


async def serve(almanet, address: str) -> None:
    bench = almanet.new_remote_service("bench.python")

    @bench.procedure
    async def greet(payload: str, session) -> str:
        if payload == "nap":
            await asyncio.sleep(0.2)
        return f"Hello, {payload}!"

    async with almanet.clients.make_ansqd_tcp_session(address) as session:
        bench._share_all(session)
        await session.call(URI, "ready")
        print("ready", flush=True)
        await asyncio.Event().wait()


async def call(almanet, address: str, in_flight: int, calls: int) -> dict:
    latencies: list[float] = []

    async def one_after_another(session, count: int) -> None:
        for _ in range(count):
            started = time.perf_counter()
            await session.call(URI, "Aidar")
            latencies.append(time.perf_counter() - started)

    async with almanet.clients.make_ansqd_tcp_session(address) as session:
        for _ in range(WARMING):
            await session.call(URI, "Aidar")
        started = time.perf_counter()
        await asyncio.gather(*(one_after_another(session, calls // in_flight) for _ in range(in_flight)))
        elapsed = time.perf_counter() - started
    latencies.sort()
    quantile = lambda q: latencies[round((len(latencies) - 1) * q)] * 1e6
    return {"calls": len(latencies), "per_second": len(latencies) / elapsed, "p50_us": quantile(0.5), "p99_us": quantile(0.99)}


async def nap(almanet, address: str, calls: int) -> dict:
    async with almanet.clients.make_ansqd_tcp_session(address) as session:
        await session.call(URI, "Aidar")
        started = time.perf_counter()
        await asyncio.gather(*(session.call(URI, "nap") for _ in range(calls)))
        return {"calls": calls, "seconds": time.perf_counter() - started}


def main() -> None:
    logging.disable(logging.CRITICAL)
    almanet = importlib.import_module(sys.argv[1])
    match sys.argv[2:]:
        case ["service", address]:
            asyncio.run(serve(almanet, address))
        case ["caller", address, in_flight, calls]:
            print(json.dumps(asyncio.run(call(almanet, address, int(in_flight), int(calls)))))
        case ["naps", address, calls]:
            print(json.dumps(asyncio.run(nap(almanet, address, int(calls)))))
        case _:
            sys.exit(__doc__)


if __name__ == "__main__":
    main()
