"""Takes the pictures of the pages anew from a running demo: `python -m infra.docs.pictures http://127.0.0.1:8000`."""

import shutil
import sys
from io import BytesIO
from pathlib import Path
from typing import Final

from PIL import Image
from playwright.sync_api import Browser, Page, sync_playwright

FOLDER: Final = Path(__file__).with_name("screenshots")
COLOURS: Final = 96
DESK: Final = (1280, 900)
PHONE: Final = (360, 780)
RATE: Final = "/indicators/employment_rate_completers"
PLAN: Final = "/goals/future-talent-city-daegu"
TALENTS: Final = f"{PLAN}/future-talent-city-daegu-talents"
# Every kind of page; in each language and theme, and on a phone, at least some. `first` is the first one of a list.
PICTURES: Final = {
    "executive-ko": ("/?lang=ko&theme=light", DESK),
    "executive-en": ("/?lang=en&theme=light", DESK),
    "executive-ko-dark-phone": ("/?lang=ko&theme=dark", PHONE),
    "plans-en-dark": ("/goals?lang=en&theme=dark", DESK),
    "goals-ko": (f"{PLAN}?lang=ko&theme=light", DESK),
    "goal-ko-dark": (f"{TALENTS}?lang=ko&theme=dark", DESK),
    "contributions-en": (f"{PLAN}/contributions?lang=en&theme=light", DESK),
    "indicators-ko": ("/indicators?lang=ko&theme=light", DESK),
    "indicator-en-dark": (f"{RATE}?lang=en&theme=dark&as_of=2020-12-31&every=month", DESK),
    "cohorts-en": ("/cohorts?lang=en&theme=light", DESK),
    "cohort-ko-phone": ("/cohorts/first?lang=ko&theme=light", PHONE),
    "universities-ko": ("/universities?lang=ko&theme=light", DESK),
    "university-en": ("/universities/first?lang=en&theme=light", DESK),
    "companies-en-dark-phone": ("/companies?lang=en&theme=dark", PHONE),
    "company-ko": ("/companies/first?lang=ko&theme=light", DESK),
    "matching-ko-dark": ("/matching?lang=ko&theme=dark", DESK),
    "data-en": ("/data?lang=en&theme=light", DESK),
    "notes-ko": ("/notes?lang=ko&theme=light", DESK),
    "reports-ko": ("/reports?lang=ko&theme=light", DESK),
    "missing-en": ("/cohorts/nothing?lang=en&theme=light", DESK),
}


def _named(page: Page, origin: str, path: str) -> str:
    """The path, with the first thing of its list where it says so."""
    if "/first" not in path:
        return path
    listing, rest = path.split("/first")
    page.goto(origin + listing)
    found = page.locator(f'main a[href^="{listing}/"]').first.get_attribute("href") or listing
    return found.split("?")[0] + rest


def take(browser: Browser, origin: str) -> None:
    """Write every picture, in few colours: they are kept in the repository."""
    for name, (path, (width, height)) in PICTURES.items():
        page = browser.new_page(viewport={"width": width, "height": height}, device_scale_factor=1)
        page.goto(origin + _named(page, origin, path))
        page.evaluate("document.fonts.ready")
        taken = Image.open(BytesIO(page.screenshot()))
        taken.convert("RGB").quantize(COLOURS).save(FOLDER / f"{name}.png", optimize=True)
        page.close()


if __name__ == "__main__":
    with sync_playwright() as playwright:
        chromium = shutil.which("chromium") or shutil.which("google-chrome")
        started = playwright.chromium.launch(executable_path=chromium, args=["--no-sandbox"])
        take(started, sys.argv[1])
        started.close()
