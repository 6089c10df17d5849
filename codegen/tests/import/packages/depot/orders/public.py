from collections import Counter, OrderedDict, deque
from decimal import Decimal
from ipaddress import IPv4Address
from typing import *

from almanet import *
from pydantic import AliasChoices, AliasPath, BaseModel, ConfigDict, Field, FiniteFloat, Json, PastDate, RootModel
from pydantic import SecretStr, StrictBool, StrictInt, StrictStr
from pydantic.alias_generators import to_camel

from depot.shared import Amount, Dated, money
import depot.shared.money as cash

from . import errors
from .errors import gone, not_found, order_error, too_many

orders = new_remote_service("depot.orders")


class Ids(RootModel[list[int]]):
    """Numbers of orders."""


class Place(NamedTuple):
    shelf: str
    row: int = 0


class Order(Dated):
    class Line(BaseModel):
        class Note(BaseModel):
            text: str

        DEFAULT_COUNT = 3
        item_number: str
        count: int = DEFAULT_COUNT
        note: Note | None = None

    class State(BaseModel):
        is_open: StrictBool = True

    total_price: Amount
    item_count: int = cash.LIMIT
    cheap: int = Field(money.LIMIT, alias="is-cheap")
    lines: list[Line] = []
    state: Optional[State] = None


class Both(BaseModel):
    model_config = ConfigDict(alias_generator=to_camel, populate_by_name=True)
    in_stock: int
    on_order: int = Field(0, alias="ordered")


class Opaque:
    """Is no model."""


class Shouting(BaseModel):
    model_config = ConfigDict(alias_generator=lambda name: name.upper())
    word: str


class Odd(BaseModel):
    strict: StrictInt | None = None
    name: StrictStr
    ratio: FiniteFloat
    made: PastDate
    secret: SecretStr
    host: IPv4Address
    parsed: Json[list[int]]
    waiting: deque[int] = Field(max_length=5)
    counted: Counter[str]
    ordered: OrderedDict[str, bool]
    price: Decimal = Field(max_digits=6, decimal_places=2)
    either: int = Field(validation_alias=AliasChoices("this", "that"))
    inside: int = Field(1, validation_alias=AliasPath("a", 0))
    kept: int = Field(1, exclude=True)


@orders.public_procedure(exceptions={not_found, order_error, too_many, gone})
async def get(payload: int) -> Order: ...


@orders.public_procedure
async def find(payload: Ids) -> Optional[Ids]: ...


@orders.public_procedure
async def where(payload: int) -> Place | None: ...


@orders.public_procedure
async def shout(payload: Shouting) -> Odd | None: ...


@orders.public_procedure
async def opaque(payload: list[Opaque | None]) -> Opaque | None: ...


@orders.public_procedure
async def both(payload: int) -> Both: ...


@orders.public_procedure
async def unknowable(payload: Nowhere) -> Nowhere | None: ...


class Api:
    @orders.public_procedure
    async def in_a_class(payload: int) -> "Order.Line": ...


def declare():
    class Local(BaseModel):
        value: int

    @orders.public_procedure
    async def in_a_function(payload: Local) -> None: ...


for name in ("a", "b"):

    @orders.public_procedure(name=name)
    async def in_a_loop(payload: int) -> None: ...


async def plain(payload: int) -> int:
    """Is decorated later."""


applied = orders.public_procedure(plain, name="applied")
called = orders.public_procedure(name="called", tags={"late"})(plain)
orders.add_procedure(plain)


@orders.public_procedure(exceptions={*errors.ALL, order_error})
async def of_a_set(payload: int) -> None: ...


@orders.public_procedure(exceptions=errors.OF_ORDERS | unheard_of)
async def of_half_a_set(payload: int) -> None: ...
