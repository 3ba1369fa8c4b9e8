"""A small story that several tests look at."""

from datetime import date
from typing import Final

from tests.reporting.happenings import Cohort, Happenings

HIRED: Final = date(2020, 8, 1)
FIELDS: Final = ("robot", "water", "ict")


def three_cohorts(world: Happenings) -> list[Cohort]:
    """Three cohorts in three fields: of each two completed and one dropped out; one of the two is employed.

    The first one's employment is an employer's claim, the other two are confirmed.
    """
    cohorts = [world.cohort(field=field, ordinal=ordinal) for ordinal, field in enumerate(FIELDS, 1)]
    for ordinal, cohort in enumerate(cohorts, 1):
        employed = world.completer(cohort)
        world.completer(cohort)
        world.enrolment(cohort, "applied", "selected", "enrolled", "training", "dropped", on=date(2020, 2, 1))
        world.hire(employed, world.seat(field=cohort.field), on=HIRED, grade=min(ordinal, 2))
    world.arrive()
    return cohorts
