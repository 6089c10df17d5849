import os
from typing import Annotated, Optional

import almanet as al
from almanet import new_remote_service, remote_exception

from . import models
from .models import Order, Point as Spot

PREPATH = "shop.stock.desk"

desk: al.remote_service = new_remote_service(PREPATH, tags={"stock"}, include_to_api=True)
late = al.new_remote_service(os.environ["PREPATH"])


class sold_out(remote_exception):
    """No more of them."""

    payload: models.Order | None


class gone(remote_exception):
    payload: None


class odd(al.remote_exception):
    pass


@desk.public_procedure(exceptions=[sold_out, gone, odd, al.rpc_invalid_payload], include_to_api=True, tags={"read"})
async def find(payload: models.UUID) -> Order:
    """Finds an order."""


@desk.public_procedure(name="move", uri="shop.moves", channel="stock.writers", validate=False, exceptions={gone})
async def _move(payload: list[Spot]) -> dict[str, Spot]: ...


@desk.procedure
async def ping(payload: None, session: al.Almanet) -> None:
    pass


@desk.public_procedure
async def anything(payload): ...


@late.public_procedure(payload_model=Annotated[str, models.Field(max_length=8)])
async def note(payload: str) -> Optional[models.State]: ...
