"""How many people a company employs, and what follows from it: net creation, told from replacement."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

from shared.errors import N_, FieldError, Invalid


def check_headcount(year: int, counted_on: date, *, today: date) -> None:
    """Raise Invalid unless the count was made by today, on a day that speaks for the end of that year."""
    if counted_on > today:
        raise Invalid(FieldError("/counted_on", "in_the_future", N_("May not lie in the future.")))
    if not date(year, 7, 1) <= counted_on <= date(year + 1, 6, 30):
        message = N_("Must lie within half a year of the end of {year}.")
        raise Invalid(FieldError("/counted_on", "not_of_the_year", message, {"year": year}))


@dataclass(frozen=True, slots=True)
class Growth:
    """One year of a company. What cannot be told is None.

    `baseline` and `employees` are the headcounts at the end of the year before and of the year. `created` is how many of
    the seats filled as new the growth bears out: a company that filled five and grew by two has replaced three.
    """

    year: int
    baseline: int | None
    employees: int | None
    filled_new: int
    filled_replacement: int
    filled_conversion: int
    grown_by: int | None
    created: int | None


def growth(year: int, *, headcounts: Mapping[int, int], filled: Mapping[str, int]) -> Growth:
    """A year of a company, from its headcounts by year and the seats filled in that year by origin."""
    before, after = headcounts.get(year - 1), headcounts.get(year)
    grown = None if before is None or after is None else after - before
    new = filled.get("new", 0)
    return Growth(
        year=year,
        baseline=before,
        employees=after,
        filled_new=new,
        filled_replacement=filled.get("replacement", 0),
        filled_conversion=filled.get("conversion", 0),
        grown_by=grown,
        created=None if grown is None else min(new, max(grown, 0)),
    )
