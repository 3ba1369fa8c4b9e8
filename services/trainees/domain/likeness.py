"""How likely two records are about one human: a score from 0 to 100, and the signs that it consists of."""

import unicodedata
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from typing import Final

from rapidfuzz.fuzz import ratio

from services.trainees.domain.names.hanja import is_hanja, may_be_read
from services.trainees.domain.names.latin import is_hangul, is_latin, may_be_spelled
from services.trainees.domain.persons import PersonData, letters
from shared.errors import N_

Script = Callable[[str], bool]
Spelling = Callable[[str, str], bool]
QUEUED_FROM: Final = 60
_SIMILAR: Final = 80


class Sign(StrEnum):
    SAME_NAME = "same_name"
    SAME_NAME_IN_HANJA = "same_name_in_hanja"
    SAME_NAME_IN_LATIN = "same_name_in_latin"
    SIMILAR_NAME = "similar_name"
    SAME_BIRTH_DATE = "same_birth_date"
    BIRTH_DATE_MISTYPED = "birth_date_mistyped"
    SAME_PHONE = "same_phone"
    SAME_EMAIL = "same_email"
    OTHER_NAME = "other_name"
    OTHER_BIRTH_DATE = "other_birth_date"
    OTHER_PHONE = "other_phone"


WEIGHTS: Final = {
    Sign.SAME_NAME: 45,
    Sign.SAME_NAME_IN_HANJA: 35,
    Sign.SAME_NAME_IN_LATIN: 35,
    Sign.SIMILAR_NAME: 25,
    Sign.SAME_BIRTH_DATE: 40,
    Sign.BIRTH_DATE_MISTYPED: 15,
    Sign.SAME_PHONE: 35,
    Sign.SAME_EMAIL: 25,
    Sign.OTHER_NAME: -10,
    Sign.OTHER_BIRTH_DATE: -15,
    Sign.OTHER_PHONE: 0,
}
WORDS: Final = {
    Sign.SAME_NAME: N_("The names are the same."),
    Sign.SAME_NAME_IN_HANJA: N_("One name may be the other in hanja."),
    Sign.SAME_NAME_IN_LATIN: N_("One name may be the other in Latin letters."),
    Sign.SIMILAR_NAME: N_("The names are similar."),
    Sign.SAME_BIRTH_DATE: N_("The birth dates are the same."),
    Sign.BIRTH_DATE_MISTYPED: N_("The birth dates differ as by a typing error."),
    Sign.SAME_PHONE: N_("The telephone numbers are the same."),
    Sign.SAME_EMAIL: N_("The e-mail addresses are the same."),
    Sign.OTHER_NAME: N_("The names are different."),
    Sign.OTHER_BIRTH_DATE: N_("The birth dates are different."),
    Sign.OTHER_PHONE: N_("The telephone numbers are different."),
}


@dataclass(frozen=True, slots=True)
class Likeness:
    """`signs` in the order of what they compare. Never holds what was compared."""

    score: int
    signs: tuple[Sign, ...]

    @property
    def is_uncertain(self) -> bool:
        """Whether a person should look at it."""
        return self.score >= QUEUED_FROM


def compare(one: PersonData, other: PersonData) -> Likeness:
    """How likely two records are about one human, whichever comes first."""
    signs = [_names(one.name, other.name), _births(one.birth_date, other.birth_date)]
    signs.append(Sign.SAME_PHONE if one.phone == other.phone else Sign.OTHER_PHONE)
    if one.email is not None and one.email == other.email:
        signs.append(Sign.SAME_EMAIL)
    score = sum(WEIGHTS[sign] for sign in signs)
    return Likeness(max(0, min(100, score)), tuple(signs))


def _names(one: str, other: str) -> Sign:
    first, second = letters(one), letters(other)
    if first == second:
        return Sign.SAME_NAME
    if _either(first, second, is_hanja, may_be_read):
        return Sign.SAME_NAME_IN_HANJA
    if _either(one, other, is_latin, may_be_spelled):
        return Sign.SAME_NAME_IN_LATIN
    both_latin = is_latin(one) and is_latin(other)
    if both_latin and sorted(one.casefold().split()) == sorted(other.casefold().split()):
        return Sign.SAME_NAME
    alike = ratio(unicodedata.normalize("NFD", first), unicodedata.normalize("NFD", second)) >= _SIMILAR
    return Sign.SIMILAR_NAME if alike else Sign.OTHER_NAME


def _either(one: str, other: str, is_foreign: Script, may_be: Spelling) -> bool:
    for foreign, korean in ((one, other), (other, one)):
        plain = "".join(korean.split())
        if is_foreign(foreign) and is_hangul(plain) and may_be(foreign, plain):
            return True
    return False


def _births(one: date, other: date) -> Sign:
    if one == other:
        return Sign.SAME_BIRTH_DATE
    swapped = (one.year, one.month, one.day) == (other.year, other.day, other.month)
    digits = sum(a != b for a, b in zip(f"{one:%Y%m%d}", f"{other:%Y%m%d}", strict=True))
    return Sign.BIRTH_DATE_MISTYPED if swapped or digits == 1 else Sign.OTHER_BIRTH_DATE
