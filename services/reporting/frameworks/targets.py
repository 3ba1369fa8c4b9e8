"""Goals in a framework file: what is measured, from where, and what is to be reached by when."""

from datetime import date
from typing import Annotated, Self

from pydantic import Field, model_validator

from services.reporting.domain.goals import Direction, Kind
from services.reporting.frameworks.parts import Code, Number, Part, Slug, Source, Sourced, Text
from shared.errors import N_
from shared.http.validation import wrong


class Milestone(Part):
    """What is to be reached on the way, by the end of the day `due_on`."""

    value: Number
    due_on: date
    source: Source
    name: Text | None = None


class Target(Sourced):
    """What is to be reached by the end of the day `due_on`.

    `reason` says why it replaced the one before, `statement` what was said of it in public, `decided_on` when.
    """

    value: Number | None = None
    due_on: date
    reason: Text | None = None
    statement: Text | None = None
    decided_on: date | None = None
    milestones: list[Milestone] = Field(default_factory=list, max_length=60)

    @model_validator(mode="after")
    def _is_known(self) -> Self:
        self.check_number(self.value)
        days = [milestone.due_on for milestone in self.milestones]
        if days != sorted(set(days)) or (days and days[-1] >= self.due_on):
            raise wrong("milestones_out_of_order", N_("Milestones must follow each other and come before the target."))
        return self


class Baseline(Sourced):
    """Where the goal started from."""

    value: Number | None = None
    on: date

    @model_validator(mode="after")
    def _is_known(self) -> Self:
        self.check_number(self.value)
        return self


class Counts(Part):
    """Which outcomes count for a goal: those of these fields and of these programs, each once. Codes, not ids."""

    fields: list[Code] = Field(default_factory=list, max_length=100)
    programs: list[Annotated[str, Field(min_length=1, max_length=60)]] = Field(default_factory=list, max_length=500)

    @model_validator(mode="after")
    def _says_something(self) -> Self:
        if not self.fields and not self.programs:
            raise wrong("counts_nothing", N_("Name fields or programs, or leave this out: then everything counts."))
        return self


class Goal(Part):
    """One number that a plan promises. The first target is the original one, the last the current one.

    It is measured by an `indicator` that is derived, or by a `measure` of the plan that is observed. `counts` narrows a
    derived one. `node` is the part of the plan's tree that it belongs to.
    """

    id: Slug
    name: Text
    indicator: Code | None = None
    measure: Slug | None = None
    unit: Code
    direction: Direction
    kind: Kind
    owner: Text | None = None
    node: Slug | None = None
    starts_on: date
    baseline: Baseline
    targets: Annotated[list[Target], Field(min_length=1, max_length=100)]
    counts: Counts | None = None
    counting: Text

    @property
    def target(self) -> Target:
        return self.targets[-1]

    @property
    def original_target(self) -> Target:
        return self.targets[0]

    @model_validator(mode="after")
    def _consistent(self) -> Self:
        if (self.indicator is None) == (self.measure is None):
            raise wrong("one_measure", N_("Name either an indicator or a measure."))
        if self.counts is not None and self.indicator is None:
            raise wrong("counts_need_indicator", N_("Only what is derived can be narrowed to fields and programs."))
        for target in self.targets:
            self._check(target)
        if any(target.reason is None for target in self.targets[1:]):
            raise wrong("reason_required", N_("A target that replaces another needs its reason."))
        return self

    def _check(self, target: Target) -> None:
        if target.due_on < self.starts_on or any(milestone.due_on < self.starts_on for milestone in target.milestones):
            raise wrong("due_before_start", N_("A target is due before the goal starts."))
        if target.value is None or self.baseline.value is None:
            return
        if target.value == self.baseline.value or (target.value > self.baseline.value) != (self.direction is Direction.HIGHER):
            raise wrong("wrong_direction", N_("A target must be {direction} than the baseline."), direction=str(self.direction))
