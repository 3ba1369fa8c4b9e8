"""What a posting offers and asks for: kept with levels, and every mistake named by its code and its place."""

from typing import Any

import pytest
from sqlalchemy import null

from services.employers.commands.drafting import PositionClosedAlready
from services.employers.domain.positions import PositionState
from services.employers.tables import Position
from shared.auth.actor import Actor, Role
from shared.errors import Forbidden, Invalid
from shared.skills import shipped
from tests.employers.callers import ADMIN, MANAGER, Callers, posting
from tests.employers.story import Story, business_number, day, employer

WHOLE: dict[str, Any] = {
    "must_have": [{"skill": "로봇제어", "level": 4}, {"skill": "ROS"}],
    "nice_to_have": [{"skill": "english", "level": 2}],
    "licences": ["로봇소프트웨어개발기사"],
    "salary": {"lowest": 36_000_000, "highest": 44_000_000, "per": "year"},
    "working_hours": {"weekly": 40, "starts_at": "09:00:00", "ends_at": "18:00:00"},
    "closes_on": day(20).isoformat(),
}  # fmt: skip

# What is wrong, where it is pointed at, and by which code.
WRONG: list[tuple[dict[str, Any], str, str]] = [
    ({"salary": {"lowest": 44_000_000, "highest": 36_000_000, "per": "year"}}, "/salary/highest", "salary_upside_down"),
    ({"salary": {"per": "month"}}, "/salary", "salary_empty"),
    ({"salary": {"lowest": 3_600, "per": "year"}}, "/salary/lowest", "salary_implausible"),
    ({"salary": {"lowest": 30_000_000, "per": "week"}}, "/salary/per", "not_a_choice"),
    ({"opens_on": day(-9).isoformat(), "closes_on": day(-1).isoformat()}, "/closes_on", "deadline_past"),
    ({"must_have": [{"skill": "로봇제아"}]}, "/must_have/0/skill", "unknown_skill"),
    ({"nice_to_have": [{"skill": "qqqqq"}]}, "/nice_to_have/0/skill", "unknown_skill"),
    ({"skills": ["ROS", "없는기술"]}, "/skills/1", "unknown_skill"),
    ({"must_have": [{"skill": "ros2"}], "nice_to_have": [{"skill": "로스"}]}, "/nice_to_have/0/skill", "skill_twice"),
    ({"must_have": [{"skill": "정보처리기사"}]}, "/must_have/0/skill", "is_a_licence"),
    ({"licences": ["python"]}, "/licences/0", "not_a_licence"),
    ({"must_have": [{"skill": "ros2", "level": 6}]}, "/must_have/0/level", "too_big"),
    ({"region": "99"}, "/region", "unknown_region"),
    ({"region": "47720"}, "/region", "region_not_in_force"),
    ({"duration_months": 6}, "/duration_months", "duration_of_permanent"),
    ({"working_hours": {"weekly": 60}}, "/working_hours/weekly", "too_big"),
    ({"working_hours": {"weekly": 40, "starts_at": "09:00"}}, "/working_hours/ends_at", "hours_half_told"),
    ({"contact_id": "019cabd8-3800-7e9c-8b40-2251a37bb892"}, "/contact_id", "unknown_contact"),
]


def test_a_posting_keeps_levels_pay_hours_and_licences(callers: Callers) -> None:
    number = business_number()
    path = callers.position(number, callers.company(number), **WHOLE)
    shown = callers.get(MANAGER, path).json()
    assert shown["skills"] == ["robot_control", "ros2"]
    assert shown["must_have"] == [{"skill": "robot_control", "level": 4}, {"skill": "ros2", "level": 3}]
    assert (shown["nice_to_have"], shown["licences"]) == ([{"skill": "english", "level": 2}], ["engineer_robot_software"])
    assert shown["salary"] == WHOLE["salary"]
    assert shown["working_hours"] == {**WHOLE["working_hours"], "in_shifts": False}


@pytest.mark.parametrize(("said", "pointer", "code"), WRONG)
def test_every_mistake_has_a_code_and_a_place(
    story: Story, callers: Callers, said: dict[str, Any], pointer: str, code: str
) -> None:
    company = f"/companies/{story.company().id}"
    for language, hangul in (("en", False), ("ko", True)):
        answer = callers.post(MANAGER, "/positions", {**posting(company), **said}, language=language)
        assert answer.status_code == 422, answer.text
        (error,) = answer.json()["errors"]
        assert (error["pointer"], error["code"]) == (pointer, code)
        assert any("가" <= letter <= "힣" for letter in error["message"].partition(":")[0]) is hangul


def test_an_unknown_skill_is_answered_with_what_may_be_meant(story: Story, callers: Callers) -> None:
    body = {**posting(f"/companies/{story.company().id}"), "must_have": [{"skill": "tenserflow"}]}
    assert "tensorflow" in callers.post(MANAGER, "/positions", body).json()["errors"][0]["message"]


def test_all_mistakes_are_told_at_once(story: Story) -> None:
    with pytest.raises(Invalid) as refused:
        story.draft(story.company().id, opens_on=day(-5), closes_on=day(-2), skills=["없는기술"], duration_months=3)
    assert [error.code for error in refused.value.errors] == ["unknown_skill", "deadline_past", "duration_of_permanent"]


def test_only_a_program_manager_writes_history(story: Story) -> None:
    number = business_number()
    company = story.company(number)
    past: dict[str, Any] = {"opens_on": day(-9), "closes_on": day(-2), "history": True}
    with pytest.raises(Forbidden):
        story.draft(company.id, by=employer(number), **past)
    assert story.draft(company.id, **past).closes_on == day(-2)


def test_a_draft_is_revised_by_its_company_and_says_so_in_an_event(callers: Callers, story: Story) -> None:
    number = business_number()
    path = callers.position(number, callers.company(number), **WHOLE)
    etag = callers.get(MANAGER, path).headers["ETag"]
    change = {"title": "로봇 제어 개발자", "salary": None, "kind": "fixed_term", "duration_months": 12}
    answer = callers.patch(f"employer-{number}", path, change, if_match=etag)
    assert answer.status_code == 200, answer.text
    shown = answer.json()
    assert (shown["title"], shown["salary"], shown["duration_months"]) == ("로봇 제어 개발자", None, 12)
    assert shown["must_have"] == [{"skill": "robot_control", "level": 4}, {"skill": "ros2", "level": 3}]
    assert story.events()[-1] == "position.revised"
    assert callers.patch(f"employer-{number}", path, change, if_match=etag).status_code == 412


def test_skills_from_before_the_taxonomy_survive_a_revision(story: Story) -> None:
    position = story.draft(story.company().id)
    with story.database.write() as session:
        row = session.get_one(Position, position.id)
        row.skills, row.must_have = ["손기술"], null()  # type: ignore[assignment]
    assert story.revise(position.id, title="다른 제목").skills == ["손기술"]


def test_what_seats_were_posted_with_is_fixed_and_a_closed_posting_says_what_it_said(story: Story) -> None:
    number = business_number()
    company = story.company(number)
    story.agreement(company.id)
    position = story.opened(company_id=company.id)
    manager = Actor("manager", frozenset({Role.PROGRAM_MANAGER}))
    with pytest.raises(Forbidden):
        story.revise(position.id, title="다른 제목", by=employer(number))
    with pytest.raises(Invalid) as refused:
        story.revise(position.id, field="water", title="물", by=manager)
    assert [(error.pointer, error.code) for error in refused.value.errors] == [("/field", "fixed_once_open")]
    assert story.position(position.id)["title"] == "로봇 제어"
    assert story.revise(position.id, closes_on=day(9), by=manager).closes_on == day(9)
    story.move(position.id, PositionState.CLOSED, reason="withdrawn")
    with pytest.raises(PositionClosedAlready):
        story.revise(position.id, title="다른 제목", by=manager)


def test_an_administrator_enlarges_the_taxonomy_and_positions_may_ask_for_the_skill_at_once(
    callers: Callers, story: Story
) -> None:
    skill = {
        "code": "weaving_robot",
        "name_ko": "직조 로봇",
        "name_en": "Weaving robots",
        "synonyms": ["직물 로봇"],
        "fields": ["robot"],
    }
    assert callers.post(MANAGER, "/skills", skill).status_code == 403
    assert callers.post(ADMIN, "/skills", skill).status_code == 201
    assert callers.post(ADMIN, "/skills", skill).json()["code"] == "skill_known"
    other = {**skill, "code": "weaving", "name_en": "Robot Control"}
    taken = callers.post(ADMIN, "/skills", other).json()["errors"]
    assert [(each["pointer"], each["code"]) for each in taken] == [
        ("/name_ko", "spelling_taken"), ("/name_en", "spelling_taken"), ("/synonyms/0", "spelling_taken"),
    ]  # fmt: skip
    found = callers.get("university-knu", "/skills", q="직조").json()["items"]
    assert found[0]["code"] == "weaving_robot"
    company = f"/companies/{story.company().id}"
    drafted = callers.post(MANAGER, "/positions", {**posting(company), "must_have": [{"skill": "직물로봇"}]})
    assert drafted.json()["skills"] == ["weaving_robot"]
    assert "skill.added" in story.events()


def test_codes_of_the_standards_ship_where_they_were_checked_and_an_administrator_enters_them(
    callers: Callers, story: Story
) -> None:
    codes = {skill.code: skill.ncs for skill in shipped() if skill.ncs is not None}
    assert (len(codes), {len(code) for code in codes.values()}) == (127, {6, 8, 10})
    assert callers.get(ADMIN, "/skills/robot_control").json()["ncs"] == codes["robot_control"] == "19030803"
    assert (callers.get(ADMIN, "/skills/python").json()["ncs"], "python" in codes) == (None, False)
    refused = callers.patch(ADMIN, "/skills/robot_control", {"ncs": "로봇"}, if_match='"0"')
    assert refused.json()["errors"][0]["pointer"] == "/ncs"
    assert callers.patch(MANAGER, "/skills/robot_control", {"ncs": "190308"}, if_match='"0"').status_code == 403
    assert callers.patch(ADMIN, "/skills/robot_control", {"ncs": "190308"}, if_match='"0"').json()["ncs"] == "190308"
    assert callers.get(ADMIN, "/skills", q="robot_control").json()["items"][0]["ncs"] == "190308"
    assert story.events().count("skill.changed") == 1
    assert callers.patch(ADMIN, "/skills/robot_control", {"ncs": None}, if_match='"1"').json()["ncs"] is None


def test_a_skill_that_shipped_is_corrected_and_retired(callers: Callers, story: Story) -> None:
    first = callers.get(ADMIN, "/skills/ros2")
    assert (first.json()["version"], first.headers["ETag"]) == (0, '"0"')
    esco = "http://data.europa.eu/esco/skill/0000"
    changed = callers.patch(ADMIN, "/skills/ros2", {"esco": esco, "synonyms": ["ROS", "로스투"]}, if_match='"0"')
    assert (changed.json()["esco"], changed.json()["version"]) == (esco, 1)
    assert callers.get(ADMIN, "/skills", q="로스투").json()["items"][0]["code"] == "ros2"
    assert callers.patch(ADMIN, "/skills/ros2", {"retired": True}, if_match='"0"').status_code == 412
    assert callers.patch(ADMIN, "/skills/ros2", {"retired": True}, if_match='"1"').status_code == 200
    company = f"/companies/{story.company().id}"
    refused = callers.post(MANAGER, "/positions", {**posting(company), "skills": ["ros2"]})
    assert refused.json()["errors"][0]["code"] == "unknown_skill"
    assert callers.get(ADMIN, "/skills/none_such").status_code == 404
