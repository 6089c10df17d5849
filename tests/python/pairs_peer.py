"""One end of a pair, in Python that was generated for either library, driven by JSON lines on standard input.

    python pairs_peer.py NSQD_ADDRESS FOLDER LIBRARY

FOLDER holds the generated package `generated`, LIBRARY is what it was generated for: `almanet` or `almanet_runtime`. Each
line is {"id": N, "op": …}; each answer {"id": N, …}. Operations run concurrently.

A call becomes {"ok": …}, {"declared": [name, payload]} where its class was caught, {"undeclared": [name, payload]},
{"invalid_payload": …}, {"invalid_return": …}, {"internal": …} or {"timeout": true}.
"""

import asyncio
import importlib
import json
import logging
import sys
import time

import pydantic

ADDRESS, FOLDER, LIBRARY = sys.argv[1:]
IS_OURS = LIBRARY == "almanet_runtime"
CHANNEL = "almanet.python"

sys.path.insert(0, FOLDER)
almanet = importlib.import_module(LIBRARY)
pairs = importlib.import_module("generated.conformance.pairs")
hall = importlib.import_module("generated.conformance.pairs.hall")
Values = pydantic.TypeAdapter(list[pairs.Anything])

ran = 0
lines: dict[str, asyncio.Event] = {}
logged: list[str] = []


class keeping(logging.Handler):
    """Keeps what is logged, its tracebacks with it."""

    def emit(self, record: logging.LogRecord) -> None:
        logged.append(self.format(record))


# Serving.


class surprise(almanet.remote_exception):
    """What no contract declares."""

    payload: dict


@hall.greet.implements
async def _greet(payload, session):
    match payload:
        case "guest":
            raise hall.access_denied(payload)
        case "nobody":
            raise hall.missing(hall.missing.Payload(wanted=payload))
        case "ghost":
            raise hall.absent(None)
        case "stranger":
            raise surprise({"code": 7})
    return f"Hello, {payload}!"


@hall.add.implements
async def _add(payload, session):
    return payload.a + payload.b


@hall.carry.implements
async def _carry(payload, session):
    return payload


@hall.whoami.implements
async def _whoami(payload, session):
    global ran
    ran += 1
    return LIBRARY


@hall.fail.implements
async def _fail(payload, session):
    raise ValueError("a secret of the service")


@hall.lie.implements
async def _lie(payload, session):
    return 11


@hall.nap.implements
async def _nap(payload, session):
    await asyncio.sleep(payload / 1000)
    return payload


@hall.log.implements
async def _log(payload, session):
    lines.setdefault(payload.line, asyncio.Event()).set()


# A service as it is written without a contract.
by_hand = almanet.new_remote_service("conformance.pairs.by_hand")


@by_hand.procedure(name="lie")
async def _lie_by_hand(payload: None, session) -> int:
    return "not a number"


@by_hand.procedure(name="surprise")
async def _surprise(payload: None, session) -> str:
    raise surprise({"code": 7})


@by_hand.public_procedure(name="lie")
async def lie_by_hand(payload: None) -> int: ...


async def serve(session) -> dict:
    """Serves until the process is ended."""
    for service in (hall.service, by_hand):
        begun = service._share_all(session)
        if begun is not None:
            await begun
    return {}


async def line(session, line: str) -> dict:
    """Waits until the line was taken down here."""
    await lines.setdefault(line, asyncio.Event()).wait()
    return {}


async def told(session) -> dict:
    """What the service ran, and what its log says."""
    return {"ran": ran, "log": "\n".join(logged)}


# Calling.


def text(payload) -> str:
    return payload.decode() if isinstance(payload, bytes) else payload


def plain(value):
    return value.model_dump(mode="json") if isinstance(value, pydantic.BaseModel) else value


async def outcome(awaitable) -> dict:
    try:
        return {"ok": plain(await awaitable)}
    except (hall.access_denied, hall.missing, hall.absent) as error:
        return {"declared": [error.name, plain(error.payload)]}
    except almanet.rpc_invalid_payload as error:
        return {"invalid_payload": str(error.payload)}
    except almanet.rpc_invalid_return as error:
        return {"invalid_return": str(error.payload)}
    except almanet.rpc_exception as error:
        payload = text(error.payload)
        if error.name == "InternalError":
            return {"internal": payload}
        if error.name in ("rpc_invalid_payload", "rpc_invalid_return"):
            return {error.name.removeprefix("rpc_"): json.loads(payload)}
        return {"undeclared": [error.name, json.loads(payload)]}
    except TimeoutError:
        return {"timeout": True}
    except pydantic.ValidationError as error:
        return {"ValidationError": str(error)}


async def raw(session, uri: str, payload, timeout: float):
    """What a call without a contract brings."""
    return json.loads((await session.call(uri, payload, timeout=timeout)).payload)


async def greet(session, name: str) -> dict:
    return await outcome(hall.greet(name, force_local=False))


async def printed(session) -> dict:
    try:
        await hall.greet("guest", force_local=False)
    except hall.access_denied as error:
        return {"ok": f'during call conformance.pairs.hall.greet("guest"): {error}'}


async def add(session, a: int, b: int | None) -> dict:
    named = {} if b is None else {"b": b}
    return await outcome(hall.add(a, **named, force_local=False))


async def unserved(session) -> dict:
    return await outcome(raw(session, "conformance.pairs.nowhere", None, 1))


async def undeclared(session) -> dict:
    return await outcome(raw(session, "conformance.pairs.by_hand.surprise", None, 10))


async def late(session) -> dict:
    return await outcome(hall.nap(60_000, timeout=1, force_local=False))


async def wrong_payload(session) -> dict:
    return await outcome(raw(session, hall.greet.uri, 123, 10))


async def refused(session) -> dict:
    """What the contract does not let go out."""

    async def add_a_half():
        return await hall.add(2.5, force_local=False)

    calls = hall.greet(123, force_local=False), hall.nap("1", force_local=False), hall.nap(True, force_local=False)
    return {"ok": [next(iter(await outcome(call))) for call in (*calls, add_a_half())]}


async def locally(session) -> dict:
    """What is implemented in this process runs here."""
    return await outcome(hall.add(1, b=2))


async def wrong_reply(session) -> dict:
    return await outcome(hall.lie(None, force_local=False))


async def wrong_reply_by_hand(session) -> dict:
    return await outcome(lie_by_hand(None, force_local=False))


async def failure(session) -> dict:
    return await outcome(hall.fail(None, force_local=False))


async def multicall(session) -> dict:
    enough = {"enough": 1} if IS_OURS else {}
    replies = await session.multicall(hall.greet.uri, "all", timeout=1, **enough)
    return {"ok": [[reply.is_exception, json.loads(reply.payload)] for reply in replies]}


async def oneway(session, line: str) -> dict:
    return await outcome(hall.log(line, force_local=False))


async def delayed(session, line: str, delay: int) -> dict:
    await session.delay_call(hall.log.uri, {"line": line}, delay)
    return {}


async def introspected(session, uri: str) -> dict:
    return await outcome(raw(session, uri, None, 2))


async def carry(session, values: str) -> dict:
    """What comes back of a list that is read from JSON, as JSON again."""
    return {"ok": Values.dump_json(await hall.carry(Values.validate_json(values), force_local=False)).decode()}


async def whoami(session, calls: int) -> dict:
    answers = await asyncio.gather(*(hall.whoami(number, force_local=False) for number in range(calls)))
    return {"ok": {name: answers.count(name) for name in sorted(set(answers))}}


async def produce(session, title: str) -> dict:
    await hall.happened.produce(pairs.Happening(title=title, labels=["a"]))
    return {}


async def consume(session, channel: str, title: str) -> dict:
    """Takes a message with this title, rolls it back, takes it again and commits it."""
    seen = []
    async with hall.happened.consume(channel) as messages:
        async for message in messages:
            happening = message.payload
            if happening.title == title:
                seen.append([happening.labels[0], message.attempts])
                if len(seen) == 1:
                    await message.rollback()
                    continue
            await message.commit()
            if len(seen) == 2:
                return {"ok": seen}


OPERATIONS = {
    f.__name__: f
    for f in (
        serve, line, told,
        greet, printed, add, unserved, undeclared, late, wrong_payload, wrong_reply, wrong_reply_by_hand, failure,
        refused, locally, multicall, oneway, delayed, introspected, carry, whoami, produce, consume,
    )
}  # fmt: skip


async def answer(session, request: dict) -> None:
    number, operation = request.pop("id"), request.pop("op")
    started = time.monotonic()
    try:
        result = await OPERATIONS[operation](session, **request)
    except Exception as error:
        result = {"error": repr(error)}
    print(json.dumps({"id": number, "seconds": time.monotonic() - started, **result}), flush=True)


async def main() -> None:
    logging.getLogger("almanet").addHandler(keeping())
    async with almanet.clients.make_ansqd_tcp_session(ADDRESS) as session:
        print(json.dumps({"id": 0, "session": session.id}), flush=True)
        reader = asyncio.StreamReader(limit=16 * 1024 * 1024)
        await asyncio.get_running_loop().connect_read_pipe(lambda: asyncio.StreamReaderProtocol(reader), sys.stdin)
        async with asyncio.TaskGroup() as tasks:
            while raw_line := await reader.readline():
                tasks.create_task(answer(session, json.loads(raw_line)))


if __name__ == "__main__":
    asyncio.run(main())
