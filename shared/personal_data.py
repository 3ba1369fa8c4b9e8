"""Finds the personal numbers that may never be stored here: resident and foreigner registration numbers."""

import re
import unicodedata
from collections.abc import Sequence
from typing import Final

_DASH: Final = "-‐‑‒–—―−~ㅡ_/"
_DAY: Final = r"\d{2}(?:(?:0[13578]|1[02])(?:0[1-9]|[12]\d|3[01])|(?:0[469]|11)(?:0[1-9]|[12]\d|30)|02(?:0[1-9]|[12]\d))"
_LATER: Final = r"\d(?:\d{6}|[*xX#•●○□■ⅹ]{3,6}|\d{1,3}[*xX#•●○□■ⅹ]{2,5})"
_SPACED: Final = re.compile(rf"(?<![\d+]){_DAY}[{_DASH}\s.·,]{{0,3}}{_LATER}(?!\d)")
_JOINED: Final = re.compile(rf"(?<![\d+]){_DAY}[{_DASH}]?{_LATER}(?!\d)")
# Digests and random tokens: among their digits anything turns up by chance.
_HEXADECIMAL: Final = re.compile(r"(?<!\w)(?=(?:\d*[a-fA-F]){4})[0-9a-fA-F]{24,}(?!\w)")
_GAPS: Final = re.compile(r"[\s.·,]+")
_WHOLE: Final = re.compile(r"\d{12}")
_DAY_FIRST: Final = re.compile(_DAY)
_LEAST: Final = 10
_FIVE: Final = 5
_LONGEST_HALF: Final = 40
_MASKED_LEAST: Final = 4
_ENDS_IN_DAY: Final = re.compile(r"(?<!\d)\d{5,6}$")
_REST: Final = re.compile(_LATER)
_DIGITS: Final = 7  # at least, when the rest is masked


def looks_like_resident_number(text: str) -> bool:
    """Whether `text` holds something that may be a 주민등록번호 or 외국인등록번호, whole or partly masked.

    A valid date of six digits, a sex digit (any: 5 to 8 are foreigners, 9 and 0 the 1800s) and six digits, however
    separated and in whatever width. The check digit is not looked at: numbers given since October 2020 have none.
    A text of just twelve digits is tried with the leading zero that spreadsheets lose. Ten-digit business numbers and
    telephone numbers, also with +82, pass.
    """
    if len(text) < _LEAST or sum(map(str.isdigit, text)) < _DIGITS:
        return False
    plain = _HEXADECIMAL.sub(" # ", text if text.isascii() else _compatible(text))
    joined = _GAPS.sub("", plain)
    if _WHOLE.fullmatch(joined) and _DAY_FIRST.match("0" + joined):
        return True
    return bool(_SPACED.search(plain) or _JOINED.search(joined))


def _compatible(text: str) -> str:
    """Wide, raised and encircled digits as plain ones, and nothing that is not seen."""
    return "".join(c for c in unicodedata.normalize("NFKC", text) if unicodedata.category(c) != "Cf")


def are_halves_of_resident_number(front: str, back: str) -> bool:
    """Whether two texts that stand next to each other are such a number, taken apart: a day of six digits and the rest.

    A front that lost its leading zero has five. The rest may be masked. Seven digits behind anything else pass, as do
    telephone numbers and most student numbers.
    """
    if not (_FIVE <= len(front) <= _LONGEST_HALF and _MASKED_LEAST <= len(back) <= _LONGEST_HALF):
        return False
    day = _ENDS_IN_DAY.search(_GAPS.sub("", _compatible(front)).rstrip(_DASH))
    rest = _GAPS.sub("", _compatible(back)).strip(_DASH)
    return day is not None and _REST.fullmatch(rest) is not None and looks_like_resident_number(f"{day[0].zfill(6)}-{rest}")


def looks_like_resident_number_value(number: int) -> bool:
    """The same for a number that lost its text form: thirteen digits only, since shorter ones are amounts of money."""
    return 10**12 <= number < 10**13 and looks_like_resident_number(str(number))


_CORPORATE: Final = re.compile(r"(\d{4})(\d{2})-?(\d{6})(\d)")
# Stock and other companies of the Commercial Act, associations and foundations of the Civil Act, legal persons of other acts.
_CORPORATE_KINDS: Final = frozenset({11, 12, 13, 14, 15, 21, 22, *range(31, 45), 51, 71, 81, 82, 84, 85, 86})
_RESIDENT_WEIGHTS: Final = (2, 3, 4, 5, 6, 7, 8, 9, 2, 3, 4, 5)


def may_be_corporate_number(text: str) -> bool:
    """Whether a text, given as a 법인등록번호, can be one: 13 digits, a kind of legal person, and the check digit of one.

    Most of them look like a resident number too (170111-... is a stock company registered in Daegu, and a birthday). One
    without the check digit, as registries may give today, passes unless it has that of a resident number.
    """
    written = _CORPORATE.fullmatch(_compatible(text).strip())
    if written is None or int(written[2]) not in _CORPORATE_KINDS:
        return False
    digits = [int(digit) for digit in "".join(written.groups())]
    if has_corporate_check_digit(digits):
        return True
    total = sum(digit * weight for digit, weight in zip(digits, _RESIDENT_WEIGHTS, strict=False)) % 11
    return digits[12] not in {(11 - total) % 10, (13 - total) % 10}


def has_corporate_check_digit(digits: Sequence[int]) -> bool:
    """Whether the last of 13 digits is what the first twelve, weighted 1 and 2 by turns, lack to a multiple of ten."""
    total = sum(digit * (1 + place % 2) for place, digit in enumerate(digits[:12]))
    return digits[12] == -total % 10
