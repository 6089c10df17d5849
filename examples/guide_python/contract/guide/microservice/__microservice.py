"""Serves `guide.microservice`.

python -m contract.guide.microservice.__microservice [NSQD_ADDRESS ...]
"""

import sys

import almanet_runtime

from . import _greeting

if __name__ == "__main__":
    addresses = sys.argv[1:] or ["127.0.0.1:4150"]
    client = almanet_runtime.clients.ansqd_tcp_client(*addresses)
    almanet_runtime.serve_multiple(client, _greeting.public.service)
