"""Demand before supply: who is still expected to complete, and what a month lacks."""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from enum import StrEnum
from uuid import UUID


class Prospect(StrEnum):
    """Whether somebody is expected to complete: not yet admitted, taking part, done, or no longer."""

    APPLIED = "applied"
    EXPECTED = "expected"
    COMPLETED = "completed"
    GONE = "gone"


@dataclass(frozen=True, slots=True)
class Offered:
    """Seats of a company for a field in a month: pledged or posted, as the list says that it stands in."""

    company_id: UUID
    field: str
    month: str
    seats: int


@dataclass(frozen=True, slots=True)
class Demand:
    """A field in a month. `seats` is what can be reckoned with, `shortage` what those expected then lack."""

    field: str
    month: str
    pledged_seats: int
    posted_seats: int
    seats: int
    expected_completers: int

    @property
    def shortage(self) -> int:
        return max(0, self.expected_completers - self.seats)


def outlook(pledged: Iterable[Offered], posted: Iterable[Offered], expected: Mapping[tuple[str, str], int]) -> list[Demand]:
    """Every field and month of which anything is known, by month and field.

    A company that pledged ten seats and posted six of them has not sixteen: the greater of the two counts.
    """
    both: dict[tuple[str, str], dict[UUID, list[int]]] = defaultdict(lambda: defaultdict(lambda: [0, 0]))
    for place, offers in enumerate((pledged, posted)):
        for offer in offers:
            both[offer.field, offer.month][offer.company_id][place] += offer.seats
    keys = sorted({*both, *expected}, key=lambda key: (key[1], key[0]))
    return [_demand(key, both[key].values(), expected.get(key, 0)) for key in keys]


def _demand(key: tuple[str, str], companies: Iterable[list[int]], people: int) -> Demand:
    offers = list(companies)
    return Demand(
        field=key[0],
        month=key[1],
        pledged_seats=sum(offer[0] for offer in offers),
        posted_seats=sum(offer[1] for offer in offers),
        seats=sum(max(offer) for offer in offers),
        expected_completers=people,
    )
