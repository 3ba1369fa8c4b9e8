"""The mirror in a real browser: nothing inaccessible in either language and theme, nothing wider than the window."""

from typing import get_args

import pytest

from tests.browsing import Theme, Visit, open_chromium, violations
from tests.trainees.callers import MANAGER as MANAGER_CLIENT
from tests.trainees.callers import Callers
from tests.trainees.roster_story import people
from tests.trainees.story import roster

pytestmark = [pytest.mark.browser, pytest.mark.slow]


@pytest.mark.parametrize("migrated", ["sqlite"], indirect=True)  # a page does not depend on the engine
def test_everybody_can_read_the_mirror_in_either_language_and_theme(callers: Callers) -> None:
    university = callers.university("knu")
    cohort = callers.cohort(callers.program(university))
    callers.send("university-knu", university, cohort, roster(*people(12)))
    for person in callers.get(MANAGER_CLIENT, "/persons").json()["items"][:5]:
        callers.post("university-knu", f"/persons/{person['id']}/corrections", {"email": "here@example.kr"})
    callers.send("university-knu", university, cohort, roster(*people(12, email="knu@example.kr")))
    with open_chromium() as chromium:
        for theme in get_args(Theme):
            for language, heading in (("ko", "대조 보고서"), ("en", "Mirror report")):
                with Visit(
                    chromium,
                    callers.origin,
                    color_scheme=theme,
                    locale=language,
                    extra_http_headers=callers.token("university-knu"),
                ) as visit:
                    for width in (1280, 360):
                        visit.page.set_viewport_size({"width": width, "height": 800})
                        visit.page.goto(f"/api/v1{university}/mirror.html")
                        assert heading in visit.page.locator("h1").inner_text()
                        assert visit.page.evaluate("document.documentElement.scrollWidth") <= width
                    ground = visit.page.evaluate("getComputedStyle(document.body).backgroundColor")
                    assert ground == {"light": "rgb(244, 245, 246)", "dark": "rgb(19, 20, 22)"}[theme]
                    assert violations(visit.page) == [], (theme, language)
                    assert visit.complaints == []
