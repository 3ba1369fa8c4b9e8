"""Indicators: what each of them says today, and one of them from its definition down to the facts behind it."""

from collections.abc import Mapping
from dataclasses import replace
from datetime import date
from typing import Annotated, Any, Final

from fastapi import Query
from starlette.responses import Response

from services.reporting.charts import drawings
from services.reporting.domain.periods import Period
from services.reporting.domain.values import Counts, Unit
from services.reporting.indicators import Indicator, Scope, current, versions_of
from services.reporting.indicators.dimensions import DIMENSIONS
from services.reporting.pages import measured
from services.reporting.pages.asking import LABELS
from services.reporting.pages.explained import Explained, in_steps
from services.reporting.pages.kept import kept
from services.reporting.pages.members import names_of
from services.reporting.pages.notes import About
from services.reporting.pages.readers import EVERYBODY
from services.reporting.pages.routing import PageRouter, View
from services.reporting.queries.entitlement import narrowed
from services.reporting.queries.explain import explain
from services.reporting.queries.values import Value, find_indicator, value_of, values_by
from services.reporting.schemas.annotations import LONGEST
from shared.clock import end_of
from shared.errors import N_, FieldError, Forbidden, Invalid

router: Final = PageRouter()
_FAMILIES: Final = (
    (N_("People"), frozenset({Unit.PERSONS, Unit.PARTICIPATIONS})),
    (N_("Jobs"), frozenset({Unit.SEATS})),
    (N_("Rates"), frozenset({Unit.PERCENT, Unit.RATIO})),
    (N_("How long it takes"), frozenset({Unit.DAYS})),
)
_NOT_BY: Final = ("unknown_dimension", N_("This indicator knows only these dimensions: {allowed}."))
_NOT_EVERY: Final = ("not_a_choice", N_("Must be one of: {expected}."))
Word = Annotated[str | None, Query(max_length=40)]


@router.page("/indicators", seen_by=EVERYBODY)
def indicators_page(view: View) -> Response:
    """Every indicator with what it says; to who acts for an organisation, of their own."""
    groups = [(view.form.text(name), _rows(view, units)) for name, units in _FAMILIES]
    return view.show("indicators.html", groups=[group for group in groups if group[1]])


def _rows(view: View, units: frozenset[Unit]) -> list[Mapping[str, Any]]:
    found: list[Mapping[str, Any]] = []
    whole = view.scope({})
    for indicator in current().values():
        if indicator.unit not in units:
            continue
        try:
            scope = replace(whole, only=narrowed(view.session, view.actor, indicator, {}))
        except Forbidden:  # not kept by organisation
            continue
        found.append({"id": indicator.id, "indicator": indicator, **_listed(view, indicator, scope)})
    return found


def _listed(view: View, indicator: Indicator, scope: Scope) -> Mapping[str, Any]:
    """What a list says of one, without its details."""

    def ask() -> Value:
        if indicator.observed:
            return value_of(view.session, indicator, scope)
        found = values_by(view.session, indicator, replace(scope, by=()))
        return found[0] if found else _nothing(view, indicator, scope)

    value = ask() if indicator.observed else kept(view.session, scope, ("listed", indicator.id), ask)
    return {"reading": measured.in_words(indicator, value, view.form)}


def _nothing(view: View, indicator: Indicator, scope: Scope) -> Value:
    nothing = value_of(view.session, indicator, scope)
    assert nothing.counts == Counts() or nothing.value is None
    return nothing


@router.page("/indicators/{indicator_id}", seen_by=EVERYBODY)
def indicator_page(
    view: View,
    *,
    indicator_id: str,
    by: Word = None,
    every: Word = None,
    from_as_of: Word = None,
    version: Annotated[int | None, Query(ge=1, le=100)] = None,
) -> Response:
    """One indicator: value, series, breakdown, passport, definition, and why it moved."""
    indicator = find_indicator(indicator_id, version=version)
    scope = _scope(view, indicator)
    dimensions = [name for name in indicator.dimensions if name not in scope.only]
    chosen, period = _by(by, dimensions), _every(every)
    value = value_of(view.session, indicator, scope)
    if not view.reader.staff:
        value = replace(value, details={})
    series, series_notes = measured.over_time(view.session, indicator, scope, period, view.form)
    parts = measured.broken_down(view.session, indicator, scope, chosen, view.form) if chosen else None
    why = _explained(view, indicator, scope, from_as_of)
    charts = [each for each in (series, parts and parts.chart, why and why.chart) if each]
    drawn = {id(each): drawing for each, drawing in zip(charts, drawings(charts), strict=True)}
    return view.show(
        "indicator.html",
        indicator=indicator,
        reading=measured.in_words(indicator, value, view.form),
        passport=measured.passport(indicator, value, view.form),
        series=drawn[id(series)],
        broken=parts,
        parts_chart=drawn[id(parts.chart)] if parts else None,
        why=why,
        why_chart=drawn[id(why.chart)] if why and why.chart else None,
        before=from_as_of or str(measured.a_month_before(scope.as_of)),
        before_day=view.form.day(measured.a_month_before(scope.as_of)),
        periods=[(str(each), view.form.text(name), each is period) for each, name in measured.PERIODS.items()],
        dimensions=[(name, view.form.text(LABELS[name]), name == chosen) for name in dimensions],
        narrowing=_narrowing(view),
        versions=versions_of(indicator.id),
        may_explain=view.reader.sees_everything,
        notes=series_notes,
        about=About(indicator_id, None, indicator.name[view.look.language], None),
        longest=LONGEST,
        day=view.form.day(scope.as_of),
        facts=_facts(view, indicator_id),
    )


def _scope(view: View, indicator: Indicator) -> Scope:
    """The question, narrowed to what the reader may see."""
    return view.scope(narrowed(view.session, view.actor, indicator, view.asked.only or {}))


def _facts(view: View, indicator_id: str) -> str:
    """Where the things behind the value are, asked the same question: what says how to show it stays behind."""
    narrowed_to = {name: value for name, value in view.look.query if name in DIMENSIONS}
    return view.look.address(f"/indicators/{indicator_id}/facts", **narrowed_to)


def _by(by: str | None, dimensions: list[str]) -> str | None:
    if by is not None and by not in dimensions:
        raise Invalid(FieldError("by", *_NOT_BY, {"allowed": ", ".join(dimensions)}))
    return by or next(iter(dimensions), None)


def _every(every: str | None) -> Period:
    if every is not None and every not in set(Period):
        raise Invalid(FieldError("every", *_NOT_EVERY, {"expected": ", ".join(Period)}))
    return Period(every or Period.MONTH)


def _explained(view: View, indicator: Indicator, scope: Scope, from_as_of: str | None) -> Explained | None:
    """Why it moved since a day, if that is asked: counting through the facts takes longer than anything else here."""
    if from_as_of is None:
        return None
    if not view.reader.sees_everything:
        raise Forbidden
    try:
        day = date.fromisoformat(from_as_of)
    except ValueError:
        raise Invalid(FieldError("from_as_of", "not_date", N_("Must be a date such as 2026-03-01."))) from None
    if day > scope.as_of:
        raise Invalid(FieldError("from_as_of", "after_the_end", N_("Must not be after the as-of date.")))
    before = replace(scope, as_of=day, known_at=min(end_of(day), scope.known_at), newest=False)
    return in_steps(indicator, explain(view.session, indicator, before, scope, name_things=False), view.form)


def _narrowing(view: View) -> list[tuple[str, str, str]]:
    """What the page is narrowed to: the dimension, the member, and the address without it."""
    found = []
    for name, member in (view.asked.only or {}).items():
        named = names_of(view.session, name, [member], view.form)[member]
        found.append((view.form.text(LABELS[name]), named, view.look.here(**{name: None})))
    return found
