"""The systems that are measured: installed or built, then started as processes of their own on an nsqd of their own."""

import dataclasses
import json
import pathlib
import socket
import subprocess
import sys
import tempfile
import time

ROOT = pathlib.Path(__file__).resolve().parents[2]
TOOLS = ROOT / "target" / "tools" / "bin"
WORK = ROOT / "target" / "bench"
INSTALL = """
root=$PWD tools=$PWD/target/tools logs=$PWD/target/test-logs
mkdir -p "$tools/bin" "$logs"
. tests/stages/tools.sh
install_nsqd
install_python
"""


@dataclasses.dataclass
class Parts:
    """What systems are made of, and why some of it is not there."""

    nsqd: pathlib.Path = TOOLS / "nsqd"
    bench: pathlib.Path | None = None
    python: pathlib.Path = TOOLS / "python"
    libraries: dict[str, list] = dataclasses.field(default_factory=dict)
    """The names of systems in Python, and how the interpreter of each is started with its library."""
    left_out: list[str] = dataclasses.field(default_factory=list)

    def prepare(self) -> None:
        """Installs nsqd and the Python library 1.3.4 as the tests do, and builds what is this project's own."""
        if not (self.nsqd.exists() and self.python.exists()):
            subprocess.run(["bash", "-c", INSTALL], cwd=ROOT, check=False)
        if not self.nsqd.exists():
            sys.exit(f"there is no nsqd: {self.nsqd}")
        if self.bench is None:
            subprocess.run(["cargo", "build", "--quiet", "--profile", "production", "-p", "almanet-bench"], cwd=ROOT, check=True)
            metadata = json.loads(subprocess.check_output(["cargo", "metadata", "--format-version=1", "--no-deps"], cwd=ROOT))
            self.bench = pathlib.Path(metadata["target_directory"]) / "production" / "almanet-bench"
        self.add_library("almanet", "almanet", [self.python])
        package = WORK / "python"
        if "almanet" in self.libraries:
            why = install_package(self.python, package)
            self.add_library("python", "almanet_runtime", ["env", f"PYTHONPATH={package}", self.python], why)
        else:
            self.left_out.append("python: it is measured beside almanet, and by the same interpreter")

    def add_library(self, name: str, module: str, python: list, why: str = "") -> None:
        if not self.python.exists():
            why = f"there is no {self.python}"
        elif not why:
            tried = subprocess.run([*python, "-c", f"import {module}"], stderr=subprocess.PIPE, text=True, check=False)
            why = tried.stderr.strip().rpartition("\n")[2]
        if why:
            self.left_out.append(f"{name}: {why}")
        else:
            self.libraries[name] = [*python, pathlib.Path(__file__).with_name("python_peer.py"), module]


def install_package(python: pathlib.Path, folder: pathlib.Path) -> str:
    """Builds the wheel of `runtime/python` as it is now and installs it; says why where it cannot."""
    pip = ["-m", "pip", "--quiet", "--disable-pip-version-check"]
    WORK.mkdir(parents=True, exist_ok=True)
    log = WORK / "python.log"
    with tempfile.TemporaryDirectory() as wheels, log.open("w") as told:
        build = [sys.executable, *pip, "wheel", "--no-deps", "--wheel-dir", wheels, ROOT / "runtime" / "python"]
        environment = ["env", f"CARGO_TARGET_DIR={ROOT / 'target' / 'python'}"]
        done = subprocess.run([*environment, *build], stdout=told, stderr=told, check=False)
        if done.returncode == 0:
            found = list(pathlib.Path(wheels).glob("*.whl"))
            install = [python, *pip, "install", "--root-user-action", "ignore", "--no-deps", "--upgrade", "--target", folder, *found]
            done = subprocess.run(install, stdout=told, stderr=told, check=False)
    return f"its wheel could not be built and installed: {log.relative_to(ROOT)} tells why" if done.returncode else ""


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
                if self.process.poll() is not None:
                    sys.exit(f"{program} did not start: another program may have taken its port")
                time.sleep(0.02)

    def __enter__(self) -> str:
        return self.address

    def __exit__(self, *_: object) -> None:
        self.process.terminate()
        self.process.wait()
        self.data.cleanup()


def free_port() -> int:
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        return listener.getsockname()[1]


@dataclasses.dataclass(frozen=True)
class System:
    """How one system is measured: the service to start, and the commands that follow; the last one's output counts."""

    service: list | None
    commands: list[list]
    """`None` stands for the broker's address."""
    options: tuple[str, ...] = ()

    def run(self, nsqd: pathlib.Path) -> dict:
        """What the last command printed; `idle_kib` is the memory of the service before the first one."""
        with Nsqd(nsqd, *self.options) as address:
            at = lambda command: [address if part is None else str(part) for part in command]
            serving = subprocess.Popen(at(self.service), stdout=subprocess.PIPE, text=True) if self.service else None
            try:
                idle = {}
                if serving:
                    if serving.stdout.readline().strip() != "ready":
                        sys.exit(f"{self.service} did not start")
                    idle["idle_kib"] = resident(serving.pid)
                for command in self.commands:
                    done = subprocess.run(at(command), stdout=subprocess.PIPE, text=True, timeout=300, check=True)
                return {**json.loads(done.stdout), **idle}
            finally:
                if serving:
                    serving.terminate()
                    serving.wait()


def resident(pid: int) -> int:
    """The memory of a process, in KiB."""
    status = pathlib.Path(f"/proc/{pid}/status").read_text()
    return int(status.split("VmRSS:")[1].split()[0])
