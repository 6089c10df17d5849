#!/usr/bin/env python3
"""What an editor waits for: the language server over its standard streams, in a workspace of many contracts.

Opens a file of some 1,000 lines among the files of size N, types into it, and prints how long the problems of each keystroke
took, and other answers.
"""

import argparse
import json
import os
import pathlib
import queue
import shutil
import statistics
import subprocess
import sys
import threading
import time

import contract

ROOT = pathlib.Path(__file__).resolve().parents[2]
WORK = ROOT / "target" / "bench"


class Editor:
    """One conversation with the server."""

    def __init__(self, gen: pathlib.Path) -> None:
        self.process = subprocess.Popen([gen, "lsp"], stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL)
        self.messages: queue.Queue = queue.Queue()
        # What came while something else was waited for.
        self.kept: list[tuple[float, dict]] = []
        self.next = 0
        threading.Thread(target=self.read, daemon=True).start()

    def read(self) -> None:
        while True:
            length = 0
            while (line := self.process.stdout.readline().strip()) != b"":
                length = int(line.split(b":")[1])
            if length == 0:
                return
            message = json.loads(self.process.stdout.read(length))
            self.messages.put((time.perf_counter(), message))

    def send(self, message: dict) -> float:
        body = json.dumps({"jsonrpc": "2.0", **message}).encode()
        sent = time.perf_counter()
        self.process.stdin.write(b"Content-Length: %d\r\n\r\n%s" % (len(body), body))
        self.process.stdin.flush()
        return sent

    def until(self, wanted) -> tuple[float, dict]:
        for index, (_, message) in enumerate(self.kept):
            if wanted(message):
                return self.kept.pop(index)
        while True:
            at, message = self.messages.get(timeout=60)
            if wanted(message):
                return at, message
            self.kept.append((at, message))

    def ask(self, method: str, params: dict) -> tuple[float, dict]:
        """Seconds, and the result."""
        self.next += 1
        asked = self.next
        sent = self.send({"id": asked, "method": method, "params": params})
        at, message = self.until(lambda message: message.get("id") == asked and "method" not in message)
        if "error" in message:
            sys.exit(f"{method}: {message['error']}")
        return at - sent, message["result"]

    def tell(self, method: str, params: dict) -> float:
        return self.send({"method": method, "params": params})

    def problems(self, uri: str, version: int) -> tuple[float, list]:
        at, message = self.until(
            lambda message: message.get("method") == "textDocument/publishDiagnostics"
            and message["params"]["uri"] == uri
            and message["params"].get("version") == version
        )
        return at, message["params"]["diagnostics"]


def milliseconds(what: str, times: list[float], reach: str = "") -> None:
    times = sorted(times)
    p99 = times[min(len(times) - 1, int(len(times) * 0.99))]
    print(f"{what:<46} p50 {statistics.median(times) * 1e3:7.2f} ms  p99 {p99 * 1e3:7.2f}  max {times[-1] * 1e3:7.2f}   {reach}")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--size", type=int, default=1000, help="files of the workspace (1000)")
    parser.add_argument("--keystrokes", type=int, default=300, help="characters that are typed (300)")
    parser.add_argument("--gen", type=pathlib.Path, help="the almanet-gen to measure; built for release without it")
    arguments = parser.parse_args()
    gen = arguments.gen
    if gen is None:
        subprocess.check_call(["cargo", "build", "--release", "-p", "almanet-codegen"], cwd=ROOT)
        metadata = json.loads(subprocess.check_output(["cargo", "metadata", "--format-version=1", "--no-deps"], cwd=ROOT))
        gen = pathlib.Path(metadata["target_directory"]) / "release" / "almanet-gen"

    folder = WORK / f"editor{arguments.size}"
    shutil.rmtree(folder, ignore_errors=True)
    contract.write(folder, arguments.size)
    shutil.rmtree(folder / "proto")
    # Two contracts in one file, and an import of a third.
    first, second = contract.almanet(arguments.size), contract.almanet(arguments.size + 1).split("\n", 2)[2]
    neighbour = sorted((folder / "almanet").iterdir())[0].name
    head, rest = first.split("\n\n", 1)
    text = f'{head}\n\nimport "{neighbour}"\n\n{rest}\n{second}'
    path = folder / "almanet" / "big.almanet"
    path.write_text(text)
    (folder / "almanet.yaml").write_text("version: 1\nschemas: [almanet]\n")
    uri = path.as_uri()
    lines = text.count("\n")
    print(f"\nA file of {lines} lines among {arguments.size} files")

    editor = Editor(gen)
    begun = time.perf_counter()
    editor.ask("initialize", {"processId": None, "capabilities": {}, "workspaceFolders": [{"uri": folder.as_uri(), "name": "bench"}]})
    editor.tell("initialized", {})
    editor.tell("textDocument/didOpen", {"textDocument": {"uri": uri, "languageId": "almanet", "version": 1, "text": text}})
    editor.ask("textDocument/documentSymbol", {"textDocument": {"uri": uri}})
    print(f"{'the first answer, from the start':<46} {(time.perf_counter() - begun) * 1e3:11.2f} ms   reach 1000")
    at, _ = editor.problems(uri, 1)
    print(f"{'the first problems':<46} {(at - begun) * 1e3:11.2f} ms   reach 1000")
    editor.ask("workspace/symbol", {"query": "shop"})
    print(f"{'the first answer that needs every file':<46} {(time.perf_counter() - begun) * 1e3:11.2f} ms")
    time.sleep(2)

    line = text[: text.index("    country: string")].count("\n")
    document = {"uri": uri}
    times: dict[str, list[float]] = {"keystroke": [], "completion": [], "hover": [], "definition": [], "references": [], "symbols": []}
    version, column = 1, len("    country")
    for typed in range(arguments.keystrokes):
        version += 1
        here = {"line": line, "character": column + typed}
        change = {"range": {"start": here, "end": here}, "text": "abc_9"[typed % 5]}
        sent = editor.tell("textDocument/didChange", {"textDocument": {"uri": uri, "version": version}, "contentChanges": [change]})
        at, _ = editor.problems(uri, version)
        times["keystroke"].append(at - sent)
        # As fast as the fastest typist, so that whole projects are checked in between now and then.
        time.sleep(0.05 if typed % 10 else 0.25)
    behind = {"line": line, "character": column + arguments.keystrokes + len(": str")}
    at_type = {"textDocument": document, "position": behind}
    name = {"textDocument": document, "position": {"line": line - 2, "character": 9}}
    for _ in range(20):
        times["completion"].append(editor.ask("textDocument/completion", at_type)[0])
        times["hover"].append(editor.ask("textDocument/hover", name)[0])
        times["definition"].append(editor.ask("textDocument/definition", name)[0])
        times["references"].append(editor.ask("textDocument/references", {**name, "context": {"includeDeclaration": True}})[0])
        times["symbols"].append(editor.ask("workspace/symbol", {"query": "find3"})[0])
    milliseconds("problems after a keystroke", times["keystroke"], "reach 20")
    for what in ("completion", "hover", "definition", "references", "symbols"):
        milliseconds(what, times[what])
    editor.ask("shutdown", {})
    editor.tell("exit", {})
    # Of this process alone: what was built before took more.
    _, _, usage = os.wait4(editor.process.pid, 0)
    print(f"{'peak memory':<46} {usage.ru_maxrss / 1024:11.0f} MiB")


if __name__ == "__main__":
    main()
