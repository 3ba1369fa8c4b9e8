"""What is foreseen of every field and month, said as soon as it is no longer what was said last."""

from collections.abc import Mapping
from dataclasses import asdict
from typing import Any, Final
from uuid import UUID

from sqlalchemy import delete
from sqlmodel import col, select

from services.employers import queries
from services.employers.domain.demand import Demand
from services.employers.domain.pledges import month_of, shifted
from services.employers.tables import Cohort, Enrolment, Outlook, ProgramSkill, rows_of
from shared import clock
from shared.contracts.employers import DemandForeseen, SkillForeseen
from shared.contracts.trainees import CohortEvent
from shared.db import Database, WriteSession
from shared.db.bulk import bulk_insert, bulk_upsert
from shared.events.outbox import emit

AHEAD: Final = 12
_SAID: Final = {"program_id", "university_id", "code", "field", "capacity", "starts_on", "training_ends_on", "ends_on"}
_BOARD: Final = "employers.demand"


def foresee_demand(database: Database) -> int:
    """Say what is new about this month and the twelve after it, and return how much that is. Safe to run twice, anywhere."""

    def unit(session: WriteSession) -> int:
        with database.claim(session, _BOARD) as mine:
            return _say(session) if mine else 0

    return database.run(unit, idempotent=True)


def _say(session: WriteSession) -> int:
    first = month_of(clock.today())
    rows = {(row.field, row.month): row for row in session.exec(select(Outlook).with_for_update())}
    last = shifted(first, AHEAD)
    foreseen = {
        (row.field, row.month): row for row in queries.demand(session, first=first, last=last, field=None, today=clock.today())
    }
    # What nobody offers or looks for any more is said to be nought.
    gone = {key: Demand(*key, 0, 0, 0, 0) for key in rows.keys() - foreseen.keys() if first <= key[1] <= last}
    news = [(key, now) for key, now in sorted({**foreseen, **gone}.items()) if _is_news(rows.get(key), now)]
    for key, now in news:
        _record(session, rows.get(key) or Outlook(field=now.field, month=now.month, pledged=0, posted=0, expected=0), now)
    return len(news)


def _is_news(row: Outlook | None, now: Demand) -> bool:
    return row is None or (row.pledged, row.posted, row.expected, row.skills or []) != (
        now.pledged_seats,
        now.posted_seats,
        now.expected_completers,
        _skills(now),
    )


def _skills(now: Demand) -> list[dict[str, Any]]:
    return [asdict(each) for each in now.skills]


def _record(session: WriteSession, row: Outlook, now: Demand) -> None:
    row.pledged, row.posted, row.expected = now.pledged_seats, now.posted_seats, now.expected_completers
    row.skills = _skills(now)
    session.add(row)
    event = DemandForeseen(
        demand_id=row.id,
        field=now.field,
        month=now.month,
        pledged_seats=now.pledged_seats,
        posted_seats=now.posted_seats,
        seats=now.seats,
        expected_completers=now.expected_completers,
        shortage=now.shortage,
        skills=[SkillForeseen(**each) for each in row.skills],
    )
    emit(session, row, event)


def know_cohort(session: WriteSession, cohort: CohortEvent) -> None:
    """Keep a cohort's dates and capacity as trainees says them."""
    known = session.get(Cohort, cohort.cohort_id)
    said = {
        "id": cohort.cohort_id,
        **cohort.model_dump(include=_SAID),
    }
    if known is None:
        session.add(Cohort(**said))
        return
    for name, value in said.items():
        setattr(known, name, value)


def know_enrolments(session: WriteSession, prospects: dict[UUID, tuple[UUID, str]]) -> None:
    """Keep of each enrolment its cohort and whether its completion is still expected."""
    rows = [(enrolment_id, cohort_id, prospect) for enrolment_id, (cohort_id, prospect) in sorted(prospects.items())]
    bulk_upsert(session, rows_of(Enrolment), ("id", "cohort_id", "prospect"), rows, key=("id",))


def know_programs(session: WriteSession, programs: Mapping[UUID, UUID]) -> None:
    """The program of each of these cohorts, for those that were made known before it was kept."""
    missing = select(Cohort).where(col(Cohort.id).in_(programs), col(Cohort.program_id).is_(None)).order_by(col(Cohort.id))
    for cohort in session.exec(missing).all():
        cohort.program_id = programs[cohort.id]


def know_outcomes(session: WriteSession, program_id: UUID, *, skills: Mapping[str, int]) -> None:
    """What a program's training leads to, whole."""
    table = rows_of(ProgramSkill)
    session.execute(delete(table).where(table.c.program_id == program_id))
    rows = [(program_id, skill, level) for skill, level in sorted(skills.items())]
    bulk_insert(session, table, ("program_id", "skill", "level"), rows)
