"""What a page has to know of the link by which somebody without an account reads it."""

from dataclasses import dataclass
from datetime import date, datetime
from typing import Final

from shared.auth.actor import Actor

# Where it stands in the scope of a request: nothing that a client sends gets there.
SHARED: Final = "hustar.shared"


@dataclass(frozen=True, slots=True)
class Passed:
    """`actor` is whom the page is read as. `path` and `query` are the address that the reader sees."""

    actor: Actor
    name: str
    as_of: date
    expires_at: datetime
    path: str
    query: tuple[tuple[str, str], ...]
