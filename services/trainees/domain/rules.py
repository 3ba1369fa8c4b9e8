"""A program's rules as data: who may take part, what a month asks for and pays, which stages there are."""

from collections.abc import Mapping
from typing import Annotated, Any, Final, Literal

from pydantic import BaseModel, ConfigDict, Field, model_validator
from pydantic_core import PydanticCustomError

from services.trainees.domain.stages import Stage
from shared.errors import N_

OPTIONAL_STAGES: Final = frozenset({Stage.WAITLISTED, Stage.INTERNING, Stage.ON_LEAVE, Stage.EMPLOYED_EARLY})
_NEEDED: Final = frozenset(Stage) - OPTIONAL_STAGES
_STAGES_MISSING: Final = N_(
    "Every program needs its stages; only waitlisted, interning, on_leave and employed_early can be left out."
)

Region = Annotated[str, Field(pattern=r"^(?:[0-9]{2}|[0-9]{5}|[0-9]{10})$")]
Regions = Annotated[list[Region], Field(min_length=1, max_length=300)]


class _Part(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class AgeAtMost(_Part):
    """So many full years or fewer on the day of the deadline."""

    kind: Literal["age_at_most"]
    years: Annotated[int, Field(ge=14, le=100)]


class ResidentIn(_Part):
    """Residence in a region, given by the first digits of its legal-district code."""

    kind: Literal["resident_in"]
    regions: Regions


class DegreeIn(_Part):
    """A degree from a university in a region; with `or_expected` also one that is about to be obtained."""

    kind: Literal["degree_in"]
    regions: Regions
    or_expected: bool = True


class Graduate(_Part):
    """Any degree; with `or_expected` also one that is about to be obtained."""

    kind: Literal["graduate"]
    or_expected: bool = True


SingleRule = Annotated[AgeAtMost | ResidentIn | DegreeIn | Graduate, Field(discriminator="kind")]


class AnyOf(_Part):
    """At least one of several rules."""

    kind: Literal["any_of"]
    of: Annotated[list[SingleRule], Field(min_length=2, max_length=10)]


Rule = Annotated[AgeAtMost | ResidentIn | DegreeIn | Graduate | AnyOf, Field(discriminator="kind")]


class AttendanceRule(_Part):
    """What a month asks for: the least share of days, how many late or early ones make an absence, when to warn."""

    least_percent: Annotated[int, Field(ge=0, le=100)] = 80
    late_or_early_per_absence: Annotated[int, Field(ge=1, le=31)] = 3
    warn_after_absences: Annotated[int, Field(ge=1, le=31, description="absences on so many training days in a row")] = 3


class AllowanceRule(_Part):
    """What a month pays, in KRW, to whoever attended enough and, where it is needed, passed the evaluation."""

    won_per_month: Annotated[int, Field(ge=0, le=100_000_000)]
    needs_evaluation: bool = True


class Conditions(_Part):
    """The part of the rules that says who may take part and what is asked of them. What is left out asks for nothing."""

    eligibility: Annotated[list[Rule], Field(max_length=20)] = []
    attendance: AttendanceRule = AttendanceRule()
    allowance: AllowanceRule | None = None
    stages: Annotated[
        list[Stage] | None, Field(description="the stages used; waitlisted, interning, on_leave, employed_early may be left out")
    ] = None
    retention_months: Annotated[
        int | None, Field(ge=0, le=600, description="personal data is destroyed so long after the end; null: kept")
    ] = None

    @model_validator(mode="after")
    def _stages_are_enough(self) -> "Conditions":
        if self.stages is not None and not set(self.stages) >= _NEEDED:
            raise PydanticCustomError("ours", "refused", {"code": "stages_missing", "message": _STAGES_MISSING, "params": {}})
        return self


class Rules(Conditions):
    """Everything that a cohort keeps from the day it opens: the conditions, how long it takes and what it counts for."""

    field: str
    training_months: int
    internship_months: int
    goals: list[str] = []

    @property
    def used(self) -> frozenset[Stage]:
        """The stages that an enrolment may enter."""
        stages = frozenset(Stage) if self.stages is None else frozenset(self.stages)
        return stages if self.internship_months else stages - {Stage.INTERNING}

    @property
    def with_internship(self) -> bool:
        """Whether nobody completes before an internship."""
        return Stage.INTERNING in self.used


def stored_rules(stored: Mapping[str, Any]) -> Rules:
    """Rules from their stored form."""
    return Rules.model_validate(stored)
