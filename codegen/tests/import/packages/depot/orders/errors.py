import almanet
from pydantic import BaseModel


class order_error(almanet.remote_exception):
    class Payload(BaseModel):
        code: str

    payload: Payload


class not_found(order_error):
    """There is none of this number."""


class too_many(almanet.remote_exception):
    class Payload(BaseModel):
        at_most: int

    payload: Payload


class gone(almanet.remote_exception): ...


OF_ORDERS = {not_found, gone}
ALL = OF_ORDERS | frozenset([too_many, gone])
