"""Contacts, days and cells of files as people mistype them: each is refused with a code at its place, and nothing is lost."""

from typing import Any

import pytest

from services.employers.commands.importing import Fate, draft_of, read_drafts, stored
from services.employers.domain.contacts import checked_email, checked_phone
from services.employers.domain.headcounts import check_headcount
from services.employers.domain.importing import COLUMNS, places, read_line
from services.employers.domain.incentives import check_period
from shared.errors import Invalid
from shared.spreadsheets.refusals import BrokenFile
from shared.spreadsheets.sheets import Line
from tests.employers.story import TODAY, day


@pytest.mark.parametrize(
    ("refused", "code"),
    [
        (lambda: checked_phone("no number"), "not_a_phone_number"),
        (lambda: checked_phone("12"), "not_a_phone_number"),
        (lambda: checked_email("somebody"), "not_an_email"),
        (lambda: check_headcount(TODAY.year, day(1), today=TODAY), "in_the_future"),
        (lambda: check_headcount(2024, day(-1).replace(year=2025), today=TODAY), "not_of_the_year"),
        (lambda: check_period(day(2), day(1), within=(day(0), day(9))), "before_start"),
        (lambda: read_drafts(b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\0" * 64), "old_excel"),
    ],
)
def test_what_people_mistype_is_refused_with_a_code(refused: Any, code: str) -> None:
    with pytest.raises(Invalid) as said:
        refused()
    assert said.value.errors[0].code == code
    assert isinstance(said.value, BrokenFile) is (code == "old_excel")


def _line(**cells: str) -> Any:
    columns, errors = places(list(cells))
    assert errors == [error for error in errors if error.code == "missing_column"]
    return read_line(Line(2, list(cells.values())), columns)


@pytest.mark.parametrize(
    ("cells", "pointer", "code"),
    [
        ({"starts_at": "09:00"}, "/weekly_hours", "required"),
        ({"ends_at": "18:00"}, "/weekly_hours", "required"),
        ({"starts_at": "25:00"}, "/starts_at", "not_time"),
        ({"title": "긴" * 201}, "/title", "too_long"),
        ({"opens_on": "99999"}, "", ""),
        ({"region": "어디"}, "/region", "unknown_region"),
    ],
)
def test_a_cell_that_says_half_or_too_much_is_told_at_its_column(cells: dict[str, str], pointer: str, code: str) -> None:
    found = {(error.pointer, error.code) for error in _line(**cells).errors if error.code != "required" or pointer}
    assert ((pointer, code) in found) is bool(code)


def test_a_line_that_waits_for_the_worker_says_afterwards_what_it_said_before() -> None:
    whole = {column: example for column, (_, _, example) in COLUMNS.items()}
    for cells in (whole, {"title": "t", "region": "27260"}, {**whole, "starts_at": "", "closes_on": "2026-12-31"}):
        draft = _line(**cells)
        kept = draft_of(stored(Fate(draft.line, draft.said, draft.errors)))
        assert (kept.line, kept.said) == (draft.line, draft.said)
        assert [error.code for error in kept.errors] == [error.code for error in draft.errors]


def test_a_character_that_no_text_may_hold_makes_its_line_unfit() -> None:
    bell = ",".join(["a\x07"] * len(COLUMNS))
    (draft,) = read_drafts(f"{','.join(COLUMNS)}\n{bell}\n".encode())
    assert [error.code for error in draft.errors] == ["control_character"]
    assert draft.said == {}
