"""Reports in a real browser: the page, a report itself, and one that is being made; by keys, in both languages and themes."""

import io
from typing import Final

import pypdf
import pytest
from playwright.sync_api import Browser, Page, expect
from sqlalchemy import update

from services.reporting.domain.making import MakingState
from services.reporting.reports.reading_back import read_back
from services.reporting.reports.working import make_next
from services.reporting.tables import Making
from tests.browsing import Theme, Visit, violations
from tests.reporting.printing import needs_print
from tests.reporting.told import Told

pytestmark = [pytest.mark.browser, pytest.mark.slow]
PHONE: Final = 360
PATHS: Final = (
    "/reports?period=2020",
    "/reports/hustar.html?as_of=2020-12-31",
    "/reports/hustar.csv?period=2099",
    "/reports/nothing.pdf",
    "/reports/hustar.docx",
)


def wide(page: Page) -> int:
    return int(page.evaluate("document.documentElement.scrollWidth"))


@pytest.mark.parametrize("language", ["ko", "en"])
def test_nothing_about_reports_is_inaccessible_or_too_wide(chromium: Browser, told: Told, language: str) -> None:
    themes: tuple[Theme, ...] = ("light", "dark")
    with Visit(chromium, told.demo.origin, locale=language, viewport={"width": PHONE, "height": 900}) as visit:
        page, wrong = visit.page, list[str]()
        for theme in themes:
            for path in PATHS:
                # A report is paper: it looks the same in both, and is looked at once.
                if theme == "dark" and ".html" in path:
                    continue
                page.goto(f"{path}{'&' if '?' in path else '?'}lang={language}&theme={theme}")
                wrong += [f"{path} {theme}: {each}" for each in violations(page)]
                assert wide(page) <= PHONE, path
        assert wrong == []
        assert [each for each in visit.complaints if "40" not in each and "422" not in each] == []


def test_an_executive_fetches_a_report_by_keys_while_it_is_made_elsewhere(chromium: Browser, told: Told) -> None:
    needs_print()
    with Visit(chromium, told.demo.origin, locale="en", viewport={"width": PHONE, "height": 900}) as visit:
        page = visit.page
        page.goto("/reports?lang=en&as_of=2020-12-31&theme=dark")
        link = page.get_by_role("link", name="HuStar", exact=False).filter(has_text="PDF").first
        link.focus()
        page.keyboard.press("Enter")
        expect(page.get_by_text("It is being made: 0% done.")).to_be_visible()
        place = page.url
        for language, theme in (("ko", "light"), ("ko", "dark"), ("en", "light"), ("en", "dark")):
            page.goto(f"{place}{'&' if '?' in place else '?'}lang={language}&theme={theme}")
            assert violations(page) == [], (language, theme)
        page.goto("/reports?lang=en&as_of=2020-12-31&theme=dark")
        page.get_by_role("link", name="HuStar", exact=False).filter(has_text="PDF").first.click()
        assert page.url == place, "asked for twice, made once"
        assert make_next(told.world.database)
        fetch = page.get_by_role("link", name="Fetch the file")
        expect(fetch).to_be_visible()
        assert violations(page) == []
        assert wide(page) <= PHONE
        with page.expect_download() as download:
            fetch.click()
        data = download.value.path().read_bytes()
        assert read_back(data).intact
        assert "HuStar" in pypdf.PdfReader(io.BytesIO(data)).pages[0].extract_text()
        with told.world.database.write() as session:
            session.execute(update(Making).values(state=MakingState.FAILED, problem="korean_font_missing"))
        page.goto(place)
        expect(page.get_by_text("the system has no Korean TrueType font")).to_be_visible()
        assert violations(page) == []
        page.goto(place.replace("/makings/", "/makings/0"))
        expect(page.get_by_role("link", name="To the start page")).to_be_visible()
