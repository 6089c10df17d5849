#!/usr/bin/env python3
"""What the compiler costs, beside its peers, in interleaved runs on this machine.

Prints a table: user seconds (median), peak memory, and the ratio to the peer measured in the same run. Needs protoc on the
PATH; prost and tonic are built from crates.io under target/bench.
"""

import argparse
import json
import math
import os
import pathlib
import shutil
import statistics
import subprocess
import sys

import contract

# A build counts whole: what a former one left of the same crate would hide most of its cost.
os.environ["CARGO_INCREMENTAL"] = "0"

EXPORTS = ("json-schema", "openapi", "asyncapi")
ROOT = pathlib.Path(__file__).resolve().parents[2]
WORK = ROOT / "target" / "bench"


class Cost:
    """What one finished process used."""

    def __init__(self, user: float, peak_mib: float) -> None:
        self.user = user
        self.peak_mib = peak_mib


def run(*command: str | pathlib.Path, cwd: pathlib.Path | None = None, expect: int = 0) -> Cost:
    """Runs a command, and says what it cost; its output is shown only where it ends otherwise than expected."""
    process = subprocess.Popen([str(part) for part in command], cwd=cwd, stdout=subprocess.PIPE, stderr=subprocess.STDOUT)
    assert process.stdout is not None
    output = process.stdout.read()
    _, status, usage = os.wait4(process.pid, 0)
    process.returncode = os.waitstatus_to_exitcode(status)
    if process.returncode != expect:
        sys.exit(f"{' '.join(map(str, command))} failed:\n{output.decode(errors='replace')}")
    return Cost(usage.ru_utime, usage.ru_maxrss / 1024)


def interleaved(runs: int, **commands) -> dict[str, Cost]:
    """Runs each command in turn, `runs` times, and keeps the medians."""
    costs: dict[str, list[Cost]] = {name: [] for name in commands}
    for turn in range(runs + 1):
        for name, command in commands.items():
            cost = command()
            if turn > 0:
                costs[name].append(cost)
    return {
        name: Cost(statistics.median(c.user for c in kept), statistics.median(c.peak_mib for c in kept))
        for name, kept in costs.items()
    }


def row(what: str, ours: Cost, peer: str, theirs: Cost | None, reach: str) -> None:
    ratio = f"{ours.user / theirs.user:5.2f} of {peer} {theirs.user:.2f} s" if theirs else ""
    print(f"{what:<44} {ours.user:6.2f} s {ours.peak_mib:6.0f} MiB   {ratio:<28} {reach}")


def compiler(size: int, runs: int, gen: pathlib.Path, peers: pathlib.Path) -> None:
    schemas = WORK / f"size{size}"
    shutil.rmtree(schemas, ignore_errors=True)
    contract.write(schemas, size)
    contract.write(schemas / "tenth", max(size // 10, 1))
    out = WORK / "out"
    descriptors = WORK / "descriptors.bin"
    protos = sorted((schemas / "proto").glob("*.proto"))
    run("protoc", "-I", schemas / "proto", "--include_source_info", f"--descriptor_set_out={descriptors}", *protos)

    def fresh(folder: pathlib.Path) -> pathlib.Path:
        shutil.rmtree(folder, ignore_errors=True)
        folder.mkdir(parents=True)
        return folder

    def generate(target: str, source: pathlib.Path, folder: pathlib.Path) -> Cost:
        return run(gen, "generate", "--target", target, "--out", folder, source)

    # The contract in git, as it is and with a comment at the end of each file: the former is recognized, the latter read.
    history = WORK / f"history{size}"
    shutil.rmtree(history, ignore_errors=True)
    shutil.copytree(schemas / "almanet", history / "schemas")
    git = ["git", "-C", history, "-c", "user.name=bench", "-c", "user.email=bench@localhost", "-c", "init.defaultBranch=main"]
    run(*git, "init", "--quiet")
    run(*git, "add", "--all")
    run(*git, "commit", "--quiet", "--message", "first")
    run(*git, "gc", "--quiet")
    touched = WORK / f"touched{size}"
    shutil.rmtree(touched, ignore_errors=True)
    shutil.copytree(history, touched)
    for path in (touched / "schemas").rglob("*.almanet"):
        with path.open("a") as file:
            file.write("// the same\n")

    def breaking(project: pathlib.Path) -> Cost:
        return run(gen, "breaking", project / "schemas", "--against", "main", cwd=project)

    costs = interleaved(
        runs,
        protoc=lambda: run("protoc", "-I", schemas / "proto", "--descriptor_set_out=/dev/null", *protos),
        check=lambda: run(gen, "check", schemas / "almanet"),
        fmt=lambda: run(gen, "fmt", "--check", schemas / "almanet"),
        lint=lambda: run(gen, "lint", schemas / "almanet", expect=1),
        lint_tenth=lambda: run(gen, "lint", schemas / "tenth" / "almanet", expect=1),
        fmt_tenth=lambda: run(gen, "fmt", "--check", schemas / "tenth" / "almanet"),
        prost=lambda: run(peers, "prost", descriptors, fresh(out / "prost")),
        rust=lambda: generate("rust", schemas / "almanet", fresh(out / "rust")),
        again=lambda: generate("rust", schemas / "almanet", out / "rust"),
        protoc_python=lambda: run("protoc", "-I", schemas / "proto", "--python_out", fresh(out / "protoc"), *protos),
        python=lambda: generate("python", schemas / "almanet", fresh(out / "python")),
        python_again=lambda: generate("python", schemas / "almanet", out / "python"),
        docs=lambda: run(gen, "docs", "--out", fresh(out / "docs"), schemas / "almanet"),
        **{f"export_{form}": lambda form=form: run(gen, "export", "--format", form, schemas / "almanet") for form in EXPORTS},
        breaking=lambda: breaking(history),
        breaking_read=lambda: breaking(touched),
        check_tenth=lambda: run(gen, "check", schemas / "tenth" / "almanet"),
        docs_tenth=lambda: run(gen, "docs", "--out", fresh(out / "docs-tenth"), schemas / "tenth" / "almanet"),
        **{f"export_{form}_tenth": lambda form=form: run(gen, "export", "--format", form, schemas / "tenth" / "almanet") for form in EXPORTS},
        rust_tenth=lambda: generate("rust", schemas / "tenth" / "almanet", fresh(out / "rust-tenth")),
        python_tenth=lambda: generate("python", schemas / "tenth" / "almanet", fresh(out / "python-tenth")),
    )
    print(f"\nThe compiler, size N = {size}: user seconds, peak memory, medians of {runs} interleaved runs")
    row("check", costs["check"], "protoc", costs["protoc"], "reach 0.80; 200 MiB")
    row("fmt", costs["fmt"], "protoc", costs["protoc"], "reach 0.5 s")
    row("lint", costs["lint"], "protoc", costs["protoc"], "reach 0.6 s")
    row("generate Rust", costs["rust"], "prost", costs["prost"], "reach 0.30; 1.0 s, 200 MiB")
    row("generate Rust again, nothing changed", costs["again"], "the first", costs["rust"], "reach 0.25")
    row("generate Python", costs["python"], "protoc", costs["protoc_python"], "reach 0.50; 1.0 s, 200 MiB")
    row("generate Python again, nothing changed", costs["python_again"], "the first", costs["python"], "reach 0.25")
    row("documents, HTML", costs["docs"], "", None, "reach 3.0 s, 200 MiB")
    for form in EXPORTS:
        row(f"export {form}", costs[f"export_{form}"], "", None, "")
    row("breaking, against itself", costs["breaking"], "check", costs["check"], "reach 1.0 s, 200 MiB (buf: 19.6 s)")
    row("breaking, both contracts read", costs["breaking_read"], "check", costs["check"], "reach 1.0 s, 200 MiB")
    for name in ("check", "fmt", "lint", "rust", "python", "docs", *(f"export_{form}" for form in EXPORTS)):
        growth = math.log10(costs[name].user / max(costs[f"{name}_tenth"].user, 1e-3))
        print(f"growth exponent of {name}, N = {max(size // 10, 1)} to {size}: {growth:.2f} (reach 1.0)")


TONIC_MANIFEST = """[workspace]
[package]
name = "cost"
version = "0.0.0"
edition = "2024"
[lib]
path = "lib.rs"
[dependencies]
prost = "0.14"
tonic = {{ version = "0.14", features = ["transport"] }}
tonic-prost = "0.14"
"""

OURS_MANIFEST = """[workspace]
[package]
name = "cost"
version = "0.0.0"
edition = "2024"
[lib]
path = "lib.rs"
[dependencies]
almanet-runtime = {{ path = "{root}/runtime" }}
"""


def crate(folder: pathlib.Path, manifest: str, library: str) -> pathlib.Path:
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "Cargo.toml").write_text(manifest.format(root=ROOT))
    (folder / "lib.rs").write_text(library)
    shutil.copy(ROOT / "Cargo.lock", folder / "Cargo.lock")
    run("cargo", "build", cwd=folder)
    return folder


def build(folder: pathlib.Path) -> Cost:
    """Builds the crate alone: its dependencies are built already."""
    (folder / "lib.rs").touch()
    return run("cargo", "build", "--offline", cwd=folder)


def generated_crate(size: int, runs: int, gen: pathlib.Path, peers: pathlib.Path) -> None:
    schemas = WORK / f"size{size}"
    shutil.rmtree(schemas, ignore_errors=True)
    contract.write(schemas, size)
    descriptors = WORK / "crate.bin"
    protos = sorted((schemas / "proto").glob("*.proto"))
    run("protoc", "-I", schemas / "proto", "--include_source_info", f"--descriptor_set_out={descriptors}", *protos)
    tonic, ours = WORK / "crate-tonic", WORK / "crate-almanet"
    run(peers, "tonic", descriptors, tonic / "gen")
    run(gen, "generate", "--target", "rust", "--out", ours / "contract", schemas / "almanet")
    modules = [f'pub mod part{i} {{ include!("gen/bench.part{i}.rs"); }}' for i in range(size)]
    crate(tonic, TONIC_MANIFEST, "\n".join(modules) + "\n")
    crate(ours, OURS_MANIFEST, "pub mod contract;\n" + use_everything(size))
    costs = interleaved(runs, tonic=lambda: build(tonic), ours=lambda: build(ours))
    print(f"\nA generated crate, size N = {size}, debug build: user seconds of cargo, medians of {runs} interleaved runs")
    row("messages, codecs (used) and stubs", costs["ours"], "tonic", costs["tonic"], "reach 1.00")


def use_everything(size: int) -> str:
    """A function that reads and writes every record, so that no codec is left out of what is compiled."""
    lines = ["use almanet_runtime::codegen::{from_json, to_json};", "pub fn use_every_codec(json: &[u8]) -> usize {", "    let mut bytes = 0;"]
    for i in range(size):
        for p in range(contract.PROCEDURES):
            for kind in ("Request", "Answer"):
                path = f"contract::bench::part{i}::{kind}{i}x{p}"
                lines.append(f"    bytes += from_json::<{path}>(json).map_or(0, |value| to_json(&value).map_or(0, |json| json.len()));")
    return "\n".join([*lines, "    bytes", "}", ""])


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--size", type=int, default=1000, help="services of the compiler's contract (1000)")
    parser.add_argument("--crate-size", type=int, default=10, help="services of the generated crate (10)")
    parser.add_argument("--runs", type=int, default=5, help="counted runs of each command (5)")
    arguments = parser.parse_args()
    if shutil.which("protoc") is None:
        sys.exit("protoc is not on the PATH: install protobuf-compiler")
    WORK.mkdir(parents=True, exist_ok=True)
    run("cargo", "build", "--release", "-p", "almanet-codegen", cwd=ROOT)
    run("cargo", "build", "--release", "--target-dir", WORK / "peers", cwd=ROOT / "tests" / "bench" / "peers")
    metadata = json.loads(subprocess.check_output(["cargo", "metadata", "--format-version=1", "--no-deps"], cwd=ROOT))
    gen = pathlib.Path(metadata["target_directory"]) / "release" / "almanet-gen"
    peers = WORK / "peers" / "release" / "almanet-bench-peers"
    compiler(arguments.size, arguments.runs, gen, peers)
    generated_crate(arguments.crate_size, arguments.runs, gen, peers)


if __name__ == "__main__":
    main()
