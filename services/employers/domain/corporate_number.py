"""The corporate registration number (법인등록번호): how it is written, and whether its check digit is right."""

import re
import unicodedata
from typing import Final

from shared.errors import N_, FieldError, Invalid
from shared.personal_data import has_corporate_check_digit, may_be_corporate_number

_WRITTEN: Final = re.compile(r"(\d{6})-?(\d{7})", re.ASCII)


def normalised(text: str, *, pointer: str = "/corporate_number") -> str:
    """The thirteen digits, written with or without a dash, in whatever width. Raises Invalid, at `pointer`.

    A wrong check digit is no reason to refuse: registries may give numbers that have none.
    """
    written = _WRITTEN.fullmatch(unicodedata.normalize("NFKC", text).replace(" ", ""))
    digits = "".join(written.groups()) if written else ""
    if not may_be_corporate_number(digits):
        message = N_("A corporate registration number has thirteen digits, such as 123456-1234567.")
        raise Invalid(FieldError(pointer, "not_a_corporate_number", message))
    return digits


def is_checked(digits: str) -> bool:
    """Whether the check digit is right: when it is not, somebody should look at the number again."""
    return has_corporate_check_digit([int(digit) for digit in digits])
