"""A closed report: its figures are frozen, and restated only visibly."""

from typing import Final

from shared.errors import N_, Conflict

CLOSED_REPORT: Final = "closed_report"


class AlreadyClosed(Conflict):
    code = "already_closed"
    title = N_("This period is closed")
    detail = N_("The plan's report of this period was closed before. What changed since is shown beside the frozen figures.")


class NotEnded(Conflict):
    code = "period_not_ended"
    title = N_("This period has not ended")
    detail = N_("A report is closed when its period has ended.")
