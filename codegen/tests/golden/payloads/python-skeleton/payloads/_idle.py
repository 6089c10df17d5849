"""The service `payloads.idle`. This file is yours: it was written once."""

from . import idle as public

__all__ = ["public"]
