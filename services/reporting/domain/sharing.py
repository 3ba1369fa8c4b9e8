"""Addresses of our own pages: which may be kept and passed on, and how long a link that was passed on is good for."""

from datetime import timedelta
from typing import Final
from urllib.parse import parse_qsl, urlencode, urlsplit

from shared.errors import N_, FieldError, Invalid, Refused

LONGEST_LIFE: Final = timedelta(days=366)
USUAL_LIFE: Final = timedelta(days=30)
_PAGES: Final = ("goals", "indicators", "cohorts", "universities", "companies", "matching", "data")
_NOT_KEPT: Final = ("lang", "theme", "live", "tour")
_NOT_OURS: Final = N_("Must be the address of a page here, such as /cohorts?as_of=2026-03-01.")
# What only the program's own staff see is never passed on.
_NOT_SHARED: Final = "facts"


class LinkIsOver(Refused):
    """A link that has expired or was revoked."""

    status = 410
    code = "share_link_over"
    title = N_("This link is over")
    detail = N_("It has expired or was revoked. Ask whoever sent it for a new one.")


def checked_address(address: str) -> str:
    """The path and parameters of a page of ours, without what is only about how it looks. Raises Invalid."""
    parts = urlsplit(address)
    path = parts.path.rstrip("/") or "/"
    steps = path.split("/")[1:]
    ours = path == "/" or steps[0] in _PAGES
    if parts.scheme or parts.netloc or not address.startswith("/") or not ours or "" in steps[1:] or ".." in steps:
        raise Invalid(FieldError("address", "not_a_page", _NOT_OURS))
    query = [(name, value) for name, value in parse_qsl(parts.query) if name not in _NOT_KEPT]
    return f"{path}?{urlencode(query)}" if query else path


def checked_for_sharing(address: str) -> str:
    """The same of one that may be passed on. Raises Invalid."""
    found = checked_address(address)
    if urlsplit(found).path.endswith(f"/{_NOT_SHARED}"):
        raise Invalid(FieldError("address", "not_shared", N_("The things behind a figure are not passed on.")))
    return found


def pinned(address: str, **fixed: str) -> tuple[str, str]:
    """Path and query of the address with these parameters, whatever it said of them before, and without a period."""
    parts = urlsplit(address)
    query = {name: value for name, value in parse_qsl(parts.query) if name != "period"}
    return parts.path, urlencode({**query, **fixed})
