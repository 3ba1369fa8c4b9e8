"""Why a figure moved between two days, in words and as a waterfall."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from services.reporting.charts import Change, Chart, waterfall
from services.reporting.domain.values import Unit
from services.reporting.indicators import Indicator
from services.reporting.indicators.spans import Part
from services.reporting.pages.cells import Words, titles
from services.reporting.pages.formatting import Format
from services.reporting.queries.explain import Cause, Explanation, Step
from shared.errors import N_

MOST: Final = 8
_PARTS: Final = {
    Part.NUMERATOR: N_("Counts"),
    Part.OTHER: N_("Counts against it"),
    Part.UNKNOWN: N_("Outcome not known"),
    Part.OPEN: N_("Still running"),
    Part.WAITING: N_("Waits for its time"),
    Part.BEGUN: N_("Has only begun"),
    Part.OUTSIDE: N_("Left out"),
}
_CAUSES: Final = {Cause.LEARNED: N_("Learned later"), Cause.HAPPENED: N_("Happened since")}


@dataclass(frozen=True, slots=True)
class Explained:
    """The chart (None where parts do not add up to the value), and every step with what it did to both sides."""

    chart: Chart | None
    summary: str
    columns: Sequence[str]
    rows: Sequence[tuple[str, Sequence[str]]]


def in_steps(indicator: Indicator, found: Explanation, form: Format) -> Explained:
    """An explanation for a page."""
    before, after = found.before, found.after
    told = {
        "before": form.value(before.value, before.state, before.unit),
        "after": form.value(after.value, after.state, after.unit),
        "first": form.day(before.as_of),
        "last": form.day(after.as_of),
    }
    columns = titles((Words(N_("Cause")), N_("Things"), N_("Numerator"), N_("Denominator")), form)
    rows = [(_step_name(indicator, step, form), _cells(step, form)) for step in found.steps]
    chart = _chart(indicator, found, form)
    return Explained(chart, form.text(N_("{first}: {before}. {last}: {after}."), **told), columns, rows)


def _cells(step: Step, form: Format) -> list[str]:
    cause = form.text(_CAUSES[step.cause])
    return [cause, form.number(step.things), _signed(step.numerator, form), _signed(step.denominator, form)]


def _signed(number: int, form: Format) -> str:
    return form.number(0) if number == 0 else f"{'+' if number > 0 else '−'}{form.number(abs(number))}"


def _step_name(indicator: Indicator, step: Step, form: Format) -> str:
    was, now = _stand(indicator, step.was, step.was_reason, form), _stand(indicator, step.is_, step.is_reason, form)
    if was is None:
        return form.text(N_("new: {now}"), now=now)
    if now is None:
        return form.text(N_("gone: {was}"), was=was)
    return f"{was} → {now}"


def _stand(indicator: Indicator, part: Part | None, code: str | None, form: Format) -> str | None:
    if part is None:
        return None
    reason = None if code is None else indicator.reason(code)
    said = form.text(_PARTS[part])
    return said if reason is None else f"{said} ({reason[form.language]})"


def _chart(indicator: Indicator, found: Explanation, form: Format) -> Chart | None:
    """Counts add up by themselves; a rate changes step by step, in the order of the steps."""
    if indicator.unit is Unit.DAYS or indicator.observed or found.before.value is None or found.after.value is None:
        return None
    before, after = _exact(indicator, *_sides(found.before)), _exact(indicator, *_sides(found.after))
    if before is None or after is None:
        return None
    changes = _changes(indicator, found, form)
    if changes is None or abs(before + sum(change.by for change in changes) - after) > 1e-6:
        return None
    title = form.text(N_("Why {name} moved"), name=indicator.name[form.language])
    ends = (form.day(found.before.as_of), before), (form.day(found.after.as_of), after)
    return waterfall(title, ends[0], changes, ends[1], unit=indicator.unit, form=form)


def _changes(indicator: Indicator, found: Explanation, form: Format) -> list[Change] | None:
    top, below = _sides(found.before)
    changes = []
    for step in found.steps:
        before = _exact(indicator, top, below)
        top, below = top + step.numerator, below + step.denominator
        now = _exact(indicator, top, below)
        if before is None or now is None:
            return None
        changes.append(Change(_step_name(indicator, step, form), now - before))
    moving = sorted((each for each in changes if each.by), key=lambda each: -abs(each.by))
    shown, rest = moving[:MOST], moving[MOST:]
    return [*shown, Change(form.text(N_("Everything else")), sum(each.by for each in rest))] if rest else shown


def _sides(value: object) -> tuple[int, int]:
    counts = value.counts  # type: ignore[attr-defined]
    return counts.numerator, counts.denominator or 0


def _exact(indicator: Indicator, top: int, below: int) -> float | None:
    match indicator.unit:
        case Unit.PERCENT:
            return 100 * top / below if below else None
        case Unit.RATIO:
            return top / below if below else None
        case _:
            return float(top)
