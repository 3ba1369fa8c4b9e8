"""The mirror for a university: what it sent of each enrolment, what we hold, and who said otherwise where that differs."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from typing import Any
from uuid import UUID

import orjson
from sqlalchemy import Select, func, or_, select
from sqlmodel import col

from services.trainees.domain.masks import masked_email, masked_name, masked_phone
from services.trainees.domain.persons import FIELDS, PersonData
from services.trainees.domain.roster.persons_told import person_from
from services.trainees.domain.stages import EXITS, Stage
from services.trainees.queries.sealing import opened, unseal
from services.trainees.tables import Cohort, Enrolment, PersonCorrection, PersonRecord, RosterEntry, StageStep, rows_of
from shared.db import ReadSession


class Mirrored(StrEnum):
    """How what was sent and what is held stand to each other."""

    SAME = "same"
    DIFFERENT = "different"
    ABSENT = "absent"
    NEVER_SENT = "never_sent"


class SaidBy(StrEnum):
    """Who said otherwise than the university."""

    CORRECTION = "correction"
    ANOTHER_SOURCE = "another_source"
    EMPLOYER = "employer"
    PROGRAM = "program"


@dataclass(frozen=True, slots=True)
class Difference:
    """One field that differs, both values masked."""

    field: str
    sent: str | None
    held: str | None
    said_by: SaidBy
    actor: str | None
    since: datetime | None


@dataclass(frozen=True, slots=True)
class MirrorRow:
    """One enrolment."""

    enrolment_id: UUID
    cohort_id: UUID
    cohort_code: str
    name: str
    stage: Stage
    state: Mirrored
    sent_by: UUID | None = None
    differences: Sequence[Difference] = field(default=())


def mirrored(university_id: UUID, *, cohort_id: UUID | None = None, only_different: bool = False) -> Select[Any]:
    """The enrolments of a university; with `only_different` those that may differ, which `mirror_rows` then settles."""
    statement = (
        select(Enrolment)
        .outerjoin(RosterEntry, col(RosterEntry.enrolment_id) == Enrolment.id)
        .join(PersonRecord, col(PersonRecord.person_id) == Enrolment.person_id)
        .where(col(Enrolment.university_id) == university_id)
    )
    if cohort_id is not None:
        statement = statement.where(col(Enrolment.cohort_id) == cohort_id)
    if only_different:
        unlike = col(RosterEntry.told_hash) != col(PersonRecord.content_hash)
        ended = col(Enrolment.stage).in_(sorted(EXITS))
        never = col(RosterEntry.enrolment_id).is_(None)
        statement = statement.where(or_(never, unlike, ended, col(RosterEntry.present).is_(False)))
    return statement


def mirror_rows(session: ReadSession, enrolments: Sequence[Enrolment]) -> list[MirrorRow]:
    """These enrolments as the mirror shows them."""
    ids = [each.id for each in enrolments]
    persons = [each.person_id for each in enrolments]
    entries = {
        row.enrolment_id: row for row in session.scalars(select(RosterEntry).where(col(RosterEntry.enrolment_id).in_(ids)))
    }
    records = {
        row.person_id: row for row in session.scalars(select(PersonRecord).where(col(PersonRecord.person_id).in_(persons)))
    }
    codes = dict(tuple(row) for row in session.execute(select(col(Cohort.id), col(Cohort.code)).where(_cohorts(enrolments))))
    corrections = _corrections(session, persons)
    steps = _last_steps(session, [each.id for each in enrolments if each.stage in EXITS])
    return [
        _row(
            session,
            each,
            code=codes[each.cohort_id],
            entry=entries.get(each.id),
            held=opened(session, records[each.person_id]),
            corrections=corrections.get(each.person_id, {}),
            step=steps.get(each.id),
        )
        for each in enrolments
    ]


def _cohorts(enrolments: Sequence[Enrolment]) -> Any:
    return col(Cohort.id).in_({each.cohort_id for each in enrolments})


def _corrections(session: ReadSession, person_ids: Sequence[UUID]) -> dict[UUID, dict[str, PersonCorrection]]:
    found: dict[UUID, dict[str, PersonCorrection]] = {}
    for row in session.scalars(select(PersonCorrection).where(col(PersonCorrection.person_id).in_(person_ids))):
        found.setdefault(row.person_id, {})[row.field] = row
    return found


def _last_steps(session: ReadSession, enrolment_ids: Sequence[UUID]) -> dict[UUID, StageStep]:
    last = (
        select(col(StageStep.enrolment_id), func.max(col(StageStep.version)).label("version"))
        .where(col(StageStep.enrolment_id).in_(enrolment_ids))
        .group_by(col(StageStep.enrolment_id))
        .subquery()
    )
    here = (col(StageStep.enrolment_id) == last.c.enrolment_id) & (col(StageStep.version) == last.c.version)
    return {row.enrolment_id: row for row in session.scalars(select(StageStep).join(last, here))}


def _row(
    session: ReadSession,
    enrolment: Enrolment,
    *,
    code: str,
    entry: RosterEntry | None,
    held: PersonData,
    corrections: Mapping[str, PersonCorrection],
    step: StageStep | None,
) -> MirrorRow:
    shown = MirrorRow(enrolment.id, enrolment.cohort_id, code, masked_name(held.name), enrolment.stage, Mirrored.NEVER_SENT)
    if entry is None:
        return shown
    differences = [*_of_person(session, entry, held, corrections)]
    if entry.present and step is not None:
        differences.append(_of_stage(enrolment, step))
    state = Mirrored.DIFFERENT if differences else Mirrored.SAME
    return MirrorRow(
        enrolment.id, enrolment.cohort_id, code, shown.name, enrolment.stage, state if entry.present else Mirrored.ABSENT,
        entry.sync_id, differences,
    )  # fmt: skip


def _of_person(
    session: ReadSession, entry: RosterEntry, held: PersonData, corrections: Mapping[str, PersonCorrection]
) -> Iterator[Difference]:
    _, *person = orjson.loads(unseal(session, entry.told, about=entry.enrolment_id, field="roster_told"))
    sent = person_from(person)
    for name in FIELDS:
        told, known = getattr(sent, name), getattr(held, name)
        if told is None or told == known:
            continue
        correction = corrections.get(name)
        by = SaidBy.CORRECTION if correction is not None else SaidBy.ANOTHER_SOURCE
        actor, since = (correction.actor, correction.corrected_at) if correction is not None else (None, None)
        yield Difference(name, _masked(name, told), _masked(name, known), by, actor, since)


def _of_stage(enrolment: Enrolment, step: StageStep) -> Difference:
    by = SaidBy.EMPLOYER if enrolment.stage is Stage.EMPLOYED_EARLY else SaidBy.PROGRAM
    return Difference("stage", None, enrolment.stage.value, by, step.actor, step.recorded_at)


def _masked(name: str, value: Any) -> str | None:
    if value is None:
        return None
    if name == "birth_date":
        return f"{value.year}-**-**"
    return {"name": masked_name, "phone": masked_phone, "email": masked_email}[name](value)


def counted(session: ReadSession, university_id: UUID) -> list[tuple[str, int, int]]:
    """By cohort: its code, how many enrolments it has, how many of them the rosters name."""
    enrolments, cohorts, entries = rows_of(Enrolment), rows_of(Cohort), rows_of(RosterEntry)
    statement = (
        select(cohorts.c.code, func.count(), func.count(entries.c.enrolment_id).filter(entries.c.present))
        .select_from(enrolments)
        .join(cohorts, cohorts.c.id == enrolments.c.cohort_id)
        .outerjoin(entries, entries.c.enrolment_id == enrolments.c.id)
        .where(enrolments.c.university_id == university_id)
        .group_by(cohorts.c.code)
        .order_by(cohorts.c.code)
    )
    return [(code, count, named) for code, count, named in session.execute(statement)]
