"""A longer story, for the pages of cohorts, organisations, matching and data: two universities, two companies, a year."""

from dataclasses import dataclass
from datetime import date
from uuid import UUID

from tests.reporting.happenings import Cohort, Happenings
from tests.reporting.proceedings import at, matching_round, offer, pledge, roster

TOLD_ON = date(2020, 9, 9)


@dataclass(frozen=True)
class Tale:
    """What tests ask about. The first university and company have facts, the other ones next to none."""

    universities: tuple[UUID, UUID]
    companies: tuple[UUID, UUID]
    cohorts: tuple[Cohort, Cohort]


def tell(world: Happenings) -> Tale:
    """Of twelve that completed seven were employed by the first company; one dropped out, one was rejected, 50 applied."""
    universities = world.university("knu"), world.university("yu")
    companies = world.company("1234567891"), world.company("2208162517")
    cohort = world.cohort(university_id=universities[0], applicants=50)
    other = world.cohort(university_id=universities[1], field="water", ordinal=2)
    for number in range(12):
        completer = world.completer(cohort)
        if number < 7:
            world.hire(completer, world.seat(company_id=companies[0]), on=date(2020, 7, 1), grade=2)
    world.enrolment(cohort, "applied", "selected", "enrolled", "dropped")
    world.enrolment(cohort, "applied", "rejected")
    world.completer(other)
    roster(world, universities[0], at=at(date(2020, 8, 20)), rows_read=14, created=14)
    roster(world, universities[0], at=at(date(2020, 9, 1)), state="applied_with_holds", rows_read=11, rejected=2, held=3)
    matching_round(world, on=date(2020, 6, 1))
    matching_round(world, on=date(2020, 8, 1), published=False)
    pledge(world, companies[0], month="2020-06", seats=9)
    offer(world, world.completer(cohort), world.seat(company_id=companies[1]), on=date(2020, 9, 1))
    world.arrive()
    return Tale(universities, companies, (cohort, other))
