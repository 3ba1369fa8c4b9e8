"""One transition for many enrolments of a cohort: each is judged by itself, and all that may go go together."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from uuid import UUID

from services.trainees.commands.eligibility import check_admitted, verdicts
from services.trainees.commands.enrolments import check_step
from services.trainees.commands.locks import locked_cohort, locked_of_cohort
from services.trainees.commands.steps import Step, take
from services.trainees.commands.waiting_list import move_up
from services.trainees.domain.eligibility import Verdict
from services.trainees.domain.registry import check_place_is_free
from services.trainees.domain.stages import FREES_A_PLACE, HOLD_A_PLACE, Stage, reason_of
from services.trainees.queries.attendance import who_complies
from services.trainees.queries.places import held_places
from services.trainees.queries.rules import rules_of
from services.trainees.queries.scope import visible
from services.trainees.tables import Cohort, Enrolment
from shared.auth.actor import Actor
from shared.clock import today
from shared.db import WriteSession
from shared.errors import N_, Conflict, NotFound, Refused
from shared.versions import check_version


class DoesNotComply(Conflict):
    code = "does_not_comply"
    title = N_("Does not comply")
    detail = N_("Attendance over the whole training is below the required share, or a month's evaluation was not passed.")


@dataclass(frozen=True, slots=True)
class RowResult:
    """What became of one row, or would: `refusal` None went through. `stage` and `version` are those it has now."""

    enrolment_id: UUID
    refusal: Refused | None
    stage: Stage | None = None
    version: int | None = None


def move_cohort(
    session: WriteSession,
    cohort_id: UUID,
    *,
    to: Stage,
    by: Actor,
    rows: Mapping[UUID, int | None] | None = None,
    standing: Stage | None = None,
    only_complying: bool = False,
    preview: bool = False,
    effective_on: date | None = None,
    reported_on: date | None = None,
    reason: str | None = None,
    note: str | None = None,
) -> list[RowResult]:
    """Lead the enrolments in `rows` (id and, if it must be that one, version) to `to`, or all that stand in `standing`.

    Each result stands for itself; a row that cannot go stops no other. With `preview` nothing changes and the same is
    said. Raises NotFound, and Invalid where the step itself lacks something.
    """
    visible(session, Cohort, cohort_id, actor=by)
    cohort = locked_cohort(session, cohort_id)
    step = Step(effective_on or today(), reported_on, reason_of(to, reason), note)
    found = {each.id: each for each in locked_of_cohort(session, cohort_id, list(rows) if rows is not None else None)}
    chosen = list(rows) if rows is not None else [each.id for each in found.values() if each.stage is standing]
    judge = _Judge(session, cohort, list(found.values()), step, to=to, by=by, only_complying=only_complying, keep=not preview)
    results, freed = [], 0
    for enrolment_id in chosen:
        enrolment = found.get(enrolment_id)
        refusal = judge.refusal(enrolment, (rows or {}).get(enrolment_id))
        if refusal is None and enrolment is not None:
            freed += enrolment.stage in HOLD_A_PLACE and to in FREES_A_PLACE
            if not preview:
                take(session, enrolment, step, to=to, by=by)
        results.append(_result(enrolment_id, enrolment, refusal))
    if not preview:
        move_up(session, cohort, places=freed, on=step.on)
    return results


def _result(enrolment_id: UUID, enrolment: Enrolment | None, refusal: Refused | None) -> RowResult:
    if enrolment is None:
        return RowResult(enrolment_id, refusal)
    return RowResult(enrolment_id, refusal, enrolment.stage, enrolment.version)


class _Judge:
    """Judges one row after the other, with what the rows before it took."""

    def __init__(
        self,
        session: WriteSession,
        cohort: Cohort,
        enrolments: Sequence[Enrolment],
        step: Step,
        *,
        to: Stage,
        by: Actor,
        only_complying: bool,
        keep: bool,
    ) -> None:
        self._cohort, self._step, self._to, self._by = cohort, step, to, by
        self._rules = rules_of(cohort)
        self._held = held_places(session, cohort.id)
        self._verdicts: Mapping[UUID, Verdict] = {}
        self._complying: set[UUID] | None = None
        if to is Stage.SELECTED:
            self._verdicts = verdicts(session, cohort, enrolments, by=by, keep=keep)
        if only_complying:
            self._complying = who_complies(session, cohort, [each.id for each in enrolments])

    def refusal(self, enrolment: Enrolment | None, version: int | None) -> Refused | None:
        """Why this row cannot go; None if it can, and then the place it takes is taken."""
        try:
            if enrolment is None:
                raise NotFound(N_("enrolment"))
            self._check(enrolment, version)
        except Refused as refusal:
            return refusal
        self._held += self._to is Stage.SELECTED
        return None

    def _check(self, enrolment: Enrolment, version: int | None) -> None:
        check_version(enrolment, version)
        check_step(enrolment, self._step, to=self._to, rules=self._rules, by=self._by)
        if self._complying is not None and enrolment.id not in self._complying:
            raise DoesNotComply
        if self._to is Stage.SELECTED:
            check_place_is_free(held=self._held, capacity=self._cohort.capacity)
            check_admitted(self._verdicts[enrolment.id])
