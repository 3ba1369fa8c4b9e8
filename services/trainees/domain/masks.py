"""How personal data is shown where it need not be whole. One mask per kind: two different ones could be combined."""

import phonenumbers

_PLAIN_AREA = 82


def masked_name(name: str) -> str:
    """`김*늘`, `김*`: the first and the last character stay, of two only the first."""
    if len(name) < 2:
        return "*"
    if len(name) == 2:
        return name[0] + "*"
    return name[0] + "*" * (len(name) - 2) + name[-1]


def masked_phone(phone: str) -> str:
    """`010-****-5678` of an E.164 number: its area or operator and the last four digits stay."""
    number = phonenumbers.parse(phone, "KR")
    national = phonenumbers.format_number(number, phonenumbers.PhoneNumberFormat.NATIONAL)
    if number.country_code == _PLAIN_AREA and national.count("-") == 2:
        area, middle, last = national.split("-")
        return f"{area}-{'*' * len(middle)}-{last}"
    return "****-" + phone[-4:]


def masked_email(email: str) -> str:
    """`ab***@example.kr`."""
    local, _, domain = email.rpartition("@")
    return f"{local[: min(2, len(local) - 1)]}***@{domain}"
