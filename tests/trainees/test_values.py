"""What files and people write: read one way, or refused with a reason."""

import unicodedata
from calendar import monthrange
from datetime import date

import phonenumbers
import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.trainees.domain import values
from services.trainees.domain.persons import PersonData, identity_of
from services.trainees.domain.values import Unusable

TODAY = date(2026, 11, 22)


def refusal_of(read: object, text: str) -> str:
    with pytest.raises(Unusable) as refused:
        read(text)  # type: ignore[operator]
    assert refused.value.code in values.MESSAGES
    assert text not in str(refused.value) or not text
    return refused.value.code


@pytest.mark.parametrize(
    "text",
    [
        "1999-03-02", "1999.03.02", "1999. 3. 2.", "1999.3.2", "19990302", "1999년 3월 2일", "1999년3월2일", "1999/3/2",
        "１９９９-０３-０２", " 1999-03-02 ", "1999-03-02 00:00:00", "36221", "36221.0",
    ],
)  # fmt: skip
def test_a_birth_date_is_read_in_every_spelling_that_occurs(text: str) -> None:
    assert values.birth_date(text, today=TODAY) == date(1999, 3, 2)


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("99.3.2", "day_ambiguous"), ("99-03-02", "day_ambiguous"), ("990302", "day_ambiguous"),
        ("02/03/1999", "day_ambiguous"), ("2.3.1999", "day_ambiguous"),
        ("31225", "day_ambiguous"),  # a serial for 1985-06-27, and 2003-12-25 without its zero
        ("30302", "day_ambiguous"),
        ("1999-02-30", "day_unreadable"), ("1999-13-01", "day_unreadable"), ("yesterday", "day_unreadable"),
        ("99999", "day_unreadable"), ("1999-03", "day_unreadable"), ("1999-3-2-1", "day_unreadable"),
        ("", "missing"), ("   ", "missing"),
        ("1899-12-31", "day_implausible"), ("2020-01-01", "day_implausible"), ("2031-01-01", "day_implausible"),
    ],
)  # fmt: skip
def test_a_birth_date_that_has_no_one_meaning_is_refused(text: str, code: str) -> None:
    assert refusal_of(lambda given: values.birth_date(given, today=TODAY), text) == code


@pytest.mark.unhurried
@given(st.dates(date(1980, 1, 1), date(2010, 12, 31)))
def test_a_serial_number_is_read_as_its_day_or_refused_but_never_as_another_day(born: date) -> None:
    serial = str((born - date(1899, 12, 30)).days)
    if is_a_day(2000 + int(serial[0]), int(serial[1:3]), int(serial[3:5])):
        assert refusal_of(lambda given: values.birth_date(given, today=TODAY), serial) == "day_ambiguous"
    else:
        assert values.birth_date(serial, today=TODAY) == born


def is_a_day(year: int, month: int, day: int) -> bool:
    return 1 <= month <= 12 and 1 <= day <= monthrange(year, month)[1]


def test_a_fact_of_the_past_is_not_of_the_future() -> None:
    assert values.past_day("2026.11.22", today=TODAY) == TODAY
    assert refusal_of(lambda given: values.past_day(given, today=TODAY), "2026-11-23") == "in_the_future"
    assert refusal_of(lambda given: values.past_day(given, today=TODAY), "1999-01-01") == "day_implausible"


@pytest.mark.parametrize(
    ("text", "number"),
    [
        ("010-1234-5678", "+821012345678"), ("01012345678", "+821012345678"), ("1012345678", "+821012345678"),
        ("1012345678.0", "+821012345678"), ("010 1234 5678", "+821012345678"), ("010.1234.5678", "+821012345678"),
        ("０１０－１２３４－５６７８", "+821012345678"), ("+82 10-1234-5678", "+821012345678"),
        ("+82 (0)10 1234 5678", "+821012345678"), ("053-123-4567", "+82531234567"), ("011-234-5678", "+82112345678"),
        ("+1 212 555 0123", "+12125550123"),
    ],
)  # fmt: skip
def test_a_telephone_number_is_read_in_every_spelling_that_occurs(text: str, number: str) -> None:
    assert values.phone_number(text) == number


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("", "missing"), ("02-120", "phone_unreadable"), ("010-1234-56", "phone_unreadable"), ("none", "phone_unreadable"),
        ("010-5971-2345", "phone_unreadable"), ("1.01235E+09", "number_in_exponent"), ("1" * 200, "phone_unreadable"),
        ("010-1234-5678 ext. 9", "phone_unreadable"),
    ],
)  # fmt: skip
def test_what_is_no_telephone_number_is_refused(text: str, code: str) -> None:
    assert refusal_of(values.phone_number, text) == code


@pytest.mark.unhurried
@given(st.from_regex(r"0?1[0-9]{8,10}", fullmatch=True))
def test_the_short_way_for_mobile_numbers_says_what_the_library_says(text: str) -> None:
    number = parsed(text)
    if number is None:
        assert refusal_of(values.phone_number, text) == "phone_unreadable"
    else:
        assert values.phone_number(text) == phonenumbers.format_number(number, phonenumbers.PhoneNumberFormat.E164)


def parsed(text: str) -> phonenumbers.PhoneNumber | None:
    try:
        number = phonenumbers.parse(text, "KR")
    except phonenumbers.NumberParseException:
        return None
    return number if phonenumbers.is_valid_number(number) else None


@pytest.mark.parametrize(
    ("text", "name"),
    [
        ("김하늘", "김하늘"), (unicodedata.normalize("NFD", "김하늘"), "김하늘"), ("  김  하늘 ", "김 하늘"),
        ("Nguyễn Văn An", "Nguyễn Văn An"), ("O'Neil-Kim", "O'Neil-Kim"), ("李夏", "李夏"),
    ],
)  # fmt: skip
def test_a_name_is_composed_and_otherwise_left_alone(text: str, name: str) -> None:
    assert values.person_name(text) == name


@pytest.mark.parametrize(
    ("text", "code"),
    [
        (" ", "missing"), ("김?늘", "name_unreadable"), ("김\ufffd늘", "name_unreadable"), ("123", "name_unreadable"),
        ("김\u202e늘", "control_character"), ("김" * 101, "too_long"),
    ],
)  # fmt: skip
def test_what_is_no_name_or_was_damaged_is_refused(text: str, code: str) -> None:
    assert refusal_of(values.person_name, text) == code


@pytest.mark.parametrize(
    ("text", "number"),
    [("20240001", "20240001"), ("２０２４０００１", "20240001"), (" 2024 0001 ", "20240001"), ("20240001.0", "20240001"),
     ("a-2024-01", "A-2024-01"), ("00012", "00012")],
)  # fmt: skip
def test_a_student_number_is_told_in_one_form(text: str, number: str) -> None:
    assert values.student_number(text) == number


@pytest.mark.parametrize(
    ("text", "code"),
    [("2.02401E+09", "number_in_exponent"), ("2E9", "number_in_exponent"), ("", "missing"), ("학번1", "number_unreadable"),
     ("1" * 33, "number_unreadable"),
     ("=1+1", "number_unreadable"), ("-12", "number_unreadable"), ("20240001.5", "number_unreadable")],
)  # fmt: skip
def test_what_is_no_student_number_is_refused(text: str, code: str) -> None:
    assert refusal_of(values.student_number, text) == code


def test_an_e_mail_address_has_its_domain_in_lower_case() -> None:
    assert values.email_address(" Ha.Neul@Example.KR ") == "Ha.Neul@example.kr"
    for wrong in ("", "nobody", "a@b", "a b@example.kr", "a@-example.kr", "a@example.kr,b@example.kr", "=x@example.kr\n\x00"):
        assert refusal_of(values.email_address, wrong) == "email_unreadable"


def test_the_same_letters_are_the_same_human_however_they_are_written() -> None:
    def identity(name: str) -> str:
        return identity_of(PersonData(values.person_name(name), date(1999, 3, 2), "+821012345678"))

    assert identity("김하늘") == identity("김 하늘") == identity(unicodedata.normalize("NFD", "김하늘"))
    assert identity("Kim Ha-neul") == identity("ＫＩＭ ha-NEUL")
    assert identity("김하늘") != identity("김하눌")


def test_a_person_does_not_print_what_we_know_of_them() -> None:
    assert "김" not in repr(PersonData("김하늘", date(1999, 3, 2), "+821012345678"))
