"""How a contact may be written, and how one is shown to those who do not need it whole."""

import re
from typing import Final

import phonenumbers

from shared.errors import N_, FieldError, Invalid

_ADDRESS: Final = re.compile(r"[^@\s]{1,64}@[^@\s.]+(\.[^@\s.]+)+")


def checked_phone(text: str, *, pointer: str = "/phone") -> str:
    """The number as +82..., from whatever way it was written. Raises Invalid."""
    try:
        number = phonenumbers.parse(text, "KR")
    except phonenumbers.NumberParseException:
        number = None
    if number is None or not phonenumbers.is_possible_number(number):
        raise Invalid(FieldError(pointer, "not_a_phone_number", N_("This is not a telephone number.")))
    return phonenumbers.format_number(number, phonenumbers.PhoneNumberFormat.E164)


def checked_email(text: str, *, pointer: str = "/email") -> str:
    """The address in small letters. Raises Invalid."""
    if not _ADDRESS.fullmatch(text):
        raise Invalid(FieldError(pointer, "not_an_email", N_("This is not an e-mail address.")))
    return text.lower()


def masked_name(name: str) -> str:
    """The first letter: 김○○."""
    return name[:1] + "○" * max(1, len(name) - 1)


def masked_phone(phone: str) -> str:
    """The last two digits."""
    return "*" * (len(phone) - 2) + phone[-2:]


def masked_email(email: str) -> str:
    """The first letter and the domain."""
    local, _, domain = email.partition("@")
    return f"{local[:1]}***@{domain}"
