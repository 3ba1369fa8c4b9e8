"""Skills that administrators add are known in matching by whatever they are called, as soon as employers have told."""

import pytest

from services.matching.commands.profiles import declare_skills
from services.matching.domain.skills import SkillSource
from services.matching.queries.profiles import whole_profile
from shared.contracts.employers import SkillAdded, SkillChanged, SkillEvent
from shared.errors import Invalid
from shared.ids import new_id
from tests.matching.market import MANAGER, Market, Trainee

GRIPPER = {"kind": "skill", "name_ko": "그리퍼 튜닝", "name_en": "Gripper tuning", "fields": ["robot"]}
SKILL = new_id()


def told(kind: type[SkillEvent], code: str = "gripper_tuning", *, synonyms: list[str], **said: object) -> SkillEvent:
    return kind.model_validate({"skill_id": SKILL, "code": code, **GRIPPER, "synonyms": synonyms, **said})


def declared(market: Market, trainee: Trainee, name: str) -> list[str]:
    market.do(declare_skills, trainee.person_id, skills={name: 3}, source=SkillSource.UNIVERSITY, by=MANAGER)
    return list(market.ask(whole_profile, trainee.person_id, by=MANAGER).skills)


def test_an_added_skill_is_known_by_its_names_and_synonyms(market: Market) -> None:
    trainee = market.completer()
    with pytest.raises(Invalid):
        declared(market, trainee, "그리퍼튜닝")
    market.news(told(SkillAdded, synonyms=["gripper setup"]))
    for name in ("그리퍼튜닝", "Gripper Tuning", "gripper setup", "gripper_tuning"):
        assert declared(market, trainee, name) == ["gripper_tuning"]
    market.news(told(SkillChanged, synonyms=["claw tooling"]))
    assert declared(market, trainee, "Claw Tooling") == ["gripper_tuning"]
    with pytest.raises(Invalid):
        declared(market, trainee, "gripper setup")
    twice = {"claw tooling": 3, "그리퍼 튜닝": 2}
    with pytest.raises(Invalid):
        market.do(declare_skills, trainee.person_id, skills=twice, source=SkillSource.TRAINEE, by=MANAGER)


def test_a_shipped_skill_is_called_as_it_was_changed(small_market: Market) -> None:
    trainee = small_market.completer()
    small_market.news(told(SkillChanged, "ros2", name_en="ROS2", name_ko="로스 2", synonyms=["robot operating system two"]))
    assert declared(small_market, trainee, "Robot Operating System Two") == ["ros2"]
