"""Deciding who may take part: by the cohort's rules, on the facts of its deadline, which are kept beside the decision."""

from collections.abc import Iterable, Sequence
from dataclasses import asdict
from datetime import date
from typing import Final
from uuid import UUID

import orjson

from services.trainees.commands.locks import cohort_of, locked, locked_of_cohort
from services.trainees.domain.circumstances import CircumstanceKind, DegreeState, Facts
from services.trainees.domain.eligibility import (
    DecidedAlready,
    EligibilityUnknown,
    NotEligible,
    Verdict,
    judge,
    stored,
)
from services.trainees.domain.stages import Stage
from services.trainees.queries.eligibility import facts_of, latest_decisions
from services.trainees.queries.rules import rules_of
from services.trainees.queries.scope import visible, visible_person
from services.trainees.queries.sealing import seal
from services.trainees.tables import Circumstance, Cohort, EligibilityDecision, Enrolment
from shared.auth.actor import Actor
from shared.clock import today
from shared.contracts.trainees import EligibilityDecided
from shared.db import WriteSession
from shared.errors import N_, FieldError, Invalid
from shared.events.outbox import emit

Circumstances = tuple[CircumstanceKind, str, date, DegreeState | None]
OPEN: Final = frozenset({Stage.APPLIED, Stage.WAITLISTED})


def decide_eligibility(session: WriteSession, enrolment_id: UUID, *, by: Actor) -> EligibilityDecision:
    """Decide about one applicant, once; again only where facts were missing. Raises NotFound, DecidedAlready."""
    cohort = cohort_of(session, enrolment_id, lock=True)
    enrolment = locked(session, enrolment_id)
    earlier = latest_decisions(session, [enrolment_id]).get(enrolment_id)
    if earlier is not None and earlier.verdict is not Verdict.UNKNOWN:
        raise DecidedAlready
    [decision] = _decide(session, cohort, [enrolment], by=by)
    return decision


def decide_for_cohort(session: WriteSession, cohort_id: UUID, *, by: Actor) -> list[EligibilityDecision]:
    """Decide about every applicant of the cohort who is not decided yet, or of whom facts were missing."""
    cohort = visible(session, Cohort, cohort_id, actor=by)
    applicants = [each for each in locked_of_cohort(session, cohort_id) if each.stage in OPEN]
    return _decide(session, cohort, _undecided(session, applicants), by=by)


def admit(session: WriteSession, cohort: Cohort, enrolments: Sequence[Enrolment], *, by: Actor) -> None:
    """Let nobody in whom the rules refuse; who is not decided yet is now. Raises NotEligible, EligibilityUnknown."""
    for verdict in verdicts(session, cohort, enrolments, by=by).values():
        check_admitted(verdict)


def check_admitted(verdict: Verdict) -> None:
    """Raises NotEligible, EligibilityUnknown."""
    if verdict is Verdict.INELIGIBLE:
        raise NotEligible
    if verdict is Verdict.UNKNOWN:
        raise EligibilityUnknown


def verdicts(
    session: WriteSession, cohort: Cohort, enrolments: Sequence[Enrolment], *, by: Actor, keep: bool = True
) -> dict[UUID, Verdict]:
    """The verdict on each enrolment. With `keep` those that were missing are decided now, except where facts are missing."""
    rules = rules_of(cohort).eligibility
    if not rules:
        return {each.id: Verdict.ELIGIBLE for each in enrolments}
    known = {id_: row.verdict for id_, row in latest_decisions(session, [each.id for each in enrolments]).items()}
    open_ = [each for each in enrolments if known.get(each.id, Verdict.UNKNOWN) is Verdict.UNKNOWN]
    facts = facts_of(session, [each.person_id for each in open_], as_of=cohort.applications_close_on)
    found = {each.id: judge(rules, facts[each.person_id])[0] for each in open_ if each.person_id in facts}
    if keep:
        decided = [each for each in open_ if found.get(each.id) is Verdict.ELIGIBLE]
        _decide(session, cohort, decided, by=by)
    return {each.id: found.get(each.id, known.get(each.id, Verdict.UNKNOWN)) for each in enrolments}


def _undecided(session: WriteSession, enrolments: Sequence[Enrolment]) -> list[Enrolment]:
    known = latest_decisions(session, [each.id for each in enrolments])
    return [each for each in enrolments if each.id not in known or known[each.id].verdict is Verdict.UNKNOWN]


def _decide(session: WriteSession, cohort: Cohort, enrolments: Sequence[Enrolment], *, by: Actor) -> list[EligibilityDecision]:
    as_of = cohort.applications_close_on
    facts = facts_of(session, [each.person_id for each in enrolments], as_of=as_of)
    earlier = latest_decisions(session, [each.id for each in enrolments])
    made = []
    for enrolment in enrolments:
        number = earlier[enrolment.id].number + 1 if enrolment.id in earlier else 1
        made.append(_decision(session, cohort, enrolment, facts.get(enrolment.person_id), number=number, by=by))
    return made


def _decision(
    session: WriteSession, cohort: Cohort, enrolment: Enrolment, facts: Facts | None, *, number: int, by: Actor
) -> EligibilityDecision:
    verdict, outcomes = judge(rules_of(cohort).eligibility, facts) if facts is not None else (Verdict.UNKNOWN, [])
    sealed = None
    if facts is not None:
        text = orjson.dumps(asdict(facts)).decode()
        sealed = seal(session, text, about=enrolment.id, field=f"facts.{number}")
    decision = EligibilityDecision(
        enrolment_id=enrolment.id, number=number, verdict=verdict, as_of=cohort.applications_close_on, actor=by.subject,
        rules_version=cohort.rules_version, outcomes=[stored(each) for each in outcomes], facts=sealed,
    )  # fmt: skip
    session.add(decision)
    emit(session, enrolment, _event(enrolment, decision))
    return decision


def _event(enrolment: Enrolment, decision: EligibilityDecision) -> EligibilityDecided:
    return EligibilityDecided(
        enrolment_id=enrolment.id, person_id=enrolment.person_id, cohort_id=enrolment.cohort_id,
        program_id=enrolment.program_id, university_id=enrolment.university_id, field=enrolment.field,
        effective_on=decision.as_of, verdict=decision.verdict, rules_version=decision.rules_version,
    )  # fmt: skip


def tell_circumstances(
    session: WriteSession, person_id: UUID, told: Iterable[tuple[CircumstanceKind, str, date, DegreeState | None]], *, by: Actor
) -> None:
    """Keep what is true of a person since a day: region of residence, region and state of a degree. Raises NotFound, Invalid."""
    visible_person(session, person_id, actor=by)
    for kind, region, effective_on, state in told:
        if kind is CircumstanceKind.RESIDENCE and effective_on > today():
            raise Invalid(FieldError("/effective_on", "in_the_future", N_("Must not be in the future.")))
        row = Circumstance(person_id=person_id, kind=kind, effective_on=effective_on, actor=by.subject, value=b"")
        said = orjson.dumps({"region": region, "state": state}).decode()
        row.value = seal(session, said, about=row.id, field="value")
        session.add(row)
