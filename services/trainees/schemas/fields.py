"""The fields that many bodies share, with what they accept."""

from collections.abc import Callable
from datetime import date
from functools import wraps
from typing import Annotated, Any, TypeVar

from pydantic import AfterValidator, Field

from services.trainees.domain import values
from services.trainees.domain.values import Unusable
from shared.clock import today
from shared.http import wrong

V = TypeVar("V")

_REGION = "two, five or ten digits of a legal-district code: 27, 27260, 2726010100"
_FIELD = "code of an industry field: robot, medical, future_mobility"
VERSION = "the ETag's content"
_CODE = r"^[A-Za-z0-9](?:[A-Za-z0-9._-]{0,38}[A-Za-z0-9])?$"


def readable(read: Callable[[V], V]) -> Callable[[V], V]:
    """`read` as a validator of a request model: what it cannot use is refused with its code."""

    @wraps(read)
    def validate(value: V) -> V:
        try:
            return read(value)
        except Unusable as error:
            raise wrong(error.code, values.MESSAGES[error.code]) from None

    return validate


def left_out() -> Any:
    """The default of a field of a PATCH: never read, since only what was sent is."""
    return None


def past_birth_date(born: date) -> date:
    return values.check_birth_date(born, today=today())


Name = Annotated[str, Field(min_length=1, max_length=200)]
Code = Annotated[str, Field(pattern=_CODE)]
UniversityCode = Annotated[
    str, Field(pattern=r"^[a-z](?:[a-z0-9-]{0,30}[a-z0-9])?$", description="what its tokens carry as organisation")
]
Region = Annotated[str, Field(pattern=r"^(?:[0-9]{2}|[0-9]{5}|[0-9]{10})$", description=_REGION)]
FieldCode = Annotated[str, Field(pattern=r"^[a-z][a-z0-9_]{0,39}$", description=_FIELD)]
ReasonCode = Annotated[str, Field(pattern=r"^[a-z][a-z0-9_]{0,39}$", description="a code, not a text: personal, health, job")]
GoalId = Annotated[str, Field(pattern=r"^[A-Za-z0-9](?:[A-Za-z0-9._-]{0,78}[A-Za-z0-9])?$")]
EffectiveOn = Annotated[date | None, Field(description="Seoul day that it is true from; today when left out, never ahead")]
ReportedOn = Annotated[date | None, Field(description="Seoul day on which the source said so")]
StudentNo = Annotated[str, Field(max_length=40), AfterValidator(readable(values.student_number))]
