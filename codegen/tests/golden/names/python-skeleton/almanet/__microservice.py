"""Serves `almanet`. This file is yours: it was written once.

python -m PACKAGE.almanet.__microservice [NSQD_ADDRESS ...]
"""

import sys

import almanet_runtime

from . import _service

if __name__ == "__main__":
    addresses = sys.argv[1:] or ["127.0.0.1:4150"]
    client = almanet_runtime.clients.ansqd_tcp_client(*addresses)
    almanet_runtime.serve_multiple(client, _service.public.service)
