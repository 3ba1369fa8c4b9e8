"""Eligibility: what is known of an applicant as of a day, and how it was decided."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any
from uuid import UUID

import orjson
from sqlalchemy import Select, and_, func, select
from sqlmodel import col

from services.trainees.domain.circumstances import DegreeState, Facts, Known, facts_as_of
from services.trainees.domain.eligibility import EXPLANATIONS, Verdict
from services.trainees.queries.chunks import in_chunks
from services.trainees.queries.scope import sees_notes
from services.trainees.queries.sealing import unseal
from services.trainees.tables import Circumstance, EligibilityDecision, PersonRecord, rows_of
from shared.auth.actor import Actor
from shared.db import ReadSession
from shared.db.bulk import among
from shared.i18n import Language, translate


@dataclass(frozen=True, slots=True)
class Explained:
    """One rule's outcome in words."""

    kind: str
    verdict: Verdict
    text: str
    of: Sequence["Explained"]


@dataclass(frozen=True, slots=True, repr=False)
class Decision:
    """A decision as a caller may see it: `facts` only for those who work with the person."""

    enrolment_id: UUID
    number: int
    verdict: Verdict
    as_of: date
    decided_at: datetime
    actor: str
    rules_version: int | None
    outcomes: Sequence[Explained]
    facts: Facts | None
    version: int


def refused_by_rules() -> Select[Any]:
    """The ids of enrolments whose last decision is that the rules do not admit them."""
    last = select(col(EligibilityDecision.enrolment_id), func.max(col(EligibilityDecision.number)).label("number"))
    latest = last.group_by(col(EligibilityDecision.enrolment_id)).subquery()
    same = col(EligibilityDecision.enrolment_id) == latest.c.enrolment_id
    of_last = and_(same, col(EligibilityDecision.number) == latest.c.number)
    chosen = select(col(EligibilityDecision.enrolment_id)).join(latest, of_last)
    return chosen.where(col(EligibilityDecision.verdict) == Verdict.INELIGIBLE)


def latest_decisions(session: ReadSession, enrolment_ids: Sequence[UUID]) -> dict[UUID, EligibilityDecision]:
    """The last decision about each of the enrolments that have one."""

    def statement(part: Sequence[UUID]) -> Select[Any]:
        decided = among(session, rows_of(EligibilityDecision).c.enrolment_id, part)
        return select(EligibilityDecision).where(decided).order_by(col(EligibilityDecision.number))

    return {row.enrolment_id: row for (row,) in in_chunks(session, enrolment_ids, statement)}


def facts_of(session: ReadSession, person_ids: Sequence[UUID], *, as_of: date) -> Mapping[UUID, Facts]:
    """What is known of each person as of a day. Of whom nothing is known any more there are no facts."""
    known: dict[UUID, list[Known]] = {}
    for order, row in enumerate(in_chunks(session, person_ids, _circumstances(session))):
        known.setdefault(row.person_id, []).append(_known(session, row, order=order))
    births = in_chunks(session, person_ids, _births(session))
    return {
        row.person_id: facts_as_of(
            as_of,
            born=date.fromisoformat(unseal(session, row.birth_date, about=row.person_id, field="birth_date")),
            known=known.get(row.person_id, ()),
        )
        for row in births
    }


def _circumstances(session: ReadSession) -> Any:
    table = rows_of(Circumstance)
    return lambda part: select(table).where(among(session, table.c.person_id, part)).order_by(table.c.recorded_at, table.c.id)


def _births(session: ReadSession) -> Any:
    table = rows_of(PersonRecord)
    return lambda part: select(table.c.person_id, table.c.birth_date).where(among(session, table.c.person_id, part))


def _known(session: ReadSession, row: Any, *, order: int) -> Known:
    said = orjson.loads(unseal(session, row.value, about=row.id, field="value"))
    state = DegreeState(said["state"]) if said.get("state") else None
    return Known(row.kind, row.effective_on, order, said["region"], state)


def circumstances(session: ReadSession, person_id: UUID) -> list[Known]:
    """Everything that was told of a person's residence and degrees, in the order it was told."""
    rows = session.execute(_circumstances(session)([person_id]))
    return [_known(session, row, order=number) for number, row in enumerate(rows)]


def decisions(session: ReadSession, enrolment_id: UUID, *, actor: Actor, language: Language) -> list[Decision]:
    """Every decision about an enrolment, the first one first, each rule's outcome explained in `language`."""
    statement = select(EligibilityDecision).where(col(EligibilityDecision.enrolment_id) == enrolment_id)
    rows = session.scalars(statement.order_by(col(EligibilityDecision.number)))
    return [explained(session, row, with_facts=sees_notes(actor), language=language) for row in rows]


def explained(session: ReadSession, row: EligibilityDecision, *, with_facts: bool, language: Language) -> Decision:
    """A decision as it is shown."""
    facts = None
    if with_facts and row.facts is not None:
        said = orjson.loads(unseal(session, row.facts, about=row.enrolment_id, field=f"facts.{row.number}"))
        degrees = tuple((region, DegreeState(state)) for region, state in said["degrees"])
        facts = Facts(said["age"], said["residence"], degrees)
    return Decision(
        row.enrolment_id, row.number, row.verdict, row.as_of, row.decided_at, row.actor, row.rules_version,
        [_in_words(each, language) for each in row.outcomes], facts, row.number,
    )  # fmt: skip


def _in_words(outcome: Mapping[str, Any], language: Language) -> Explained:
    verdict = Verdict(outcome["verdict"])
    asks = {name: ", ".join(value) if isinstance(value, list) else value for name, value in outcome["asks"].items()}
    text = translate(EXPLANATIONS[outcome["kind"], verdict], language, asks)
    return Explained(outcome["kind"], verdict, text, [_in_words(each, language) for each in outcome["of"]])
