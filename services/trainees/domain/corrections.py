"""What an enrolment's life was once later facts have corrected earlier ones, and whether such a life is possible."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Protocol, TypeVar

from services.trainees.domain.rules import Rules
from services.trainees.domain.stages import Stage, move
from shared.errors import N_, Conflict, FieldError, Invalid, NotFound


class StepSuperseded(Conflict):
    code = "step_superseded"
    title = N_("Corrected already")
    detail = N_("A later correction stands in the place of this step: correct that one.")


class FirstStepStays(Conflict):
    code = "first_step_stays"
    title = N_("The first step stays")
    detail = N_("An enrolment begins with its application: only the date of that step can be corrected.")


class RenewedSince(Conflict):
    code = "renewed_since"
    title = N_("Renewed since")
    detail = N_("Another enrolment of this person in this cohort lives: this one cannot live again.")


class Recorded(Protocol):
    """One stored step. With `corrects` it stands in the place of that version or, with `voids`, only takes it back."""

    version: int
    stage: Stage
    effective_on: date
    corrects: int | None
    voids: bool


R = TypeVar("R", bound=Recorded)


@dataclass(frozen=True, slots=True)
class Standing:
    """Where an enrolment stands at the end of a path."""

    stage: Stage
    since: date
    left: Stage | None


def path_of(steps: Iterable[R]) -> list[R]:
    """The steps that hold, in the order of their places: a correction stands where the step stood that it corrects."""
    place_of: dict[int, int] = {}
    holds: dict[int, R | None] = {}
    for step in sorted(steps, key=lambda each: each.version):
        place = step.version if step.corrects is None else place_of[step.corrects]
        place_of[step.version] = place
        holds[place] = None if step.voids else step
    return [step for _, step in sorted(holds.items()) if step is not None]


def superseded(steps: Sequence[R]) -> dict[int, int]:
    """By which later version each superseded step was corrected."""
    return {step.corrects: step.version for step in steps if step.corrects is not None}


def check_correctable(steps: Sequence[R], version: int, *, to: Stage, voids: bool) -> R:
    """The step of that version, if it can be corrected so. Raises NotFound, StepSuperseded, FirstStepStays."""
    step = next((each for each in steps if each.version == version), None)
    if step is None:
        raise NotFound(N_("step"))
    if version in superseded(steps) or step.voids:
        raise StepSuperseded
    if path_of(steps)[0].version == version and (voids or to is not Stage.APPLIED):
        raise FirstStepStays
    return step


def standing(path: Sequence[Recorded], *, rules: Rules) -> Standing:
    """Where a path leads. Raises IllegalMove for a step that cannot follow the one before, Invalid for days out of order."""
    first, *others = path
    now = Standing(first.stage, first.effective_on, None)
    for step in others:
        move(now.stage, step.stage, left=now.left, internship=rules.with_internship, used=rules.used)
        if step.effective_on < now.since:
            raise Invalid(FieldError("/effective_on", "steps_out_of_order", N_("The steps would be out of order.")))
        now = Standing(step.stage, step.effective_on, now.stage if step.stage is Stage.ON_LEAVE else None)
    return now
