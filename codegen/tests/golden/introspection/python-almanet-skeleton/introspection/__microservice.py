"""Serves `introspection`. This file is yours: it was written once.

python -m PACKAGE.introspection.__microservice [NSQD_ADDRESS ...]
"""

import sys

import almanet

from . import _shown

if __name__ == "__main__":
    addresses = sys.argv[1:] or ["127.0.0.1:4150"]
    client = almanet.clients.ansqd_tcp_client(*addresses)
    almanet.serve_multiple(client, _shown.public.service)
