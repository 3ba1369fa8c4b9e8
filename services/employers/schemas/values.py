"""The values that several bodies here are made of."""

from datetime import date, datetime
from typing import Annotated, Any, ClassVar, Final

from pydantic import BaseModel, Field

from shared.http import Body

_REGION: Final = "two, five or ten digits of a legal-district code: 27, 27260, 2726010100"
_FIELD: Final = "code of an industry field: robot, medical, future_mobility"
VERSION: Final = "the ETag's content"

Name = Annotated[str, Field(min_length=1, max_length=200)]
Region = Annotated[str, Field(pattern=r"^(?:[0-9]{2}|[0-9]{5}|[0-9]{10})$", description=_REGION)]
FieldCode = Annotated[str, Field(pattern=r"^[a-z][a-z0-9_]{0,39}$", description=_FIELD)]
Skill = Annotated[str, Field(min_length=1, max_length=80)]
Text = Annotated[str, Field(min_length=1, max_length=2000)]
EffectiveOn = Annotated[
    date | None, Field(description="Seoul day that it is true from: today when left out, not ahead, not before the last step")
]
Since = Annotated[date, Field(description="Seoul day that the state is true from")]


class LifeCycleStep(BaseModel):
    """A step in a life: the state it led to, since when, and why."""

    state: str
    effective_on: date
    reason: str | None
    recorded_at: datetime


class Change(Body):
    """What is left out, or is null where nothing cannot be, stays as it is; what is `clearable` may be set to null."""

    clearable: ClassVar[frozenset[str]] = frozenset()

    def changes(self) -> dict[str, Any]:
        """What the caller wants changed, by name."""
        given = self.model_dump(exclude_unset=True)
        return {name: value for name, value in given.items() if value is not None or name in self.clearable}
