"""The detector of resident numbers: finds all of them, however written, and leaves other numbers alone.

All numbers here are generated; none is anybody's.
"""

import random
import time
import uuid
from hashlib import sha256

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from shared.ids import new_id
from shared.personal_data import looks_like_resident_number, looks_like_resident_number_value

DAYS = [f"{year:02}{month:02}{day:02}" for year in (0, 7, 68, 99) for month in (1, 2, 6, 12) for day in (1, 15, 28)]


@pytest.mark.parametrize(
    "form",
    [
        "{day}-{later}", "{day}{later}", "{day} {later}", "{day} - {later}", "{day}.{later}", "{day}–{later}", "{day}−{later}",
        "주민등록번호 {day}-{later}입니다", "번호:{day}{later}.", "({day}-{later})", "a{day}-{later}b", "x,{day}-{later},y",
        "1 {day}-{later}", "{day}-{later} 010-1234-5678", "\t{day}-{later}\n", "{day}\u200b-\u200b{later}", "{day}\xad{later}",
        "{day}_{later}", "{day}/{later}", "{day}·{later}",
    ],
)  # fmt: skip
@pytest.mark.parametrize("sex", "0123456789")
def test_every_number_is_found_in_every_form(form: str, sex: str) -> None:
    for day in DAYS:
        assert looks_like_resident_number(form.format(day=day, later=f"{sex}123456")), form


@pytest.mark.parametrize("form", [" ".join, ".".join, "\u200b".join])
def test_digits_that_are_drawn_apart_are_found(form: object) -> None:
    assert looks_like_resident_number(form("9001011234567"))  # type: ignore[operator]


@pytest.mark.parametrize(
    "text",
    [
        "９００１０１－１２３４５６７",
        "９００１０１1234567",
        "900101－1234567",
        "⑨⓪0101-1234567",
        "⁹⁰⁰¹⁰¹-¹²³⁴⁵⁶⁷",
        "𝟗𝟎𝟎𝟏𝟎𝟏-𝟏𝟐𝟑𝟒𝟓𝟔𝟕",
    ],
)
def test_wide_digits_are_found(text: str) -> None:
    assert looks_like_resident_number(text)


@pytest.mark.parametrize(
    "text", ["900101-1******", "900101-1XXXXXX", "900101-1●●●●●●", "9001011******", "900101-12*****", "900101 - 1######"]
)
def test_partly_masked_numbers_are_found(text: str) -> None:
    assert looks_like_resident_number(text)


def test_the_zero_that_spreadsheets_lose_is_put_back() -> None:
    assert looks_like_resident_number("506153123456")
    assert looks_like_resident_number(" 506153 123456 ")
    assert not looks_like_resident_number("50615312345")
    assert not looks_like_resident_number("invoice 506153123456")


def test_a_number_without_text_form_is_found() -> None:
    assert looks_like_resident_number_value(9001011234567)
    assert not looks_like_resident_number_value(506153123456)
    assert not looks_like_resident_number_value(35_000_000)


@pytest.mark.parametrize(
    "text",
    [
        "", "한글", "2026-03-01", "2026-03-01T09:00:00.123456+09:00", "20260301", "010-1234-5678", "01012345678", "053-123-4567",
        "+82 10 1234 5678", "+821012345678", "+82 010 1234 5678", "+82-2-120-1234", "1588-1234", "124-81-00998", "1248100998",
        "2026012345", "901301-1234567", "900132-1234567", "900230-1234567", "000000-0000000", "90010112345678",
        "1900101123456799",
        "4000-1234-5678-9010", "₩35,000,000", "1,250,000,000,000", "K2601-1234567890", "900101-1", "900101", "900101-123456",
    ],
)  # fmt: skip
def test_other_numbers_pass(text: str) -> None:
    assert not looks_like_resident_number(text)


@pytest.mark.unhurried
def test_fewer_than_one_in_a_thousand_of_other_numbers_is_held_back() -> None:
    dice = random.Random(7)
    makers = (
        lambda: f"{dice.randrange(2015, 2027)}{dice.randrange(10**6):06}",
        lambda: f"{dice.randrange(10**9):09}",
        lambda: f"010-{dice.randrange(10**4):04}-{dice.randrange(10**4):04}",
        lambda: f"+8210{dice.randrange(10**8):08}",
        lambda: f"010{dice.randrange(10**8):08}",
        lambda: f"{dice.randrange(100, 1000)}-{dice.randrange(100):02}-{dice.randrange(10**5):05}",
        lambda: f"{dice.randrange(10**10):010}",
    )
    numbers = [dice.choice(makers)() for _ in range(100_000)]
    assert sum(map(looks_like_resident_number, numbers)) < 100


@pytest.mark.unhurried
def test_ids_and_digests_pass() -> None:
    texts = [str(new_id()) for _ in range(2000)] + [str(uuid.uuid4()) for _ in range(2000)]
    texts += [uuid.uuid4().hex for _ in range(5000)] + [sha256(str(number).encode()).hexdigest() for number in range(5000)]
    assert [text for text in texts if looks_like_resident_number(text)] == []


@given(before=st.text(max_size=20), after=st.text(max_size=20), day=st.sampled_from(DAYS), later=st.integers(0, 9_999_999))
@settings(max_examples=300, deadline=None)
@pytest.mark.slow
def test_no_neighbourhood_hides_a_number(before: str, after: str, day: str, later: int) -> None:
    assert looks_like_resident_number(f"{before} | {day}-{later:07} | {after}")


@pytest.mark.parametrize(
    "text", ["1" * 100_000, "900101-" * 15_000, "9 " * 50_000, "90.01.01-" * 12_000, "a1" * 50_000, "가1" * 50_000]
)
def test_a_hundred_kilobytes_of_the_worst_take_no_time(text: str) -> None:
    start = time.thread_time()
    looks_like_resident_number(text)
    assert time.thread_time() - start < 0.5
