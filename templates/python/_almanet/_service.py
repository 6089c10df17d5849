"""Services, which procedures and topics are declared of."""

from collections.abc import Callable, Collection, Coroutine
from typing import Any, ParamSpec, TypeVar, overload

from typing_extensions import Unpack

from ._library import Service
from ._procedure import (
    ProcedureOptions,
    keyword_procedure_model,
    remote_procedure_model,
)
from ._topic import remote_topic

__all__ = ["new_remote_service", "remote_service"]

Payload = TypeVar("Payload")
Result = TypeVar("Result")
P = ParamSpec("P")


class remote_service(Service):
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
        **options: Unpack[ProcedureOptions],
    ) -> Callable[
        [Callable[[Payload], Coroutine[Any, Any, Result]]],
        remote_procedure_model[Payload, Result],
    ]: ...

    def public_procedure(
        self,
        function: Callable[..., Any] | None = None,
        **options: Unpack[ProcedureOptions],
    ) -> Any:
        """Declare a procedure; a decorator."""

        def declare(function: Callable[..., Any]) -> remote_procedure_model[Any, Any]:
            return remote_procedure_model(self, function, ..., options)

        return declare if function is None else declare(function)

    def public_keyword_procedure(
        self,
        *,
        payload_model: type[Payload],
        **options: Unpack[ProcedureOptions],
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
