"""Serves `payloads`. This file is yours: it was written once.

python -m PACKAGE.payloads.__microservice [NSQD_ADDRESS ...]
"""

import sys

import almanet

from . import _desk, _idle

if __name__ == "__main__":
    addresses = sys.argv[1:] or ["127.0.0.1:4150"]
    client = almanet.clients.ansqd_tcp_client(*addresses)
    almanet.serve_multiple(client, _desk.public.service, _idle.public.service)
