"""What was computed for a page is kept while no new facts arrive: equal freshness means equal figures for one question."""

from collections import OrderedDict
from collections.abc import Callable, Hashable
from threading import Lock
from typing import Any, Final, TypeVar

from services.reporting.indicators import Scope
from services.reporting.queries.freshness import freshness
from shared.db import ReadSession

Found = TypeVar("Found")
MOST: Final = 512


class _Kept:
    """The newest answers, the least lately used forgotten first. Answers are never changed after they were made."""

    def __init__(self) -> None:
        self._lock = Lock()
        self._found: OrderedDict[Hashable, Any] = OrderedDict()

    def get(self, key: Hashable) -> Any:
        with self._lock:
            if key in self._found:
                self._found.move_to_end(key)
            return self._found.get(key)

    def put(self, key: Hashable, found: Any) -> None:
        with self._lock:
            self._found[key] = found
            while len(self._found) > MOST:
                self._found.popitem(last=False)


_kept: Final = _Kept()


def kept(session: ReadSession, scope: Scope, about: Hashable, make: Callable[[], Found]) -> Found:
    """What `make` answers to a question about the facts, made once. Not for what rests on anything but facts.

    A question about now is one about whatever was known when the last fact arrived.
    """
    when = None if scope.newest else scope.known_at
    asked = (scope.as_of, when, scope.staff, scope.minimum_grade, scope.by, tuple(sorted(scope.only.items(), key=str)))
    key = (str(session.get_bind().engine.url), freshness(session), asked, about)
    found: Found | None = _kept.get(key)
    if found is None:
        found = make()
        _kept.put(key, found)
    return found
