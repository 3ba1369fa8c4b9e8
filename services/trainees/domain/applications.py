"""Why an application cannot be taken."""

from collections.abc import Mapping
from types import MappingProxyType
from typing import Final

from services.trainees.domain.identity import ErasedBefore
from shared.errors import N_, Conflict


class AlreadyApplied(Conflict):
    """Once at a time per cohort. After the end of one enrolment the next may follow it."""

    code = "already_applied"
    title = N_("Applied already")
    detail = N_("This person has an enrolment in this cohort that has not ended.")


class NumberOfAnother(Conflict):
    code = "number_of_another"
    title = N_("The student number belongs to somebody else")
    detail = N_("The student number belongs to somebody else: name and birth date both differ.")


class PersonOfAnotherNumber(Conflict):
    code = "person_of_another_number"
    title = N_("The person has another student number")
    detail = N_("Name, birth date and telephone number are those of a person with another student number.")


REFUSALS: Final[Mapping[str, type[Conflict]]] = MappingProxyType(
    {refusal.code: refusal for refusal in (NumberOfAnother, PersonOfAnotherNumber, ErasedBefore)}
)
