"""The guide's files, as they are printed there."""

from __future__ import annotations

import pathlib
import re
import signal
import subprocess
import sys

README = pathlib.Path(__file__).parents[1] / "README.md"


def test_the_guides_files_do_what_it_says(nsqd: str, tmp_path: pathlib.Path) -> None:
    blocks = re.findall(r"```(\w+)\n(.*?)```", README.read_text(), re.DOTALL)
    printed: dict[str, str] = {}
    path = ""
    for language, text in blocks:
        if language == "python" and text.startswith("# "):
            path = text[2 : text.index("\n")]
            file = tmp_path / path
            file.parent.mkdir(exist_ok=True)
            file.write_text(text.replace("127.0.0.1:4150", nsqd))
        elif language == "text":
            printed[path] = text
    assert sorted(printed) == ["caller.py", "script.py"]

    service = subprocess.Popen([sys.executable, "-m", "example.__microservice"], cwd=tmp_path)
    try:
        for program, expected in printed.items():
            # What is sent before the service is there waits for it.
            done = subprocess.run(
                [sys.executable, program], cwd=tmp_path, capture_output=True, text=True, timeout=60, check=False
            )
            assert done.stdout == expected, done.stderr
    finally:
        service.send_signal(signal.SIGTERM)
        assert service.wait(30) == 0
