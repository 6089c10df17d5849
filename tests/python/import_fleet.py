"""A service of the Python library almanet 1.3.4 whose models use what pydantic has, for `almanet-gen import`.

    python import_fleet.py NSQD_ADDRESS    serves until it is ended
    python import_fleet.py                 prints the schema documents
"""

import asyncio
import dataclasses
import datetime
import decimal
import enum
import json
import sys
import typing
import uuid

import almanet
import pydantic

service = almanet.new_remote_service("shop.stock.desk", tags={"stock"}, include_to_api=True)
other = almanet.new_remote_service("shop.stock.notes")


class access_denied(almanet.remote_exception):
    """Raised for those who may not."""

    payload: str


class State(enum.StrEnum):
    """Where an order is."""

    placed = "placed"
    in_transit = "in-transit"


class Size(pydantic.BaseModel):
    model_config = pydantic.ConfigDict(extra="forbid")

    width: float = pydantic.Field(gt=0, le=2.5)
    height: int = pydantic.Field(ge=1, le=100)


class Book(pydantic.BaseModel):
    """A book on a shelf."""

    kind: typing.Literal["book"] = "book"
    pages: int


class Disc(pydantic.BaseModel):
    kind: typing.Literal["disc"] = "disc"
    minutes: float


class Order(pydantic.BaseModel):
    """An order.

    With all that it holds.
    """

    id: uuid.UUID
    title: typing.Annotated[str, pydantic.Field(min_length=1, max_length=64, description="As on the cover.")]
    slug: str = pydantic.Field(pattern="^[a-z]+$", default="a")
    odd: str = pydantic.Field(pattern=r"^\p{L}+$", default="a")
    state: State = State.placed
    item: typing.Annotated[Book | Disc, pydantic.Field(discriminator="kind")]
    size: Size | None = None
    nullable: int | None
    amount: decimal.Decimal = decimal.Decimal("1.50")
    since: datetime.datetime
    day: datetime.date | None = None
    hour: datetime.time | None = None
    patience: datetime.timedelta = datetime.timedelta(minutes=5)
    raw: bytes = b""
    tags: set[str] = pydantic.Field(default_factory=set)
    counts: dict[str, int] = {}
    by_state: dict[State, list[int]] = {}
    pair: tuple[int, str] = (1, "a")
    many: tuple[int, ...] = ()
    level: typing.Literal["low", "high"] = "low"
    grade: typing.Literal[1, 2, 3] = 1
    either: int | str = 1
    extra: typing.Any = None
    free: dict = {}
    scores: list[typing.Annotated[int, pydantic.Field(ge=0)]] = []
    wire: str = pydantic.Field(alias="the-name", default="w")
    old: int = pydantic.Field(default=0, deprecated=True)
    parent: typing.Optional["Order"] = None


@dataclasses.dataclass
class Point:
    x: float
    y: float = 0.5


class Found(typing.TypedDict):
    order: Order
    score: float


@service.public_procedure(exceptions={access_denied}, include_to_api=True, tags={"read", "all"})
async def find(payload: uuid.UUID) -> Found:
    """
    Finds an order.

    Returns it with its score.
    """


@service.public_procedure(include_to_api=True, channel="stock.writers")
async def place(payload: Order) -> None: ...


@service.public_procedure(include_to_api=True, validate=False)
async def free(payload, session=None): ...


@service.public_procedure(include_to_api=True)
async def move(payload: list[Point]) -> dict[str, Point]: ...


@service.public_procedure(include_to_api=True, uri="shop.health")
async def health(payload: None) -> bool: ...


@service.public_procedure
async def hidden(payload: int) -> int: ...


@other.public_procedure(include_to_api=True)
async def note(payload: typing.Annotated[str, pydantic.Field(max_length=80)]) -> typing.Optional[State]: ...


@find.implements
async def _find(payload: uuid.UUID, session: almanet.Almanet) -> dict:
    if payload.int == 0:
        raise access_denied("nobody")
    order = Order(id=payload, title="Dune", item=Disc(minutes=1.5), nullable=None, since="2026-01-31T12:00:00Z")
    return {"order": order, "score": 0.5}


@place.implements
async def _place(payload: Order, session: almanet.Almanet) -> None:
    pass


@free.implements
async def _free(payload: typing.Any, session: almanet.Almanet) -> typing.Any:
    return payload


@move.implements
async def _move(payload: list[Point], session: almanet.Almanet) -> dict[str, Point]:
    return {str(index): point for index, point in enumerate(payload)}


@health.implements
async def _health(payload: None, session: almanet.Almanet) -> bool:
    return True


@hidden.implements
async def _hidden(payload: int, session: almanet.Almanet) -> int:
    return payload + 1


@note.implements
async def _note(payload: str, session: almanet.Almanet) -> State | None:
    return State.in_transit if payload == "moved" else None


def documents() -> typing.Iterator[dict]:
    for procedure in service.procedures + other.procedures:
        if procedure.include_to_api:
            tags = sorted(procedure.tags | procedure.service.default_tags) or ["default"]
            yield {
                "uri": procedure.uri,
                "channel": procedure.channel,
                "validate": procedure.validate,
                "tags": tags,
                **procedure.json_schema,
            }
    yield {"session_id": "0" * 32, "session_version": 0.1, "routes": sorted(service.routes)}


async def serve(address: str) -> None:
    async with almanet.clients.make_ansqd_tcp_session(address) as session:
        for served in (service, other):
            await served._post_join_event.notify(session)
        print("serving", flush=True)
        await asyncio.Event().wait()


if __name__ == "__main__":
    if len(sys.argv) > 1:
        asyncio.run(serve(sys.argv[1]))
    else:
        print(json.dumps(list(documents()), indent=1))
