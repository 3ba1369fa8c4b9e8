"""A real browser for tests of pages: opened once, a window for each visit, and what is inaccessible on a page."""

import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any, Final, Literal

from axe_playwright_python.sync_playwright import Axe  # type: ignore[import-untyped]
from playwright.sync_api import Browser, Page, expect, sync_playwright

from tests.engines import cannot_be_had
from tests.waiting import PATIENCE

Theme = Literal["light", "dark"]
THEMES: Final[tuple[Theme, ...]] = ("light", "dark")
# Most of axe's time goes into colours, and they are all that a theme changes.
_COLOURS: Final = ["color-contrast", "link-in-text-block"]
_AXE: Final = str(Axe().axe_script)
expect.set_options(timeout=1000 * PATIENCE)


@contextmanager
def open_chromium() -> Iterator[Browser]:
    """The Chromium of this machine. Without one the test is skipped; with REQUIRE_ENGINES=1 it fails."""
    path = shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")
    if path is None:
        cannot_be_had("no Chromium here: install the system's package chromium")
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=path, args=["--no-sandbox"])
        yield browser
        browser.close()


class Visit:
    """One browser window; it remembers what the browser complained about."""

    def __init__(self, browser: Browser, origin: str, **options: Any) -> None:
        self.context = browser.new_context(base_url=origin, **options)
        self.context.set_default_timeout(1000 * PATIENCE)
        self.page: Page = self.context.new_page()
        self.complaints: list[str] = []
        self.page.on("console", lambda message: self.complaints.append(message.text))
        self.page.on("pageerror", lambda error: self.complaints.append(str(error)))

    def __enter__(self) -> "Visit":
        return self

    def __exit__(self, *_: object) -> None:
        self.context.close()


def violations(page: Page, *, colours_only: bool = False) -> list[str]:
    """What axe finds inaccessible on the page as it is shown now; with `colours_only` what a theme can make so."""
    if not page.evaluate("'axe' in window"):
        page.evaluate(_AXE)
    # What is preloaded are style sheets of other origins: there are none.
    options: dict[str, Any] = {"resultTypes": ["violations"], "preload": False}
    found: list[dict[str, Any]] = page.evaluate(
        "options => axe.run(options).then(found => found.violations.map(({id, nodes}) => ({id, nodes: nodes.map(n => n.html)})))",
        {**options, "runOnly": _COLOURS} if colours_only else options,
    )
    return [f"{each['id']}: {html[:120]}" for each in found for html in each["nodes"]]


def violations_in_themes(page: Page, *, first: Theme = "light") -> list[str]:
    """The same in both themes: everything in the first, in the other what a theme can change."""
    wrong = []
    for theme in sorted(THEMES, key=lambda each: each != first):
        page.emulate_media(color_scheme=theme)
        wrong += [f"{theme} {each}" for each in violations(page, colours_only=theme != first)]
    return wrong
