{{ docs }}
import sys

import {{ library }}

{{ import }}
if __name__ == "__main__":
    addresses = sys.argv[1:] or ["127.0.0.1:4150"]
    client = {{ library }}.clients.ansqd_tcp_client(*addresses)
{{ serve }}
