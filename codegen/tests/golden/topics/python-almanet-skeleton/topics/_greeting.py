"""The service `topics.greeting`. This file is yours: it was written once."""

from . import greeting as public

__all__ = ["public"]
