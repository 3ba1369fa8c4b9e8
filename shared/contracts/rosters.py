"""What rosters lead to beside the steps of an enrolment."""

from typing import ClassVar

from shared.contracts.trainees import EnrolmentEvent


class EnrolmentReinstated(EnrolmentEvent):
    """An exit that a roster had brought was taken back: the enrolment stands at `to` again, as before that exit.

    v1  first version
    """

    name: ClassVar[str] = "enrolment.reinstated"
    to: str
    reason: str | None = None
