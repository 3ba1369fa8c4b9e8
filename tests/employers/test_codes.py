"""Codes of regions and industries, and the numbers of legal persons."""

from collections import Counter
from datetime import date

import pytest

from services.employers.domain import corporate_number
from services.employers.domain.codes import industries, regions
from services.employers.domain.look_alikes import Likeness, Profile, comparable, pairs
from shared.errors import Invalid
from shared.ids import new_id
from shared.personal_data import may_be_corporate_number


def test_the_eleventh_revision_of_ksic_is_whole() -> None:
    digits = Counter(len(code) - 1 for code in industries.table())
    assert digits == {0: 21, 2: 77, 3: 234, 4: 501, 5: 1205}


@pytest.mark.parametrize(("code", "name"), [("C29280", "산업용 로봇 제조업"), ("J", "정보통신업")])
def test_an_industry_is_known_by_its_code(code: str, name: str) -> None:
    assert industries.table()[industries.check_industry(code)].name_ko == name


def test_gunwi_belongs_to_daegu_since_july_2023() -> None:
    before, after = date(2023, 6, 30), date(2023, 7, 1)
    assert regions.check_region("47720", on=before) == "47720"
    assert regions.check_region("27720", on=after) == "27720"
    for code, on in (("47720", after), ("27720", before)):
        with pytest.raises(Invalid) as refused:
            regions.check_region(code, on=on)
        assert refused.value.errors[0].code == "region_not_in_force"
    assert regions.table()["4772031039"].successor == "2772031024"
    assert regions.table()["2772031024"].name_ko == "대구광역시 군위군 소보면 위성리"


def test_what_was_stored_under_an_earlier_code_is_found_under_todays() -> None:
    assert regions.spellings("27") == ["27", "47720"]
    assert regions.spellings("51") == ["51", "42"]
    assert regions.spellings("27260") == ["27260"]


def test_outside_daegu_and_gyeongbuk_codes_go_as_far_as_cities() -> None:
    lengths = {len(code) for code in regions.table() if code[:2] not in {"27", "47"}}
    assert lengths == {2, 5}
    assert [row.code for row in regions.places(within=None, on=date(2026, 1, 1), text=None)][2] == "27"
    assert len(list(regions.places(within="27", on=date(2026, 1, 1), text=None))) == 9
    assert [row.code for row in regions.places(within=None, on=date(2026, 1, 1), text="Gunwi")] == ["27720"]


@pytest.mark.parametrize("written", ["130111-0006246", "1301110006246", "１３０１１１-０００６２４６", "170111-0123456"])
def test_a_corporate_number_is_thirteen_digits(written: str) -> None:
    assert len(corporate_number.normalised(written)) == 13


@pytest.mark.parametrize("written", ["130111-000624", "900101-1234568", "130199-0006246", "abc", ""])
def test_what_is_no_corporate_number_is_refused(written: str) -> None:
    with pytest.raises(Invalid) as refused:
        corporate_number.normalised(written)
    assert refused.value.errors[0].code == "not_a_corporate_number"


def test_a_resident_number_with_its_check_digit_is_no_corporate_number() -> None:
    assert not may_be_corporate_number("900211-1000001".replace("1000001", _resident("900211100000")))


def _resident(twelve: str) -> str:
    total = sum(int(digit) * weight for digit, weight in zip(twelve, (2, 3, 4, 5, 6, 7, 8, 9, 2, 3, 4, 5), strict=True))
    return twelve[6:] + str((11 - total % 11) % 10)


def test_a_name_is_compared_without_its_legal_form() -> None:
    assert comparable("㈜ 대구 로봇") == comparable("주식회사 대구로봇") == "대구로봇"
    assert comparable("Daegu Robot Co., Ltd.") == comparable("DAEGU ROBOT") == "daegurobot"


def test_look_alikes_are_found_by_number_name_and_place_and_by_nothing_less() -> None:
    one = Profile(new_id(), "주식회사 대구로봇", "Daegu Robot", "27260", "1301110006246")
    renamed = Profile(new_id(), "새로운이름", "New Name", "47130", "1301110006246")
    near = Profile(new_id(), "대구로보트", "Daegu Robots", "2726010100", None)
    far = Profile(new_id(), "대구로보트", "Daegu Robott", "11110", None)
    other = Profile(new_id(), "금호물", "Geumho Water", "27260", None)
    found = {(pair.first, pair.second): pair.likeness for pair in pairs([one, renamed, near, far, other])}
    assert found == {
        (one.id, renamed.id): Likeness.CORPORATE_NUMBER,
        (one.id, near.id): Likeness.NAME_AND_PLACE,
        (near.id, far.id): Likeness.SAME_NAME,
    }
    assert (one.id, near.id) not in {(pair.first, pair.second) for pair in pairs([one, near], distinct=[(one.id, near.id)])}
