from pydantic.dataclasses import dataclass

LIMIT = 100


@dataclass(frozen=True)
class Money:
    amount: int
    currency: str = "EUR"
