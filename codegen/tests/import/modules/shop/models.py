"""Models of the shop."""

import enum
import typing
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from decimal import Decimal
from uuid import UUID

import annotated_types
import pydantic
from pydantic import BaseModel, ConfigDict, Field

DEFAULT_LEVEL = 3
Slug = typing.Annotated[str, Field(pattern="^[a-z]+$")]
type Score = typing.Annotated[float, annotated_types.Ge(0), annotated_types.Le(1)]


class State(enum.StrEnum):
    """Where an order is."""

    placed = enum.auto()
    in_transit = "in-transit"


class Base(BaseModel):
    id: UUID
    since: pydantic.AwareDatetime | None = None


class Book(BaseModel):
    kind: typing.Literal["book"] = "book"
    pages: int


class Disc(BaseModel):
    kind: typing.Literal["disc"]
    minutes: float


@dataclass
class Point:
    x: float
    y: float = 0.5
    labels: list[str] = field(default_factory=list)


class Order(Base):
    """An order."""

    model_config = ConfigDict(extra="forbid")

    MAX: typing.ClassVar[int] = 5
    title: str = Field(min_length=1, max_length=64, description="As on the cover.")
    slug: Slug = "a"
    score: Score = 0.5
    state: State = State.in_transit
    item: Book | Disc = Field(discriminator="kind")
    level: typing.Literal["low", "high"] = "low"
    amount: Decimal = Decimal("1.50")
    day: typing.Optional[date] = None
    naive: datetime
    patience: timedelta = timedelta(minutes=5)
    count: int = DEFAULT_LEVEL
    tags: set[str] = Field(default_factory=set)
    by_state: dict[State, list[int]] = {}
    by_number: dict[int, Point] = {}
    pair: tuple[int, str] = (1, "a")
    many: tuple[int, ...] = ()
    wire: str = Field(default="w", alias="the-name")
    either: int | str = 1
    extra: typing.Any = None
    elsewhere: "somewhere.Else"
    parent: typing.Optional["Order"] = None
