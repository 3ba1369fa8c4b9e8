"""How records reach reporting in tests: through its intake, in the order told or in any other that the log allows."""

import random
from collections import defaultdict
from collections.abc import Iterable, Sequence

from services.reporting.handlers import handlers
from shared.db import Database
from shared.eventlog.port import Record
from shared.events.intake import Intake, Outcome


def take(database: Database, records: Sequence[Record], *, generation: int) -> Outcome:
    intake = Intake(handlers, name="reporting", generation=generation)
    outcome = database.run(lambda session: intake.take(session, records))
    assert (outcome.set_aside, outcome.waiting) == (0, 0)
    return outcome


def shuffled(records: Iterable[Record], chance: random.Random) -> list[list[Record]]:
    """The records in batches of up to five, in order within a partition and in any order between partitions."""
    queues: dict[tuple[str, int], list[Record]] = defaultdict(list)
    for record in records:
        queues[record.topic, record.partition].append(record)
    batches: list[list[Record]] = []
    while queues:
        place = chance.choice(sorted(queues))
        size = chance.randint(1, 5)
        batches.append(queues[place][:size])
        queues[place] = queues[place][size:]
        if not queues[place]:
            del queues[place]
    return batches
