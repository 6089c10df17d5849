"""What people write, too."""

from __future__ import annotations

from typing import TYPE_CHECKING, Generic, Literal, NotRequired, Required, TypedDict, TypeVar

import almanet
import pydantic
from pydantic import BaseModel, Field, conint, conlist

if TYPE_CHECKING:
    from uuid import UUID

try:
    from shop.fast import Money
except ImportError:
    from decimal import Decimal as Money

T = TypeVar("T")
K = TypeVar("K")
PREFIX = "shop.kiosk"
LOOP = LOOP + "."  # noqa: F821
type Json = dict[str, Json] | list[Json] | str | None

kiosk = almanet.new_remote_service(PREFIX)
till = almanet.new_remote_service(f"{PREFIX}.till", tags={"a" + "b"})
bell = almanet.new_remote_service(PREFIX + "." "bell")
lost = almanet.new_remote_service(LOOP)


class Item(BaseModel):
    sku: str = Field(alias="SKU", description="As printed.")
    price: Money
    id: UUID
    count: conint(ge=0, lt=100) = 1
    code: pydantic.constr(pattern="^[A-Z]+$", max_length=3)
    marks: conlist(int, max_length=5) = []
    made: compute()


class Page(BaseModel, Generic[T]):
    """A part of many."""

    items: list[T]
    next: str | None = None


class Keyed(Page[T], Generic[K, T]):
    by_key: dict[K, T] = {}


class Items(Page[Item]):
    total: int


class Node(BaseModel, Generic[T]):
    value: T
    children: list[Node[T]] = []
    deeper: Node[list[T]] | None = None


class Move(TypedDict, total=False):
    dx: int
    dy: Required[int]


class Turn(TypedDict):
    by: float
    back: NotRequired[bool]


@kiosk.public_procedure
async def open(payload: None) -> Items: ...


if not TYPE_CHECKING:

    @till.public_procedure
    async def find(payload: Move) -> Page[Item]: ...


@till.public_procedure
async def pages(payload: Page[Page[int]]) -> Keyed[Literal["a", "b"], Turn]: ...


@bell.public_procedure
async def ring(payload: Json) -> Page: ...


@bell.public_procedure
async def tree(payload: Node[int]) -> Page[int, str]: ...


@lost.public_procedure
async def somewhere(payload: None) -> None: ...
