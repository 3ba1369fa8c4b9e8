"""Where a request may go: nobody reaches what only we can reach by giving us its address (OWASP, SSRF)."""

import socket
from dataclasses import dataclass
from ipaddress import ip_address
from typing import Final
from urllib.parse import SplitResult, urlsplit

_PORTS: Final = {"https": 443, "http": 80}


class ForbiddenAddress(Exception):
    """A request may not go there. Holds a code."""

    def __init__(self, code: str) -> None:
        self.code = code
        super().__init__(code)


@dataclass(frozen=True, slots=True)
class Destination:
    """A URL whose host was looked up: requests go to `ip`, whatever the name says a moment later."""

    url: str
    host: str
    authority: str
    ip: str


def destination(url: str, *, private: bool) -> Destination:
    """Where a URL leads. Raises ForbiddenAddress; unless `private`, it must be HTTPS at a public address.

    A name all of whose addresses are not public is refused, and one of whose addresses only some are, too.
    """
    parts = parsed(url, private=private)
    host, port = parts.hostname or "", parts.port or _PORTS[parts.scheme]
    try:
        found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
    except OSError:
        raise ForbiddenAddress("unknown_host") from None
    addresses = [str(each[4][0]) for each in found]
    if not addresses or not (private or all(is_public(address) for address in addresses)):
        raise ForbiddenAddress("private_address")
    ip = addresses[0]
    literal = f"[{ip}]" if ":" in ip else ip
    rest = parts.path + (f"?{parts.query}" if parts.query else "")
    return Destination(f"{parts.scheme}://{literal}:{port}{rest or '/'}", host, parts.netloc, ip)


def parsed(url: str, *, private: bool) -> SplitResult:
    """A URL in parts. Raises ForbiddenAddress for one of a form that requests do not go to."""
    try:
        parts = urlsplit(url)
        port = parts.port
    except ValueError:
        raise ForbiddenAddress("not_a_url") from None
    if parts.scheme not in _PORTS or not parts.hostname or port == 0 or parts.username or parts.password or parts.fragment:
        raise ForbiddenAddress("not_a_url")
    if parts.scheme != "https" and not private:
        raise ForbiddenAddress("not_https")
    return parts


def is_public(address: str) -> bool:
    """Whether an address belongs to the internet; what wraps another one (IPv4 in IPv6) is judged by what it wraps."""
    found = ip_address(address.partition("%")[0])
    mapped = getattr(found, "ipv4_mapped", None) or getattr(found, "sixtofour", None)
    if mapped is not None:
        return is_public(str(mapped))
    return found.is_global and not found.is_multicast and not found.is_reserved
