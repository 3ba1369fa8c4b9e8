"""An application: one person to one cohort, whoever the person turns out to be."""

from collections.abc import Iterator, Mapping
from datetime import date
from typing import Any
from uuid import UUID

from services.trainees.commands.duplicates import examine
from services.trainees.commands.eligibility import Circumstances, tell_circumstances
from services.trainees.commands.enrolments import Beginning, begin_enrolments
from services.trainees.commands.erasure import let_in_again
from services.trainees.commands.facts import Fact, publish
from services.trainees.commands.persons import settle_persons
from services.trainees.commands.together import together
from services.trainees.domain.ages import age_band
from services.trainees.domain.applications import REFUSALS, AlreadyApplied
from services.trainees.domain.circumstances import CircumstanceKind
from services.trainees.domain.persons import PersonData
from services.trainees.domain.stages import check_dates
from services.trainees.queries.enrolments import latest_in_cohort
from services.trainees.queries.identities import resolve
from services.trainees.queries.scope import visible
from services.trainees.queries.sealing import told
from services.trainees.tables import Cohort, Enrolment
from shared.auth.actor import Actor
from shared.clock import today
from shared.db import WriteSession


def apply_to_cohort(
    session: WriteSession,
    cohort_id: UUID,
    *,
    person: PersonData,
    by: Actor,
    student_no: str | None = None,
    applied_on: date | None = None,
    reported_on: date | None = None,
    residence: str | None = None,
    degree: Mapping[str, Any] | None = None,
    again: bool = False,
    gender: str | None = None,
) -> Enrolment:
    """Register the person if they are new to us, and begin their enrolment; after an ended one it follows that.

    Whoever was erased before is refused, unless they apply `again`: then they are somebody new to us from now on.
    Raises NotFound, AlreadyApplied, ErasedBefore, NumberOfAnother, PersonOfAnotherNumber, and Invalid for days in the future.
    """
    cohort = visible(session, Cohort, cohort_id, actor=by)
    day = applied_on or today()
    check_dates(effective_on=day, reported_on=reported_on, not_before=None, today=today(), field="applied_on")
    record = told(session, cohort.university_id, person, student_no=student_no)
    if again:
        let_in_again(session, record)

    def unit() -> list[Fact]:
        [resolution] = resolve(session, cohort.university_id, [record], lock=True)
        if resolution.problem is not None:
            raise REFUSALS[resolution.problem]
        settled = settle_persons(session, cohort.university_id, [resolution])
        [(_, person_id)] = settled.placed
        earlier = latest_in_cohort(session, cohort_id, [person_id]).get(person_id)
        if earlier is not None and earlier.is_live:
            raise AlreadyApplied
        follows = earlier.enrolment_id if earlier else None
        band = age_band(person.birth_date, on=day)
        beginning = Beginning(person_id, day, reported_on, follows=follows, age_band=band, gender=gender)
        return [*settled.facts, *begin_enrolments(session, cohort, [beginning], by=by)]

    facts = together(session, unit)
    publish(session, facts)
    enrolment = session.get_one(Enrolment, facts[-1].aggregate_id)
    examine(session, [enrolment.person_id])
    tell_circumstances(session, enrolment.person_id, _told_circumstances(day, residence, degree), by=by)
    return enrolment


def _told_circumstances(day: date, residence: str | None, degree: Mapping[str, Any] | None) -> Iterator[Circumstances]:
    if residence is not None:
        yield CircumstanceKind.RESIDENCE, residence, day, None
    if degree is not None:
        yield CircumstanceKind.DEGREE, degree["region"], degree["on"] or day, degree["state"]
