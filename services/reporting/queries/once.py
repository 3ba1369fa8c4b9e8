"""What a reader asks again and again within one look at the data is asked once: a reading session sees one state."""

from collections.abc import Callable, Hashable
from typing import Any, Final, TypeVar

from shared.db import ReadSession, WriteSession

Found = TypeVar("Found")
_WHERE: Final = "asked once"


def once(session: ReadSession, about: Hashable, ask: Callable[[], Found]) -> Found:
    """What `ask` finds, kept as long as the session. One that writes asks every time: it changes what it would find."""
    if isinstance(session, WriteSession):
        return ask()
    found: dict[Hashable, Any] = session.info.setdefault(_WHERE, {})
    if about not in found:
        found[about] = ask()
    answer: Found = found[about]
    return answer
