from datetime import date

import pydantic
from pydantic.alias_generators import to_camel


class Camel(pydantic.BaseModel):
    model_config = {"alias_generator": to_camel, "serialize_by_alias": True, "extra": "forbid"}


class Dated(Camel):
    created_on: date
    # The name of its type, which is not this.
    date: date | None = None


__all__ = ["Camel", "Dated"]
