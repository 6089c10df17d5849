#!/usr/bin/env python3
"""What calls and messages cost over real nsqd: the bare protocol, this runtime and the Python library, in interleaved runs.

Each row is measured in rounds, every system of it once in a round through an nsqd of its own; a ratio is the median of the
rounds' ratios. `--plot FILE` draws throughput and the 99th percentile over concurrency as SVG.
`./tests/run nsqd python` installs what it needs (nsqd, Python with almanet) under target/tools.
"""

import argparse
import dataclasses
import json
import os
import pathlib
import platform
import socket
import statistics
import subprocess
import sys
import tempfile
import time

import plot

ROOT = pathlib.Path(__file__).resolve().parents[2]
TOOLS = ROOT / "target" / "tools" / "bin"
HERE = pathlib.Path(__file__).parent
CONCURRENCY = (64, 256, 1024)
PLOTTED = (1, 4, 16, *CONCURRENCY)


def free_port() -> int:
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        return listener.getsockname()[1]


class Nsqd:
    """A real nsqd with its defaults, on free ports, with its data in a temporary folder."""

    def __init__(self, program: pathlib.Path, *options: str) -> None:
        self.data = tempfile.TemporaryDirectory()
        port, http = free_port(), free_port()
        self.address = f"127.0.0.1:{port}"
        addresses = [f"--tcp-address={self.address}", f"--http-address=127.0.0.1:{http}", f"--data-path={self.data.name}"]
        self.process = subprocess.Popen([program, *addresses, *options], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        while True:
            try:
                socket.create_connection(("127.0.0.1", port)).close()
                return
            except ConnectionRefusedError:
                time.sleep(0.02)

    def __enter__(self) -> str:
        return self.address

    def __exit__(self, *_: object) -> None:
        self.process.terminate()
        self.process.wait()
        self.data.cleanup()


@dataclasses.dataclass(frozen=True)
class System:
    """How one system is measured: the service to start, and the commands that follow; the last one's output counts."""

    service: list | None
    commands: list[list]
    options: tuple[str, ...] = ()

    def run(self, nsqd: pathlib.Path) -> dict:
        with Nsqd(nsqd, *self.options) as address:
            at = lambda command: [address if part is None else str(part) for part in command]
            serving = subprocess.Popen(at(self.service), stdout=subprocess.PIPE, text=True) if self.service else None
            try:
                if serving and serving.stdout.readline().strip() != "ready":
                    sys.exit(f"{self.service} did not start")
                for command in self.commands:
                    done = subprocess.run(at(command), stdout=subprocess.PIPE, text=True, timeout=300, check=True)
                return json.loads(done.stdout)
            finally:
                if serving:
                    serving.terminate()
                    serving.wait()


@dataclasses.dataclass(frozen=True)
class Row:
    """What is measured, what of it counts, and what it is to reach as a ratio to the first system."""

    name: str
    systems: dict[str, System]
    reach: dict[str, float]
    """Keys of the output; a p50 or p99 at most, anything else at least."""

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


def rows(bench: pathlib.Path, python: pathlib.Path) -> list[Row]:
    def calls(system: str, in_flight: int, count: int, caller: str = "caller") -> System:
        arguments = [None, in_flight] if system == "raw" else [None]
        if system == "python":
            peer = [python, HERE / "python_peer.py"]
            return System([*peer, "service", None], [[*peer, caller, None, in_flight, max(count // 50, in_flight)]])
        service = [bench, f"{system}-service", *arguments]
        return System(service, [[bench, f"{system}-{caller}", None, in_flight, count]])

    systems = ["raw", "rust", "threads", *(["python"] if python.exists() else [])]
    rust = [bench, "rust-service", None]
    found = [
        Row("one after another", {name: calls(name, 1, 20_000) for name in systems}, {"p50_us": 1.1, "p99_us": 1.1}),
        Row(
            "the same, 16 slow ones beside",
            {"raw": calls("raw", 1, 20_000), "rust": System(rust, [[bench, "rust-caller-beside-slow", None, 20_000]])},
            {"p50_us": 1.1, "p99_us": 1.1},
        ),
    ]
    for in_flight in CONCURRENCY:
        at_once = {name: calls(name, in_flight, 200_000) for name in systems}
        found.append(Row(f"{in_flight} in flight", at_once, {"per_second": 0.8}))
    many = {
        name: System([bench, f"{name}-service{'-many' if name == 'raw' else ''}", None], [[bench, f"{name}-caller-many", None, 100_000]])
        for name in ("raw", "rust")
    }
    found.append(Row("50 callers, 50 procedures", many, {"per_second": 0.8}))
    produce = {name: System(None, [[bench, f"{name}-produce", None, 1_000_000]]) for name in ("raw", "rust")}
    found.append(Row("produce", produce, {"per_second": 0.8}))
    deep = ("--mem-queue-size=2000000",)
    consume = {
        name: System(None, [[bench, "fill", None, 500_000], [bench, f"{name}-consume", None, 500_000]], deep) for name in ("raw", "rust")
    }
    found.append(Row("consume", consume, {"per_second": 0.8}))
    return found


def show(row: Row, kept: dict[str, list[dict]]) -> bool:
    """Prints one row, and says whether it reaches what it is to reach."""
    first = kept[next(iter(kept))]
    has_all = True
    for name, runs in kept.items():
        p50, p99 = (f"{median(runs, key):>9.0f}" if key in runs[0] else " " * 9 for key in ("p50_us", "p99_us"))
        line = f"{row.name:<30} {name:<8} {median(runs, 'per_second'):>9.0f} {p50} {p99}"
        ratios = {key: ratio(runs, first, key) for key in row.reach}
        if runs is not first:
            line += "   " + ", ".join(f"{key} {value:.2f}" for key, value in ratios.items())
        if name == "rust":
            missed = [key for key, value in ratios.items() if (value > row.reach[key] if key.startswith("p") and key != "per_second" else value < row.reach[key])]
            has_all = not missed
            line += f"   reach {', '.join(f'{value}' for value in row.reach.values())}: {'missed' if missed else 'yes'}"
        print(line, flush=True)
    return has_all


def alone(bench: pathlib.Path, python: pathlib.Path, nsqd: pathlib.Path, rounds: int) -> None:
    """Rows that have no bare peer."""
    naps = {"rust": System([bench, "rust-service", None], [[bench, "rust-caller-naps", None, 10]])}
    if python.exists():
        peer = [python, HERE / "python_peer.py"]
        naps["python"] = System([*peer, "service", None], [[*peer, "naps", None, 10, 10]])
    for name, system in naps.items():
        print(f"{'10 calls of 0.2 s at once':<30} {name:<8} {system.run(nsqd)['seconds']:>9.2f} s")
    embedded = lambda *numbers: [json.loads(subprocess.check_output([bench, "embedded", *map(str, numbers)])) for _ in range(rounds)]
    speed, lone = median(embedded(64, 500_000), "per_second"), median(embedded(1, 100_000), "p50_us")
    print(f"{'in process, one core':<30} {'rust':<8} {speed:>9.0f} calls/s (reach 500000), p50 {lone:.1f} us (reach 5)")
    held = System(None, [[bench, "rust-hold", None]]).run(nsqd)
    print(f"{'10,000 calls in flight':<30} {'rust':<8} {held['grown_kib'] / 1024:>9.1f} MiB above idle, both ends in one process (reach 64)")
    runs = [json.loads(subprocess.check_output([bench, "envelopes"])) for _ in range(rounds)]
    for what, reach in (("encode", 150), ("decode", 350)):
        own, peer = (median(runs, f"{who}{what}_ns") for who in ("", "serde_"))
        name = f"{what} {runs[0]['bytes']} bytes"
        print(f"{name:<30} {'rust':<8} {own:>9.0f} ns (reach {reach}); serde_json {peer:.0f}")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--rounds", type=int, default=5, help="of each row (5)")
    parser.add_argument("--only", default="", help="rows whose name holds this text")
    parser.add_argument("--plot", type=pathlib.Path, help="where to write the plot")
    parser.add_argument("--nsqd", type=pathlib.Path, default=TOOLS / "nsqd")
    parser.add_argument("--python", type=pathlib.Path, default=TOOLS / "python")
    parser.add_argument("--bench", type=pathlib.Path, help="a program that is built already")
    arguments = parser.parse_args()
    bench = arguments.bench
    if bench is None:
        subprocess.run(["cargo", "build", "--quiet", "--profile", "production", "-p", "almanet-bench"], cwd=ROOT, check=True)
        metadata = json.loads(subprocess.check_output(["cargo", "metadata", "--format-version=1", "--no-deps"], cwd=ROOT))
        bench = pathlib.Path(metadata["target_directory"]) / "production" / "almanet-bench"
    load = os.getloadavg()[0]
    print(f"{platform.machine()}, {os.cpu_count()} processors, load {load:.1f}, {platform.system()} {platform.release()}\n")
    print(f"{'':<30} {'system':<8} {'a second':>9} {'p50 us':>9} {'p99 us':>9}   ratio to the bare program")
    measured = {}
    missed = []
    for row in rows(bench, arguments.python):
        if arguments.only in row.name:
            measured[row.name] = row.measure(arguments.rounds, arguments.nsqd)
            if not show(row, measured[row.name]):
                missed.append(row.name)
    if not arguments.only:
        alone(bench, arguments.python, arguments.nsqd, arguments.rounds)
    print(f"\nmissed: {', '.join(missed) or 'none'}")
    if arguments.plot:
        series = {}
        for name in ("raw", "rust", "threads"):
            for in_flight in PLOTTED:
                service = [bench, f"{name}-service", None, *([in_flight] if name == "raw" else [])]
                system = System(service, [[bench, f"{name}-caller", None, in_flight, 10_000 if in_flight < 16 else 100_000]])
                runs = [system.run(arguments.nsqd) for _ in range(max(1, arguments.rounds // 2))]
                series.setdefault(name, []).append((in_flight, median(runs, "per_second"), median(runs, "p99_us")))
        arguments.plot.write_text(plot.draw(series))


if __name__ == "__main__":
    main()
