"""What the trainees service says that it has told."""

from typing import ClassVar

from shared.contracts.trainees.registry import TraineesEvent
from shared.events.tallies import Tally


class TraineesTallied(Tally, TraineesEvent):
    """How many events of how many things it has told, by kind.

    v1  first version; later also `stages`: how many things stand in which stage
    """

    name: ClassVar[str] = "tally.taken"
