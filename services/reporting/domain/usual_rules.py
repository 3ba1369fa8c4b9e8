"""The rules that an installation begins with, so that somebody is told before anybody has set anything up."""

from typing import Any, Final

from services.reporting.domain.alerting import RuleKind, Severity

_TALENTS: Final = "future-talent-city-daegu-talents"
_JOBS: Final = "future-talent-city-daegu-jobs"

# Korean and English name, severity, and what is watched. A rule about something that an installation does not have is left out.
USUAL: Final[tuple[tuple[str, str, Severity, dict[str, Any]], ...]] = (
    ("원천과 어긋난 자료", "Sources that disagree", Severity.CRITICAL, {"kind": RuleKind.DRIFT, "enter": 0, "leave": 0}),
    (
        "교육생 자료 지연", "Trainees' data are late", Severity.WARNING,
        {"kind": RuleKind.LATE_DATA, "source": "trainees.enrolment", "enter": 7, "leave": 2},
    ),
    (
        "취업 자료 지연", "Placements' data are late", Severity.WARNING,
        {"kind": RuleKind.LATE_DATA, "source": "matching.placement", "enter": 14, "leave": 3},
    ),
    (
        "인재 3만 명 진도 미달", "30,000 talents are off their pace", Severity.WARNING,
        {"kind": RuleKind.OFF_PACE, "goal": _TALENTS, "enter": 0.75, "leave": 0.9},
    ),
    (
        "일자리 5만 개 진도 미달", "50,000 jobs are off their pace", Severity.WARNING,
        {"kind": RuleKind.OFF_PACE, "goal": _JOBS, "enter": 0.75, "leave": 0.9},
    ),
    (
        "결과 파악률 65 % 미만", "Knowledge rate under 65 %", Severity.WARNING,
        {"kind": RuleKind.THRESHOLD, "indicator": "knowledge_rate", "below": True, "enter": 65, "leave": 70},
    ),
    (
        "살고 싶은 도시 순위 미입력", "The liveable-city rank was not entered", Severity.INFO,
        {"kind": RuleKind.MISSING_DATA, "measure": "liveable-city-rank", "enter": 90, "leave": 0},
    ),
    (
        "대구형 뉴딜 사업 보고 누락", "Reports of New Deal projects are missing", Severity.INFO,
        {"kind": RuleKind.MISSING_DATA, "plan": "daegu-new-deal", "enter": 10, "leave": 0},
    ),
)  # fmt: skip
