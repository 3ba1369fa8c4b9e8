"""Dimensions: each has a member for what is not known, so that a breakdown adds up to its total."""

from collections import Counter
from datetime import date
from typing import Any

import httpx
import pytest

from services.reporting.indicators import current
from services.reporting.indicators.definition import RollUp
from services.reporting.indicators.dimensions import DIMENSIONS
from tests.reporting.asking import ask, ask_by, share
from tests.reporting.happenings import Happenings
from tests.reporting.serving import Site

pytestmark = pytest.mark.slow

ON = date(2020, 8, 1)
NARROWED = 8  # members of each dimension are also asked for one by one


def a_year_of_different_people(world: Happenings) -> None:
    """Two women, a man, two of whom nothing is known; two are hired, by companies in a known region and an unknown one."""
    company = world.company()
    first, second = world.cohort(), world.cohort(field="data", ordinal=2)
    hired = [
        world.completer(first, age_band="under_25", gender="f"),
        world.completer(first, age_band="25_29", gender="f"),
    ]
    world.completer(second, age_band="under_25", gender="m")
    world.enrolment(second, "applied", "selected", "enrolled", "dropped")
    world.completer(second)
    for person, company_id in zip(hired, (company, None), strict=True):
        world.hire(person, world.seat(company_id=company_id), on=date(2020, 7, 1), grade=3)
    world.arrive()


def test_every_breakdown_adds_up_to_its_total(light_world: Happenings) -> None:
    a_year_of_different_people(light_world)
    database = light_world.database
    narrowed: Counter[str] = Counter()
    for name, indicator in current().items():
        total = ask(database, name, as_of=ON)
        for dimension in indicator.dimensions:
            parts = ask_by(database, name, dimension, as_of=ON)
            wholes = [sum(part.counts.numerator for part in parts.values())]
            if indicator.roll_up is not RollUp.RECOUNT or len(parts) == 1 or dimension != "cohort_id":
                assert wholes == [total.counts.numerator], (name, dimension)
            assert sum(part.counts.denominator or 0 for part in parts.values()) == (total.counts.denominator or 0)
            narrowed[dimension] += len(parts)
            for member, part in parts.items() if narrowed[dimension] <= NARROWED else ():
                assert share(ask(database, name, as_of=ON, **{dimension: member})) == share(part), (name, dimension, member)


def test_figures_are_broken_down_by_traits_and_regions_over_http(demo_site: Site, light_world: Happenings) -> None:
    a_year_of_different_people(light_world)
    with demo_site.client("program-manager") as client:

        def by(indicator: str, dimension: str, **more: Any) -> dict[Any, int]:
            asked = {"by": dimension, "as_of": ON.isoformat(), **more}
            found = client.get(f"/api/v1/indicators/{indicator}/series", params=asked).json()
            return {point["dimensions"][dimension]: point["numerator"] for point in found["points"]}

        assert by("talents_trained", "gender") == {"f": 2, "m": 1, None: 1}
        assert by("talents_trained", "age_band") == {"25_29": 1, "under_25": 2, None: 1}
        assert by("talents_trained", "age_band", gender="unknown") == {None: 1}
        assert by("jobs_created", "company_region") == {"27": 1, None: 1}
        assert by("jobs_created", "gender") == {"f": 2}
        assert by("seats_filled", "company_region", company_region="unknown") == {None: 1}
        behind = client.get("/api/v1/indicators/jobs_created/facts", params={"age_band": "25_29"}).json()["items"]
        assert [thing["dimensions"]["gender"] for thing in behind] == ["f"]
        refused = client.get("/api/v1/indicators/seats_filled/value", params={"gender": "f"})
        assert_refused(refused, "gender", "field, company_id, company_region")
        assert_refused(client.get("/api/v1/indicators/seats_filled/value", params={"colour": "red"}), "colour", "company_region")


def assert_refused(answer: httpx.Response, pointer: str, allowed: str) -> None:
    assert answer.status_code == 422
    [error] = answer.json()["errors"]
    assert error["pointer"] == pointer
    assert allowed in error["message"]


def test_no_dimension_stands_for_two_things() -> None:
    assert set().union(*[indicator.dimensions for indicator in current().values()]) <= DIMENSIONS.keys()
