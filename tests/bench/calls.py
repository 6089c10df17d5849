#!/usr/bin/env python3
"""What a call costs over real nsqd: the bare protocol, this runtime and the Python library, in interleaved runs.

Prints a table of medians with ratios to the bare protocol measured in the same run, then calls in process (`embedded:`).
`./tests/run nsqd python` installs what it needs (nsqd, Python with almanet) under target/tools.
"""

import argparse
import json
import pathlib
import statistics
import subprocess
import sys
import tempfile
import time
import socket

ROOT = pathlib.Path(__file__).resolve().parents[2]
TOOLS = ROOT / "target" / "tools" / "bin"
HERE = pathlib.Path(__file__).parent


def free_port() -> int:
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        return listener.getsockname()[1]


class Nsqd:
    """A real nsqd with its defaults, on free ports, with its data in a temporary folder."""

    def __init__(self, program: pathlib.Path) -> None:
        self.data = tempfile.TemporaryDirectory()
        port, http = free_port(), free_port()
        self.address = f"127.0.0.1:{port}"
        self.process = subprocess.Popen(
            [program, f"--tcp-address={self.address}", f"--http-address=127.0.0.1:{http}", f"--data-path={self.data.name}"],
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
        )
        while True:
            try:
                socket.create_connection(("127.0.0.1", port)).close()
                return
            except ConnectionRefusedError:
                time.sleep(0.02)

    def stop(self) -> None:
        self.process.terminate()
        self.process.wait()
        self.data.cleanup()


def measure(service: list, caller: list) -> dict:
    """Starts a service, waits until it says that it is ready, and runs a caller against it."""
    serving = subprocess.Popen(service, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True)
    try:
        assert serving.stdout is not None
        if serving.stdout.readline().strip() != "ready":
            sys.exit(f"{service} did not start")
        done = subprocess.run(caller, stdout=subprocess.PIPE, text=True, timeout=300, check=True)
        return json.loads(done.stdout)
    finally:
        serving.terminate()
        serving.wait()


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--runs", type=int, default=5, help="counted rounds (5)")
    parser.add_argument("--in-flight", type=int, nargs="+", default=[1, 64, 256, 1024])
    parser.add_argument("--nsqd", type=pathlib.Path, default=TOOLS / "nsqd")
    parser.add_argument("--python", type=pathlib.Path, default=TOOLS / "python")
    arguments = parser.parse_args()
    subprocess.run(["cargo", "build", "--quiet", "--release", "-p", "almanet-bench"], cwd=ROOT, check=True)
    metadata = json.loads(subprocess.check_output(["cargo", "metadata", "--format-version=1", "--no-deps"], cwd=ROOT))
    bench = pathlib.Path(metadata["target_directory"]) / "release" / "almanet-bench"
    print(f"{'in flight':>9}  {'system':<8} {'calls/s':>9} {'p50 us':>9} {'p99 us':>9}   of raw (calls/s, p50)")
    for in_flight in arguments.in_flight:
        rounds = {"raw": [], "rust": [], "python": []}
        for _ in range(arguments.runs):
            for system, kept in rounds.items():
                if system == "python" and not arguments.python.exists():
                    continue
                calls = 1_000 if system == "python" else 20_000 if in_flight == 1 else 200_000
                calls = max(calls, in_flight)
                nsqd = Nsqd(arguments.nsqd)
                try:
                    if system == "python":
                        peer = [arguments.python, HERE / "python_peer.py"]
                        service = [*peer, "service", nsqd.address]
                        caller = [*peer, "caller", nsqd.address, str(in_flight), str(calls)]
                    else:
                        service = [bench, f"{system}-service", nsqd.address, str(in_flight)]
                        caller = [bench, f"{system}-caller", nsqd.address, str(in_flight), str(calls)]
                    kept.append(measure(service, caller))
                finally:
                    nsqd.stop()
        median = lambda system, key: statistics.median(run[key] for run in rounds[system])
        for system, kept in rounds.items():
            if kept:
                speed, p50 = median(system, "per_second"), median(system, "p50_us")
                ratios = f"{speed / median('raw', 'per_second'):.2f}, {p50 / median('raw', 'p50_us'):.2f}"
                print(f"{in_flight:>9}  {system:<8} {speed:>9.0f} {p50:>9.1f} {median(system, 'p99_us'):>9.1f}   {ratios}")
    runs = [json.loads(subprocess.check_output([bench, "embedded", "64", "500000"])) for _ in range(arguments.runs)]
    speed = statistics.median(run["per_second"] for run in runs)
    print(f"\nin process, one core: {speed:.0f} calls/s, p50 {statistics.median(run['p50_us'] for run in runs):.1f} us (reach 200000)")


if __name__ == "__main__":
    main()
