"""Tells listeners how much there is to have heard from this service."""

from typing import Final

from services.trainees.tables import Cohort, Enrolment, Person, Program, RosterSync, University
from shared.contracts.trainees import TraineesTallied
from shared.events.tallies import TellsWhatItTold

tell_tally: Final = TellsWhatItTold(
    TraineesTallied,
    {
        "university": University,
        "program": Program,
        "cohort": Cohort,
        "person": Person,
        "enrolment": Enrolment,
        "roster_sync": RosterSync,
    },
)
