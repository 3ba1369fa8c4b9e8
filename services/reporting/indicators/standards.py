"""The published standards that one cohort can be reckoned by, in the order in which they are set side by side."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from services.reporting.indicators.definition import Indicator, Text
from services.reporting.indicators.spans import Part


@dataclass(frozen=True, slots=True)
class Standard:
    """`indicator` is the definition that reckons by it; `beside` is one that is shown with it and is no step of the bridge."""

    code: str
    name: Text
    indicator: str
    beside: str | None = None


STANDARDS: Final[Sequence[Standard]] = (
    Standard("hrd_net", Text("HRD-Net: 수료자, 6개월", "HRD-Net: completers, 6 months"), "employment_rate_6m"),
    Standard("kedi", Text("KEDI: 수료자, 12월 31일", "KEDI: completers, on 31 December"), "employment_rate_kedi"),
    Standard("wioa_q2", Text("WIOA: 종료자, 2분기", "WIOA: exiters, quarter 2"), "employment_rate_q2"),
    Standard("wioa_q4", Text("WIOA: 종료자, 4분기", "WIOA: exiters, quarter 4"), "employment_rate_q4"),
    Standard("cirr", Text("CIRR: 등록자 전원, 분야 취업", "CIRR: all enrolled, in field, 180 days"), "employment_rate_cirr"),
    Standard(
        "nace",
        Text("NACE: 결과가 알려진 수료자, 6개월", "NACE: completers with a known outcome, 6 months"),
        "career_outcomes_rate",
        beside="knowledge_rate",
    ),
)


@dataclass(frozen=True, slots=True)
class Crossing:
    """Things that count otherwise under the next standard than under the one before; a part is None where it has no row."""

    things: int
    was: Part | None
    was_reason: str | None
    now: Part | None
    now_reason: str | None


def side_of(indicator: Indicator, part: Part | None) -> tuple[bool, bool]:
    """Whether a part is in the numerator and in the denominator, as this definition reckons."""
    unknown_counts = not indicator.of_known or part not in {Part.UNKNOWN, Part.OPEN}
    return part is Part.NUMERATOR, part is not None and part.in_denominator and unknown_counts


def told(before: Indicator, after: Indicator, step: Crossing) -> Text:
    """A crossing as a sentence: what these things did, and why."""
    was_good, was_in = side_of(before, step.was)
    is_good, is_in = side_of(after, step.now)
    now, then = _named(after, step.now, step.now_reason), _named(before, step.was, step.was_reason)
    number = step.things
    if was_in and not is_in:
        return Text(f"{number}건이 분모에서 빠짐: {now.ko}", f"{number} left the denominator: {now.en}")
    if is_in and not was_in:
        good = Text(" 성공으로 셈", " and count as a success") if is_good else Text("", "")
        return Text(
            f"{number}건이 분모에 들어옴{good.ko}: 앞의 기준에서는 {then.ko}",
            f"{number} entered the denominator{good.en}: they were left out before ({then.en})",
        )
    if was_good and not is_good:
        return Text(f"{number}건은 더 이상 성공이 아님: {now.ko}", f"{number} are no success any more: {now.en}")
    if is_good and not was_good:
        return Text(f"{number}건이 성공이 됨: 앞의 기준에서는 {then.ko}", f"{number} are a success now: before, {then.en}")
    return Text(f"{number}건의 사유가 바뀜: {then.ko} → {now.ko}", f"{number} for another reason: {then.en}, now {now.en}")


_PARTS: Final = {
    Part.NUMERATOR: Text("성공", "a success"),
    Part.OTHER: Text("성공 아님", "no success"),
    Part.UNKNOWN: Text("결과 미상", "outcome unknown"),
    Part.OPEN: Text("아직 끝나지 않음", "not at an end"),
    Part.WAITING: Text("아직 판단할 때가 아님", "too early to say"),
    Part.BEGUN: Text("이 기준에서는 세지 않음", "not counted by this standard"),
    Part.OUTSIDE: Text("이 기준에서는 세지 않음", "not counted by this standard"),
}
_ABSENT: Final = Text("이 기준에는 없음", "not there")


def _named(indicator: Indicator, part: Part | None, reason: str | None) -> Text:
    if part is None:
        return _ABSENT
    return (reason and indicator.reason(reason)) or _PARTS[part]
