"""Whether people stay: spells of employment that lasted 3, 6 and 12 months."""

from typing import Any, Final

from sqlalchemy import Date, case, func, literal, select, union_all

from services.reporting.domain.stages import FOLLOW_UP
from services.reporting.domain.values import IMMATURE, Unit
from services.reporting.indicators.dates import earlier, later, months_after
from services.reporting.indicators.definition import OF_PLACEMENTS, Indicator, RollUp, Text
from services.reporting.indicators.spans import Column, Part, Rows, spans
from services.reporting.indicators.timeline import FOREVER, Scope, stretches, work
from services.reporting.indicators.windows import EMPLOYMENT

_GROUPS: Final = ("field", "program_id", "cohort_id", "university_id", "company_id")
_SAYS_NOTHING: Final = ("due", "cancelled")


def _retention(scope: Scope, months: int) -> Rows:
    """By what was answered to the follow-up of that many months, from the day of the answer on; until then by the record."""
    placement = work(scope, "position_kind", *_GROUPS)
    answer = stretches(scope, [FOLLOW_UP], "placement_id", "amount")
    employed = select(placement).where(placement.c.position_kind.in_(EMPLOYMENT)).cte()
    spell = select(employed, months_after(employed.c.from_on, months).label("day")).where(employed.c.stage == "started").cte()
    said = (
        select(spell.c.aggregate_id, answer.c.stage.label("answer"), answer.c.from_on.label("said_on"))
        .join(answer, (answer.c.placement_id == spell.c.aggregate_id) & (answer.c.from_on >= spell.c.day))
        .where(answer.c.amount == months, answer.c.stage.not_in(_SAYS_NOTHING))
        .cte()
    )
    rows = (
        select(spell, said.c.answer, func.coalesce(said.c.said_on, literal(FOREVER, Date)).label("said_on"))
        .outerjoin(said, said.c.aggregate_id == spell.c.aggregate_id)
        .cte()
    )
    lasted, always = rows.c.until_on > rows.c.day, literal(FOREVER, Date)
    by_record: Column = case((lasted, Part.NUMERATOR), else_=Part.OTHER)
    by_answer = case(
        (rows.c.answer == "still_there", Part.NUMERATOR), (rows.c.answer == "unknown", Part.UNKNOWN), else_=Part.OTHER
    )
    said_on = later(rows.c.day, rows.c.said_on)

    def stands(part: Column, reason: Column, since: Column, until: Column) -> Rows:
        return spans(
            rows, *_GROUPS, counted=rows.c.aggregate_id, part=case((since < until, part)), reason=reason, grade=rows.c.grade,
            from_on=since, until_on=until,
        )  # fmt: skip

    before = spans(employed, *_GROUPS, counted=employed.c.aggregate_id, part=case((employed.c.stage.not_in(_WORKED), Part.BEGUN)))
    every = union_all(
        before,
        stands(literal(Part.WAITING), literal(IMMATURE), rows.c.from_on, rows.c.day),
        stands(by_record, case((~lasted, "left_before")), rows.c.day, earlier(said_on, always)),
        stands(by_answer, case((rows.c.answer != "still_there", rows.c.answer)), said_on, always),
    ).cte()
    return select(every)


_WORKED: Final = ("started", "ended")


def _retained(months: int) -> Indicator:
    def classify(scope: Scope) -> Rows:
        return _retention(scope, months)

    texts: dict[str, Any] = {
        "name": Text(f"{months}개월 고용유지율", f"Retention after {months} months"),
        "formula": Text(
            f"{months}개월이 지난 취업 가운데 그 날까지 이어진 취업의 비율. "
            f"아직 {months}개월이 되지 않은 취업은 성공도 실패도 아님. "
            "추적조사의 답이 있으면 그 답을, 없으면 재직 기록을 따름",
            f"placements still running {months} months after their start ÷ placements whose {months} months have passed; a spell "
            "that is still running before its date is neither; a follow-up's answer counts before the record",
        ),
        "numerator": Text(f"{months}개월 이상 이어진 취업", f"spells that lasted {months} months"),
        "denominator": Text(f"시작한 지 {months}개월이 지난 취업", f"placements whose {months} months have passed"),
        "window": Text(f"시작일부터 {months}개월 되는 날까지", f"from the first day to the same day {months} months later"),
        "maturity": Text(f"시작 후 {months}개월이 된 날", f"{months} months after the start"),
    }
    return Indicator(
        id=f"retention_{months}m",
        version=1,
        **texts,
        unit=Unit.PERCENT,
        counted=Text("취업", "placements"),
        roll_up=RollUp.POOL,
        dimensions=OF_PLACEMENTS,
        sources=("matching.placement", "matching.follow_up"),
        spans=classify,
        decimals=1,
        grades=(1, 2, 3, 4),
        exclusions={IMMATURE: Text("아직 기간이 지나지 않은 취업", "spells whose date has not come")},
        notes={
            "left_before": Text("그 전에 끝난 취업", "ended before the date"),
            "moved_within_region": Text("지역 내 이직", "moved to another employer in the region"),
            "moved_away": Text("지역 외 이직", "moved away"),
            "out_of_work": Text("미취업", "out of work"),
            "unknown": Text("미상", "asked, and not found out"),
        },
        standard=Text("추적조사(3, 6, 12개월)와 고용보험 이력", "follow-ups at 3, 6 and 12 months; insurance records"),
    )


INDICATORS: Final = tuple(_retained(months) for months in (3, 6, 12))
