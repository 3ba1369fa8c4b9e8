"""What a batch was about, noted in the transaction that takes it in: so far have the sums not been brought."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from typing import Final

from sqlalchemy import insert

from services.reporting.tables import ARRIVAL
from shared.contracts.employers import CompanyMerged
from shared.contracts.matching import RoundEvent
from shared.contracts.trainees import EnrolmentFoundDuplicate, EnrolmentNoDuplicate, IdentityEvent, RosterSettled
from shared.db import WriteSession
from shared.events.handlers import Delivery
from shared.events.tallies import Tally

TELL_WHO_IS_WHO: Final = (IdentityEvent, EnrolmentFoundDuplicate, EnrolmentNoDuplicate, CompanyMerged)

_NOTHING_COUNTED: Final = (Tally, RosterSettled, RoundEvent)


def note_arrival(session: WriteSession, deliveries: Sequence[Delivery], generation: int) -> int:
    """Note what the batch is about, and return the number that its rows bear.

    Two batches never wait for each other here. A number says nothing about the order in which they became visible.
    """
    things = _things(deliveries)
    if not things:
        return 0  # there are no rows to bear it
    row = {"generation": generation, "things": things}
    number: int = session.execute(insert(ARRIVAL).values(row).returning(ARRIVAL.c.id)).scalar_one()
    return number


def _things(deliveries: Sequence[Delivery]) -> Mapping[str, list[str]]:
    found: dict[str, set[str]] = defaultdict(set)
    for delivery in deliveries:
        event = delivery.event
        if isinstance(event, _NOTHING_COUNTED):
            continue
        found[event.aggregate()].add(delivery.envelope.subject)
        if isinstance(event, IdentityEvent):
            found["person"].add(str(event.survivor_id))
        elif isinstance(event, EnrolmentFoundDuplicate):
            found["enrolment"].add(str(event.duplicate_of))
    return {kind: sorted(ids) for kind, ids in sorted(found.items())}
