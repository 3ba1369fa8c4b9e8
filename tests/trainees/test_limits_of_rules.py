"""Rules at their limits: no degree, no days, an absence that never ended."""

from datetime import date
from decimal import Decimal

from services.trainees.domain.attendance import Counted, attended_percent, longest_absence
from services.trainees.domain.circumstances import DegreeState, Facts
from services.trainees.domain.eligibility import Verdict, judge
from services.trainees.domain.rules import Conditions

OBTAINED = DegreeState.OBTAINED


def test_whoever_graduates_or_meets_one_of_several_conditions_is_let_in() -> None:
    rules = Conditions.model_validate({"eligibility": [{"kind": "graduate", "or_expected": False}]}).eligibility
    degree = ("27", OBTAINED), ("27", DegreeState.EXPECTED)
    for degrees, verdict in (((), Verdict.UNKNOWN), (degree[1:], Verdict.INELIGIBLE), (degree, Verdict.ELIGIBLE)):
        assert judge(rules, Facts(25, None, degrees))[0] is verdict


def test_a_month_without_days_has_no_share_and_absences_on_every_day_reach_the_first() -> None:
    assert attended_percent(Counted(0), rule=Conditions().attendance) is None
    assert attended_percent(Counted(3, absent=1), rule=Conditions().attendance) == Decimal("66.66")
    days = [(date(2026, 3, day), True) for day in (2, 3, 4)]
    assert longest_absence(days) == (3, date(2026, 3, 2))
    assert longest_absence([]) == (0, None)
