"""All figures at once, as they are compared with a recomputation from the services' own tables."""

from datetime import date

import pytest

from services.reporting.indicators import current
from services.reporting.queries.ground import current_values
from shared.clock import now
from shared.db import ReadSession
from shared.errors import Invalid
from tests.reporting.happenings import Happenings
from tests.reporting.story import FIELDS, three_cohorts


@pytest.mark.unhurried
def test_every_indicator_is_there_overall_and_by_cohort_and_field(world: Happenings) -> None:
    cohorts = three_cohorts(world)
    with world.database.read() as session:
        found = current_values(session, as_of=date(2020, 12, 31))
    assert found.keys() == current().keys()
    by_cohort, by_field = {f"cohort_id={cohort.id}" for cohort in cohorts}, {f"field={field}" for field in FIELDS}
    assert found["talents_trained"].keys() == {"", *by_cohort, *by_field}
    assert found["seats_posted"].keys() == {"", *by_field}
    for name in ("talents_trained", "participations", "jobs_created", "seats_filled"):
        overall = found[name][""].counts.numerator
        assert sum(found[name][field].counts.numerator for field in by_field) == overall, name
    assert [found["jobs_created"][f"field={field}"].value for field in FIELDS] == [0, 1, 1]


@pytest.mark.unhurried
def test_parts_add_up_to_the_whole_also_for_rates(world: Happenings) -> None:
    three_cohorts(world)
    with world.database.read() as session:
        found = current_values(session)["employment_rate_completers"]
    parts = [value.counts for key, value in found.items() if key.startswith("cohort_id=")]
    whole = found[""].counts
    assert sum(part.numerator for part in parts) == whole.numerator == 3
    assert sum(part.denominator or 0 for part in parts) == whole.denominator == 6
    assert sum(part.unknown for part in parts) == whole.unknown == 3


def test_a_day_in_the_future_is_refused(light_session: ReadSession) -> None:
    with pytest.raises(Invalid):
        current_values(light_session, as_of=date(2999, 1, 1))
    with pytest.raises(Invalid):
        current_values(light_session, known_at=now().replace(year=2999))
