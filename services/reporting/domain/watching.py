"""What a rule watches, by its kind: the part of a rule that is data."""

from typing import Annotated, Final, Literal, Self

from pydantic import BaseModel, ConfigDict, Field, model_validator
from pydantic_core import PydanticCustomError

from services.reporting.domain.alerting import RuleKind, Thresholds
from shared.errors import N_

_ORDER: Final = N_("`leave` must lie on the safe side of `enter`.")
_SAID: Final = {"code": "leave_before_enter", "message": _ORDER, "params": {}, "at": "leave"}
Figure = Annotated[float, Field(ge=-1e15, le=1e15)]
Days = Annotated[float, Field(ge=0, le=3660)]


class Watched(BaseModel):
    """What every rule has: where its alert begins, and where it ends again."""

    model_config = ConfigDict(strict=True, extra="forbid", allow_inf_nan=False)

    enter: Figure
    leave: Figure

    def thresholds(self) -> Thresholds:
        return Thresholds(self.enter, self.leave, below=getattr(self, "below", False))

    @model_validator(mode="after")
    def _in_order(self) -> Self:
        if not self.thresholds().are_in_order:
            raise PydanticCustomError("ours", "refused", _SAID)
        return self


class WatchedThreshold(Watched):
    """An indicator's value, of one field if named. `below`: low values are the bad ones."""

    kind: Literal[RuleKind.THRESHOLD]
    indicator: Annotated[str, Field(max_length=40)]
    field: Annotated[str | None, Field(max_length=40)] = None
    below: bool = True


class WatchedPace(Watched):
    """How much of the way that a goal should have made by now it has made: 1 is on the pace line."""

    kind: Literal[RuleKind.OFF_PACE]
    goal: Annotated[str, Field(max_length=60)]
    below: Literal[True] = True


class WatchedLateness(Watched):
    """Days since the latest event of a source was recorded."""

    kind: Literal[RuleKind.LATE_DATA]
    source: Annotated[str, Field(max_length=60)]


class WatchedGap(Watched):
    """Days for which a measure's last ended period has had no approved value; or, of a plan, projects without their report."""

    kind: Literal[RuleKind.MISSING_DATA]
    measure: Annotated[str | None, Field(max_length=60)] = None
    plan: Annotated[str | None, Field(max_length=60)] = None


class WatchedDrift(Watched):
    """How many sources disagree with what was taken in of them, or whether the one does."""

    kind: Literal[RuleKind.DRIFT]
    source: Annotated[str | None, Field(max_length=60)] = None


Watch = Annotated[WatchedThreshold | WatchedPace | WatchedLateness | WatchedGap | WatchedDrift, Field(discriminator="kind")]
