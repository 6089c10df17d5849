"""The Rust runtime's log, handed to `logging`."""

from __future__ import annotations

import atexit
import logging
import os
import threading

from . import _native

__all__ = ["start"]

logger = logging.getLogger("almanet")

_reader: threading.Thread | None = None
_process = 0


def start() -> None:
    """Hands on what is logged at the level that the logger `almanet` has now."""
    global _reader, _process
    level = logger.getEffectiveLevel()
    _native.log_level(min(max(level, 0), 255))
    if _reader is not None and _process == os.getpid():
        return
    _process = os.getpid()
    _reader = threading.Thread(target=_hand_on, name="almanet-log", daemon=True)
    _reader.start()
    atexit.register(_stop, _reader, _process)


def _stop(reader: threading.Thread, process: int) -> None:
    """Ends the thread while the interpreter is whole."""
    if process == os.getpid():
        _native.stop_logs()
        reader.join(1.0)


def _hand_on() -> None:
    while (lines := _native.next_logs()) is not None:
        for level, target, message, fields in lines:
            if not logger.isEnabledFor(level):
                continue
            # The crate's paths as a logger's: `almanet_runtime::server::worker` is `almanet.server.worker`.
            name = target.replace("almanet_runtime", "almanet", 1).replace("::", ".")
            beside = " ".join(f"{name}={value}" for name, value in fields)
            logging.getLogger(name).log(level, "%s %s", message, beside, extra={"fields": dict(fields)})
