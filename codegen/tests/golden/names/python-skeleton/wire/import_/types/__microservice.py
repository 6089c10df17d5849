"""Serves `wire.import.types`. This file is yours: it was written once.

python -m PACKAGE.wire.import_.types.__microservice [NSQD_ADDRESS ...]
"""

import sys

import almanet_runtime

from . import _microservice, _public, _types_

if __name__ == "__main__":
    addresses = sys.argv[1:] or ["127.0.0.1:4150"]
    client = almanet_runtime.clients.ansqd_tcp_client(*addresses)
    almanet_runtime.serve_multiple(
        client,
        _public.public.service,
        _types_.public.service,
        _microservice.public.service,
    )
