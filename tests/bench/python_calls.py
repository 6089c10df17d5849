#!/usr/bin/env python3
"""What calls cost in Python: this runtime against the library almanet 1.3.4, both ends, through one nsqd, in interleaved runs.

`./tests/run python_runtime` builds and installs what it needs under target. A ratio is the median of the rounds' ratios.
"""

import argparse
import asyncio
import importlib
import json
import logging
import os
import pathlib
import platform
import statistics
import subprocess
import sys
import time

from calls import TOOLS, ROOT, Nsqd

LIBRARIES = ("almanet", "almanet_runtime")
INSTALLED = ROOT / "target" / "python-runtime" / "newer"


def resident(pid: int) -> int:
    """The memory of a process, in KiB."""
    status = pathlib.Path(f"/proc/{pid}/status").read_text()
    return int(status.split("VmRSS:")[1].split()[0])


# The roles of a measured call, each a process of its own.


def declare(almanet):
    bench = almanet.new_remote_service(f"bench.{almanet.__name__}")

    @bench.procedure
    async def greet(payload: str, session) -> str:
        if payload == "nap":
            await asyncio.sleep(0.2)
        return f"Hello, {payload}!"

    return bench


async def serve(almanet, address: str) -> None:
    bench = declare(almanet)
    async with almanet.clients.make_ansqd_tcp_session(address) as session:
        bench._share_all(session)
        await session.call(f"{bench.pre}.greet", "ready")
        print("ready", flush=True)
        await asyncio.Event().wait()


async def call(almanet, address: str, in_flight: int, calls: int) -> dict:
    uri = f"bench.{almanet.__name__}.greet"
    latencies: list[float] = []

    async def one_after_another(session, count: int) -> None:
        for _ in range(count):
            started = time.perf_counter()
            await session.call(uri, "Aidar")
            latencies.append(time.perf_counter() - started)

    async with almanet.clients.make_ansqd_tcp_session(address) as session:
        for _ in range(20):
            await session.call(uri, "Aidar")
        started = time.perf_counter()
        await asyncio.gather(*(one_after_another(session, calls // in_flight) for _ in range(in_flight)))
        elapsed = time.perf_counter() - started
    latencies.sort()
    quantile = lambda q: latencies[round((len(latencies) - 1) * q)] * 1e6
    return {"per_second": len(latencies) / elapsed, "p50_us": quantile(0.5), "p99_us": quantile(0.99)}


async def naps(almanet, address: str) -> dict:
    uri = f"bench.{almanet.__name__}.greet"
    async with almanet.clients.make_ansqd_tcp_session(address) as session:
        await session.call(uri, "Aidar")
        started = time.perf_counter()
        await asyncio.gather(*(session.call(uri, "nap") for _ in range(10)))
        return {"seconds": time.perf_counter() - started}


def role(library: str, what: str, address: str, *numbers: str) -> None:
    logging.disable(logging.CRITICAL)
    almanet = importlib.import_module(library)
    if what == "service":
        asyncio.run(serve(almanet, address))
    elif what == "naps":
        print(json.dumps(asyncio.run(naps(almanet, address))))
    else:
        print(json.dumps(asyncio.run(call(almanet, address, *map(int, numbers)))))


# What starts them.


def measure(python: pathlib.Path, address: str, rounds: int) -> dict[str, dict[str, list[dict]]]:
    environment = {**os.environ, "PYTHONPATH": str(INSTALLED)}
    kept = {library: {"1": [], "256": [], "naps": [], "idle": []} for library in LIBRARIES}
    for _ in range(rounds):
        for library in LIBRARIES:
            command = [python, __file__, "role", library]
            many = 20_000 if library == "almanet_runtime" else 2_000
            service = subprocess.Popen([*command, "service", address], stdout=subprocess.PIPE, text=True, env=environment)
            try:
                if service.stdout.readline() != "ready\n":
                    sys.exit(f"the service of {library} did not start")
                kept[library]["idle"].append({"kib": resident(service.pid)})
                for name, arguments in {
                    "1": ["caller", address, "1", "1000"],
                    "256": ["caller", address, "256", str(many)],
                    "naps": ["naps", address],
                }.items():
                    done = subprocess.run([*command, *arguments], stdout=subprocess.PIPE, text=True, env=environment, timeout=300, check=True)
                    kept[library][name].append(json.loads(done.stdout))
            finally:
                service.terminate()
                service.wait()
    return kept


def show(kept: dict[str, dict[str, list[dict]]]) -> bool:
    """Prints every row, and says whether all reach what they are to reach."""
    has_all = True
    rows = [
        ("one after another, p50", "1", "p50_us", "us", lambda value, ratio: ratio <= 0.5, "at most 0.5"),
        ("one after another, p99", "1", "p99_us", "us", None, ""),
        ("256 in flight", "256", "per_second", "calls/s", lambda value, ratio: ratio >= 15, "at least 15"),
        ("256 in flight, p50", "256", "p50_us", "us", None, ""),
        ("10 calls of 0.2 s at once", "naps", "seconds", "s", lambda value, ratio: value < 0.25, "under 0.25 s"),
        ("an idle service", "idle", "kib", "KiB", lambda value, ratio: ratio <= 1, "at most 1"),
    ]
    for text, name, key, unit, reaches, reach in rows:
        theirs, ours = ([run[key] for run in kept[library][name]] for library in LIBRARIES)
        value, ratio = statistics.median(ours), statistics.median(own / peer for own, peer in zip(ours, theirs))
        line = f"{text:<28} {statistics.median(theirs):>12.2f} {value:>12.2f} {unit:<8} ratio {ratio:>6.2f}"
        if reaches is not None:
            is_reached = reaches(value, ratio)
            has_all &= is_reached
            line += f"   reach {reach}: {'yes' if is_reached else 'missed'}"
        print(line)
    return has_all


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--rounds", type=int, default=5, help="of everything (5)")
    parser.add_argument("--nsqd", type=pathlib.Path, default=TOOLS / "nsqd")
    parser.add_argument("--python", type=pathlib.Path, default=TOOLS / "python")
    arguments = parser.parse_args()
    if not INSTALLED.exists():
        sys.exit("the package is not installed yet: ./tests/run python_runtime")
    print(f"{platform.machine()}, {os.cpu_count()} processors, load {os.getloadavg()[0]:.1f}\n")
    print(f"{'':<28} {'almanet':>12} {'this':>12}")
    with Nsqd(arguments.nsqd) as address:
        kept = measure(arguments.python, address, arguments.rounds)
    sys.exit(0 if show(kept) else 1)


if __name__ == "__main__":
    if sys.argv[1:2] == ["role"]:
        role(*sys.argv[2:])
    else:
        main()
