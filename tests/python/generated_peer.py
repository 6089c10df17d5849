"""The fleet of the tests in Python that was generated for almanet 1.3.4, driven by JSON lines on standard input.

    python generated_peer.py NSQD_ADDRESS FOLDER

FOLDER holds the generated package `contract`. Each line is {"id": N, "op": …}; each answer {"id": N, …}. Operations run
concurrently.
"""

import asyncio
import importlib
import json
import sys

import almanet

sys.path.insert(0, sys.argv[2])
fleet = importlib.import_module("contract.interop.fleet")
lines: list[str] = []


@fleet.greet.implements
async def _greet(payload: str, session) -> str:
    match payload:
        case "guest":
            raise fleet.access_denied("guest")
        case "nobody":
            raise fleet.missing(fleet.missing.Payload(wanted="nobody"))
        case "ghost":
            raise fleet.gone(None)
    return f"Hello, {payload}!"


@fleet.add.implements
async def _add(payload, session) -> int:
    return payload.a + payload.b


@fleet.whoami.implements
async def _whoami(payload: int, session) -> str:
    return "python"


@fleet.fail.implements
async def _fail(payload: None, session) -> str:
    raise ValueError("a secret of the service")


@fleet.lie.implements
async def _lie(payload: None, session) -> int:
    return "not a number"


@fleet.nap.implements
async def _nap(payload: int, session) -> int:
    await asyncio.sleep(payload / 1000)
    return payload


@fleet.log.implements
async def _log(payload, session) -> None:
    lines.append(payload.line)


@fleet.lines.implements
async def _lines(payload: None, session) -> list[str]:
    return lines


async def call(session, procedure: str, arguments: list, keywords: dict, timeout: float = 10) -> dict:
    """Calls by what is generated, which must not run what is implemented here."""
    try:
        answer = await getattr(fleet, procedure)(*arguments, **keywords, timeout=timeout, force_local=False)
    except fleet.missing as error:
        return {"exception": error.name, "wanted": error.payload.wanted}
    except almanet.rpc_exception as error:
        payload = error.payload
        return {"exception": error.name, "payload": payload.decode() if isinstance(payload, bytes) else payload}
    except TimeoutError:
        return {"timeout": True}
    return {"ok": answer}


async def local(session, procedure: str, arguments: list, keywords: dict) -> dict:
    """The same, of what is implemented in this process."""
    return {"ok": await getattr(fleet, procedure)(*arguments, **keywords)}


async def serve(session) -> dict:
    fleet.service._share_all(session)
    return {"ok": None}


async def produce(session, title: str, labels: list[str]) -> dict:
    await fleet.happened.produce(fleet.Happening(title=title, labels=labels))
    return {"ok": None}


async def consume(session, channel: str) -> dict:
    async with fleet.happened.consume(channel) as messages:
        async for message in messages:
            happening = message.payload
            await message.commit()
            return {"title": happening.title, "count": happening.count, "labels": happening.labels}


OPERATIONS = {f.__name__: f for f in (call, local, serve, produce, consume)}


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
