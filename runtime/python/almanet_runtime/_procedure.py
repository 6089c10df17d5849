"""Procedures of services: declared, called, and implemented."""

from __future__ import annotations

import contextlib
import copy
import functools
import inspect
import warnings
from collections.abc import Awaitable, Callable, Collection, Coroutine, Mapping
from typing import TYPE_CHECKING, Any, Concatenate, Generic, NotRequired, Self, TypedDict, TypeVar

import pydantic
import pydantic_core
from typing_extensions import ParamSpec, Unpack

from . import _codec, _exceptions, _session
from ._annotations import annotations_of, known, local_names, unknown
from ._exceptions import remote_exception
from ._threads import run_in_thread

if TYPE_CHECKING:
    from ._service import remote_service

__all__ = ["keyword_options", "keyword_procedure_model", "procedure_options", "remote_procedure_model"]

I = TypeVar("I")
O = TypeVar("O")
P = ParamSpec("P")

DEFAULT = _session.DEFAULT_TIMEOUT_SECONDS


class keyword_options(TypedDict):
    """What may be said of a procedure where it is declared."""

    name: NotRequired[str]
    include_to_api: NotRequired[bool]
    """Show it, with its JSON Schemas, to whoever asks."""
    description: NotRequired[str | None]
    tags: NotRequired[Collection[str]]
    validate: NotRequired[bool]
    """Hold payloads and results to their types."""
    return_model: NotRequired[Any]
    uri: NotRequired[str]
    channel: NotRequired[str]
    exceptions: NotRequired[Collection[type[remote_exception]]]
    timeout: NotRequired[float]
    """How many seconds a caller waits unless it says otherwise."""
    idempotent: NotRequired[bool]
    """It may run twice: callers send it again where no reply comes."""
    auth: NotRequired[Collection[str] | None]
    """It asks for a credential that holds these scopes."""
    oneway: NotRequired[bool]
    """Nobody waits for what it returns."""


class procedure_options(keyword_options):
    """The same, and the type of its one payload."""

    payload_model: NotRequired[Any]


class call_options(TypedDict):
    """How a procedure is called."""

    timeout: NotRequired[float | None]
    force_local: NotRequired[bool]
    headers: NotRequired[Mapping[str, str]]
    token: NotRequired[str]
    version: NotRequired[str]


def check_options(what: str, given: Mapping[str, Any], known: Any) -> None:
    """Refuses options that a TypedDict does not have, as a parameter list would."""
    names = known.__required_keys__ | known.__optional_keys__
    for name in given:
        if name not in names:
            raise TypeError(f"{what} takes no option {name!r}, but {', '.join(sorted(names))}")


def several(uri: str, what: str, given: Any) -> set[Any]:
    """Options that are several; a text alone would be its letters."""
    if given is ...:
        return set()
    if isinstance(given, (str, bytes, type)):
        raise TypeError(f"{uri}: {what} takes a set, and not {given!r}")
    return set(given)


class declared_procedure(Generic[I, O]):
    """What procedures and streams have in common."""

    def __init__(
        self, service: remote_service, function: Callable[..., Any], **options: Unpack[procedure_options]
    ) -> None:
        if not callable(function):
            raise ValueError("decorated function must be callable")
        check_options("a procedure", options, procedure_options)
        self.service = service
        self.declaration = function
        self.function = function
        name = options.get("name", ...)
        self.name: str = function.__name__ if name is ... else name
        uri = options.get("uri", ...)
        self.uri: str = f"{service.pre}.{self.name}" if uri is ... else uri
        self.channel: str = options.get("channel", _session.DEFAULT_CHANNEL)
        description = options.get("description")
        self.description: str | None = inspect.getdoc(function) if description is None else description
        self.tags: set[str] = several(self.uri, "tags", options.get("tags", ...))
        self.validate: bool = options.get("validate", True)
        self.include_to_api: bool = options.get("include_to_api", False)
        self.exceptions: set[type[remote_exception]] = several(self.uri, "exceptions", options.get("exceptions", ...))
        if not all(isinstance(cls, type) for cls in self.exceptions):
            raise TypeError(f"{self.uri}: its exceptions are classes that inherit from remote_exception")
        self.timeout: float = options.get("timeout", DEFAULT)
        if not isinstance(self.timeout, (int, float)) or self.timeout <= 0:
            raise ValueError(f"{self.uri}: its timeout is a number of seconds above 0, not {self.timeout!r}")
        self.idempotent: bool = options.get("idempotent", False)
        auth = options.get("auth")
        self.auth: frozenset[str] | None = None if auth is None else frozenset(several(self.uri, "auth", auth))
        self.oneway: bool = options.get("oneway", False)
        self._models: tuple[Any, Any] = options.get("payload_model", ...), options.get("return_model", ...)
        self._codecs: tuple[_codec.codec, _codec.codec] | None = None
        self._local_annotations: dict[str, Any] = {}
        if (names := local_names(function)) is not None:
            found = annotations_of(function, names)
            self._local_annotations = {n: one for n, one in found.items() if not isinstance(one, unknown)}
        # Others never arrive, and are named for those who read it.
        remote = [cls for cls in self.exceptions if issubclass(cls, remote_exception)]
        self._declared = {cls._wire_name or cls.__name__: cls for cls in remote}
        self.exceptions |= {_exceptions.rpc_invalid_payload, _exceptions.rpc_invalid_return}
        self._deprecated: str | None = getattr(function, "__deprecated__", None)
        self._has_implementation = False
        self._manners: tuple[bool, bool] | None = None
        self._force_local = True
        self._headers: Mapping[str, str] | None = None
        self._target = self._make_target()
        with contextlib.suppress(NameError):
            # What is defined below it is known once it is served, or called.
            self.check_types()

    def __repr__(self) -> str:
        return f"{type(self).__name__}({self.uri!r})"

    def _warn(self) -> None:
        """Tells whoever calls it that it is deprecated, where it is."""
        if self._deprecated is not None:
            warnings.warn(f"{self.uri} is deprecated: {self._deprecated}", DeprecationWarning, stacklevel=3)

    # Types

    @property
    def payload_model(self) -> Any:
        """The type of its payload; `...` where any will do."""
        return self._resolved()[0]

    @property
    def return_model(self) -> Any:
        """The type of its result, or of its stream's items; `...` where any will do."""
        return self._resolved()[1]

    def _resolved(self) -> tuple[Any, Any]:
        payload, returned = self._models
        if payload is ... or returned is ...:
            found = annotations_of(self.declaration) | self._local_annotations
            if payload is ...:
                payload = known(found.get("payload", ...), f"{self.uri}: its parameter payload")
            if returned is ...:
                returned = self._returned(known(found.get("return", ...), f"{self.uri}: its result"))
        return payload, returned

    def _returned(self, annotation: Any) -> Any:
        return annotation

    def codecs(self) -> tuple[_codec.codec, _codec.codec]:
        """What reads and writes its payload and its result."""
        if self._codecs is None:
            payload, returned = self._resolved() if self.validate else (..., ...)
            self._codecs = _codec.codec(payload), _codec.codec(returned)
        return self._codecs

    def check_types(self) -> None:
        """Raises `TypeError` where pydantic cannot read a type, and `NameError` where one is not known."""
        payload, returned = self.codecs()
        payload.check(f"{self.uri}: its parameter payload")
        returned.check(f"{self.uri}: its result")

    def serialize_payload(self, v: bytes) -> I:
        """The payload of this JSON."""
        payload: I = self.codecs()[0].read(v)
        return payload

    def serialize_return(self, v: bytes) -> O:
        """The result of this JSON."""
        result: O = self.codecs()[1].read(v)
        return result

    @property
    def json_schema(self) -> dict[str, Any]:
        """What it is shown as."""
        payload, returned = (self._schema(model) for model in self._resolved())
        return {"name": self.name, "description": self.description, "payload": payload, "return": returned}

    def _schema(self, model: Any) -> dict[str, Any] | None:
        try:
            return _codec.codec(model).schema()
        except pydantic.PydanticUserError as error:
            why = str(error).partition("\n")[0]
            raise TypeError(f"{self.uri} cannot be shown: {model!r} has no JSON Schema: {why}") from error

    # Calling

    def options(self, **options: Unpack[call_options]) -> Self:
        """The same, called with these options."""
        check_options("a call", options, call_options)
        changed = copy.copy(self)
        timeout = options.get("timeout")
        if timeout is not None:
            changed.timeout = timeout
        changed._force_local = options.get("force_local", self._force_local)
        changed._headers = options.get("headers", self._headers)
        if "token" in options or "version" in options:
            changed._target = self._make_target(options.get("token"), options.get("version"))
        return changed

    def _make_target(self, token: str | None = None, version: str | None = None) -> _session.target:
        guarded = self.auth is not None or token is not None
        return _session.target(self.uri, version, token, self.idempotent, guarded)

    def _write(self, payload: Any) -> bytes:
        try:
            return self.codecs()[0].write(payload)
        except _codec.INVALID as error:
            raise _exceptions.rpc_invalid_payload(_codec.explain(error)) from error

    def _read(self, json: bytes) -> O:
        try:
            result: O = self.codecs()[1].read(json)
        except _codec.INVALID as error:
            raise _exceptions.rpc_invalid_return(_codec.explain(error)) from error
        return result

    async def _invoke(self, payload: Any, timeout: float | None, force_local: bool) -> O:
        session = _session.get_active_session()
        if self._has_implementation and force_local:
            result: O = await self._execute(payload, session)
            return result
        json = self._write(payload)
        limit = self.timeout if timeout is None else timeout
        try:
            if self.oneway:
                await session.oneway(self._target, json, timeout=limit, headers=self._headers)
                return None  # type: ignore[return-value]
            reply = await session.request(self._target, json, timeout=limit, headers=self._headers)
        except _exceptions.rpc_exception as error:
            raise _exceptions.typed(error, self._declared) from None
        return self._read(reply)

    async def _execute(self, payload: Any, session: _session.Almanet) -> Any:
        """Runs the implementation: a coroutine here, a plain function in a thread."""
        is_async, takes_session = self._manner()
        call = (
            functools.partial(self.function, payload, session=session)
            if takes_session
            else functools.partial(self.function, payload)
        )
        result = call() if is_async else await run_in_thread(call)
        return await result if inspect.isawaitable(result) else result

    def _manner(self) -> tuple[bool, bool]:
        """Whether the implementation is a coroutine function, and whether it takes the session."""
        if self._manners is None:
            self._manners = manner(self.function)
        return self._manners

    async def _gather(self, payload: Any, timeout: float, enough: int | None) -> list[O | _exceptions.rpc_exception]:
        session = _session.get_active_session()
        json = self._write(payload)
        replies = await session.gather(self._target, json, timeout=timeout, headers=self._headers, enough=enough)
        return [self._gathered(name, payload) for name, payload, _ in replies]

    def _gathered(self, name: str | None, payload: bytes) -> O | _exceptions.rpc_exception:
        if name is not None:
            return _exceptions.typed(_exceptions.rpc_exception(payload, name=name), self._declared)
        try:
            return self._read(payload)
        except _exceptions.rpc_invalid_return as error:
            return error

    async def _delay(self, payload: Any, delay: float) -> None:
        session = _session.get_active_session()
        json = self._write(payload)
        await session.oneway(self._target, json, timeout=self.timeout, headers=self._headers, delay=delay)

    # Implementing

    def _implement(self, function: Callable[..., Any]) -> None:
        if self._has_implementation:
            raise ValueError("procedure already implemented")
        if not callable(function):
            raise ValueError("decorated function must be callable")
        self.function = function
        self._manners = None
        self._has_implementation = True
        self.service.procedures.append(self)


class remote_procedure_model(declared_procedure[I, O]):
    """A procedure with one payload. Calling it calls the service, or its implementation in this process."""

    def __call__(
        self, payload: I, *, timeout: float | None = None, force_local: bool | None = None
    ) -> Coroutine[Any, Any, O]:
        self._warn()
        return self._invoke(payload, timeout, self._force_local if force_local is None else force_local)

    def gather(
        self, payload: I, *, timeout: float, enough: int | None = None
    ) -> Coroutine[Any, Any, list[O | _exceptions.rpc_exception]]:
        """Calls all who take it, one for each channel, for `timeout` seconds or until there are `enough` replies."""
        return self._gather(payload, timeout, enough)

    def delay(self, payload: I, delay: float) -> Coroutine[Any, Any, None]:
        """Sends a call that the broker keeps back for `delay` seconds, an hour at most. Nobody answers it."""
        return self._delay(payload, delay)

    def execute(self, payload: I, session: _session.Almanet) -> Coroutine[Any, Any, O]:
        """Runs the implementation."""
        return self._execute(payload, session)

    def implements(
        self, real_function: Callable[Concatenate[I, ...], Awaitable[O] | O]
    ) -> remote_procedure_model[I, O]:
        """A decorator: this function runs its calls. A plain one runs in a thread."""
        self._implement(real_function)
        return self


class keyword_procedure_model(declared_procedure[I, O], Generic[P, I, O]):
    """A procedure with named parameters, which its payload's model has as fields."""

    def __call__(self, /, *args: P.args, **kwargs: P.kwargs) -> Coroutine[Any, Any, O]:
        self._warn()
        options: dict[str, Any] = {name: kwargs.pop(name) for name in ("timeout", "force_local") if name in kwargs}
        force_local = options.get("force_local", self._force_local)
        return self._invoke(self._bind(args, kwargs), options.get("timeout"), force_local)

    def gather(
        self, payload: I, *, timeout: float, enough: int | None = None
    ) -> Coroutine[Any, Any, list[O | _exceptions.rpc_exception]]:
        """As `remote_procedure_model.gather`, of a payload's model."""
        return self._gather(payload, timeout, enough)

    def delay(self, payload: I, delay: float) -> Coroutine[Any, Any, None]:
        """As `remote_procedure_model.delay`, of a payload's model."""
        return self._delay(payload, delay)

    def implements(
        self, real_function: Callable[Concatenate[I, ...], Awaitable[O] | O]
    ) -> keyword_procedure_model[P, I, O]:
        """A decorator: this function runs its calls, and gets the payload's model. A plain one runs in a thread."""
        self._implement(real_function)
        return self

    def _bind(self, args: tuple[Any, ...], kwargs: dict[str, Any]) -> Any:
        return bind(self, args, kwargs)


def bind(declared: declared_procedure[Any, Any], args: tuple[Any, ...], kwargs: dict[str, Any]) -> Any:
    """The payload's model of a call's arguments. What was not given is left to the model."""
    signature = declared.__dict__.get("_signature")
    if signature is None:
        signature = declared.__dict__["_signature"] = inspect.signature(declared.declaration)
    arguments = signature.bind(*args, **kwargs).arguments
    try:
        return declared.payload_model(**arguments)
    except pydantic_core.ValidationError as error:
        raise _exceptions.rpc_invalid_payload(_codec.explain(error)) from error


def manner(function: Callable[..., Any]) -> tuple[bool, bool]:
    """Whether a function is one of coroutines or asynchronous generators, and whether it takes `session`."""
    # A plain function that a decorator has put around one of coroutines may want the loop.
    made: list[Any] = [function, type(function).__call__, inspect.unwrap(function)]
    is_async = any(inspect.iscoroutinefunction(one) or inspect.isasyncgenfunction(one) for one in made)
    return is_async, _takes_session(function)


def _takes_session(function: Callable[..., Any]) -> bool:
    parameters = inspect.signature(function, follow_wrapped=False).parameters.values()
    if any(p.name == "session" for p in parameters):
        return True
    if not any(p.kind is p.VAR_KEYWORD for p in parameters):
        return False
    # What a decorator takes only to hand it on is for what it decorates to say.
    decorated: Callable[..., Any] | None = getattr(function, "__wrapped__", None)
    return decorated is None or _takes_session(decorated)
