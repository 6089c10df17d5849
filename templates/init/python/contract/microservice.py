"""Serves until it is asked to stop, and finishes the calls that it has then.

python -m contract.my_project.__microservice
"""

import os

import almanet_runtime

from . import _greeting

# The broker inside this process, where ALMANET_URL names no other: it listens on the port that nsqd would.
BROKER = "embedded:4150"

if __name__ == "__main__":
    broker = os.environ.get("ALMANET_URL", BROKER)
    print(f"serving my_project.greeting on {broker}; Ctrl-C stops it", flush=True)
    client = almanet_runtime.clients.url_client(broker)
    almanet_runtime.serve_single(client, _greeting.public.service)
