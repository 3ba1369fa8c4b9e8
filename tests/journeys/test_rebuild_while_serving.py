"""A projection is built anew while readers ask: every one is answered, with the same figures before, during and after."""

from collections import Counter
from threading import Event, Thread

import pytest

from shared.events.rebuild import rebuild
from shared.settings import Settings
from tests.journeys.test_from_roster_to_figure import ROSTER, a_cohort
from tests.journeys.world import API, running

pytestmark = pytest.mark.slow


@pytest.mark.parametrize("settings", ["embedded"], indirect=True)
def test_readers_are_served_the_same_figures_while_the_projection_is_built_anew(settings: Settings) -> None:
    with running(settings) as world:
        university, cohort = a_cohort(world)
        world.as_("university-knu").upload(
            f"/universities/{university['id']}/roster-syncs", ROSTER.encode(), cohort_id=cohort["id"]
        )
        world.drain()
        headers = world.as_("executive").headers()
        reporting = world.runtime.service("reporting")
        answers: Counter[tuple[int, object]] = Counter()
        building, done = Event(), Event()
        during = 0

        def read() -> None:
            nonlocal during
            while not done.is_set():
                answer = world.http.get(f"{API}/indicators/talents_trained/value", headers=headers)
                content = answer.json()
                answers[answer.status_code, (content.get("state"), content.get("value"))] += 1
                during += building.is_set()

        reader = Thread(target=read)
        reader.start()
        forget, log = reporting.definition.forget, world.runtime.event_log
        assert forget is not None
        assert log is not None
        building.set()
        generations = [
            rebuild(
                reporting.database, log, reporting.definition.handlers, name="reporting", topic_prefix=settings.topic_prefix,
                forget=forget,
            ).generation
            for _ in range(5)
        ]  # fmt: skip
        building.clear()
        world.drain()
        done.set()
        reader.join()
        assert generations == [2, 3, 4, 5, 6]
        assert during >= 5, "readers must really have been there"
        assert len(answers) == 1, answers
        assert next(iter(answers))[0] == 200
