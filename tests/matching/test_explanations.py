"""A trainee asks how a machine matches them, and is told: in words, with all that was used, and the result part by part."""

from sqlalchemy import select

from services.matching.tables import Explanation
from shared.contracts.trainees import PersonErased
from tests.matching.callers import Callers
from tests.matching.market import TODAY, Market


def test_an_explanation_shows_what_was_used_and_what_came_of_it(callers: Callers, market: Market) -> None:
    knu = market.university("knu")
    person = market.completer(university_id=knu).person_id
    opening = market.opening()
    answer = callers.ask("university-knu", f"/candidates/{person}/explanations", language="ko")
    assert answer.status_code == 201
    content = answer.json()["content"]
    assert [item["position_id"] for item in content["result"]["items"]] == [str(opening.position_id)]
    assert content["result"]["items"][0]["components"]
    assert content["data"]["enrolments"][0]["field"] == "robot"
    assert content["how"][2] == "시스템은 제안만 합니다. 추천 여부는 담당자가, 수락 여부는 교육생이 결정합니다."
    kept = callers.get("program-manager", f"/candidates/{person}/explanations").json()["items"]
    assert [each["content"] for each in kept] == [content]
    assert market.happened(person) == ["candidate.explanation_given"]


def test_who_refused_the_machine_is_recommended_nothing_and_told_why(callers: Callers, market: Market) -> None:
    person = market.completer().person_id
    market.opening()
    refused = callers.put("program-manager", f"/candidates/{person}/automated-matching", {"allowed": False}, if_match="*")
    assert refused.status_code == 200
    content = callers.ask("program-manager", f"/candidates/{person}/explanations").json()["content"]
    assert content["result"]["items"] == []
    assert "The trainee refused to be matched by a machine." in [each["explanation"] for each in content["result"]["excluded"]]
    assert content["data"]["automated_matching"] is False


def test_others_trainees_are_nobody_to_explain(callers: Callers, market: Market) -> None:
    market.university("knu")
    person = market.completer().person_id
    assert callers.ask("university-knu", f"/candidates/{person}/explanations").status_code == 404
    assert callers.get("university-knu", f"/candidates/{person}/explanations").status_code == 404


def test_explanations_go_with_the_persons_data(callers: Callers, market: Market) -> None:
    person = market.completer().person_id
    assert callers.ask("program-manager", f"/candidates/{person}/explanations").status_code == 201
    market.news(PersonErased(person_id=person, ground="request", effective_on=TODAY))
    assert market.ask(lambda session: session.scalars(select(Explanation)).all()) == []
