"""Two records of one human look alike in ways that can be named; two of different humans do not."""

import unicodedata
from datetime import date

import pytest

from services.trainees.domain.likeness import Sign, compare
from services.trainees.domain.persons import PersonData

BORN = date(1999, 3, 2)


def person(name: str, *, born: date = BORN, phone: str = "+821012345678", email: str | None = None) -> PersonData:
    return PersonData(name, born, phone, email)


@pytest.mark.parametrize(
    ("one", "other", "sign"),
    [
        ("김하늘", unicodedata.normalize("NFD", "김하늘"), Sign.SAME_NAME),
        ("김 하늘", "김하늘", Sign.SAME_NAME),
        ("김민수", "金敏秀", Sign.SAME_NAME_IN_HANJA),
        ("金민수", "김민수", Sign.SAME_NAME_IN_HANJA),
        ("이지영", "李志英", Sign.SAME_NAME_IN_HANJA),
        ("김민수", "金志英", Sign.OTHER_NAME),
        ("이지영", "Lee Jiyoung", Sign.SAME_NAME_IN_LATIN),
        ("이지영", "Ji-Young YI", Sign.SAME_NAME_IN_LATIN),
        ("최은지", "CHOI EUN JI", Sign.SAME_NAME_IN_LATIN),
        ("박서준", "Seo Jun Park", Sign.SAME_NAME_IN_LATIN),
        ("김하늘", "Kim Minsu", Sign.OTHER_NAME),
        ("김하늘", "김하날", Sign.SIMILAR_NAME),
        ("김하늘", "이바다", Sign.OTHER_NAME),
        ("Ada Lovelace", "lovelace ADA", Sign.SAME_NAME),
        ("김하늘", "Haneul", Sign.OTHER_NAME),  # one word alone is no name of somebody
        ("김민", "金敏秀", Sign.OTHER_NAME),  # another number of characters
    ],
)
def test_names_in_different_spellings(one: str, other: str, sign: Sign) -> None:
    for first, second in ((one, other), (other, one)):
        assert compare(person(first), person(second)).signs[0] is sign


@pytest.mark.parametrize(
    ("other", "uncertain"),
    [
        (person("김하늘", phone="+821099998888"), True),  # the telephone changed
        (person("김하날", phone="+821099998888"), True),
        (person("靇霽晛", phone="+821099998888"), False),  # characters that no table holds say nothing
        (person("Kim Haneul", phone="+821099998888"), True),
        (person("김하늘", born=date(1999, 2, 3)), True),  # day and month exchanged
        (person("이바다"), True),  # a family's telephone, or twins: a person decides
        (person("이바다", phone="+821099998888"), False),  # only the birth date
        (person("이바다", born=date(1980, 1, 1)), False),  # only the telephone
        (person("김하늘", born=date(1980, 1, 1), phone="+821099998888"), False),  # a namesake
    ],
)
def test_what_goes_to_the_queue(other: PersonData, uncertain: bool) -> None:
    assert compare(person("김하늘"), other).is_uncertain is uncertain


def test_the_same_address_speaks_for_one_human_and_none_at_all_for_nothing() -> None:
    with_address, other = person("김하늘", email="a@example.kr"), person("이바다", email="a@example.kr")
    assert Sign.SAME_EMAIL in compare(with_address, other).signs
    assert Sign.SAME_EMAIL not in compare(person("김하늘"), person("이바다")).signs
