"""Processes that handlers fork off."""

from __future__ import annotations

import logging
import os

from . import _native

__all__ = ["end_child", "generation"]

logger = logging.getLogger("almanet")

_generation = 0


def _forked() -> None:
    global _generation
    _generation += 1
    _native.forked()


os.register_at_fork(after_in_child=_forked)


def generation() -> int:
    """Another number in each process that was forked off from the one before."""
    return _generation


def end_child(of: int, uri: str, error: BaseException | None = None) -> None:
    """Ends this process where it was forked off since `generation` gave `of`, by the handler of a call that came there.

    A child that comes back from a handler would go on as a second server that has none of the first one's threads,
    while the handler may be waiting for it to end.
    """
    if of == _generation:
        return
    if isinstance(error, SystemExit):
        code = error.code if isinstance(error.code, int) else int(error.code is not None)
    else:
        code = 1
        logger.error(
            "a call of %s forked, and its child came back from the handler: it ends here, as os._exit would end it",
            uri,
            exc_info=error,
        )
    os._exit(code)
