"""Ask servers of this machine over plain HTTP without reading every authority that the machine trusts."""

import ssl

PLAIN = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
"""For httpx's `verify`: its own default costs 30 ms of CPU for each client, also where nothing is encrypted."""
