"""How the types of contracts look in JSON: what this package's modules stand on."""

import base64
import math
import re
import struct
import warnings
from datetime import UTC, date, datetime, time, timedelta
from decimal import Decimal as _Decimal
from enum import StrEnum
from typing import TYPE_CHECKING, Annotated, Any, Self, cast
from uuid import UUID as _UUID

from pydantic import (
    AfterValidator,
    BaseModel,
    BeforeValidator,
    ConfigDict,
    Discriminator,
    Field,
    PlainSerializer,
    SerializeAsAny,
    Strict,
    TypeAdapter,
    ValidationInfo,
)
from typing_extensions import TypeAliasType, deprecated

__all__ = [
    "ABSENT",
    "KEY",
    "UNKNOWN",
    "UUID",
    "Bool",
    "Bytes",
    "ClosedModel",
    "Date",
    "DateTime",
    "Decimal",
    "Duration",
    "Float32",
    "Float64",
    "Int8",
    "Int16",
    "Int32",
    "Int64",
    "Json",
    "Model",
    "OpenEnum",
    "OpenModel",
    "Time",
    "Timestamp",
    "TypeAliasType",
    "Uint8",
    "Uint16",
    "Uint32",
    "Uint64",
    "by_tag",
    "date",
    "datetime",
    "decimal",
    "deprecated",
    "is_none",
    "tagged",
    "time",
    "timedelta",
    "timestamp",
    "uuid",
]


class Model(BaseModel):
    """An object; members that it does not know are ignored.

    It is made by the names of its fields, and read and written by those that travel.
    """

    model_config = ConfigDict(
        serialize_by_alias=True,
        # What is no number is written as such, and so refused: `null` might be allowed.
        ser_json_inf_nan="constants",
        protected_namespaces=(),
    )

    if not TYPE_CHECKING:

        def __init__(self, /, **data: object) -> None:
            why = type(self).__dict__.get("__deprecated__")
            if why is not None:
                warnings.warn(why, DeprecationWarning, stacklevel=2)
            validator = self.__pydantic_validator__
            validator.validate_python(
                data,
                self_instance=self,
                by_alias=False,
                by_name=True,
            )

        # What is read from JSON does not come through here.
        __init__.__pydantic_base_init__ = True


class ClosedModel(Model):
    """An object; members that it does not know are refused."""

    model_config = ConfigDict(extra="forbid")


class OpenModel(Model):
    """An object that keeps the members that it does not know."""

    model_config = ConfigDict(extra="allow")


class OpenEnum(StrEnum):
    """An enum that keeps the values that it does not know."""

    @classmethod
    def _missing_(cls, value: object) -> Self | None:
        return cls.unrecognized(value) if isinstance(value, str) else None

    @classmethod
    def unrecognized(cls, value: str) -> Self:
        """Make a member of a value that is not known here."""
        member = str.__new__(cls, value)
        member._name_ = value
        member._value_ = value
        return member


def is_none(value: object) -> bool:
    """Tell an optional field that is left out."""
    return value is None


if not TYPE_CHECKING:
    _deprecated = deprecated

    def deprecated(why: str) -> object:
        """Mark what is deprecated: whoever makes it is warned, and nobody who reads it."""

        def mark(marked: object) -> object:
            if isinstance(marked, type) and issubclass(marked, (Model, StrEnum)):
                marked.__deprecated__ = why
                return marked
            return _deprecated(why)(marked)

        return mark


# The default of an optional field: one that is left out is not written.
ABSENT: Any = Field(default=None, exclude_if=is_none)


# Integers and floats: JSON keeps them apart, and so does the contract.

Bool = Annotated[bool, Strict()]

# A bool is written as what it is, and nobody takes that for a number.
_Int = Annotated[SerializeAsAny[int], Strict()]
Int8 = Annotated[_Int, Field(ge=-(2**7), lt=2**7)]
Int16 = Annotated[_Int, Field(ge=-(2**15), lt=2**15)]
Int32 = Annotated[_Int, Field(ge=-(2**31), lt=2**31)]
Int64 = Annotated[_Int, Field(ge=-(2**63), lt=2**63)]
Uint8 = Annotated[_Int, Field(ge=0, lt=2**8)]
Uint16 = Annotated[_Int, Field(ge=0, lt=2**16)]
Uint32 = Annotated[_Int, Field(ge=0, lt=2**32)]
Uint64 = Annotated[_Int, Field(ge=0, lt=2**64)]


def _single(value: float) -> float:
    """Cut a number to what four bytes hold of it, in as few digits as tell it apart."""
    try:
        packed = struct.pack("<f", value)
    except OverflowError:
        message = "the number does not fit into a float32"
        raise ValueError(message) from None
    exact: float = struct.unpack("<f", packed)[0]
    # Six digits are never too many, but for what is too small to have so many.
    for digits in range(6 if abs(exact) >= 2.0**-126 else 1, 9):
        short = float(f"{exact:.{digits}g}")
        if struct.pack("<f", short) == packed:
            return short
    return float(f"{exact:.9g}")


Float64 = Annotated[SerializeAsAny[float], Strict(), Field(allow_inf_nan=False)]
Float32 = Annotated[Float64, AfterValidator(_single)]


# Values that are strings in JSON.


def _read(kind: type, form: str) -> BeforeValidator:
    """Take a text of one form in JSON, and elsewhere nothing but the type itself."""
    pattern = re.compile(form, re.ASCII | re.IGNORECASE)

    def read(value: object, info: ValidationInfo) -> object:
        if info.mode == "python":
            if isinstance(value, kind):
                return value
            message = f"expected {kind.__name__}, not {type(value).__name__}"
            raise ValueError(message)
        if isinstance(value, str) and pattern.fullmatch(value):
            return value
        message = f"no {kind.__name__} as the contract writes it"
        raise ValueError(message)

    return BeforeValidator(read)


_BASE64 = TypeAdapter(bytes, config=ConfigDict(val_json_bytes="base64"))


def _read_bytes(value: object, info: ValidationInfo) -> object:
    if info.mode == "python":
        return value
    if isinstance(value, str):
        return _BASE64.validate_strings(value)
    message = "expected a base64 string"
    raise ValueError(message)


def _write_bytes(value: bytes) -> str:
    return base64.b64encode(value).decode()


Bytes = Annotated[
    bytes,
    Strict(),
    BeforeValidator(_read_bytes),
    PlainSerializer(_write_bytes, when_used="json"),
]

UUID = Annotated[
    _UUID,
    _read(_UUID, r"[0-9a-f]{32}|[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}"),
]

_DATE = r"\d{4}-\d\d-\d\d"
_TIME = r"\d\d:\d\d:\d\d(\.\d{1,9})?"

# The last instant that every language of a contract holds, whatever its offset.
_LAST = datetime(9999, 12, 30, 22, tzinfo=UTC)


def _utc(value: datetime) -> datetime:
    if value.tzinfo is None:
        message = "a timestamp must have an offset"
        raise ValueError(message)
    try:
        value = value.astimezone(UTC)
    except OverflowError:
        value = datetime.max.replace(tzinfo=UTC)
    if value > _LAST:
        message = "in UTC, the timestamp is not within the years 1 to 9999"
        raise ValueError(message)
    return value


def _civil(value: datetime) -> datetime:
    if value.tzinfo is not None:
        message = "a datetime must have no offset"
        raise ValueError(message)
    return value


def _civil_time(value: time) -> time:
    if value.tzinfo is not None:
        message = "a time must have no offset"
        raise ValueError(message)
    return value


Timestamp = Annotated[
    datetime,
    _read(datetime, rf"{_DATE}[t ]{_TIME}(z|[+-]\d\d:\d\d)"),
    AfterValidator(_utc),
]
DateTime = Annotated[
    datetime,
    _read(datetime, rf"{_DATE}[t ]{_TIME}"),
    AfterValidator(_civil),
]
Date = Annotated[date, _read(date, _DATE)]
Time = Annotated[time, _read(time, _TIME), AfterValidator(_civil_time)]


def _write_duration(value: timedelta) -> str:
    """Write days, hours, minutes and seconds, and no unit of a varying length."""
    sign, value = ("-", -value) if value < timedelta() else ("", value)
    minutes, seconds = divmod(value.seconds, 60)
    hours, minutes = divmod(minutes, 60)
    text = f"{value.days}D" if value.days else ""
    clock = f"{hours}H" if hours else ""
    clock += f"{minutes}M" if minutes else ""
    if value.microseconds:
        clock += f"{seconds}.{value.microseconds:06}".rstrip("0") + "S"
    elif seconds or not (text or clock):
        clock += f"{seconds}S"
    return f"{sign}P{text}T{clock}" if clock else f"{sign}P{text}"


Duration = Annotated[
    timedelta,
    _read(timedelta, r"[+-]?P.+"),
    PlainSerializer(_write_duration, when_used="json"),
]

# Digits of a decimal, altogether and behind the point.
_DIGITS = 28


def _exact(value: _Decimal) -> _Decimal:
    if not value.is_finite():
        message = "a decimal must be finite"
        raise ValueError(message)
    _, digits, exponent = value.as_tuple()
    exponent = cast("int", exponent)
    if exponent < -_DIGITS or len(digits) + max(exponent, 0) > _DIGITS:
        message = f"a decimal has at most {_DIGITS} digits"
        raise ValueError(message)
    return value


def _write_decimal(value: object) -> object:
    return f"{value:f}" if isinstance(value, _Decimal) else value


Decimal = Annotated[
    _Decimal,
    _read(_Decimal, r"[+-]?\d+(\.\d+)?(e[+-]?\d+)?"),
    AfterValidator(_exact),
    PlainSerializer(_write_decimal, when_used="json"),
]


def uuid(text: str) -> _UUID:
    """Read a UUID out of a contract's text."""
    return _UUID(text)


def timestamp(text: str) -> datetime:
    """Read an instant out of a contract's text."""
    return datetime.fromisoformat(text).astimezone(UTC)


def decimal(text: str) -> _Decimal:
    """Read a decimal out of a contract's text."""
    return _Decimal(text)


# Any JSON.

_DEPTH = 64


def _check_json(value: object, depth: int) -> None:
    if depth > _DEPTH:
        message = f"JSON may be nested {_DEPTH} deep"
        raise ValueError(message)
    match value:
        case None | bool() | int() | str():
            pass
        case float() if math.isfinite(value):
            pass
        case list():
            for item in cast("list[object]", value):
                _check_json(item, depth + 1)
        case dict():
            for key, item in cast("dict[object, object]", value).items():
                _check_json_key(key)
                _check_json(item, depth + 1)
        case _:
            message = f"{value!r} is no JSON value"
            raise ValueError(message)


def _check_json_key(key: object) -> None:
    if not isinstance(key, str):
        message = f"{key!r} is no string, as keys in JSON are"
        raise ValueError(message)  # noqa: TRY004


def _json(value: Any) -> Any:
    _check_json(value, 0)
    return value


Json = Annotated[
    Any,
    AfterValidator(_json),
    PlainSerializer(_json, when_used="json"),
]


# Keys of maps, which are strings in JSON.


def _read_key(value: object, info: ValidationInfo) -> object:
    if info.mode == "python" or not isinstance(value, str):
        return value
    if value in {"true", "false"}:
        return value == "true"
    if re.fullmatch(r"0|-?[1-9]\d*", value, re.ASCII):
        return int(value)
    message = f"{value!r} is no key in its canonical form"
    raise ValueError(message)


KEY = BeforeValidator(_read_key)


# Unions, which a member of the object tells apart.

# The variant that stands for all that an open union does not know.
UNKNOWN = ""


def by_tag(wire: str, name: str, *known: str) -> Discriminator:
    """Tell the variants of an open union apart by a member of theirs."""

    def tag(value: object) -> str | None:
        if isinstance(value, dict):
            found = cast("dict[object, object]", value).get(wire)
        else:
            found = getattr(value, name, None)
        if not isinstance(found, str):
            return None
        return found if found in known else UNKNOWN

    return Discriminator(tag)


def tagged(wire: str) -> BeforeValidator:
    """Ask for the tag of a union's only variant."""

    def check(value: object) -> object:
        members = cast("dict[object, object]", value)
        if isinstance(value, dict) and wire not in members:
            message = f"the member {wire!r} is missing"
            raise ValueError(message)
        return members

    return BeforeValidator(check)
