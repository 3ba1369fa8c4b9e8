"""The public page of a job in a real browser: nothing inaccessible in either language and theme, and all of it by keyboard."""

from collections.abc import Iterator
from pathlib import Path
from typing import Final, get_args
from uuid import UUID

import pytest
from playwright.sync_api import Browser, Page

from services.employers.app import service
from services.employers.domain.positions import PositionState
from shared.auth.issuer import create_issuer
from shared.crypto import Keyring
from shared.db import Database
from shared.db.migrations import migrate
from shared.http import create_app
from shared.settings import load_settings
from tests.browsing import Theme, Visit, open_chromium, violations
from tests.employers.story import Story, day
from tests.serving import serving

pytestmark = [pytest.mark.browser, pytest.mark.slow]

LANGUAGES: Final = [("ko", "본문으로 건너뛰기", "휴스타 트래커"), ("en", "To the content", "HuStar Tracker")]
PHONE: Final = 360
WALL: Final = 1440
# What has the focus, whether it lies within the window, and how thick the line around it is.
FOCUSED: Final = """() => {
    const [it, box] = [document.activeElement, document.activeElement.getBoundingClientRect()];
    const seen = box.top >= 0 && box.left >= 0 && box.bottom <= innerHeight && box.right <= innerWidth && box.width > 0;
    const style = getComputedStyle(it);
    return [it.textContent.trim(), seen, style.outlineStyle === "none" ? 0 : parseFloat(style.outlineWidth)];
}"""


@pytest.fixture
def chromium() -> Iterator[Browser]:
    with open_chromium() as found:
        yield found


@pytest.fixture
def light_story(tmp_path: Path) -> Iterator[Story]:
    """Employers on SQLite: a page does not depend on the engine."""
    cipher = Keyring(b"s" * 32).cipher("personal-data")
    database = Database(f"sqlite:///{tmp_path / 'employers.db'}", service="employers", info={"cipher": cipher})
    migrate(database, service.migrations)
    yield Story(database)
    database.close()


@pytest.fixture
def origin(light_story: Story, tmp_path: Path) -> Iterator[str]:
    """Where the service is reached, with the style of its pages."""
    settings = load_settings(data=tmp_path, public_url="http://employers.test")
    app = create_app(
        service=service.name, title=service.title, routers=service.routers, db=light_story.database, settings=settings,
        verifier=create_issuer(settings).verifier, mounts=service.mounts,
    )  # fmt: skip
    with serving(app) as client:
        yield str(client.base_url)


def test_everybody_can_read_a_job_in_either_language_and_theme_and_by_keyboard(
    chromium: Browser, light_story: Story, origin: str
) -> None:
    job = _job(light_story)
    paused, gone = light_story.opened().id, light_story.opened().id
    light_story.move(paused, PositionState.PAUSED)
    light_story.move(gone, PositionState.CLOSED, reason="withdrawn")
    for theme in get_args(Theme):
        for language, to_content, brand in LANGUAGES:
            with Visit(chromium, origin, color_scheme=theme, locale=language) as visit:
                for width in (WALL, PHONE):
                    visit.page.set_viewport_size({"width": width, "height": 800})
                    visit.page.goto(f"/jobs/{job}")
                    assert visit.page.locator("html").get_attribute("lang") == language
                    assert visit.page.evaluate("document.documentElement.scrollWidth") <= width
                assert violations(visit.page) == [], (theme, language)
                _walk(visit.page, to_content, brand)
                assert visit.complaints == []
        with Visit(chromium, origin, color_scheme=theme, locale="en") as visit:
            for other in (paused, gone):
                visit.page.goto(f"/jobs/{other}")
                assert violations(visit.page) == [], (theme, other)


def test_everybody_can_search_the_list_of_jobs(chromium: Browser, light_story: Story, origin: str) -> None:
    for theme in get_args(Theme):
        with Visit(chromium, origin, color_scheme=theme, locale="ko") as visit:
            visit.page.goto("/jobs")
            assert violations(visit.page) == [], theme
    _job(light_story)
    for theme in get_args(Theme):
        with Visit(chromium, origin, color_scheme=theme, locale="ko") as visit:
            for width in (WALL, PHONE):
                visit.page.set_viewport_size({"width": width, "height": 800})
                visit.page.goto("/jobs")
                assert visit.page.evaluate("document.documentElement.scrollWidth") <= width
            assert violations(visit.page) == [], theme
            visit.page.get_by_label("검색어").fill("로봇제어")
            visit.page.get_by_role("button", name="검색").click()
            assert visit.page.get_by_role("status").inner_text() == "공고 1건"
            visit.page.get_by_role("link", name="English").click()
            assert visit.page.get_by_label("Words").input_value() == "로봇제어"
            visit.page.get_by_role("link", name="로봇 제어 개발자").click()
            visit.page.get_by_role("link", name="Open jobs").wait_for()
            assert visit.complaints == []


def _walk(page: Page, to_content: str, brand: str) -> None:
    """Every stop of the tabulator is seen and has a line around it; the first leads past the head of the page."""
    stops = []
    for _ in range(5):
        page.keyboard.press("Tab")
        name, seen, line = page.evaluate(FOCUSED)
        assert seen, name
        assert line >= 2, name
        stops.append(name)
    assert [stops[0], stops[1], *stops[3:]] == [to_content, brand, "한국어", "English"]
    for _ in range(4):
        page.keyboard.press("Shift+Tab")
    page.keyboard.press("Enter")
    assert page.evaluate("document.activeElement.id") == "main"


def _job(story: Story) -> UUID:
    """An open posting that tells everything."""
    return story.opened(
        title="로봇 제어 개발자", description="협동로봇을 만듭니다.\n\n문의는 학교로.", region="27260", closes_on=day(20),
        salary={"lowest": 36_000_000, "highest": 44_000_000, "per": "year"}, working_hours={"weekly": 40},
        must_have=[{"skill": "ros2", "level": 4}, {"skill": "cpp", "level": 3}], nice_to_have=[{"skill": "python", "level": 2}],
        licences=["engineer_robot_software"],
    ).id  # fmt: skip
