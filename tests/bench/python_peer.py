"""One role of a measured call, on the Python library almanet 1.3.4: service ADDRESS | caller|naps ADDRESS IN_FLIGHT CALLS."""

import asyncio
import json
import logging
import sys
import time

import almanet

logging.disable(logging.CRITICAL)
bench = almanet.new_remote_service("bench.python")


@bench.procedure
async def greet(payload: str, session) -> str:
    if payload == "nap":
        await asyncio.sleep(0.2)
    return f"Hello, {payload}!"


async def serve(address: str) -> None:
    async with almanet.clients.make_ansqd_tcp_session(address) as session:
        bench._share_all(session)
        print("ready", flush=True)
        await asyncio.Event().wait()


async def call(address: str, in_flight: int, calls: int) -> None:
    latencies: list[float] = []

    async def one_after_another(session, count: int) -> None:
        for _ in range(count):
            started = time.perf_counter()
            await session.call(bench.pre + ".greet", "Aidar")
            latencies.append(time.perf_counter() - started)

    async with almanet.clients.make_ansqd_tcp_session(address) as session:
        await session.call(bench.pre + ".greet", "Aidar")
        started = time.perf_counter()
        async with asyncio.TaskGroup() as tasks:
            for _ in range(in_flight):
                tasks.create_task(one_after_another(session, calls // in_flight))
        elapsed = time.perf_counter() - started
    latencies.sort()
    quantile = lambda q: latencies[round((len(latencies) - 1) * q)] * 1e6
    print(json.dumps({"calls": len(latencies), "per_second": len(latencies) / elapsed, "p50_us": quantile(0.5), "p99_us": quantile(0.99)}))


async def naps(address: str, calls: int) -> None:
    async with almanet.clients.make_ansqd_tcp_session(address) as session:
        await session.call(bench.pre + ".greet", "Aidar")
        started = time.perf_counter()
        await asyncio.gather(*(session.call(bench.pre + ".greet", "nap") for _ in range(calls)))
        print(json.dumps({"calls": calls, "seconds": time.perf_counter() - started}))


if __name__ == "__main__":
    match sys.argv[1:]:
        case ["service", address]:
            asyncio.run(serve(address))
        case ["caller", address, in_flight, calls]:
            asyncio.run(call(address, int(in_flight), int(calls)))
        case ["naps", address, _, calls]:
            asyncio.run(naps(address, int(calls)))
        case _:
            sys.exit(__doc__)
