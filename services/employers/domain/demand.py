"""Demand before supply: who is still expected to complete, and what a month lacks."""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
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
class Asked:
    """Seats of one posting, or of one promise, that ask for all of these skills, for a field in a month."""

    company_id: UUID
    field: str
    month: str
    skills: Sequence[str]
    seats: int


@dataclass(frozen=True, slots=True)
class SkillOutlook:
    """A skill in a field and month: seats posted or pledged that ask for it, and expected completers whose program leads to it.

    `only_pledged` are those that a company pledged beyond what it posted: they come on top.
    """

    skill: str
    posted_seats: int
    expected_completers: int
    pledged_seats: int = 0
    only_pledged: int = 0

    @property
    def seats(self) -> int:
        """What can be reckoned with: of each company the greater of what it pledged and what it posted."""
        return self.posted_seats + self.only_pledged

    @property
    def shortage(self) -> int:
        """What those who have the skill lack, of seats that ask for it."""
        return max(0, self.expected_completers - self.seats)

    @property
    def unmet_seats(self) -> int:
        """Seats that ask for the skill, for which nobody is expected who has it."""
        return max(0, self.seats - self.expected_completers)


@dataclass(frozen=True, slots=True)
class Demand:
    """A field in a month. `seats` is what can be reckoned with, `shortage` what those expected then lack.

    A pledge may name a skill or none: `skills` tells of those that do.
    """

    field: str
    month: str
    pledged_seats: int
    posted_seats: int
    seats: int
    expected_completers: int
    skills: tuple[SkillOutlook, ...] = ()

    @property
    def shortage(self) -> int:
        return max(0, self.expected_completers - self.seats)


def outlook(
    pledged: Iterable[Offered],
    posted: Iterable[Offered],
    expected: Mapping[tuple[str, str], int],
    skills: Mapping[tuple[str, str], tuple[SkillOutlook, ...]] | None = None,
) -> list[Demand]:
    """Every field and month of which anything is known, by month and field.

    A company that pledged ten seats and posted six of them has not sixteen: the greater of the two counts.
    """
    both: dict[tuple[str, str], dict[UUID, list[int]]] = defaultdict(lambda: defaultdict(lambda: [0, 0]))
    for place, offers in enumerate((pledged, posted)):
        for offer in offers:
            both[offer.field, offer.month][offer.company_id][place] += offer.seats
    keys = sorted({*both, *expected}, key=lambda key: (key[1], key[0]))
    by_skill = skills or {}
    return [_demand(key, both[key].values(), expected.get(key, 0), by_skill.get(key, ())) for key in keys]


def skills_outlook(
    posted: Iterable[Asked], pledged: Iterable[Asked], able: Mapping[tuple[str, str], Mapping[str, int]]
) -> dict[tuple[str, str], tuple[SkillOutlook, ...]]:
    """Every skill that is asked for or will be had, by field and month; the most asked for first.

    Somebody counts with every skill of their program, and a seat with every skill that it asks for: rows do not add up.
    """
    seats: dict[tuple[str, str], dict[str, dict[UUID, list[int]]]] = defaultdict(lambda: defaultdict(dict))
    for place, offers in enumerate((posted, pledged)):
        for each in offers:
            for skill in dict.fromkeys(each.skills):
                seats[each.field, each.month][skill].setdefault(each.company_id, [0, 0])[place] += each.seats
    found = {}
    for key in {*seats, *able}:
        people, asked = able.get(key, {}), seats.get(key, {})
        rows = [_skill(skill, asked.get(skill, {}).values(), people.get(skill, 0)) for skill in {*asked, *people}]
        told = [row for row in rows if row.seats or row.expected_completers]
        found[key] = tuple(sorted(told, key=lambda row: (-row.seats, -row.expected_completers, row.skill)))
    return found


def _skill(skill: str, companies: Iterable[list[int]], people: int) -> SkillOutlook:
    offers = list(companies)
    return SkillOutlook(
        skill,
        posted_seats=sum(posted for posted, _ in offers),
        expected_completers=people,
        pledged_seats=sum(pledged for _, pledged in offers),
        only_pledged=sum(max(0, pledged - posted) for posted, pledged in offers),
    )


def _demand(key: tuple[str, str], companies: Iterable[list[int]], people: int, skills: tuple[SkillOutlook, ...]) -> Demand:
    offers = list(companies)
    return Demand(
        field=key[0],
        month=key[1],
        pledged_seats=sum(offer[0] for offer in offers),
        posted_seats=sum(offer[1] for offer in offers),
        seats=sum(max(offer) for offer in offers),
        expected_completers=people,
        skills=skills,
    )
