"""A program's rules are data with versions; a cohort keeps those that it opened with, and decisions keep their facts."""

from datetime import date
from typing import Any

import pytest

from services.trainees.domain.circumstances import DegreeState, Facts
from services.trainees.domain.eligibility import Verdict, judge
from services.trainees.domain.rules import Conditions
from services.trainees.domain.stages import Stage
from tests.trainees.callers import AUDITOR, MANAGER, Callers

HUSTAR: dict[str, Any] = {
    "eligibility": [
        {"kind": "age_at_most", "years": 33},
        {
            "kind": "any_of",
            "of": [{"kind": "resident_in", "regions": ["27", "47"]}, {"kind": "degree_in", "regions": ["27", "47"]}],
        },
    ],
    "allowance": {"won_per_month": 1_000_000},
}
KNU = "university-knu"


def facts(age: int = 25, residence: str | None = "27260", *degrees: tuple[str, DegreeState]) -> Facts:
    return Facts(age, residence, degrees)


OBTAINED, EXPECTED = DegreeState.OBTAINED, DegreeState.EXPECTED


@pytest.mark.parametrize(
    ("known", "verdict"),
    [
        (facts(33), Verdict.ELIGIBLE),
        (facts(34), Verdict.INELIGIBLE),
        (facts(25, "11110"), Verdict.UNKNOWN),  # a degree may still be told of
        (facts(25, "11110", ("47", OBTAINED)), Verdict.ELIGIBLE),
        (facts(25, "11110", ("11", OBTAINED)), Verdict.INELIGIBLE),
        (facts(25, None, ("27", EXPECTED)), Verdict.ELIGIBLE),
        (facts(34, None), Verdict.INELIGIBLE),
        (facts(25, None), Verdict.UNKNOWN),
    ],
)
def test_the_rules_of_hustar(known: Facts, verdict: Verdict) -> None:
    rules = Conditions.model_validate(HUSTAR).eligibility
    assert judge(rules, known)[0] is verdict


def test_a_cohort_keeps_the_rules_that_it_opened_with(callers: Callers) -> None:
    program = callers.program(callers.university(), rules=HUSTAR)
    before = callers.cohort(program)
    changed = {"rules": {**HUSTAR, "attendance": {"least_percent": 90}}, "training_months": 6, "reason": "new_guideline"}
    assert callers.post(MANAGER, f"{program}/rules", changed).status_code == 428
    answer = callers.post(MANAGER, f"{program}/rules", changed, if_match='"1"')
    assert (answer.status_code, answer.json()["version"]) == (201, 2)
    after = callers.cohort(program)
    old, new = (callers.get(AUDITOR, each).json() for each in (before, after))
    assert (old["rules_version"], old["rules"]["attendance"]["least_percent"], old["rules"]["training_months"]) == (1, 80, 5)
    assert (new["rules_version"], new["rules"]["attendance"]["least_percent"], new["rules"]["training_months"]) == (2, 90, 6)
    versions = callers.get(AUDITOR, f"{program}/rules").json()["items"]
    assert [(each["version"], each["reason"]) for each in versions] == [(1, None), (2, "new_guideline")]
    assert callers.get(AUDITOR, program).json()["training_months"] == 6


@pytest.mark.parametrize(
    ("broken", "code"),
    [
        ({"eligibility": [{"kind": "age_at_most", "years": "33"}]}, "not_integer"),
        ({"eligibility": [{"kind": "shoe_size", "least": 40}]}, "not_a_choice"),
        ({"eligibility": [{"years": 33}]}, "required"),
        ({"eligibility": [{"kind": "resident_in", "regions": ["Daegu"]}]}, "wrong_form"),
        ({"stages": ["applied", "selected"]}, "stages_missing"),
        ({"allowance": {"won_per_month": -1}}, "too_small"),
        ({"surprise": 1}, "unknown_field"),
    ],
)
def test_rules_that_mean_nothing_are_refused(callers: Callers, broken: dict[str, Any], code: str) -> None:
    program = callers.program(callers.university())
    refused = callers.post(MANAGER, f"{program}/rules", {"rules": broken}, if_match='"1"')
    assert (refused.status_code, refused.json()["errors"][0]["code"]) == (422, code)
    assert "shoe_size" not in refused.text


def test_a_stage_that_the_program_does_not_use_cannot_be_entered(callers: Callers) -> None:
    used = sorted({stage.value for stage in Stage} - {"waitlisted", "interning"})
    cohort = callers.cohort(callers.program(callers.university(), rules={"stages": used}))
    enrolment = callers.applicant(cohort)
    refused = callers.move(MANAGER, enrolment, "waitlisted")
    assert (refused.status_code, refused.json()["legal"]) == (409, ["rejected", "selected", "withdrawn"])
    for stage in ("selected", "enrolled", "training", "completed"):
        assert callers.move(MANAGER, enrolment, stage).status_code == 200


def applicant(callers: Callers, cohort: str, **said: Any) -> tuple[str, str]:
    enrolment = callers.applicant(cohort, **said)
    return enrolment, f"/persons/{callers.get(MANAGER, enrolment).json()['person_id']}"


def test_eligibility_is_decided_once_on_the_facts_of_the_deadline(callers: Callers) -> None:
    cohort = callers.cohort(callers.program(callers.university(), rules=HUSTAR))
    closes = callers.get(MANAGER, cohort).json()["applications_close_on"]
    enrolment, person = applicant(callers, cohort, residence="2726010100", applied_on="2024-01-03")
    decided = callers.post(MANAGER, f"{enrolment}/eligibility", {}, language="ko")
    assert decided.status_code == 201, decided.text
    body = decided.json()
    assert (body["verdict"], body["as_of"], body["facts"]["residence"]) == ("eligible", closes, "2726010100")
    assert body["outcomes"][0]["text"] == "마감일 현재 만 33세 이하: 충족."
    moved_away = {"kind": "residence", "region": "1111010100", "effective_on": "2024-01-04"}
    assert callers.post(MANAGER, f"{person}/circumstances", moved_away).status_code == 201
    again = callers.post(MANAGER, f"{enrolment}/eligibility", {})
    assert (again.status_code, again.json()["code"]) == (409, "eligibility_decided")
    assert callers.move(MANAGER, enrolment, "selected").status_code == 200
    kept = callers.get(KNU, f"{enrolment}/eligibility").json()["items"]
    assert [(each["verdict"], each["facts"]["residence"]) for each in kept] == [("eligible", "2726010100")]
    [seen] = callers.get(AUDITOR, f"{enrolment}/eligibility").json()["items"]
    assert (seen["facts"], len(seen["outcomes"][1]["of"])) == (None, 2)


@pytest.mark.unhurried
def test_nobody_is_selected_whom_the_rules_refuse_or_cannot_judge(callers: Callers) -> None:
    cohort = callers.cohort(callers.program(callers.university(), rules=HUSTAR))
    seoul = {"residence": "1111010100", "applied_on": "2024-01-03"}
    stranger, _ = applicant(callers, cohort, **seoul, degree={"region": "11", "state": "obtained", "on": "2023-02-20"})
    nobody, person = applicant(callers, cohort)
    codes = [callers.move(MANAGER, each, "selected").json()["code"] for each in (stranger, nobody)]
    assert codes == ["not_eligible", "eligibility_unknown"]
    after_deadline = {"kind": "residence", "region": "27", "effective_on": date(2024, 6, 1).isoformat()}
    callers.post(MANAGER, f"{person}/circumstances", after_deadline)
    assert callers.move(MANAGER, nobody, "selected").json()["code"] == "eligibility_unknown"
    counts = callers.post(MANAGER, f"{cohort}/eligibility", {}).json()
    assert counts == {"decided": 2, "eligible": 0, "ineligible": 1, "unknown": 1}
    callers.post(MANAGER, f"{person}/circumstances", {**after_deadline, "effective_on": "2023-06-01"})
    assert callers.move(MANAGER, nobody, "selected").status_code == 200
