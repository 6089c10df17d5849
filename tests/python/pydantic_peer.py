"""pydantic v2 models of every row of the language's type table, driven by JSON lines.

{"op": "read", "row": …, "json": …}              -> {"json": …}    read by the row's model and dumped again
{"op": "draw", "row": …, "seed": …}              -> {"json": …}    a value of Python's own choice, dumped
{"op": "same", "row": …, "seed": …, "json": …}   -> {"same": …}    whether the JSON is the value of that seed
"rows" -> {"rows": […]}; what a model refuses     -> {"refused": …}
"""

import datetime as dt
import json
import random
import struct
import sys
import typing
import uuid
from decimal import Decimal
from enum import StrEnum

import pydantic
from pydantic import AwareDatetime, BaseModel, ConfigDict, Field, NaiveDatetime, TypeAdapter

CONFIG = ConfigDict(strict=True, allow_inf_nan=False, ser_json_bytes="base64", val_json_bytes="base64")


class Model(BaseModel):
    model_config = CONFIG


def integer(low, high):
    return typing.Annotated[int, Field(ge=low, le=high)]


class Color(StrEnum):
    red = "red"
    blue = "dark-blue"


class Sample(Model):
    """`record Sample`, as the contract in the test has it."""

    name: str
    count: integer(-(2**31), 2**31 - 1) = 7
    color: Color = Color.red
    note: str | None = None
    labels: list[str] = []
    inner: "Sample | None" = None


class Closed(Model):
    model_config = CONFIG | ConfigDict(extra="forbid")
    x: float
    y: float = 0.5


class ShapeCircle(Model):
    kind: typing.Literal["circle"] = "circle"
    value: float


class ShapeSpot(Model):
    kind: typing.Literal["spot"] = "spot"
    value: Closed


class ShapeNothing(Model):
    kind: typing.Literal["nothing"] = "nothing"


Shape = typing.Annotated[ShapeCircle | ShapeSpot | ShapeNothing, Field(discriminator="kind")]


class MarkSpot(Closed):
    type: typing.Literal["spot"] = "spot"


class MarkGone(Model):
    type: typing.Literal["gone"] = "gone"


Mark = typing.Annotated[MarkSpot | MarkGone, Field(discriminator="type")]

CHARACTERS = "aZ09 _-/\\\"'\n\r\t\b\f\0\x1f\x7f\x85é߿ࠀ\u2028�🦀𐍈"


def text(r):
    return "".join(r.choice(CHARACTERS) for _ in range(r.randrange(12)))


def whole(low, high):
    def draw(r):
        return r.choice([low, high, low // 2, 0, r.randint(low, high), min(high, max(low, r.randint(-20, 20)))])

    return draw


def double(r):
    while True:
        value = struct.unpack("<d", r.randbytes(8))[0]
        if value - value == 0:
            return r.choice([value, float(r.randint(-1000, 1000)), r.random(), -0.0, 5e-324, 1.7976931348623157e308])


def single(r):
    while True:
        value = struct.unpack("<f", r.randbytes(4))[0]
        if value - value == 0:
            return r.choice([value, float(r.randint(-1000, 1000)), 0.5, -0.0])


def naive(r):
    # Timestamps of the Rust runtime end 26 hours before the year 10000.
    return dt.datetime(r.randint(1, 9998), r.randint(1, 12), r.randint(1, 28), *clock(r))


def clock(r):
    return r.randrange(24), r.randrange(60), r.randrange(60), r.choice([0, 1, 120_000, 999_999, r.randrange(10**6)])


def aware(r):
    minutes = r.choice([0, 330, -480, r.randrange(-1439, 1440)])
    value = naive(r).replace(tzinfo=dt.timezone(dt.timedelta(minutes=minutes)))
    try:
        return value.astimezone(dt.UTC) and value
    except OverflowError:
        return aware(r)


def delta(r):
    days = r.choice([0, 1, -1, 30, 365, 400, -400, 10_000, r.randint(-999_999_998, 999_999_998)])
    return dt.timedelta(days=days, seconds=r.randrange(86_400), microseconds=r.choice([0, 1, 500_000, 999_999]))


def decimal(r):
    digits = r.randint(1, 28)
    number = r.randrange(10**digits) * r.choice([1, -1])
    return Decimal(number).scaleb(-r.randint(0, 28)) if r.random() < 0.8 else Decimal(f"{r.randint(1, 9)}E+{r.randint(0, 27)}")


def anything(r, depth=3):
    leaf = [lambda: None, lambda: True, lambda: text(r), lambda: double(r), lambda: r.randint(-(2**63), 2**64 - 1)]
    nest = [lambda: [anything(r, depth - 1) for _ in range(r.randrange(4))], lambda: {text(r): anything(r, depth - 1) for _ in range(r.randrange(4))}]
    return r.choice(leaf + nest if depth else leaf)()


def sample(r, depth=2):
    return Sample(
        name=text(r),
        count=r.randint(-(2**31), 2**31 - 1),
        color=r.choice(list(Color)),
        note=r.choice([None, text(r)]),
        labels=many(text)(r),
        inner=sample(r, depth - 1) if depth and r.random() < 0.5 else None,
    )


def closed(r, of=Closed):
    return of(x=double(r), y=double(r))


def many(draw):
    return lambda r: [draw(r) for _ in range(r.randrange(5))]


def keyed(key, value):
    return lambda r: {key(r): value(r) for _ in range(r.randrange(5))}


def uid(r):
    return uuid.UUID(int=r.getrandbits(128))


def day(r):
    return dt.date(r.choice([1, 9999, r.randint(1, 9999)]), r.randint(1, 12), r.randint(1, 28))


INT32 = whole(-(2**31), 2**31 - 1)
INTEGERS = {f"{sign}int{bits}": (0, 2**bits - 1) if sign else (-(2 ** (bits - 1)), 2 ** (bits - 1) - 1) for sign in ("", "u") for bits in (8, 16, 32, 64)}
INT32_TYPE = integer(*INTEGERS["int32"])
# A float32 travels in its own shortest form, and so does the largest one: a little above it as a double.
FLOAT32_MAX = 3.4028235e38

ROWS = {
    "null": (None, lambda r: None),
    "bool": (bool, lambda r: r.random() < 0.5),
    **{name: (integer(*bounds), whole(*bounds)) for name, bounds in INTEGERS.items()},
    "float32": (typing.Annotated[float, Field(ge=-FLOAT32_MAX, le=FLOAT32_MAX)], single),
    "float64": (float, double),
    "string": (str, text),
    "bytes": (bytes, lambda r: r.randbytes(r.randrange(10))),
    "uuid": (uuid.UUID, uid),
    "timestamp": (AwareDatetime, aware),
    "datetime": (NaiveDatetime, naive),
    "date": (dt.date, day),
    "time": (dt.time, lambda r: dt.time(*clock(r))),
    "duration": (dt.timedelta, delta),
    "decimal": (Decimal, decimal),
    "any": (typing.Any, anything),
    "list": (list[INT32_TYPE | None], many(lambda r: r.choice([None, INT32(r)]))),
    "set": (set[str], lambda r: set(many(text)(r))),
    "map of string": (dict[str, INT32_TYPE | None], keyed(text, lambda r: r.choice([None, INT32(r)]))),
    "map of int32": (dict[INT32_TYPE, str], keyed(INT32, text)),
    "map of bool": (dict[bool, str], keyed(lambda r: r.random() < 0.5, text)),
    "map of uuid": (dict[uuid.UUID, str], keyed(uid, text)),
    "map of date": (dict[dt.date, str], keyed(day, text)),
    "map of enum": (dict[Color, str], keyed(lambda r: r.choice(list(Color)), text)),
    "tuple": (tuple[INT32_TYPE, str | None, bool], lambda r: (INT32(r), r.choice([None, text(r)]), True)),
    "optional": (str | None, lambda r: r.choice([None, text(r)])),
    "record": (Sample, sample),
    "closed record": (Closed, closed),
    "enum": (Color, lambda r: r.choice(list(Color))),
    "open enum": (Color | str, lambda r: r.choice([*Color, "green" + text(r)])),
    "union": (Shape, lambda r: r.choice([ShapeCircle(value=double(r)), ShapeSpot(value=closed(r)), ShapeNothing()])),
    "tagged union": (Mark, lambda r: r.choice([closed(r, MarkSpot), MarkGone()])),
}


def adapter(kind):
    fields = {"value": (kind, ...)}
    return pydantic.create_model("Row", __config__=CONFIG, **fields)


# Each value travels inside a field: a model's configuration reaches its own fields.
MODELS = {name: adapter(kind) for name, (kind, _) in ROWS.items()}


def wrapped(text):
    # The document itself must be one: what it is wrapped in could complete it.
    json.loads(text)
    return '{"value":%s}' % text


def dumped(row, value):
    return MODELS[row](value=value).model_dump_json()[len('{"value":') : -1]


def answer(request):
    operation = request["op"]
    if operation == "rows":
        return {"rows": list(ROWS)}
    row = request["row"]
    if operation == "read":
        return {"json": dumped(row, MODELS[row].model_validate_json(wrapped(request["json"])).value)}
    value = ROWS[row][1](random.Random(f"{row} {request['seed']}"))
    if operation == "draw":
        return {"json": dumped(row, value)}
    again = MODELS[row].model_validate_json(wrapped(request["json"])).value
    if row == "float32":
        again = struct.unpack("<f", struct.pack("<f", again))[0]
    return {"same": again == value}


def serve(answer):
    """Answers each line of standard input; what a model refuses is an answer too."""
    for line in sys.stdin:
        try:
            reply = answer(json.loads(line))
        except ValueError as error:
            reply = {"refused": str(error)}
        print(json.dumps(reply), flush=True)


if __name__ == "__main__":
    serve(answer)
