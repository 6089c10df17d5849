"""A peer of the Python library almanet 1.3.4, driven by JSON lines on standard input.

    python peer.py NSQD_ADDRESS

Each line is {"id": N, "op": …}; each answer {"id": N, …}. Operations run concurrently.
"""

import asyncio
import json
import sys

import almanet
import pydantic

fleet = almanet.new_remote_service("interop.fleet")
lines: list[str] = []


class access_denied(almanet.remote_exception):
    payload: str


class missing_payload(pydantic.BaseModel):
    wanted: str
    since: str | None = None


class missing(almanet.remote_exception):
    payload: missing_payload


class gone(almanet.remote_exception):
    payload: None


class undeclared(almanet.remote_exception):
    payload: dict


class addends(pydantic.BaseModel):
    a: int
    b: int = 0


class line(pydantic.BaseModel):
    line: str


@fleet.procedure
async def greet(payload: str, session) -> str:
    """Greets, or raises what the name asks for."""
    match payload:
        case "guest":
            raise access_denied("guest")
        case "nobody":
            raise missing(missing_payload(wanted="nobody"))
        case "ghost":
            raise gone(None)
        case "stranger":
            raise undeclared({"code": 7})
    return f"Hello, {payload}!"


@fleet.procedure
async def add(payload: addends, session) -> int:
    return payload.a + payload.b


@fleet.procedure
async def whoami(payload: int, session) -> str:
    return "python"


@fleet.procedure
async def fail(payload: None, session) -> str:
    raise ValueError("a secret of the service")


@fleet.procedure
async def lie(payload: None, session) -> int:
    return "not a number"


@fleet.procedure
async def nap(payload: int, session) -> int:
    await asyncio.sleep(payload / 1000)
    return payload


@fleet.procedure(name="log")
async def take_down(payload: line, session) -> None:
    lines.append(payload.line)


@fleet.procedure(name="lines")
async def taken_down(payload: None, session) -> list[str]:
    return lines


def text(payload: bytes | str) -> str:
    return payload.decode() if isinstance(payload, bytes) else payload


def reply(event) -> dict:
    return {"is_exception": event.is_exception, "payload": text(event.payload)}


async def call(session, uri: str, payload, timeout: float = 10) -> dict:
    try:
        return {"ok": json.loads((await session.call(uri, payload, timeout=timeout)).payload)}
    except almanet.rpc_exception as error:
        return {"exception": error.name, "payload": text(error.payload)}
    except TimeoutError:
        return {"timeout": True}


async def multicall(session, uri: str, payload, timeout: float) -> dict:
    return {"replies": [reply(event) for event in await session.multicall(uri, payload, timeout=timeout)]}


async def delay_call(session, uri: str, payload, delay: int) -> dict:
    await session.delay_call(uri, payload, delay)
    return {"ok": None}


async def produce(session, topic: str, payload) -> dict:
    await session.produce(topic, payload)
    return {"ok": None}


async def consume(session, topic: str, channel: str, count: int) -> dict:
    stream, stop = await session.consume(topic, channel)
    bodies = []
    async for message in stream:
        bodies.append(json.loads(message.body))
        await message.commit()
        if len(bodies) == count:
            stop()
            break
    return {"messages": bodies}


async def serve(session) -> dict:
    fleet._share_all(session)
    return {"ok": None}


OPERATIONS = {f.__name__: f for f in (call, multicall, delay_call, produce, consume, serve)}


async def answer(session, request: dict) -> None:
    number, operation = request.pop("id"), request.pop("op")
    try:
        result = await OPERATIONS[operation](session, **request)
    except Exception as error:
        result = {"error": repr(error)}
    print(json.dumps({"id": number, **result}), flush=True)


async def main(address: str) -> None:
    async with almanet.clients.make_ansqd_tcp_session(address) as session:
        print(json.dumps({"id": 0, "session": session.id}), flush=True)
        reader = asyncio.StreamReader(limit=16 * 1024 * 1024)
        await asyncio.get_running_loop().connect_read_pipe(lambda: asyncio.StreamReaderProtocol(reader), sys.stdin)
        async with asyncio.TaskGroup() as tasks:
            while raw := await reader.readline():
                tasks.create_task(answer(session, json.loads(raw)))


if __name__ == "__main__":
    asyncio.run(main(sys.argv[1]))
