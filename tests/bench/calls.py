#!/usr/bin/env python3
"""What calls and messages cost over real nsqd: the bare protocol, this runtime in Rust and in Python, and the Python library
almanet 1.3.4, in interleaved runs.

Each row is measured in rounds, every system of it once in a round through an nsqd of its own; a ratio is the median of the
rounds' ratios. `--plot FILE` draws throughput and the 99th percentile over concurrency as SVG. What is missing of nsqd, Python
and the library is installed under target first, as the tests do it; what could not be had is named above the table.
"""

import argparse
import dataclasses
import json
import os
import pathlib
import platform
import statistics
import subprocess

import plot
from systems import TOOLS, Parts, System

CONCURRENCY = (64, 256, 1024)
PLOTTED = (1, 4, 16, *CONCURRENCY)
# How many calls a system makes where the bare program makes a hundred.
SHARES = {"almanet": 2, "python": 20}
# Whom a system is compared with; the others are compared with the bare program.
PEERS = {"python": "almanet"}
# What a system is to reach of its peer: p50 and p99 at most, anything else at least.
LATENCY = {"rust": {"p50_us": 1.1, "p99_us": 1.1}, "python": {"p50_us": 0.5}}
THROUGHPUT = {"rust": {"per_second": 0.8}}


@dataclasses.dataclass(frozen=True)
class Row:
    """What is measured, and what its systems are to reach."""

    name: str
    systems: dict[str, System]
    reach: dict[str, dict[str, float]]

    def measure(self, rounds: int, nsqd: pathlib.Path) -> dict[str, list[dict]]:
        kept: dict[str, list[dict]] = {name: [] for name in self.systems}
        for _ in range(rounds):
            for name, system in self.systems.items():
                kept[name].append(system.run(nsqd))
        return kept


def median(runs: list[dict], key: str) -> float:
    return statistics.median(run[key] for run in runs)


def ratio(runs: list[dict], peers: list[dict], key: str) -> float:
    return statistics.median(run[key] / peer[key] for run, peer in zip(runs, peers))


def calls(parts: Parts, name: str, in_flight: int, count: int) -> System:
    """One procedure and one caller with so many calls in flight."""
    if name in parts.libraries:
        peer = parts.libraries[name]
        return System([*peer, "service", None], [[*peer, "caller", None, in_flight, max(count * SHARES[name] // 100, in_flight)]])
    service = [parts.bench, f"{name}-service", None, *([in_flight] if name == "raw" else [])]
    return System(service, [[parts.bench, f"{name}-caller", None, in_flight, count]])


def rows(parts: Parts, part: float) -> list[Row]:
    """What is measured, each with this part of the calls or messages that give steady figures."""
    bench = parts.bench
    lone, many_calls, messages = (int(count * part) for count in (20_000, 200_000, 1_000_000))
    systems = ["raw", "rust", "threads", *parts.libraries]
    floor = {"tokio": System([bench, "tokio-service", None], [[bench, "tokio-caller", None, lone]])}
    beside = [[bench, "rust-caller-beside-slow", None, lone]]
    found = [
        Row("one after another", {name: calls(parts, name, 1, lone) for name in systems} | floor, LATENCY),
        Row(
            "the same, 16 slow ones beside",
            {"raw": calls(parts, "raw", 1, lone), "rust": System([bench, "rust-service", None], beside)},
            LATENCY,
        ),
    ]
    for in_flight in CONCURRENCY:
        at_once = {name: calls(parts, name, in_flight, many_calls) for name in systems}
        reach = THROUGHPUT | ({"python": {"per_second": 15.0}} if in_flight == 256 else {})
        found.append(Row(f"{in_flight} in flight", at_once, reach))
    many = {
        name: System([bench, f"{name}-service{'-many' if name == 'raw' else ''}", None], [[bench, f"{name}-caller-many", None, many_calls // 2]])
        for name in ("raw", "rust")
    }
    found.append(Row("50 callers, 50 procedures", many, THROUGHPUT))
    produce = {name: System(None, [[bench, f"{name}-produce", None, messages]]) for name in ("raw", "rust")}
    found.append(Row("produce", produce, THROUGHPUT))
    deep = ("--mem-queue-size=2000000",)
    consume = {
        name: System(None, [[bench, "fill", None, messages // 2], [bench, f"{name}-consume", None, messages // 2]], deep)
        for name in ("raw", "rust")
    }
    found.append(Row("consume", consume, THROUGHPUT))
    return found


def is_reached(key: str, value: float, reach: float) -> bool:
    return value <= reach if key in ("p50_us", "p99_us") else value >= reach


def show(row: Row, kept: dict[str, list[dict]]) -> list[str]:
    """Prints one row, and says which systems miss what they are to reach."""
    missed = []
    for name, runs in kept.items():
        p50, p99 = (f"{median(runs, key):>9.0f}" if key in runs[0] else " " * 9 for key in ("p50_us", "p99_us"))
        line = f"{row.name:<30} {name:<8} {median(runs, 'per_second'):>9.0f} {p50} {p99}"
        peer, reach = PEERS.get(name, "raw"), row.reach.get(name)
        if name != "raw":
            ratios = {key: ratio(runs, kept[peer], key) for key in reach or row.reach["rust"]}
            line += f"   of {peer}: " + ", ".join(f"{key} {value:.2f}" for key, value in ratios.items())
        if reach:
            is_met = all(is_reached(key, ratios[key], limit) for key, limit in reach.items())
            missed += [] if is_met else [f"{row.name} ({name})"]
            line += f"   reach {', '.join(map(str, reach.values()))}: {'yes' if is_met else 'missed'}"
        print(line, flush=True)
    return missed


def naps(parts: Parts, rounds: int) -> list[str]:
    """Ten calls of 0.2 s at once."""
    systems = {"rust": System([parts.bench, "rust-service", None], [[parts.bench, "rust-caller-naps", None, 10]])}
    for name, peer in parts.libraries.items():
        systems[name] = System([*peer, "service", None], [[*peer, "naps", None, 10]])
    kept = Row("10 calls of 0.2 s at once", systems, {}).measure(rounds, parts.nsqd)
    missed = []
    for name, runs in kept.items():
        seconds = median(runs, "seconds")
        print(f"{'10 calls of 0.2 s at once':<30} {name:<8} {seconds:>9.3f} s" + ("" if name == "almanet" else " (reach 0.25)"))
        missed += [f"10 calls at once ({name})"] if name != "almanet" and seconds >= 0.25 else []
    return missed


def idle(kept: dict[str, list[dict]]) -> list[str]:
    """The memory of the services that were measured, before their first call from outside."""
    missed = []
    for name, runs in kept.items():
        line = f"{'an idle service':<30} {name:<8} {median(runs, 'idle_kib') / 1024:>9.1f} MiB"
        if name == "python":
            of_peer = ratio(runs, kept[PEERS[name]], "idle_kib")
            line += f", {of_peer:.2f} of {PEERS[name]} (reach 1.0)"
            missed += [f"an idle service ({name})"] if of_peer > 1 else []
        print(line)
    return missed


def alone(parts: Parts, rounds: int, part: float) -> list[str]:
    """Rows that have no peer over a broker."""
    bench = parts.bench
    missed = []
    embedded = lambda *numbers: [json.loads(subprocess.check_output([bench, "embedded", *map(str, numbers)])) for _ in range(rounds)]
    speed, lone = median(embedded(64, int(500_000 * part)), "per_second"), median(embedded(1, int(100_000 * part)), "p50_us")
    print(f"{'in process, one core':<30} {'rust':<8} {speed:>9.0f} calls/s (reach 500000), p50 {lone:.1f} us (reach 5)")
    missed += [] if speed >= 500_000 and lone <= 5 else ["in process"]
    held = System(None, [[bench, "rust-hold", None]]).run(parts.nsqd)
    print(f"{'10,000 calls in flight':<30} {'rust':<8} {held['grown_kib'] / 1024:>9.1f} MiB above idle, both ends in one process (reach 64)")
    missed += [] if held["grown_kib"] <= 64 * 1024 else ["10,000 calls in flight"]
    runs = [json.loads(subprocess.check_output([bench, "envelopes"])) for _ in range(rounds)]
    for what, reach in (("encode", 150), ("decode", 350)):
        own, peer = (median(runs, f"{who}{what}_ns") for who in ("", "serde_"))
        name = f"{what} {runs[0]['bytes']} bytes"
        print(f"{name:<30} {'rust':<8} {own:>9.0f} ns (reach {reach}); serde_json {peer:.0f}")
        missed += [] if own <= reach else [name]
    return missed


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--rounds", type=int, default=5, help="of each row (5)")
    parser.add_argument("--only", default="", help="rows whose name holds this text")
    parser.add_argument("--brief", action="store_true", help="a hundredth of the calls, once: shows that all of it runs, and measures nothing")
    parser.add_argument("--plot", type=pathlib.Path, help="where to write the plot")
    parser.add_argument("--nsqd", type=pathlib.Path, default=TOOLS / "nsqd")
    parser.add_argument("--python", type=pathlib.Path, default=TOOLS / "python", help="an interpreter with almanet 1.3.4")
    parser.add_argument("--bench", type=pathlib.Path, help="a program that is built already")
    arguments = parser.parse_args()
    rounds, part = (1, 0.01) if arguments.brief else (arguments.rounds, 1)
    parts = Parts(arguments.nsqd, arguments.bench, arguments.python)
    parts.prepare()
    print(f"{platform.machine()}, {os.cpu_count()} processors, load {os.getloadavg()[0]:.1f}, {platform.system()} {platform.release()}")
    for left_out in parts.left_out:
        print(f"left out: {left_out}")
    print(f"\n{'':<30} {'system':<8} {'a second':>9} {'p50 us':>9} {'p99 us':>9}   ratio to its peer")
    missed = []
    measured = {}
    for row in rows(parts, part):
        if arguments.only in row.name:
            measured[row.name] = row.measure(rounds, parts.nsqd)
            missed += show(row, measured[row.name])
    if not arguments.only:
        missed += naps(parts, rounds)
        missed += idle(measured["one after another"])
        missed += alone(parts, rounds, part)
    print(f"\nmissed: {', '.join(missed) or 'none'}")
    if arguments.plot:
        series = {}
        for name in ("raw", "rust", "threads", *parts.libraries):
            for in_flight in PLOTTED:
                system = calls(parts, name, in_flight, 10_000 if in_flight < 16 else 100_000)
                runs = [system.run(parts.nsqd) for _ in range(max(1, rounds // 2))]
                series.setdefault(name, []).append((in_flight, median(runs, "per_second"), median(runs, "p99_us")))
        arguments.plot.write_text(plot.draw(series))


if __name__ == "__main__":
    main()
