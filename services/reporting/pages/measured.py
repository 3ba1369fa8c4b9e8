"""One indicator for a page: its value with its passport, over time, and broken down."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta
from typing import Any, Final

from services.reporting.charts import Bar, Chart, Dot, Note, bars, line
from services.reporting.domain.periods import Period
from services.reporting.domain.values import KNOWN_ENOUGH, State
from services.reporting.indicators import Indicator, Scope
from services.reporting.pages.asking import LABELS
from services.reporting.pages.formatting import SOURCES, Format
from services.reporting.pages.members import as_written, names_of
from services.reporting.queries.annotations import notes_between
from services.reporting.queries.freshness import Source
from services.reporting.queries.series import Point, series_of
from services.reporting.queries.values import Value, values_by
from shared.db import ReadSession
from shared.errors import N_

MOST_BARS: Final = 25
GRADES: Final = {
    1: N_("said by the employer or the person"),
    2: N_("confirmed by both sides"),
    3: N_("shown by a document"),
    4: N_("shown by an official register"),
}
_SPANS: Final = {
    Period.MONTH: timedelta(days=364),
    Period.QUARTER: timedelta(days=3 * 365),
    Period.YEAR: timedelta(days=9 * 365),
    Period.ACADEMIC_YEAR: timedelta(days=9 * 365),
}
PERIODS: Final = {
    Period.MONTH: N_("By month"),
    Period.QUARTER: N_("By quarter"),
    Period.YEAR: N_("By year"),
    Period.ACADEMIC_YEAR: N_("By academic year"),
}


@dataclass(frozen=True, slots=True)
class Reading:
    """A value in words. `low` and `high` are set where something is unknown; `places` are theirs on a scale of 100."""

    name: str
    shown: str
    ok: bool
    basis: str | None
    bounds: str | None
    places: tuple[float, float, float] | None
    known: str | None
    known_enough: bool
    why: str | None


def in_words(indicator: Indicator, value: Value, form: Format) -> Reading:
    """What a value says, and how sure that is."""
    reading, counts = value.reading, value.counts
    unsure = reading.value is not None and reading.low is not None and reading.low != reading.high
    known = value.known_share
    return Reading(
        name=indicator.name[form.language],
        shown=form.value(reading.value, reading.state, value.unit),
        ok=reading.value is not None,
        basis=f"{form.number(counts.numerator)} / {form.number(counts.denominator)}" if counts.denominator else None,
        bounds=_bounds(value, form) if unsure else None,
        places=_places(value) if unsure else None,
        known=None if known is None else form.text(N_("The outcome of {share}% is known."), share=form.number(known, decimals=1)),
        known_enough=known is None or known >= KNOWN_ENOUGH,
        why=_why(value, form),
    )


def _bounds(value: Value, form: Format) -> str:
    ends = {"low": value.reading.low, "high": value.reading.high}
    told = {name: form.value(end, State.OK, value.unit) for name, end in ends.items()}
    return form.text(N_("Between {low} and {high}, as some of it is not known (yet)."), **told)


def _places(value: Value) -> tuple[float, float, float] | None:
    low, mid, high = value.reading.low, value.reading.value, value.reading.high
    if low is None or mid is None or high is None or value.unit != "percent":
        return None
    return round(low, 1), round(mid, 1), round(high, 1)


def _why(value: Value, form: Format) -> str | None:
    """Why there is no number, and when there will be."""
    if value.reading.value is not None:
        return None
    if value.matures_on is not None:
        return form.text(N_("There will be a first number on {day}."), day=form.day(value.matures_on))
    return form.text(
        {
            State.NOT_STARTED: N_("Nothing has happened yet that this could count."),
            State.RUNNING: N_("It has begun, and nothing of it has come to an end."),
            State.NO_DENOMINATOR: N_("There is nobody of whom this could be said."),
            State.IMMATURE: N_("The time that this looks at has not passed yet."),
            State.NOT_SURVEYED: N_("Nobody has entered an approved survey result."),
            State.SUPPRESSED: N_("Fewer than ten persons: showing it might say something about one of them."),
            State.SOURCE_STALE: N_("A source has been silent for a day: what happened may not have arrived."),
        }[value.state]
    )


def passport(indicator: Indicator, value: Value, form: Format) -> list[tuple[str, Sequence[str]]]:
    """Everything that is needed to check a value: names and what stands beside them."""
    counts, language = value.counts, form.language
    rows: list[tuple[str, Sequence[str]]] = [
        (form.text(N_("Definition")), [form.text(N_("version {version}"), version=value.definition_version)]),
        (form.text(LABELS["as_of"]), [form.day(value.as_of)]),
        (form.text(LABELS["known_at"]), [form.moment(value.known_at)]),
        (form.text(N_("Numerator")), [f"{form.number(counts.numerator)} · {indicator.numerator[language]}"]),
    ]
    if indicator.denominator is not None:
        below = form.number(counts.denominator or 0)
        rows.append((form.text(N_("Denominator")), [f"{below} · {indicator.denominator[language]}"]))
    if counts.unknown:
        rows.append((form.text(N_("Outcome not known")), [form.number(counts.unknown)]))
    left_out = [_excluded(indicator, *each, form) for each in counts.exclusions.items() if each[1]]
    if left_out:
        rows.append((form.text(N_("Left out")), left_out))
    if counts.evidence:
        rows.append((form.text(N_("Evidence")), [_graded(*each, form) for each in sorted(counts.evidence.items())]))
    if not value.complete:
        rows.append((form.text(N_("Still arriving")), [form.text(N_("Not all that was taken in is in these numbers yet."))]))
    rows.append((form.text(N_("Sources")), [source_line(each, form) for each in value.sources]))
    return rows


def _excluded(indicator: Indicator, code: str, count: int, form: Format) -> str:
    reason = indicator.reason(code)
    return f"{form.number(count)} · {code if reason is None else reason[form.language]}"


def _graded(grade: int, count: int, form: Format) -> str:
    said = form.text(N_("grade {grade}, {meaning}"), grade=grade, meaning=form.text(GRADES.get(grade, "")))
    return f"{form.number(count)} · {said}"


def source_line(source: Source, form: Format) -> str:
    """A source, and how far it was read."""
    last = form.text(N_("nothing yet")) if source.watermark is None else form.moment(source.watermark)
    return f"{form.text(SOURCES.get(source.name, source.name))}: {last}"


def over_time(session: ReadSession, indicator: Indicator, scope: Scope, every: Period, form: Format) -> tuple[Chart, list[str]]:
    """The last thirteen months, or as many quarters or years as make sense, and what was noted of their days."""
    starts_on = scope.as_of - _SPANS[every]
    found = series_of(session, indicator, scope, by=(every,), starts_on=starts_on)
    dots = [_dot(point) for point in found.points]
    noted = notes_between(session, starts_on, scope.as_of, indicator=indicator.id, known_at=scope.known_at)
    notes = [Note(each.on, each.text_ko if form.language == "ko" else each.text_en) for each in noted]
    title = form.text(N_("{name} over time"), name=indicator.name[form.language])
    said = [f"{form.day(each.on)}: {each.text}" for each in notes]
    return line(title, {"": dots}, unit=indicator.unit, form=form, notes=notes), said


def _dot(point: Point) -> Dot:
    return Dot(point.as_of, point.reading.value, point.reading.state)


@dataclass(frozen=True, slots=True)
class Part:
    """One member of a breakdown: its name, as addresses have it, and its value in words."""

    name: str
    written: str
    shown: str
    basis: str


@dataclass(frozen=True, slots=True)
class Breakdown:
    dimension: str
    chart: Chart
    parts: Sequence[Part]
    left_out: int


def broken_down(session: ReadSession, indicator: Indicator, scope: Scope, dimension: str, form: Format) -> Breakdown:
    """By the members of one dimension, the largest first where there are many."""
    found = values_by(session, indicator, replace(scope, by=(dimension,)))
    found = _most(found, dimension)
    names = names_of(session, dimension, [value.dimensions[dimension] for value in found], form)
    rows = [Bar(names[value.dimensions[dimension]], value.value, value.state) for value in found[:MOST_BARS]]
    told = {"name": indicator.name[form.language], "by": form.text(LABELS[dimension])}
    title = form.text(N_("{name} by {by}"), **told)
    chart = bars(title, rows, unit=indicator.unit, form=form, of=told["by"])
    parts = [_part(value, dimension, names, form) for value in found]
    return Breakdown(dimension, chart, parts, max(0, len(found) - MOST_BARS))


def _most(found: Sequence[Value], dimension: str) -> list[Value]:
    if len(found) <= MOST_BARS:
        return list(found)
    by_size = sorted(found, key=lambda value: -(value.counts.denominator or value.counts.numerator))
    return sorted(by_size, key=lambda value: value.dimensions[dimension] is None)


def _part(value: Value, dimension: str, names: Mapping[Any, str], form: Format) -> Part:
    member, counts = value.dimensions[dimension], value.counts
    whole = form.number(counts.denominator) if counts.denominator else ""
    basis = f"{form.number(counts.numerator)} / {whole}" if whole and not counts.suppressed else ""
    return Part(names[member], as_written(member), form.value(value.value, value.state, value.unit), basis)


def a_month_before(day: date) -> date:
    """The last day of the month before."""
    return day.replace(day=1) - timedelta(days=1)
