"""What trainees wish for and can do, who is parked, and who keeps machines out of it."""

from datetime import date
from uuid import UUID, uuid4

import httpx
import pytest

from services.matching.commands import profiles
from services.matching.domain.profiles import NotParked, Speaker, is_parked
from services.matching.domain.skills import HeldSkill, SkillSource, believed
from services.matching.queries.ground_truth import aggregate_versions
from services.matching.queries.profiles import held_skills, whole_profile
from services.matching.tables import CandidateProfile
from shared.contracts.trainees import EnrolmentCompleted, EnrolmentDropped, ProgramOutcomesSet
from shared.errors import Forbidden, Invalid, NotFound, Stale
from tests.matching.callers import Callers
from tests.matching.market import MANAGER, TODAY, Market, day, university

U, P, T = SkillSource.UNIVERSITY, SkillSource.PROGRAM, SkillSource.TRAINEE


@pytest.mark.parametrize(
    ("said", "believed_in"),
    [
        ([HeldSkill("c", 2, T)], HeldSkill("c", 2, T)),
        ([HeldSkill("c", 5, T), HeldSkill("c", 3, P)], HeldSkill("c", 3, P)),
        ([HeldSkill("c", 3, P), HeldSkill("c", 4, U)], HeldSkill("c", 4, U)),
        ([HeldSkill("c", 5, P, expected=True), HeldSkill("c", 2, P)], HeldSkill("c", 2, P)),
        ([HeldSkill("c", 2, P), HeldSkill("c", 3, P)], HeldSkill("c", 3, P)),
    ],
)
def test_of_several_who_speak_of_a_skill_the_closest_is_believed(said: list[HeldSkill], believed_in: HeldSkill) -> None:
    assert believed(said) == believed(said[::-1]) == {"c": believed_in}


def test_skills_come_from_programs_universities_and_trainees(market: Market) -> None:
    trainee = market.trainee()
    market.news(ProgramOutcomesSet(program_id=trainee.program_id, university_id=uuid4(), skills={"ros2": 3, "cad_2d": 2}))
    market.do(profiles.declare_skills, trainee.person_id, skills={"ROS2": 4}, source=U, by=MANAGER)
    market.do(profiles.declare_skills, trainee.person_id, skills={"ROS2": 5, "로봇 제어": 2}, source=T, by=MANAGER)
    held = market.ask(held_skills)[trainee.person_id]
    assert held["ros2"] == HeldSkill("ros2", 4, U)
    assert held["cad_2d"] == HeldSkill("cad_2d", 2, P, expected=True)
    assert held["robot_control"] == HeldSkill("robot_control", 2, T)
    market.news(trainee.news(EnrolmentCompleted))
    assert market.ask(held_skills, [trainee.person_id])[trainee.person_id]["cad_2d"] == HeldSkill("cad_2d", 2, P)
    assert market.ask(held_skills, [uuid4()]) == {}


def test_what_a_source_says_replaces_what_it_said(market: Market) -> None:
    trainee = market.completer()
    for skills in ({"ros2": 1, "sql": 2}, {"sql": 3}):
        market.do(profiles.declare_skills, trainee.person_id, skills=skills, source=T, by=MANAGER)
    assert market.ask(held_skills)[trainee.person_id] == {"sql": HeldSkill("sql", 3, T)}
    market.news(*[ProgramOutcomesSet(program_id=trainee.program_id, university_id=uuid4(), skills={"c_x": n}) for n in (2, 4)])
    assert market.ask(held_skills)[trainee.person_id]["c_x"].level == 4


def test_nobody_has_said_anything_until_somebody_does(small_market: Market) -> None:
    trainee = small_market.completer()
    whole = small_market.ask(whole_profile, trainee.person_id, by=MANAGER)
    assert (whole.version, whole.profile.automated, whole.profile.kinds, whole.skills) == (0, True, [], {})
    with pytest.raises(NotFound):
        small_market.ask(whole_profile, uuid4(), by=MANAGER)


def test_a_university_speaks_for_its_own_trainees_only(small_market: Market) -> None:
    knu = small_market.university("knu")
    mine, other = small_market.completer(university_id=knu), small_market.completer()
    said = {"fields": ["robot"], "said_by": Speaker.TRAINEE, "by": university("knu")}
    assert small_market.do(profiles.declare_preferences, mine.person_id, **said).fields == ["robot"]
    with pytest.raises(NotFound):
        small_market.do(profiles.declare_preferences, other.person_id, **said)
    with pytest.raises(Forbidden):
        small_market.do(profiles.declare_preferences, mine.person_id, said_by=Speaker.PROGRAM, by=university("knu"))


def test_who_left_without_a_placement_is_nobody_to_speak_of(small_market: Market) -> None:
    trainee = small_market.trainee()
    small_market.news(trainee.news(EnrolmentDropped))
    with pytest.raises(NotFound):
        small_market.do(profiles.declare_skills, trainee.person_id, skills={"ros2": 1}, source=T, by=MANAGER)


def test_two_who_change_the_same_version_do_not_overwrite_each_other(market: Market) -> None:
    person = market.completer().person_id
    market.do(profiles.declare_skills, person, skills={"ros2": 1}, source=T, by=MANAGER, expected=0)
    with pytest.raises(Stale):
        market.do(profiles.declare_skills, person, skills={"ros2": 2}, source=T, by=MANAGER, expected=0)


def test_every_change_is_an_event_and_the_same_word_again_is_none(market: Market) -> None:
    person = market.completer().person_id
    for allowed in (True, False, False, True):
        market.do(profiles.decide_on_automation, person, allowed=allowed, by=MANAGER)
    market.do(profiles.park, person, reason="health", until=day(30), by=MANAGER)
    market.do(profiles.lift_parking, person, by=MANAGER)
    names = ["automated_matching_refused", "automated_matching_allowed", "parked", "unparked"]
    assert market.happened(person) == [f"candidate.{name}" for name in names]
    assert ("matching.candidate", person, len(names)) in list(market.ask(lambda session: list(aggregate_versions(session))))


def test_a_refusal_cannot_begin_tomorrow(small_market: Market) -> None:
    with pytest.raises(Invalid):
        small_market.do(profiles.decide_on_automation, small_market.completer().person_id, allowed=False, on=day(1), by=MANAGER)


@pytest.mark.parametrize(("until", "parked"), [(None, False), (day(-1), False), (TODAY, True), (day(1), True)])
def test_a_parking_lasts_to_the_end_of_its_last_day(until: date | None, parked: bool) -> None:
    assert is_parked(CandidateProfile(id=uuid4(), parked_until=until), on=TODAY) is parked


def test_a_parking_has_an_end_ahead_and_can_be_lifted_once(small_market: Market) -> None:
    person = small_market.completer().person_id
    for until in (day(-1), day(5000)):
        with pytest.raises(Invalid):
            small_market.do(profiles.park, person, reason="health", until=until, by=MANAGER)
    with pytest.raises(NotParked):
        small_market.do(profiles.lift_parking, person, by=MANAGER)


def test_the_longer_of_two_parkings_holds(small_market: Market) -> None:
    person = small_market.completer().person_id
    for reason, until in (("military_service", day(300)), ("other_offer", day(30)), ("other_offer", day(-3))):
        small_market.do(profiles.park_after_decline, person, reason=reason, until=until, placement_id=uuid4())
    whole = small_market.ask(whole_profile, person, by=MANAGER)
    assert (whole.profile.parked_reason, whole.profile.parked_until) == ("military_service", day(300))
    assert small_market.happened(person) == ["candidate.parked"]


def _put(callers: Callers, person: UUID, what: str, body: object, *, if_match: str | None = "*") -> httpx.Response:
    return callers.put("program-manager", f"/candidates/{person}/{what}", body, if_match=if_match)


def test_wishes_and_skills_over_http(callers: Callers, market: Market) -> None:
    person = market.completer().person_id
    wishes = {
        "fields": ["robot"],
        "regions": ["27"],
        "kinds": ["permanent"],
        "salary_wish": 36_000_000,
        "available_from": "2027-03-01",
    }
    assert _put(callers, person, "preferences", wishes).status_code == 200
    answer = _put(callers, person, "skills", {"source": "university", "skills": {"ROS2": 4}}, if_match='"1"')
    assert (answer.status_code, answer.headers["ETag"]) == (200, '"2"')
    shown = callers.get("program-manager", f"/candidates/{person}").json()
    assert shown["preferences"] == {**wishes, "said_by": "trainee"}
    assert shown["skills"] == [{"skill": "ros2", "level": 4, "source": "university", "expected": False}]
    assert (shown["automated_matching"], shown["parking"], len(shown["enrolments"])) == (True, None, 1)


@pytest.mark.parametrize(
    ("what", "body", "code"),
    [
        ("skills", {"source": "program", "skills": {}}, "not_a_choice"),
        ("skills", {"source": "trainee", "skills": {"C": 6}}, None),
        ("skills", {"source": "trainee", "skills": {"홍 길동 <a@b.c>": 1}}, None),
        ("skills", {"source": "trainee", "skills": {"아무도 모르는 것": 1}}, "unknown_skill"),
        ("skills", {"source": "trainee", "skills": {"ROS2": 1, "ROS 2": 2}}, "repeated"),
        ("preferences", {"regions": ["somewhere"]}, None),
        ("preferences", {"name": "x"}, None),
        ("parking", {"reason": "Because I say so", "until": "2027-01-01"}, None),
        ("parking", {"reason": "health", "until": "2020-01-01"}, "in_the_past"),
    ],
)
def test_what_cannot_be_declared_is_refused(callers: Callers, market: Market, what: str, body: object, code: str | None) -> None:
    answer = _put(callers, market.completer().person_id, what, body)
    assert answer.status_code == 422
    assert code is None or answer.json()["errors"][0]["code"] == code


def test_the_word_on_automation_and_the_parking_over_http(callers: Callers, market: Market) -> None:
    person = market.completer().person_id
    assert _put(callers, person, "automated-matching", {"allowed": False}, if_match=None).status_code == 428
    assert _put(callers, person, "automated-matching", {"allowed": False}).json()["automated_matching"] is False
    assert _put(callers, person, "parking", {"reason": "health", "until": day(9).isoformat()}).json()["parking"] == {
        "reason": "health",
        "until": day(9).isoformat(),
    }
    gone = callers.delete("program-manager", f"/candidates/{person}/parking", if_match="*")
    assert gone.status_code == 204
    again = callers.delete("program-manager", f"/candidates/{person}/parking", if_match="*")
    assert (again.status_code, again.json()["code"]) == (409, "not_parked")
    assert _put(callers, uuid4(), "parking", {"reason": "health", "until": day(9).isoformat()}).status_code == 404
