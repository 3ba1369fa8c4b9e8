"""Several statements that hold together or not at all, begun again when somebody else stored the same at that moment."""

from collections.abc import Callable
from typing import Final, TypeVar

from shared.db import WriteSession
from shared.db.errors import is_duplicate
from shared.errors import Conflict

T = TypeVar("T")
ATTEMPTS: Final = 3


def together(session: WriteSession, unit: Callable[[], T]) -> T:
    """What `unit` returns. It is undone and repeated when it met a duplicate: then it sees what the other one stored.

    Raises Conflict when it meets duplicates again and again.

    A unit that looks first and stores then is right in spite of others who do the same. It must not emit: what was
    emitted is not undone.
    """
    for _ in range(ATTEMPTS):
        try:
            with session.begin_nested():
                return unit()
        except Exception as error:
            if not is_duplicate(error):
                raise
    raise Conflict
