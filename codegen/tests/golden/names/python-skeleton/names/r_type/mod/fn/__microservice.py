"""Serves `names.r_type.mod.fn`. This file is yours: it was written once.

python -m PACKAGE.names.r_type.mod.fn.__microservice [NSQD_ADDRESS ...]
"""

import sys

import almanet_runtime

from . import _codegen_user, _loop, _mod, _s

if __name__ == "__main__":
    addresses = sys.argv[1:] or ["127.0.0.1:4150"]
    client = almanet_runtime.clients.ansqd_tcp_client(*addresses)
    almanet_runtime.serve_multiple(
        client,
        _loop.public.service,
        _mod.public.service,
        _codegen_user.public.service,
        _s.public.service,
    )
