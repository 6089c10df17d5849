"""What procedures are declared as, called and implemented."""

import asyncio
import math
from collections.abc import Awaitable, Callable, Collection, Coroutine
from typing import (
    Any,
    Concatenate,
    Generic,
    ParamSpec,
    Self,
    TypedDict,
    TypeVar,
    cast,
    get_type_hints,
)

from ._codec import INVALID, Codec
from ._library import (
    Almanet,
    Service,
    get_active_session,
    remote_exception,
    rpc_exception,
    rpc_invalid_payload,
    rpc_invalid_return,
)

__all__ = ["ProcedureOptions", "keyword_procedure_model", "remote_procedure_model"]

Payload = TypeVar("Payload")
Result = TypeVar("Result")
P = ParamSpec("P")

# What the protocol itself answers.
_PROTOCOL: dict[str, type[remote_exception]] = {
    "rpc_invalid_payload": rpc_invalid_payload,
    "rpc_invalid_return": rpc_invalid_return,
}
_TEXT = Codec(str)


class ProcedureOptions(TypedDict, total=False):
    name: str
    uri: str
    channel: str
    tags: Collection[str]
    include_to_api: bool
    exceptions: Collection[type[remote_exception]]
    timeout: float
    idempotent: bool
    oneway: bool


class Declared(Generic[Payload, Result]):
    """What procedures have in common."""

    def __init__(
        self,
        service: Service,
        function: Callable[..., Any],
        payload_model: Any,
        options: ProcedureOptions,
    ) -> None:
        hints = get_type_hints(function, include_extras=True)
        self.service = service
        self.name = options.get("name", function.__name__)
        self.uri = options.get("uri", f"{service.pre}.{self.name}")
        self._description = function.__doc__
        self._deprecated: str | None = getattr(function, "__deprecated__", None)
        self._options = options
        self._payload = Codec(
            hints["payload"] if payload_model is ... else payload_model,
        )
        self._result = Codec(hints["return"])
        self._exceptions = {
            error.__name__: Codec(
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
        except INVALID as error:
            raise rpc_invalid_payload(str(error)) from error

    def _read_result(self, json: bytes | str) -> Result:
        try:
            result: Result = self._result.read(json)
        except INVALID as error:
            raise rpc_invalid_return(str(error)) from error
        return result

    def _typed(self, error: rpc_exception) -> rpc_exception:
        """Give an exception the class that is declared for it."""
        codec = self._exceptions.get(error.name)
        if codec is None:
            protocol = _PROTOCOL.get(error.name)
            if protocol is None:
                return error
            return protocol(_TEXT.read(error.payload))
        try:
            payload = codec.read(error.payload)
        except INVALID as invalid:
            return rpc_invalid_payload(str(invalid))
        # To call a deprecated class is warned of, and who is answered with it has not
        # named it.
        cls = self._classes[error.name]
        made = Exception.__new__(cls, payload)
        cls.__init__(made, payload)
        return made

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
            except INVALID as error:
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


class remote_procedure_model(Declared[Payload, Result]):
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


class keyword_procedure_model(Declared[Payload, Result], Generic[P, Payload, Result]):
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
        except INVALID as error:
            raise rpc_invalid_payload(str(error)) from error
        return payload

    def implements(
        self,
        real_function: Callable[Concatenate[Payload, ...], Awaitable[Result]],
    ) -> Self:
        """Have a function run its calls, which gets the payload's model; a decorator."""
        self._implement(real_function)
        return self
