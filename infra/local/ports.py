"""Free TCP ports that stay free while an engine is down.

They are taken from below the range from which systems give ports to outgoing connections. A client that keeps
knocking at a stopped engine could otherwise be given the engine's own port, be connected to itself, and keep the
engine from coming back.
"""

import random
import socket

_CANDIDATES = range(15_000, 32_000)
_PICK = random.SystemRandom()


def free_ports(count: int) -> list[int]:
    """`count` different ports on 127.0.0.1 on which nobody listens now."""
    ports: list[int] = []
    while len(ports) < count:
        port = _PICK.choice(_CANDIDATES)
        if port not in ports and _is_free(port):
            ports.append(port)
    return ports


def _is_free(port: int) -> bool:
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind(("127.0.0.1", port))
        except OSError:
            return False
    return True
