"""A site whose facts are told once, for tests of pages that only look."""

import shutil
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from shared.db import Database
from tests.reporting.happenings import Happenings
from tests.reporting.serving import Site, site
from tests.reporting.story import three_cohorts


@dataclass(frozen=True)
class Told:
    """`demo` opens by itself, `strict` asks to sign in; both show the same facts."""

    demo: Site
    strict: Site
    world: Happenings


def telling(template: Path, folder: Path) -> Iterator[Told]:
    """Copy an empty database, tell the story, and serve it twice."""
    path = folder / "reporting.db"
    shutil.copyfile(template, path)
    database = Database(f"sqlite:///{path}", service="reporting")
    world = Happenings(database)
    three_cohorts(world)
    with site(database, folder) as demo, site(database, folder, demo=False) as strict:
        yield Told(demo, strict, world)
    database.close()
