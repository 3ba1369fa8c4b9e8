"""Takes the pictures of the pages anew from a running demo: `python -m infra.docs.pictures http://127.0.0.1:8000`."""

import shutil
import sys
from io import BytesIO
from pathlib import Path
from typing import Final

from PIL import Image
from playwright.sync_api import Browser, sync_playwright

FOLDER: Final = Path(__file__).with_name("screenshots")
COLOURS: Final = 96
DESK: Final = (1280, 900)
PHONE: Final = (360, 780)
RATE: Final = "/indicators/employment_rate_completers"
PICTURES: Final = {
    "executive-ko": ("/?lang=ko&theme=light", DESK),
    "executive-en": ("/?lang=en&theme=light", DESK),
    "executive-ko-dark-phone": ("/?lang=ko&theme=dark", PHONE),
    "goals-ko": ("/goals/future-talent-city-daegu?lang=ko&theme=light", DESK),
    "indicator-en-dark": (f"{RATE}?lang=en&theme=dark&as_of=2020-12-31&every=month", DESK),
}


def take(browser: Browser, origin: str) -> None:
    """Write every picture, in few colours: they are kept in the repository."""
    for name, (path, (width, height)) in PICTURES.items():
        page = browser.new_page(viewport={"width": width, "height": height}, device_scale_factor=1)
        page.goto(origin + path)
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
