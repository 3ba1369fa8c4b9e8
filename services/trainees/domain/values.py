"""Reads what a person or a spreadsheet wrote as a name, a day, a telephone number: one meaning or a reason why not."""

import re
import unicodedata
from datetime import date, timedelta
from typing import Final

import phonenumbers

from shared.errors import N_
from shared.text import composed, has_forbidden_character

EARLIEST_BIRTH: Final = date(1900, 1, 1)
YOUNGEST: Final = 10
EARLIEST_FACT: Final = date(2000, 1, 1)

MESSAGES: Final = {
    "missing": N_("This is required."),
    "control_character": N_("Holds a character that no text may hold."),
    "too_long": N_("Is too long."),
    "name_unreadable": N_("Is not a name, or was damaged on its way: a spreadsheet writes ? for letters that it cannot store."),
    "day_unreadable": N_("Must be a date such as 2026-03-01."),
    "day_ambiguous": N_("Can be read as more than one date. Write the year with four digits, such as 2026-03-01."),
    "day_implausible": N_("Is not a plausible date here."),
    "in_the_future": N_("Must not be in the future."),
    "phone_unreadable": N_("Is not a valid telephone number."),
    "email_unreadable": N_("Is not an e-mail address."),
    "gender_unreadable": N_("Is none of f (여), m (남) and x (기타)."),
    "number_in_exponent": N_("A spreadsheet shortened this number. Format the column as text and fill it in again."),
    "number_unreadable": N_("Is not a student number: letters, digits and hyphens, 2 to 32 of them."),
}  # fmt: skip

_YEAR_FIRST: Final = re.compile(r"(\d{4})\s*[-./년]\s*(\d{1,2})\s*[-./월]\s*(\d{1,2})\s*[.일]?(?:[ T]\s*0{1,2}:00(?::00)?)?")
_COMPACT: Final = re.compile(r"(\d{4})(\d{2})(\d{2})")
_SHORT_YEAR: Final = re.compile(r"\d{1,2}\s*[-./년]\s*\d{1,2}\s*[-./월]\s*\d{1,4}\s*[.일]?|\d{6}")
_SERIAL: Final = re.compile(r"(\d{5})(?:\.0+)?")
_SERIAL_ZERO: Final = date(1899, 12, 30)  # Excel's 1900 system, after its 29 February 1900 that never was

_PHONE_MARKS: Final = str.maketrans("", "", "-–. ()")
_MOBILE: Final = re.compile(r"0?(10[0-46-9]\d{7})")  # of phonenumbers' pattern the part that nearly every row has
_EXPONENT: Final = re.compile(r"\d(?:[.,]\d+)?[eE]\+?\d{1,3}")
_INTEGRAL: Final = re.compile(r"(\d+)\.0+")
_NUMBER: Final = re.compile(r"[A-Z0-9](?:[A-Z0-9-]{0,30}[A-Z0-9])")
_EMAIL: Final = re.compile(r"[^\s@\"(),:;<>\[\\\]]{1,64}@((?:[A-Za-z0-9](?:[A-Za-z0-9-]{0,61}[A-Za-z0-9])?\.)+[A-Za-z]{2,63})")

GENDERS: Final = ("f", "m", "x")
_GENDERS: Final = {
    spelling: code
    for code, spellings in {
        "f": ("f", "female", "여", "여자", "여성"),
        "m": ("m", "male", "남", "남자", "남성"),
        "x": ("x", "other", "기타"),
    }.items()
    for spelling in spellings
}


class Unusable(Exception):
    """A value cannot be read; `code` is one of MESSAGES and says why. Never holds the value."""

    def __init__(self, code: str) -> None:
        self.code = code
        super().__init__(code)


def plain(text: str) -> str:
    """`text` in compatibility form (full-width digits become digits) without outer spaces or invisible characters."""
    if text.isascii():
        return text.strip()
    return "".join(c for c in unicodedata.normalize("NFKC", text) if unicodedata.category(c) != "Cf").strip()


def person_name(text: str) -> str:
    """A name, composed and with single spaces. Raises Unusable."""
    name = " ".join(composed(text).split())
    if not name:
        raise Unusable("missing")
    if len(name) > 100:
        raise Unusable("too_long")
    if has_forbidden_character(name):
        raise Unusable("control_character")
    if "?" in name or "\ufffd" in name or not any(c.isalpha() for c in name):
        raise Unusable("name_unreadable")
    return name


def birth_date(text: str, *, today: date) -> date:
    """A birth date in any of the spellings that occur. Raises Unusable."""
    return _plausible(day(text, earliest=EARLIEST_BIRTH, latest=today), today=today)


def check_birth_date(born: date, *, today: date) -> date:
    """The birth date of somebody who can apply. Raises Unusable."""
    return _plausible(born, today=today)


def _plausible(born: date, *, today: date) -> date:
    if born < EARLIEST_BIRTH or born.year > today.year - YOUNGEST:
        raise Unusable("day_implausible")
    return born


def past_day(text: str, *, today: date) -> date:
    """A day on which something happened, today at the latest. Raises Unusable."""
    happened = day(text, earliest=EARLIEST_FACT, latest=today)
    if happened > today:
        raise Unusable("in_the_future")
    if happened < EARLIEST_FACT:
        raise Unusable("day_implausible")
    return happened


def day(text: str, *, earliest: date, latest: date) -> date:
    """A calendar day as Korean files spell it: 2026-03-01, 2026. 3. 1., 20260301, 2026년 3월 1일, or Excel's serial number.

    A short year is refused as ambiguous; so is a number that is a serial day from `earliest` to `latest` and could as
    well be six digits that lost their zero. Raises Unusable.
    """
    text = plain(text)
    if not text:
        raise Unusable("missing")
    match = _COMPACT.fullmatch(text) or _YEAR_FIRST.fullmatch(text)
    if match is not None:
        return _calendar_day(*match.groups())
    serial = _SERIAL.fullmatch(text)
    if serial is not None:
        return _serial_day(serial[1], earliest=earliest, latest=latest)
    raise Unusable("day_ambiguous" if _SHORT_YEAR.fullmatch(text) else "day_unreadable")


def _calendar_day(year: str, month: str, day_: str) -> date:
    try:
        return date(int(year), int(month), int(day_))
    except ValueError:
        raise Unusable("day_unreadable") from None


def _serial_day(digits: str, *, earliest: date, latest: date) -> date:
    found = _SERIAL_ZERO + timedelta(days=int(digits))
    if not earliest <= found <= latest:
        raise Unusable("day_ambiguous" if _is_day_without_its_zero(digits) else "day_unreadable")
    if _is_day_without_its_zero(digits):
        raise Unusable("day_ambiguous")
    return found


def _is_day_without_its_zero(digits: str) -> bool:
    try:
        date(2000 + int(digits[0]), int(digits[1:3]), int(digits[3:5]))
    except ValueError:
        return False
    return True


def phone_number(text: str) -> str:
    """A telephone number in E.164, also where a spreadsheet took its leading zero. Raises Unusable."""
    text = plain(text)
    if not text:
        raise Unusable("missing")
    mobile = _MOBILE.fullmatch(text.translate(_PHONE_MARKS))
    if mobile is not None:
        return "+82" + mobile[1]
    if _EXPONENT.fullmatch(text):
        raise Unusable("number_in_exponent")
    integral = _INTEGRAL.fullmatch(text)
    return _any_phone_number(integral[1] if integral else text)


def _any_phone_number(text: str) -> str:
    try:
        number = phonenumbers.parse(text, "KR") if len(text) <= 40 else None
    except phonenumbers.NumberParseException:
        number = None
    if number is None or number.extension or not phonenumbers.is_valid_number(number):
        raise Unusable("phone_unreadable")
    return phonenumbers.format_number(number, phonenumbers.PhoneNumberFormat.E164)


def gender(text: str) -> str:
    """`f`, `m` or `x`, as a university gave it. Raises Unusable."""
    found = _GENDERS.get(plain(text).casefold())
    if found is None:
        raise Unusable("gender_unreadable")
    return found


def email_address(text: str) -> str:
    """An address with its domain in lower case. Raises Unusable."""
    text = plain(text)
    match = _EMAIL.fullmatch(text) if len(text) <= 254 else None
    if match is None or has_forbidden_character(text):
        raise Unusable("email_unreadable")
    return text[: match.start(1)] + match[1].lower()


def student_number(text: str) -> str:
    """A university's number for a student, in capitals and without spaces. Raises Unusable."""
    text = "".join(plain(text).split()).upper()
    if not text:
        raise Unusable("missing")
    if _EXPONENT.fullmatch(text):
        raise Unusable("number_in_exponent")
    integral = _INTEGRAL.fullmatch(text)
    text = integral[1] if integral else text
    if not _NUMBER.fullmatch(text):
        raise Unusable("number_unreadable")
    return text
