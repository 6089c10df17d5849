"""Calls, replies and topics over NSQ: the API of the library `almanet`, on Almanet's Rust runtime.

import almanet_runtime as almanet
"""

from . import clients, shared, sync
from ._context import current_call, handled_call, principal
from ._exceptions import (
    InternalError,
    invalid_call,
    not_executed,
    outcome_unknown,
    payload_too_large,
    remote_exception,
    rpc_exception,
    rpc_invalid_exception_payload,
    rpc_invalid_payload,
    rpc_invalid_return,
    rpc_overloaded,
    rpc_unauthorized,
)
from ._procedure import keyword_procedure_model, remote_procedure_model
from ._process import serve_multiple, serve_single
from ._service import get_service, new_remote_service, remote_service
from ._serving import authenticator, serving, static_tokens
from ._session import (
    Almanet,
    client_iface,
    get_active_session,
    invoke_event_model,
    logger,
    qmessage_model,
    reply_event_model,
)
from ._stream import keyword_stream_model, remote_stream, remote_stream_model
from ._topic import remote_topic, topic_message

__all__ = [
    "Almanet",
    "InternalError",
    "authenticator",
    "client_iface",
    "clients",
    "current_call",
    "get_active_session",
    "get_service",
    "handled_call",
    "invalid_call",
    "invoke_event_model",
    "keyword_procedure_model",
    "keyword_stream_model",
    "logger",
    "new_remote_service",
    "not_executed",
    "outcome_unknown",
    "payload_too_large",
    "principal",
    "qmessage_model",
    "remote_exception",
    "remote_procedure_model",
    "remote_service",
    "remote_stream",
    "remote_stream_model",
    "remote_topic",
    "reply_event_model",
    "rpc_exception",
    "rpc_invalid_exception_payload",
    "rpc_invalid_payload",
    "rpc_invalid_return",
    "rpc_overloaded",
    "rpc_unauthorized",
    "serve_multiple",
    "serve_single",
    "serving",
    "shared",
    "static_tokens",
    "sync",
    "topic_message",
]
