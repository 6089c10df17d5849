"""Messages of topics, over a real nsqd."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator

import pytest
from pydantic import BaseModel

import almanet_runtime as almanet


class greeted(BaseModel):
    name: str
    times: int = 1


service = almanet.new_remote_service("net.example.topics")


async def take(messages: AsyncIterator[almanet.qmessage_model[bytes]]) -> almanet.qmessage_model[bytes]:
    async with asyncio.timeout(20):
        return await anext(messages)


def test_a_message_is_committed_or_rolled_back(nsqd: str) -> None:
    async def main() -> None:
        async with almanet.clients.make_ansqd_tcp_session(nsqd) as session:
            messages, stop = await session.consume("net.example.raw", "readers")
            await session.produce("net.example.raw", {"n": 1})
            first = await take(messages)
            assert (first.body, first.attempts) == (b'{"n":1}', 1)
            assert first.time.tzinfo is not None and len(first.id) == 16
            await first.rollback()
            again = await take(messages)
            assert (again.body, again.attempts, again.id) == (b'{"n":1}', 2, first.id)
            again.touch()
            await again.commit()
            await session.produce("net.example.raw", b"any \xff bytes")
            last = await take(messages)
            assert last.body == b"any \xff bytes"
            stop()
            # It was handed out before, so it can still be committed.
            await last.commit()
            with pytest.raises(StopAsyncIteration):
                await anext(messages)

            messages, stop = await session.consume("net.example.raw", "readers")
            await session.produce("net.example.raw", "next")
            following = await take(messages)
            assert following.body == b'"next"'
            await following.commit()
            stop()

    asyncio.run(main())


def test_a_client_produces_and_consumes_by_itself(nsqd: str) -> None:
    async def main() -> None:
        client = almanet.clients.ansqd_tcp_client(nsqd).clone()
        with pytest.raises(RuntimeError):
            await client.produce("net.example.client", "early", 0)
        await client.connect()
        messages, stop = await client.consume("net.example.client", "readers")
        await client.produce("net.example.client", "text", 0)
        message = await take(messages)
        assert message.body == b"text"
        await message.commit()
        stop()
        await client.close()

    asyncio.run(main())


def test_a_typed_topic_brings_values_and_gives_up_what_fails(nsqd: str) -> None:
    topic: almanet.remote_topic[greeted] = service.public_topic("greeted", greeted, channel="kitchen")

    async def main() -> None:
        async with almanet.clients.make_ansqd_tcp_session(nsqd) as session:
            dead, stop = await session.consume("net.example.topics.greeted.dead", "readers")
            async with topic.consume(max_attempts=1) as messages:
                await topic.produce(greeted(name="Aidar"))
                async with asyncio.timeout(20):
                    message = await anext(messages)
                assert message.payload == greeted(name="Aidar", times=1)
                await message.commit()
                with pytest.raises(almanet.rpc_invalid_payload, match=r"payload.name"):
                    await topic.produce({"name": 3})  # type: ignore[arg-type]
                await session.produce(topic.uri, {"nobody": True})
                async with asyncio.timeout(20):
                    broken = await anext(messages)
                with pytest.raises(almanet.rpc_invalid_payload, match=r"payload.name: Field required"):
                    broken.payload
                await broken.fail("it names nobody")
            letter = await take(dead)
            assert almanet.shared.serialize_any_json(letter.body)["error"] == "it names nobody"
            await letter.commit()
            stop()
            with pytest.raises(almanet.invalid_call):
                await session.consume("not a topic", "c")
            with pytest.raises(ValueError, match="names no channel"):
                service.public_topic("other", greeted).consume()

    asyncio.run(main())
