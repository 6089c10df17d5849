"""A program that serves, in the way and at the address that it is told. No guard, as the guide's has none."""

import asyncio
import logging
import multiprocessing
import os
import sys
import threading

import almanet_runtime as almanet

logging.basicConfig(level=logging.INFO)
first = almanet.new_remote_service("net.example.first")
second = almanet.new_remote_service("net.example.second")


@first.procedure
async def held(payload: None) -> int:
    """Is at work until it is told a line."""
    print("held", os.getpid(), flush=True)
    await asyncio.to_thread(sys.stdin.readline)
    return os.getpid()


@first.procedure
async def never(payload: None) -> None:
    print("never", os.getpid(), flush=True)
    await asyncio.Event().wait()


@first.procedure
def stuck(payload: None) -> None:
    threading.Event().wait()


def pid(payload: None) -> int:
    return os.getpid()


first.add_procedure(pid)
second.add_procedure(pid)


@first.post_join
async def announce(session: almanet.Almanet) -> None:
    print("first", os.getpid(), flush=True)


@second.post_join
def announce_second(session: almanet.Almanet) -> None:
    print("second", os.getpid(), flush=True)


def serve_hidden() -> None:
    """Serves what nobody sees who imports this."""
    hidden = almanet.new_remote_service("net.example.hidden")
    hidden.add_procedure(pid)

    @hidden.post_join
    def announce_hidden(session: almanet.Almanet) -> None:
        print("hidden", os.getpid(), flush=True)

    almanet.serve_multiple(client, hidden)


client = almanet.clients.ansqd_tcp_client(sys.argv[2])
if sys.argv[1] == "single":
    almanet.serve_single(client, first)
elif sys.argv[1] == "impatient":
    almanet.serve_single(client, first, drain_timeout=0.5)
elif sys.argv[1] == "hidden":
    if __name__ == "__main__":
        serve_hidden()
else:
    if sys.argv[1] == "spawned":
        multiprocessing.set_start_method("spawn", force=True)
    almanet.serve_multiple(client, first, second)
if __name__ == "__main__":
    print("ended", os.getpid(), flush=True)
