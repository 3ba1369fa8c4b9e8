"""Industries of the Korean Standard Industrial Classification, 11th revision, as companies choose among them."""

import pytest

from services.employers.domain.codes.industries import check_industry, industries
from shared.errors import Invalid


def codes(*, within: str | None = None, text: str | None = None) -> list[str]:
    return [industry.code for industry in industries(within=within, text=text)]


def test_without_a_place_the_sections_come_and_within_one_its_divisions() -> None:
    sections = codes()
    assert sections
    assert {len(code) for code in sections} == {1}
    divisions = codes(within="C")
    assert divisions
    assert all(code.startswith("C") and len(code) == 3 for code in divisions)
    below = codes(within=divisions[0])
    assert all(code.startswith(divisions[0]) and len(code) == 4 for code in below)


def test_a_text_is_looked_for_in_both_names_and_only_within_the_place() -> None:
    everywhere, manufacturing = codes(text="로봇"), codes(text="로봇", within="C")
    assert set(manufacturing) <= set(everywhere)
    assert all(code.startswith("C") for code in manufacturing)
    assert codes(text="ROBOT") == codes(text="robot")


def test_a_code_that_the_revision_lacks_is_refused_at_its_place() -> None:
    known = codes()[0]
    assert check_industry(known) == known
    with pytest.raises(Invalid) as refused:
        check_industry("Z99")
    assert [(error.code, error.pointer) for error in refused.value.errors] == [("unknown_industry", "/ksic")]
