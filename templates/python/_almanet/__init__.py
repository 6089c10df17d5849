"""The library `almanet` 1.3.4 of PyPI, as the headers of this package use it.

It reads and writes by the contract's types what the library would write by the looks of
values, holds results to their types, and packs keywords into the payload's model.
"""

from ._library import (
    Almanet,
    remote_exception,
    rpc_exception,
    rpc_invalid_payload,
    rpc_invalid_return,
)
from ._procedure import keyword_procedure_model, remote_procedure_model
from ._service import new_remote_service, remote_service
from ._topic import remote_topic, topic_message

__all__ = [
    "Almanet",
    "keyword_procedure_model",
    "new_remote_service",
    "remote_exception",
    "remote_procedure_model",
    "remote_service",
    "remote_topic",
    "rpc_exception",
    "rpc_invalid_payload",
    "rpc_invalid_return",
    "topic_message",
]
