"""pydantic v2 models of contracts drawn at random, driven by JSON lines.

{"op": "module", "name": …, "source": …}         -> {}             models of one contract
{"op": "read", "type": …, "json": …}             -> {"json": …}    read by the type's model and dumped again
{"op": "draw", "type": …, "seed": …}             -> {"json": …}    a value of Python's own choice, dumped
{"op": "same", "type": …, "seed": …, "json": …}  -> {"same": …}    whether the JSON is the value of that seed
what a model refuses                             -> {"refused": …}

A type is called MODULE.NAME.
"""

import functools
import random
import struct
import sys
import types
import typing
from datetime import date, time, timedelta
from decimal import Decimal
from enum import Enum, StrEnum
from typing import Annotated, Any, Literal, Optional, Union
from uuid import UUID

import pydantic
import pydantic_peer as values
from annotated_types import Ge, Le, MaxLen, MinLen
from pydantic import AfterValidator, AwareDatetime, BaseModel, ConfigDict, Discriminator, Field, NaiveDatetime, StringConstraints, Tag, TypeAdapter

UNKNOWN = "an unknown variant"


class Model(values.Model):
    pass


class Closed(Model):
    model_config = ConfigDict(extra="forbid")


class Open(Model):
    model_config = ConfigDict(extra="allow")


class Samples(list):
    """Texts that a pattern takes."""


def as_single(value):
    """A float32 is what four bytes hold of a number, whatever its digits."""
    return struct.unpack("<f", struct.pack("<f", value))[0]


float32 = Annotated[float, Ge(-values.FLOAT32_MAX), Le(values.FLOAT32_MAX), AfterValidator(as_single)]
globals().update({name: Annotated[int, Ge(low), Le(high)] for name, (low, high) in values.INTEGERS.items()})


def tagged(kind, known):
    """Tells the variants of an open union apart by the member `kind`: every name beside the known ones is one of its own."""

    def tag(value):
        found = value.get(kind) if isinstance(value, dict) else getattr(value, "tag", None)
        return found if isinstance(found, str) and found in known else UNKNOWN

    return Discriminator(tag)


def default(json, kind):
    """What a field is where it is absent: read as it would have been from JSON."""
    model = functools.cache(lambda: row(kind()))
    return lambda: model().model_validate_json('{"value":%s}' % json).value


def row(kind):
    # Each value travels inside a field: a model's configuration reaches its own fields.
    return pydantic.create_model("Row", __config__=values.CONFIG, value=(kind, ...))


MODULES = {}


def module(name, source):
    made = types.ModuleType(name)
    sys.modules[name] = made
    exec(compile(source, name, "exec"), made.__dict__)
    for item in list(vars(made).values()):
        if isinstance(item, type) and issubclass(item, BaseModel) and item.__module__ == name:
            item.model_rebuild()
    MODULES[name] = made


@functools.cache
def kind_of(name):
    module, kind = name.split(".")
    return getattr(MODULES[module], kind)


row_of = functools.cache(lambda name: row(kind_of(name)))


class Draw:
    """Draws values of a type by what it says of itself."""

    PLAIN = {
        bool: lambda r: r.random() < 0.5,
        float: values.double,
        str: values.text,
        bytes: lambda r: r.randbytes(r.randrange(10)),
        UUID: values.uid,
        AwareDatetime: values.aware,
        NaiveDatetime: values.naive,
        date: values.day,
        time: lambda r: time(*values.clock(r)),
        timedelta: values.delta,
        Decimal: values.decimal,
        Any: values.anything,
    }

    def __init__(self, seed):
        self.random = random.Random(seed)

    def value(self, kind, depth, metadata=()):
        r = self.random
        origin, arguments = typing.get_origin(kind), typing.get_args(kind)
        if origin is Annotated:
            return self.value(arguments[0], depth, (*arguments[1:], *metadata))
        if origin is Literal:
            return arguments[0]
        if origin in (Union, types.UnionType):
            # The first one is finite, and so is null.
            if depth == 0:
                return None if type(None) in arguments else self.value(arguments[0], 0, metadata)
            return self.value(r.choice(arguments), depth - 1, metadata)
        if origin is tuple:
            return tuple(self.value(item, depth) for item in arguments)
        if origin in (list, set, dict):
            count = r.randint(self.bound(MinLen, metadata, 0), self.bound(MaxLen, metadata, 4))
            if depth == 0 and origin is not set:
                count = 0
            if origin is dict:
                return {self.value(arguments[0], depth): self.value(arguments[1], depth - 1) for _ in range(count)}
            return origin(self.value(arguments[0], depth - 1 if depth else 0) for _ in range(count))
        if kind is None or kind is type(None):
            return None
        if issubclass(kind, BaseModel):
            return self.model(kind, depth)
        if issubclass(kind, Enum):
            return r.choice(list(kind))
        return self.plain(kind, metadata)

    def model(self, kind, depth):
        members = {
            field.alias or name: self.value(field.annotation, depth, tuple(field.metadata))
            for name, field in kind.model_fields.items()
            if field.is_required() or depth
        }
        if issubclass(kind, Open):
            alias = kind.model_fields["tag"].alias
            members = {alias: "new " + values.text(self.random), "more": values.anything(self.random)}
        return kind(**members)

    def plain(self, kind, metadata):
        r = self.random
        low, high = self.bound(Ge, metadata), self.bound(Le, metadata)
        if kind is int:
            return r.choice([low, high, r.randint(low, high)])
        if kind is float and any(isinstance(item, AfterValidator) for item in metadata):
            inner = values.FLOAT32_MAX
            return values.single(r) if low == -inner and high == inner else self.between(low, high, 100, float)
        if low is not None or high is not None:
            return self.between(low, high, timedelta(days=1) if kind is timedelta else 100, kind)
        for samples in metadata:
            if isinstance(samples, Samples):
                return r.choice(samples)
        least, most = self.bound(MinLen, metadata), self.bound(MaxLen, metadata)
        if least is not None or most is not None:
            count = r.randint(least or 0, (least or 0) + 4 if most is None else most)
            return r.randbytes(count) if kind is bytes else "".join(r.choices(values.CHARACTERS, k=count))
        return self.PLAIN[kind](r)

    def between(self, low, high, span, kind):
        """A whole number, or a duration, within bounds of which one may be absent."""
        if kind is timedelta:
            low, high = (item if item is None else item.total_seconds() for item in (low, high))
            return timedelta(seconds=self.between(low, high, 86_400, int))
        low, high = (item if item is None else int(item) for item in (low, high))
        return kind(self.random.randint(high - span if low is None else low, low + span if high is None else high))

    @staticmethod
    def bound(of, metadata, otherwise=None):
        """The strictest of several."""
        found = [getattr(item, {Ge: "ge", Le: "le", MinLen: "min_length", MaxLen: "max_length"}[of]) for item in metadata if isinstance(item, of)]
        return (max if of in (Ge, MinLen) else min)(found) if found else otherwise


@functools.lru_cache(maxsize=1)
def drawn(name, seed):
    return row_of(name)(value=Draw(f"{name} {seed}").value(kind_of(name), 2))


def dumped(value):
    return value.model_dump_json(by_alias=True)[len('{"value":') : -1]


def answer(request):
    operation = request["op"]
    if operation == "module":
        module(request["name"], request["source"])
        return {}
    name = request["type"]
    read = lambda: row_of(name).model_validate_json(values.wrapped(request["json"]))
    if operation == "read":
        return {"json": dumped(read())}
    value = drawn(name, request["seed"])
    return {"json": dumped(value)} if operation == "draw" else {"same": read() == value}


if __name__ == "__main__":
    sys.modules["models_peer"] = sys.modules["__main__"]
    values.serve(answer)
