"""Employment rates within a window, each as the standard that it is named after reckons it."""

from collections.abc import Mapping
from typing import Any, Final

from services.reporting.domain.values import Unit
from services.reporting.indicators.dates import days_after, months_after, quarter_of, survey_day
from services.reporting.indicators.definition import OF_ENROLMENTS, Indicator, RollUp, Text
from services.reporting.indicators.spans import Column, Rows
from services.reporting.indicators.timeline import Scope
from services.reporting.indicators.windows import (
    EXITS,
    NOT_COMPLETED,
    STILL_IN_TRAINING,
    TOO_EARLY,
    WHY_NOT,
    Window,
    employed_within,
)

_COMPLETED: Final = ("completed",)
_COMPLETIONS: Final = Text("수료(연인원)", "completions")
_EXITED: Final = Text("교육을 마치거나 떠난 참여 (수료, 중도탈락, 조기취업)", "participations that were exited, in whatever way")
_WINDOWS: Final[Mapping[str, Window]] = {
    "employment_rate_3m": Window(_COMPLETED, opens=lambda day: day, closes=lambda day: months_after(day, 3)),
    "employment_rate_6m": Window(_COMPLETED, opens=lambda day: day, closes=lambda day: months_after(day, 6)),
    "employment_rate_enrolled": Window(EXITS, opens=lambda day: day, closes=lambda day: days_after(day, 180)),
    "employment_rate_q2": Window(EXITS, opens=lambda day: _quarter_on(day, 2), closes=lambda day: _last_of(day, 2)),
    "employment_rate_q4": Window(EXITS, opens=lambda day: _quarter_on(day, 4), closes=lambda day: _last_of(day, 4)),
    "employment_rate_kedi": Window(_COMPLETED, opens=survey_day, closes=survey_day),
    "employment_rate_cirr": Window(EXITS, opens=lambda day: day, closes=lambda day: days_after(day, 180), in_field=True),
    "career_outcomes_rate": Window(
        _COMPLETED, opens=lambda day: day, closes=lambda day: months_after(day, 6), internships_after=True
    ),
}  # fmt: skip


def _quarter_on(day: Column, number: int) -> Column:
    """The first day of so many quarters after the one that a day is in."""
    return months_after(quarter_of(day), 3 * number)


def _last_of(day: Column, number: int) -> Column:
    return days_after(_quarter_on(day, number + 1), -1)


def _rate(id_: str, **more: Any) -> Indicator:
    """What these rates have in common."""
    window = _WINDOWS[id_]

    def classify(scope: Scope) -> Rows:
        return employed_within(scope, window)

    excluded = NOT_COMPLETED if window.exits == _COMPLETED else STILL_IN_TRAINING
    usual: dict[str, Any] = {
        "version": 1,
        "unit": Unit.PERCENT,
        "counted": _COMPLETIONS if window.exits == _COMPLETED else Text("참여(연인원)", "participations"),
        "denominator": _COMPLETIONS if window.exits == _COMPLETED else _EXITED,
        "roll_up": RollUp.POOL,
        "dimensions": OF_ENROLMENTS,
        "sources": ("trainees.enrolment", "matching.placement"),
        "spans": classify,
        "decimals": 1,
        "grades": (1, 2, 3, 4),
        "exclusions": {**excluded, **TOO_EARLY},
        "notes": WHY_NOT,
        "due": window.closes,
    }
    return Indicator(id=id_, **{**usual, **more})


def _within_months(months: int) -> Indicator:
    return _rate(
        f"employment_rate_{months}m",
        name=Text(f"수료 후 {months}개월 내 취업률", f"Employment rate within {months} months"),
        formula=Text(
            f"수료일부터 {months}개월 안에 하루라도 재직한 수료 ÷ {months}개월이 지난 수료. "
            "정규직과 기간제만. 조기취업과 중도탈락은 제외",
            f"completions whose person was employed on any day within {months} months ÷ completions whose {months} months have "
            "passed; permanent and fixed-term only; early employment and dropouts are left out",
        ),
        numerator=Text(f"{months}개월 안에 재직한 수료", f"completions employed within {months} months"),
        standard=Text("HRD-Net: 직업훈련 수료 후 6개월 취업률", "HRD-Net: employment within 6 months of completing the training"),
        window=Text(f"수료일부터 {months}개월 되는 날까지", f"from the day of completion to the same day {months} months later"),
        maturity=Text(f"수료 후 {months}개월이 된 날", f"{months} months after the completion"),
    )


def _quarter(number: int) -> Indicator:
    which = f"q{number}"
    return _rate(
        f"employment_rate_{which}",
        name=Text(f"종료 후 {number}분기 취업률", f"Employment rate in the {which.upper()} after exit"),
        formula=Text(
            f"종료한 분기 다음 {number}번째 분기에 하루라도 재직한 참여 ÷ 종료한 모든 참여 (수료, 중도탈락, 조기취업)",
            f"participations employed on any day of quarter {number} after the quarter of exit ÷ all that were exited: "
            "completed, dropped, employed early",
        ),
        numerator=Text(f"{number}번째 분기에 재직한 참여", f"participations employed in quarter {number} after the exit quarter"),
        standard=Text(
            f"WIOA 116조: 종료 후 {number}분기 취업률", f"WIOA section 116: employment rate, quarter {number} after exit"
        ),
        window=Text(
            f"종료한 분기 다음 {number}번째 분기의 첫날부터 끝날까지",
            f"the whole quarter that begins {3 * number} months after the first day of the exit quarter",
        ),
        maturity=Text("그 분기의 마지막 날", "the last day of that quarter"),
    )


INDICATORS: Final = (
    _within_months(6),
    _within_months(3),
    _rate(
        "employment_rate_enrolled",
        name=Text("등록자 취업률", "Employment rate of all enrolled"),
        formula=Text(
            "교육을 마치거나 떠난 날부터 180일 안에 재직한 참여 ÷ 등록하여 교육을 마치거나 떠난 모든 참여. 가장 엄격한 기준",
            "participations employed on any day within 180 days of their end ÷ all participations that came to an end, however: "
            "the strict view",
        ),
        numerator=Text("180일 안에 재직한 참여", "participations employed within 180 days"),
        window=Text("교육을 마치거나 떠난 날부터 180일", "180 days from the completion or the exit"),
        maturity=Text("그 날부터 180일이 된 날", "180 days after the completion or the exit"),
    ),
    _quarter(2),
    _quarter(4),
    _rate(
        "employment_rate_kedi",
        name=Text("조사기준일 취업률", "Employment rate on the survey's day"),
        formula=Text(
            "조사기준일(12월 31일)에 재직 중인 수료 ÷ 수료. 진학, 입대, 외국인 유학생은 이 시스템에 기록되지 않아 빼지 않음",
            "completions whose person is employed on the survey's 31 December ÷ completions; further study, military service and "
            "foreign students are not on record here, so nobody is left out for them",
        ),
        numerator=Text("조사기준일에 재직 중인 수료", "completions employed on the survey's day"),
        standard=Text("KEDI 고등교육기관 졸업자 취업통계", "KEDI: employment statistics of graduates of higher education"),
        window=Text(
            "수료한 학년도(3월-2월)가 끝난 해의 12월 31일 하루",
            "one day: the 31 December of the year in which the academic year (March to February) of the completion ends",
        ),
        maturity=Text("조사기준일", "the survey's day"),
    ),
    _rate(
        "employment_rate_cirr",
        name=Text("등록자 분야 취업률", "In-field employment rate of all enrolled"),
        formula=Text(
            "교육을 마치거나 떠난 날부터 180일 안에 교육 분야에 재직한 참여 ÷ 등록하여 교육을 마치거나 떠난 모든 참여",
            "participations employed within 180 days of their end in the field of their training ÷ all participations that came "
            "to an end, however",
        ),
        numerator=Text("180일 안에 교육 분야에 재직한 참여", "participations employed in the field within 180 days"),
        standard=Text("CIRR: 180일, 분야 취업, 등록자 전원", "CIRR: 180 days, in field, all who enrolled"),
        window=Text("교육을 마치거나 떠난 날부터 180일", "180 days from the completion or the exit"),
        maturity=Text("그 날부터 180일이 된 날", "180 days after the completion or the exit"),
    ),
    _rate(
        "career_outcomes_rate",
        name=Text("진로 성과율", "Career outcomes rate"),
        formula=Text(
            "수료 후 6개월 안에 취업하거나 인턴을 시작한 수료 ÷ 결과가 알려진 수료. 미상은 분모에서 빼고 아래와 위 한계로 보임",
            "completions employed within 6 months, internships begun after the completion included ÷ completions whose outcome "
            "is known; those unknown are not in the denominator and make the lower and the upper bound",
        ),
        numerator=Text("6개월 안에 취업하거나 인턴을 시작한 수료", "completions employed or in an internship within 6 months"),
        denominator=Text("결과가 알려진 수료", "completions whose outcome is known"),
        standard=Text("NACE 첫 진로 조사: 진로 성과율", "NACE first-destination survey: career outcomes rate"),
        window=Text("수료일부터 6개월 되는 날까지", "from the day of completion to the same day 6 months later"),
        maturity=Text("수료 후 6개월이 된 날", "6 months after the completion"),
        of_known=True,
    ),
)
