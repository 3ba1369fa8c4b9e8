"""Notices when less or more was taken in of a source than it says that it has told."""

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import insert, select, update
from sqlalchemy.dialects import postgresql, sqlite

from services.reporting.commands.content import check_content
from services.reporting.queries.drift import Standing, open_drifts, standings
from services.reporting.tables import DRIFT, TALLY
from shared.clock import now
from shared.db import Database, WriteSession
from shared.events.tallies import Tally


def keep_tallies(session: WriteSession, tallies: Sequence[Tally]) -> None:
    """Keep the latest of each source, in whatever order they come, and however often they are told again."""
    rows = [
        {
            "source": f"{tally.service}.{kind}",
            "taken_at": tally.taken_at,
            "events": events,
            "things": tally.things[kind],
            "stages": tally.stages.get(kind),
        }
        for tally in sorted(tallies, key=lambda tally: tally.taken_at)
        for kind, events in tally.events.items()
    ]
    if not rows:
        return
    dialect = postgresql if session.get_bind().dialect.name == "postgresql" else sqlite
    statement = dialect.insert(TALLY)
    new = statement.excluded
    session.execute(
        statement.on_conflict_do_update(
            index_elements=["source"],
            set_={name: new[name] for name in ("taken_at", "events", "things", "stages")},
            where=TALLY.c.taken_at < new.taken_at,
        ),
        rows,
    )


def watch_drift(database: Database) -> int:
    """Note which sources disagree and which agree again; how many disagree. Safe to run twice, and anywhere."""
    check_content(database)
    at = now()
    with database.read() as session:
        found = {each.source: each for each in standings(session, at) if each.drifts}
        known = {each.source for each in open_drifts(session)}
    if not found and not known:
        return 0

    def unit(session: WriteSession) -> None:
        with database.claim(session, "reporting-drift") as free:
            if free:
                _note(session, list(found.values()), at)

    database.run(unit, idempotent=True)
    return len(found)


def _note(session: WriteSession, found: Sequence[Standing], at: datetime) -> None:
    still = DRIFT.c.settled_at.is_(None)
    session.execute(update(DRIFT).where(still, DRIFT.c.source.not_in([each.source for each in found])).values(settled_at=at))
    known = set(session.execute(select(DRIFT.c.source).where(still)).scalars())
    for each in found:
        said = {"told": each.told, "taken_in": each.taken_in, "seen_at": at}
        if each.source in known:
            session.execute(update(DRIFT).where(still, DRIFT.c.source == each.source).values(**said))
        else:
            session.execute(insert(DRIFT).values(source=each.source, found_at=at, **said))
