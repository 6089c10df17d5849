"""Calls every function, and prints what comes of it.

python call.py [--time] [NSQD_ADDRESS ...]
"""

import asyncio
import json
import sys
from collections.abc import Awaitable
from time import perf_counter

import almanet_runtime
from pydantic import TypeAdapter

from contract.examples.connector import functions

ANYTHING: TypeAdapter[object] = TypeAdapter(object)
TOKENS = {"the right token": "123456", "a wrong token": "654321", "no token": None}


async def show(name: str, call: Awaitable[object]) -> None:
    """Prints what came of a call, and how long it took for those who ask."""
    began = perf_counter()
    try:
        value = ANYTHING.dump_python(await call, mode="json", by_alias=True)
        outcome = json.dumps(value, sort_keys=True, separators=(",", ":"))
    except almanet_runtime.rpc_unauthorized:
        outcome = "unauthorized"
    except almanet_runtime.InternalError:
        outcome = "it failed, and its service's log says why"
    except TimeoutError:
        outcome = "nobody answered"
    took = (
        f" ({(perf_counter() - began) * 1000:.2f} ms)" if "--time" in sys.argv else ""
    )
    print(f"{name}: {outcome}{took}")


async def main(addresses: list[str]) -> None:
    """Makes the calls of the table."""
    arg, key = "A variable value", "A keyword variable value"
    async with almanet_runtime.clients.make_ansqd_tcp_session(*addresses) as session:
        await show("helloworld", functions.helloworld("Mr. Developer"))
        await show("str", functions.str_(arg, key=key))
        await show("str2", functions.str2(arg, key=key))
        await show("int", functions.int_(2018, key=312))
        await show("float", functions.float_(2.018, key=3.12))
        await show("int3", functions.int3(3.1427, key=1_000_000_000))
        await show("list", functions.list_([12, 34, 45], key=["abc", "zyz"]))
        members = {"int": 20, "str": "adfafsa", "float": 0.2323}
        await show("dict", functions.dict_({"keyword": ["anything"]}, key=members))
        await show(
            "list3", functions.list3({"keyword": ["anything"]}, key=["abc", "zyz"])
        )
        await show("None", functions.none([12, 34, 45], key=["abc", "zyz"]))
        for what, token in TOKENS.items():
            print(f"with {what}:")
            await show("class", functions.class_.options(token=token)(1))
            await show("class2", functions.class2.options(token=token)(["a", None]))
            await show("class3", functions.class3.options(token=token)({"b": True}))
        await show("null", functions.none([], key=[]))
        unknown = session.call("examples.connector.functions.unknown", None, timeout=1)
        await show("an unknown procedure", unknown)
        await show("a failure", functions.broken(None))


if __name__ == "__main__":
    asyncio.run(
        main(
            [argument for argument in sys.argv[1:] if argument != "--time"]
            or ["127.0.0.1:4150"]
        )
    )
