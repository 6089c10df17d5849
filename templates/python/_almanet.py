"""The library `almanet` 1.3.4 of PyPI, as the headers of this package use it.

It reads and writes by the contract's types what the library would write by the looks of
values, holds results to their types, and packs keywords into the payload's model.
"""

import asyncio
import math
from collections.abc import AsyncIterator, Awaitable, Callable, Collection, Coroutine
from types import TracebackType
from typing import (
    TYPE_CHECKING,
    Any,
    Concatenate,
    Generic,
    ParamSpec,
    Protocol,
    Self,
    TypedDict,
    TypeVar,
    cast,
    get_type_hints,
    overload,
)

import pydantic
from typing_extensions import Unpack

if TYPE_CHECKING:
    # The library has no types of its own to be checked with.

    class rpc_exception(Exception):  # noqa: N818
        """What a service answered with instead of a result."""

        name: str
        payload: Any

        def __init__(self, payload: Any = None, name: str | None = None) -> None: ...

    class remote_exception(rpc_exception):
        """What services raise."""

    class rpc_invalid_payload(remote_exception):
        """The payload is not what the procedure takes."""

    class rpc_invalid_return(remote_exception):
        """The result is not what the procedure promises."""

    class _Reply(Protocol):
        payload: bytes

    class _Message(Protocol):
        id: str
        timestamp: float
        body: bytes
        attempts: int

        async def commit(self) -> None: ...
        async def rollback(self) -> None: ...

    class Almanet(Protocol):
        """A session."""

        async def call(self, uri: str, payload: bytes, **options: int) -> _Reply: ...
        async def delay_call(self, uri: str, payload: bytes, delay: int) -> None: ...
        async def produce(self, uri: str, payload: bytes, delay: int) -> None: ...
        async def consume(
            self,
            topic: str,
            channel: str,
        ) -> tuple[AsyncIterator[_Message], Callable[[], None]]: ...

    def get_active_session() -> Almanet: ...

    class _Service:
        pre: str

        def __init__(
            self,
            prepath: str,
            tags: set[str],
            include_to_api: bool,
        ) -> None: ...
        def add_procedure(
            self,
            function: Callable[..., Any],
            **options: Any,
        ) -> None: ...

else:
    from almanet import (
        Almanet,
        get_active_session,
        remote_exception,
        rpc_exception,
        rpc_invalid_payload,
        rpc_invalid_return,
    )
    from almanet import (
        remote_service as _Service,  # noqa: N812
    )

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

Payload = TypeVar("Payload")
Result = TypeVar("Result")
P = ParamSpec("P")
T = TypeVar("T")


# What the protocol itself answers.
_PROTOCOL: dict[str, type[remote_exception]] = {
    "rpc_invalid_payload": rpc_invalid_payload,
    "rpc_invalid_return": rpc_invalid_return,
}
_TEXT: pydantic.TypeAdapter[str] = pydantic.TypeAdapter(str)


class _Codec:
    """Reads and writes the JSON of a type."""

    def __init__(self, model: Any) -> None:
        self.model = model
        self._adapter: pydantic.TypeAdapter[Any] = pydantic.TypeAdapter(model)

    def read(self, json: bytes | str) -> Any:
        return self._adapter.validate_json(json)

    def write(self, value: Any) -> bytes:
        return self._adapter.dump_json(self._adapter.validate_python(value))


class _Options(TypedDict, total=False):
    name: str
    uri: str
    channel: str
    tags: Collection[str]
    include_to_api: bool
    exceptions: Collection[type[remote_exception]]
    timeout: float
    idempotent: bool
    oneway: bool


class _Declared(Generic[Payload, Result]):
    """What procedures have in common."""

    def __init__(
        self,
        service: "remote_service",
        function: Callable[..., Any],
        payload_model: Any,
        options: _Options,
    ) -> None:
        hints = get_type_hints(function, include_extras=True)
        self.service = service
        self.name = options.get("name", function.__name__)
        self.uri = options.get("uri", f"{service.pre}.{self.name}")
        self._description = function.__doc__
        self._deprecated: str | None = getattr(function, "__deprecated__", None)
        self._options = options
        self._payload = _Codec(
            hints["payload"] if payload_model is ... else payload_model,
        )
        self._result = _Codec(hints["return"])
        self._exceptions = {
            error.__name__: _Codec(
                get_type_hints(error, include_extras=True)["payload"],
            )
            for error in options.get("exceptions", ())
        }
        self._classes = {
            error.__name__: error for error in options.get("exceptions", ())
        }
        self._implementation: Callable[..., Awaitable[Result]] | None = None

    @property
    def payload_model(self) -> Any:
        """The type of its payload."""
        return self._payload.model

    @property
    def return_model(self) -> Any:
        """The type of its result."""
        return self._result.model

    async def _invoke(
        self,
        payload: Payload,
        timeout: float | None,
        *,
        force_local: bool,
    ) -> Result:
        session = get_active_session()
        if self._implementation is not None and force_local:
            local: Result = await self._implementation(payload, session=session)
            return local
        json = self._write_payload(payload)
        limit = self._options.get("timeout", 60.0) if timeout is None else timeout
        if self._options.get("oneway", False):
            await session.delay_call(self.uri, json, 0)
            return cast("Result", None)
        try:
            async with asyncio.timeout(limit):
                whole = max(1, math.ceil(limit))
                reply = await session.call(self.uri, json, timeout=whole)
        except rpc_exception as error:
            raise self._typed(error) from None
        return self._read_result(reply.payload)

    def _write_payload(self, payload: Payload) -> bytes:
        try:
            return self._payload.write(payload)
        except pydantic.ValidationError as error:
            raise rpc_invalid_payload(str(error)) from error

    def _read_result(self, json: bytes | str) -> Result:
        try:
            result: Result = self._result.read(json)
        except pydantic.ValidationError as error:
            raise rpc_invalid_return(str(error)) from error
        return result

    def _typed(self, error: rpc_exception) -> rpc_exception:
        """Give an exception the class that is declared for it."""
        codec = self._exceptions.get(error.name)
        if codec is None:
            protocol = _PROTOCOL.get(error.name)
            if protocol is None:
                return error
            return protocol(_TEXT.validate_json(error.payload))
        try:
            return self._classes[error.name](codec.read(error.payload))
        except pydantic.ValidationError as invalid:
            return rpc_invalid_payload(str(invalid))

    def _implement(self, function: Callable[..., Awaitable[Result]]) -> None:
        if self._implementation is not None:
            message = f"{self.uri} is implemented already"
            raise ValueError(message)
        self._implementation = function

        async def run(payload: Payload, *, session: Almanet) -> bytes:
            try:
                result = await function(payload, session=session)
            except rpc_exception as error:
                codec = self._exceptions.get(error.name)
                if codec is None:
                    raise
                raise rpc_exception(codec.write(error.payload), error.name) from error
            try:
                return self._result.write(result)
            except pydantic.ValidationError as error:
                raise rpc_invalid_return(str(error)) from error

        self.service.add_procedure(
            run,
            name=self.name,
            uri=self.uri,
            description=self._description,
            channel=self._options.get("channel", "almanet.python"),
            tags=set(self._options.get("tags", ())),
            include_to_api=self._options.get("include_to_api", False),
            exceptions=set(self._classes.values()),
            payload_model=self._payload.model,
            return_model=self._result.model,
        )


class remote_procedure_model(_Declared[Payload, Result]):
    """A procedure with one payload."""

    def __call__(
        self,
        payload: Payload,
        *,
        timeout: float | None = None,
        force_local: bool = True,
    ) -> Coroutine[Any, Any, Result]:
        """Call the service, or its implementation where that is in this process."""
        return self._invoke(payload, timeout, force_local=force_local)

    def implements(
        self,
        real_function: Callable[Concatenate[Payload, ...], Awaitable[Result]],
    ) -> Self:
        """Have a function run its calls; a decorator."""
        self._implement(real_function)
        return self


class keyword_procedure_model(_Declared[Payload, Result], Generic[P, Payload, Result]):
    """A procedure with named parameters, which its payload's model has as fields."""

    def __call__(
        self,
        /,
        *args: P.args,
        **kwargs: P.kwargs,
    ) -> Coroutine[Any, Any, Result]:
        """Call the service, or its implementation where that is in this process."""
        options: dict[str, Any] = {
            name: kwargs.pop(name)
            for name in ("timeout", "force_local")
            if name in kwargs
        }
        payload = self._pack(args, kwargs)
        force_local = options.get("force_local", True)
        return self._invoke(payload, options.get("timeout"), force_local=force_local)

    def _pack(self, args: tuple[Any, ...], kwargs: dict[str, Any]) -> Payload:
        fields = self._payload.model.model_fields
        required = [name for name, field in fields.items() if field.is_required()]
        if len(args) > len(required):
            message = f"{self.name} takes {len(required)} positional arguments"
            raise TypeError(message)
        given = dict(zip(required, args, strict=False))
        for name, value in kwargs.items():
            if name in given or name not in fields:
                message = f"{self.name} takes no other argument {name!r}"
                raise TypeError(message)
            given[name] = value
        try:
            payload: Payload = self._payload.model(**given)
        except pydantic.ValidationError as error:
            raise rpc_invalid_payload(str(error)) from error
        return payload

    def implements(
        self,
        real_function: Callable[Concatenate[Payload, ...], Awaitable[Result]],
    ) -> Self:
        """Have a function run its calls, which gets the payload's model; a decorator."""
        self._implement(real_function)
        return self


class topic_message(Generic[T]):
    """One message of a topic."""

    def __init__(self, message: "_Message", codec: _Codec) -> None:
        self._codec = codec
        self.id = message.id
        self.timestamp = message.timestamp
        self.attempts = message.attempts
        self.body = message.body
        self.commit = message.commit
        self.rollback = message.rollback

    @property
    def payload(self) -> T:
        """The value; raises `rpc_invalid_payload` where the body is none."""
        try:
            payload: T = self._codec.read(self.body)
        except pydantic.ValidationError as error:
            raise rpc_invalid_payload(str(error)) from error
        return payload


class _Consumer(AsyncIterator[topic_message[T]]):
    """Messages of a topic; subscribed by `async with`, or by the first step."""

    def __init__(self, topic: str, channel: str, codec: _Codec) -> None:
        self._topic = topic
        self._channel = channel
        self._codec = codec
        self._messages: AsyncIterator[_Message] | None = None
        self._stop: Callable[[], None] | None = None

    async def _subscribe(self) -> "AsyncIterator[_Message]":
        if self._messages is None:
            session = get_active_session()
            found = await session.consume(self._topic, self._channel)
            self._messages, self._stop = found
        return self._messages

    async def __aenter__(self) -> Self:
        await self._subscribe()
        return self

    async def __aexit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        self.stop()

    async def __anext__(self) -> topic_message[T]:
        messages = await self._subscribe()
        return topic_message(await anext(messages), self._codec)

    def stop(self) -> None:
        """Take no more messages."""
        if self._stop is not None:
            self._stop()


class remote_topic(Generic[T]):
    """A topic whose messages hold values of a type."""

    def __init__(self, uri: str, payload_model: Any, channel: str | None) -> None:
        self.uri = uri
        self.channel = channel
        self._codec = _Codec(payload_model)

    async def produce(self, payload: T, delay: float = 0) -> None:
        """Produce a message, which the broker keeps back for `delay` seconds."""
        try:
            body = self._codec.write(payload)
        except pydantic.ValidationError as error:
            raise rpc_invalid_payload(str(error)) from error
        # The library hands its delay on to NSQ, which takes milliseconds.
        await get_active_session().produce(self.uri, body, round(delay * 1000))

    def consume(self, channel: str | None = None) -> _Consumer[T]:
        """Consume it on a channel, whose consumers share the messages."""
        channel = channel or self.channel
        if channel is None:
            message = f"the topic {self.uri} names no channel: say which"
            raise ValueError(message)
        return _Consumer(self.uri, channel, self._codec)


class remote_service(_Service):
    """A service: what is declared together, and served together."""

    def __init__(
        self,
        prepath: str,
        *,
        tags: Collection[str] = (),
        include_to_api: bool = False,
    ) -> None:
        super().__init__(prepath, set(tags), include_to_api)

    @overload
    def public_procedure(
        self,
        function: Callable[[Payload], Coroutine[Any, Any, Result]],
    ) -> remote_procedure_model[Payload, Result]: ...

    @overload
    def public_procedure(
        self,
        **options: Unpack[_Options],
    ) -> Callable[
        [Callable[[Payload], Coroutine[Any, Any, Result]]],
        remote_procedure_model[Payload, Result],
    ]: ...

    def public_procedure(
        self,
        function: Callable[..., Any] | None = None,
        **options: Unpack[_Options],
    ) -> Any:
        """Declare a procedure; a decorator."""

        def declare(function: Callable[..., Any]) -> remote_procedure_model[Any, Any]:
            return remote_procedure_model(self, function, ..., options)

        return declare if function is None else declare(function)

    def public_keyword_procedure(
        self,
        *,
        payload_model: type[Payload],
        **options: Unpack[_Options],
    ) -> Callable[
        [Callable[P, Coroutine[Any, Any, Result]]],
        keyword_procedure_model[P, Payload, Result],
    ]:
        """Declare a procedure with named parameters; a decorator."""
        return lambda function: keyword_procedure_model(
            self,
            function,
            payload_model,
            options,
        )

    def public_topic(
        self,
        name: str,
        payload_model: Any,
        *,
        channel: str | None = None,
        uri: str | None = None,
    ) -> remote_topic[Any]:
        """Declare a topic."""
        return remote_topic(uri or f"{self.pre}.{name}", payload_model, channel)


new_remote_service = remote_service
