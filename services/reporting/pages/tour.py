"""A tour of the pages in a few steps. Where it stands is in the address: it can be left, resumed and passed on."""

from collections.abc import Collection
from dataclasses import dataclass
from typing import Final

from services.reporting.pages.rendering import Look
from shared.errors import N_

PAUSED: Final = "paused-"


@dataclass(frozen=True, slots=True)
class Stop:
    """A page and what there is to see on it."""

    path: str
    title: str
    text: str


STOPS: Final = (
    Stop(
        "/",
        N_("How far the goals are"),
        N_("The two goals stand at the top, each with where it should be today. The mark in the bar is today's pace."),
    ),
    Stop(
        "/indicators",
        N_("Where a number comes from"),
        N_("Every figure leads to its definition, its history and what it rests on. Choose one."),
    ),
    Stop(
        "/cohorts",
        N_("What became of a cohort"),
        N_("Choose a cohort to see it from its applicants to those who stayed in their jobs, and by every standard."),
    ),
    Stop(
        "/universities",
        N_("How universities do"),
        N_("Completion and employment stand beside how much is known, and how punctually rosters come in."),
    ),
    Stop(
        "/companies",
        N_("What companies promised"),
        N_("Seats pledged, posted and filled: what lapsed is not hidden. A company sees its own figures only."),
    ),
    Stop(
        "/matching",
        N_("How people found seats"),
        N_("Each round of matching shows its proof, whom it placed, and the seats that stayed empty."),
    ),
    Stop(
        "/data",
        N_("Whether to trust it"),
        N_("How new each source is, whether everything it told has arrived, and every published number that was replaced."),
    ),
)


@dataclass(frozen=True, slots=True)
class Tour:
    """What the panel shows: the stop, its place, and the ways on. `here` is whether the reader is on the stop's page."""

    stop: Stop
    number: int
    of: int
    here: bool
    to_stop: str
    back: str | None
    on: str | None
    leave: str
    end: str
    paused: bool


def tour_of(look: Look, asked: str | None, there: Collection[str]) -> Tour | None:
    """The tour through the pages that are there, as the address says; None where it says nothing that makes sense."""
    stops = [stop for stop in STOPS if stop.path in there]
    text = asked or ""
    paused = text.startswith(PAUSED)
    digits = text.removeprefix(PAUSED)
    if not (digits.isascii() and digits.isdigit() and len(digits) < 3 and 1 <= int(digits) <= len(stops)):
        return None
    number = int(digits)
    stop = stops[number - 1]
    return Tour(
        stop=stop,
        number=number,
        of=len(stops),
        here=look.path == stop.path,
        to_stop=look.address(stop.path, tour=number),
        back=None if number == 1 else look.address(stops[number - 2].path, tour=number - 1),
        on=None if number == len(stops) else look.address(stops[number].path, tour=number + 1),
        leave=look.here(tour=f"{PAUSED}{number}"),
        end=look.here(tour=None),
        paused=paused,
    )
