"""Companies are known once, by their number; their pledges add up."""

import pytest

from services.employers import commands, queries
from services.employers.domain.companies import BusinessNumberTaken, CompanySize
from services.employers.domain.positions import PositionKind
from shared.errors import Invalid, NotFound
from shared.ids import new_id
from tests.employers.story import MANAGER, Story, business_number, employer

WHAT = {"name_ko": "가상로봇", "name_en": "Fictitious Robot", "region": "27", "by": MANAGER}


def test_a_registered_company_is_announced_with_plain_digits(story: Story) -> None:
    company = story.do(
        commands.register_company, business_number="１２４-81-00998", size=CompanySize.MID_MARKET, ksic="C29280", **WHAT
    )
    assert (company.business_number, company.version) == ("1248100998", 1)
    assert story.events() == ["company.registered"]
    assert story.contents(company.id) == [
        {
            "company_id": str(company.id),
            "business_number": "1248100998",
            "name_ko": "가상로봇",
            "name_en": "Fictitious Robot",
            "region": "27",
            "size": "mid_market",
            "ksic": "C29280",
        }
    ]


def test_what_is_stored_comes_back_as_it_was(story: Story) -> None:
    stored = story.do(commands.register_company, business_number="1248100998", size=CompanySize.SMALL, ksic="C29", **WHAT)
    with story.database.read() as session:
        found = queries.company(session, stored.id, by=MANAGER)
    assert found.model_dump() == stored.model_dump()
    assert found.size is CompanySize.SMALL
    assert found.created_at.tzinfo is not None


def test_the_same_number_in_another_form_is_the_same_company(story: Story) -> None:
    story.company("1248100998")
    with pytest.raises(BusinessNumberTaken):
        story.do(commands.register_company, business_number="124-81-00998", **WHAT)
    assert story.events() == ["company.registered"]


def test_a_wrong_number_registers_nothing(story: Story) -> None:
    with pytest.raises(Invalid):
        story.do(commands.register_company, business_number="1248100999", **WHAT)
    assert story.events() == []


def test_an_employer_registers_its_own_company_and_no_other(story: Story) -> None:
    mine, other = business_number(), business_number()
    said = {**WHAT, "by": employer(mine)}
    assert story.do(commands.register_company, business_number=mine, **said).business_number == mine
    with pytest.raises(NotFound):
        story.do(commands.register_company, business_number=other, **said)
    story.company(other)
    with pytest.raises(NotFound):
        story.do(commands.register_company, business_number=other, **said)


def test_a_pledge_is_written_down_for_a_company_that_exists(story: Story) -> None:
    promised = {"month": "2026-03", "field": "robot", "kind": PositionKind.INTERNSHIP, "seats": 5}
    company = story.company()
    pledge = story.do(commands.pledge_seats, company.id, **promised, by=employer(company.business_number))
    assert (pledge.company_id, pledge.month, pledge.seats) == (company.id, "2026-03", 5)
    with pytest.raises(NotFound):
        story.do(commands.pledge_seats, new_id(), **promised, by=MANAGER)
    with pytest.raises(NotFound):
        story.do(commands.pledge_seats, company.id, **promised, by=employer(business_number()))
