"""What travels of values, whatever type is declared for them: what the library `almanet` 1.3.4 sends."""

from __future__ import annotations

import asyncio
import dataclasses
import enum
from collections import deque
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from typing import Annotated, Any, Generic, NamedTuple, TypeVar

import pydantic
import pytest
from pydantic import BaseModel, ConfigDict, Field, PlainSerializer, RootModel
from typing_extensions import TypedDict

import almanet_runtime as almanet
from almanet_runtime._codec import INVALID, codec

T = TypeVar("T")


class base(BaseModel):
    a: int = 1


class sub(base):
    b: str = "x"


class other(BaseModel):
    z: bool = True


class holder(BaseModel):
    item: base


class closed(BaseModel):
    model_config = ConfigDict(extra="forbid")
    a: int = 1


class closed_sub(closed):
    b: int = 2


class generic(BaseModel, Generic[T]):
    item: T


class aliased(BaseModel):
    user_name: str = Field(alias="userName")


class written_by_alias(BaseModel):
    model_config = ConfigDict(serialize_by_alias=True)
    user_name: str = Field(serialization_alias="userName")


class with_a_secret(BaseModel):
    a: int = 1
    secret: str = Field(exclude=True)


class computed(closed):
    @pydantic.computed_field  # type: ignore[prop-decorator]
    @property
    def double(self) -> int:
        return self.a * 2


class by_day(BaseModel):
    day: datetime

    @pydantic.field_serializer("day")
    def write(self, value: datetime) -> str:
        return value.strftime("%d.%m.%Y")


class as_text(BaseModel):
    a: int = 1

    @pydantic.model_serializer
    def write(self) -> str:
        return f"A{self.a}"


@dataclasses.dataclass
class point:
    x: int = 1


@dataclasses.dataclass
class point3(point):
    z: int = 3


class typed(TypedDict):
    a: int


class named(NamedTuple):
    a: int
    b: str = "x"


class color(enum.Enum):
    red = "r"


DAY = datetime(2026, 1, 2, tzinfo=UTC)
MONEY = Annotated[Decimal, PlainSerializer(float)]

# What is declared, what is sent, and its JSON.
SENT: list[tuple[Any, Any, str]] = [
    (base, sub(), '{"a":1,"b":"x"}'),
    (base | None, sub(), '{"a":1,"b":"x"}'),
    (base | other, sub(), '{"a":1,"b":"x"}'),
    (list[base], [base(), sub()], '[{"a":1},{"a":1,"b":"x"}]'),
    (dict[str, base], {"k": sub()}, '{"k":{"a":1,"b":"x"}}'),
    (tuple[base, ...], (sub(),), '[{"a":1,"b":"x"}]'),
    (base, {"a": 1, "more": 2}, '{"a":1,"more":2}'),
    # In a model, its own fields say what is written.
    (holder, holder(item=sub()), '{"item":{"a":1}}'),
    (generic[base], generic[base](item=sub()), '{"item":{"a":1}}'),
    (generic[base], generic(item=sub()), '{"item":{"a":1,"b":"x"}}'),
    (RootModel[list[base]], RootModel[list[base]]([sub()]), '[{"a":1}]'),
    (point, point3(), '{"x":1,"z":3}'),
    (list[point], [point3()], '[{"x":1,"z":3}]'),
    (typed, {"a": 1, "more": [1]}, '{"a":1,"more":[1]}'),
    (named, named(1), '[1,"x"]'),
    # Models that do not read what they write.
    (aliased, aliased(userName="u"), '{"user_name":"u"}'),
    (list[aliased], [aliased(userName="u")], '[{"user_name":"u"}]'),
    (written_by_alias, written_by_alias(user_name="u"), '{"userName":"u"}'),
    (with_a_secret, with_a_secret(secret="s"), '{"a":1}'),
    (computed, computed(), '{"a":1,"double":2}'),
    (closed, closed_sub(), '{"a":1,"b":2}'),
    (by_day, by_day(day=DAY), '{"day":"02.01.2026"}'),
    (as_text, as_text(), '"A1"'),
    (MONEY, Decimal("1.50"), '"1.50"'),
    (float, 1, "1"),
    (int, True, "true"),
    (int, 5.0, "5.0"),
    (set[int], {1}, "[1]"),
    (list[int], (1, 2), "[1,2]"),
    (color, color.red, '"r"'),
    (dict[color, int], {color.red: 1}, '{"r":1}'),
    (list[bytes], [b"a"], '["a"]'),
    (timedelta, timedelta(seconds=1.5), '"PT1.5S"'),
    (datetime, DAY, '"2026-01-02T00:00:00Z"'),
]


@pytest.mark.parametrize(("declared", "value", "json"), SENT, ids=str)
def test_a_value_travels_as_the_library_sends_it(declared: Any, value: Any, json: str) -> None:
    # What 1.3.4 does with all that it sends.
    assert RootModel(value).model_dump_json() == json
    assert codec(declared).write(value) == json.encode()


def test_what_only_its_type_can_write_is_written_by_that() -> None:
    assert codec(deque[int]).write(deque([1])) == b"[1]"
    assert codec(pydantic.Base64Bytes).write(b"hi") == b'"aGk="'
    in_json = Annotated[Decimal, PlainSerializer(float, when_used="json")]
    assert codec(list[in_json]).write([Decimal("1.50")]) == b"[1.5]"


class changed_later(aliased):
    inner: base = base()


def test_what_is_not_of_its_type_stays_where_it_is() -> None:
    spoilt = aliased(userName="u")
    spoilt.user_name = 5  # type: ignore[assignment]
    within = changed_later(userName="u")
    within.inner.a = "x"  # type: ignore[assignment]
    refused: list[tuple[Any, Any]] = [
        (base, base.model_construct(a="x")),
        (aliased, spoilt),
        (list[aliased], [spoilt]),
        (changed_later, within),
        (closed, {"a": 1, "more": 2}),
        (typed, {}),
        (str, 5),
    ]
    for declared, value in refused:
        with pytest.raises(INVALID):
            codec(declared).write(value)


def test_payloads_results_exceptions_and_messages_travel_alike(nsqd: str) -> None:
    service = almanet.new_remote_service("net.example.values")

    class refused(almanet.remote_exception):
        payload: base

    @service.procedure(exceptions={refused})
    async def send(payload: base, session: almanet.Almanet) -> base:
        if payload.a == 0:
            raise refused(sub(a=0))
        return sub(b=str(payload))

    @service.procedure
    async def echo(payload: Any, session: almanet.Almanet) -> Any:
        return payload

    class sent_to_echo(almanet.remote_procedure_model[base, Any]):
        pass

    topic = service.public_topic("values", base)
    declared = sent_to_echo(service, echo.function, uri=echo.uri, payload_model=base)

    async def main() -> None:
        async with (
            almanet.clients.make_ansqd_tcp_session(nsqd) as session,
            almanet.serving(session, service),
        ):
            assert (await session.call(send.uri, sub())).payload == b'{"a":1,"b":"a=1"}'
            with pytest.raises(almanet.rpc_exception) as raised:
                await session.call(send.uri, {"a": 0})
            assert raised.value.payload == b'{"a":0,"b":"x"}'
            assert await declared(sub(), timeout=20) == {"a": 1, "b": "x"}
            async with topic.consume("readers#ephemeral") as messages:
                await topic.produce(sub())
                message = await anext(messages)
                assert message.body == b'{"a":1,"b":"x"}'
                await message.commit()

    asyncio.run(main())
