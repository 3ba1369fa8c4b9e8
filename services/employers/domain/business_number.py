"""The business registration number (사업자등록번호): how it is written and what its last digit checks."""

import re
from typing import Final

from shared.errors import N_, FieldError, Invalid

_WEIGHTS: Final = (1, 3, 7, 1, 3, 7, 1, 3, 5)
_FULL_WIDTH: Final = {ord(wide): str(digit) for digit, wide in enumerate("０１２３４５６７８９")}
_DASHES: Final = dict.fromkeys(map(ord, "‐‑‒–—―−－﹣ー"), "-")
_SPACES: Final = dict.fromkeys(map(ord, " \t\u00a0\u3000"), None)
_PLAIN: Final = {**_FULL_WIDTH, **_DASHES, **_SPACES}
_WRITTEN: Final = re.compile(r"([0-9]{3})-?([0-9]{2})-?([0-9]{5})")
_PLACEHOLDER: Final = "0000000000"


def normalised(text: str, *, pointer: str = "/business_number") -> str:
    """The ten digits of a business registration number, written with or without dashes, in whatever width.

    Raises Invalid, at `pointer`, for what is not of that form and for a wrong check digit. A right check digit does not
    mean that the company exists.
    """
    written = _WRITTEN.fullmatch(text.translate(_PLAIN))
    digits = "".join(written.groups()) if written else _PLACEHOLDER
    if digits == _PLACEHOLDER:
        message = N_("A business registration number has ten digits, such as 123-45-67890.")
        raise Invalid(FieldError(pointer, "not_a_business_number", message))
    if int(digits[9]) != check_digit(digits[:9]):
        raise Invalid(FieldError(pointer, "wrong_check_digit", N_("The check digit is wrong: a digit must be another one.")))
    return digits


def check_digit(first_nine: str) -> int:
    """The tenth digit: what the weighted sum of the first nine, plus the carry of the ninth, lacks to a multiple of ten."""
    weighted = sum(int(digit) * weight for digit, weight in zip(first_nine, _WEIGHTS, strict=True))
    return -(weighted + int(first_nine[8]) * 5 // 10) % 10
