"""A business registration number is taken in however it is written, and refused when it cannot be one."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.employers.domain.business_number import check_digit, normalised
from shared.errors import Invalid

REAL = ["1248100998", "2208162517", "1208147521", "1168200276", "1348672683"]
NINE_DIGITS = st.text("0123456789", min_size=9, max_size=9).filter(lambda digits: digits != "000000000")


@pytest.mark.parametrize("number", REAL)
def test_the_check_digit_of_published_numbers_is_right(number: str) -> None:
    assert normalised(number) == number


@pytest.mark.parametrize(
    "written",
    ["124-81-00998", "124 81 00998", "１２４－８１－００９９８", "124–81–00998", "12481-00998", " 1248100998 ", "124ー81ー00998"],
)
def test_hyphens_spaces_and_width_do_not_matter(written: str) -> None:
    assert normalised(written) == "1248100998"


@pytest.mark.parametrize(
    "written",
    ["", "124-81-0099", "124-81-009981", "12-481-00998", "124.81.00998", "124-81-0099O", "١٢٤٨١٠٠٩٩٨", "①248100998",
     "000-00-00000", "1248100998\n1", "--1248100998"],
)  # fmt: skip
def test_what_is_not_ten_digits_is_refused_as_such(written: str) -> None:
    with pytest.raises(Invalid) as refused:
        normalised(written)
    assert [(error.pointer, error.code) for error in refused.value.errors] == [("/business_number", "not_a_business_number")]


def test_a_wrong_check_digit_is_refused_saying_so() -> None:
    with pytest.raises(Invalid) as refused:
        normalised("124-81-00999", pointer="business_number")
    assert [(error.pointer, error.code) for error in refused.value.errors] == [("business_number", "wrong_check_digit")]


@pytest.mark.unhurried
@given(NINE_DIGITS)
def test_nine_digits_with_their_check_digit_are_a_number(nine: str) -> None:
    assert normalised(nine + str(check_digit(nine))) == nine + str(check_digit(nine))


@pytest.mark.unhurried
@given(NINE_DIGITS, st.integers(0, 9), st.integers(1, 9))
def test_one_mistyped_digit_is_always_found(nine: str, place: int, shift: int) -> None:
    number = nine + str(check_digit(nine))
    mistyped = number[:place] + str((int(number[place]) + shift) % 10) + number[place + 1 :]
    with pytest.raises(Invalid):
        normalised(mistyped)
