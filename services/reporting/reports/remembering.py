"""What was gathered is kept for a moment, so that the second format of a report holds the very figures of the first."""

from collections import OrderedDict
from collections.abc import Hashable
from threading import Lock
from time import monotonic
from typing import Final

from sqlalchemy import func, select

from services.reporting.queries.freshness import freshness
from services.reporting.reports.asking import Wish
from services.reporting.reports.gathering import Content, gather
from shared.db import ReadSession
from shared.events.tables import outbox

SECONDS: Final = 120.0
MOST: Final = 16
"""Reports kept: some megabytes each."""
_lock: Final = Lock()
_kept: Final[OrderedDict[Hashable, tuple[float, Content]]] = OrderedDict()


def gathered(session: ReadSession, wished: Wish) -> Content:
    """As `gather`, or what it gave to the same question a moment ago, if nothing has been said or become known since."""
    key = _key(session, wished)
    with _lock:
        made_at, found = _kept.get(key, (0.0, None))
    if found is not None and monotonic() - made_at < SECONDS:
        return found
    content = gather(session, wished)
    with _lock:
        _kept[key] = (monotonic(), content)
        while len(_kept) > MOST:
            _kept.popitem(last=False)
    return content


def _key(session: ReadSession, wished: Wish) -> Hashable:
    """Facts that arrived change the freshness; what people said (plans, values, notes, closings) left an event."""
    said = session.execute(select(func.max(outbox.c.seq))).scalar_one_or_none()
    when = None if wished.latest else wished.known_at
    asked = (wished.framework, wished.period, wished.as_of, when, tuple(wished.filters.items()))
    return str(session.get_bind().engine.url), freshness(session), said, asked
