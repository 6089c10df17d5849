"""Serves the functions on nsqd, to those who have a token where one is asked for.

python -m contract.examples.connector.__microservice [NSQD_ADDRESS ...]
"""

import sys

import almanet_runtime

from . import _functions

if __name__ == "__main__":
    addresses = sys.argv[1:] or ["127.0.0.1:4150"]
    client = almanet_runtime.clients.ansqd_tcp_client(*addresses)
    developer = almanet_runtime.principal("developer", {"classes"})
    almanet_runtime.serve_single(
        client,
        _functions.public.service,
        authenticator=almanet_runtime.static_tokens({"123456": developer}),
    )
