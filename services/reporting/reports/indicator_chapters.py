"""The chapters about indicators: each with its value, how it went, and by field and by university."""

from collections.abc import Iterator, Mapping, Sequence
from datetime import date
from typing import Any, Final

from services.reporting.charts import Bar, Cell, Dot, Table, bars, line
from services.reporting.domain.values import State, Unit
from services.reporting.pages.formatting import Format
from services.reporting.reports.document import Block, Grid, Passage, Picture, Remark, Section
from services.reporting.reports.noted import in_words, notes_on
from shared.errors import N_

_BY: Final = {"field": N_("Field"), "university_id": N_("University")}
_MOST_BARS: Final = 24


def indicator_sections(content: Mapping[str, Any], form: Format) -> Iterator[Section]:
    yield Section("indicators", form.text(N_("Indicators")), 1)
    for each in content["indicators"]:
        name = each["definition"]["name"][form.language]
        yield Section(f"indicator-{each['definition']['id']}", name, 2, _blocks(each, content, form))


def _blocks(each: Mapping[str, Any], content: Mapping[str, Any], form: Format) -> list[Block]:
    definition, value = each["definition"], each["value"]
    unit, name = Unit(definition["unit"]), definition["name"][form.language]
    blocks: list[Block] = [Passage(_said(value, unit, form), strong=True), Passage(definition["formula"][form.language])]
    if each["not_narrowed"]:
        told = ", ".join(each["not_narrowed"])
        blocks.append(Remark(form.text(N_("Not narrowed by {filters}: this indicator does not know that."), filters=told)))
    if value["state"] != State.NOT_STARTED:
        blocks += _over_time(each, content, unit, form)
        for dimension, points in each["by"].items():
            blocks += _broken_down(points, dimension, content["names"], name=name, unit=unit, form=form)
    return blocks + _remarks(each, form)


def _said(value: Mapping[str, Any], unit: Unit, form: Format) -> str:
    said = form.value(value["value"], State(value["state"]), unit)
    if value["denominator"]:
        said += f" ({form.number(value['numerator'])} / {form.number(value['denominator'])})"
    return said


def _over_time(each: Mapping[str, Any], content: Mapping[str, Any], unit: Unit, form: Format) -> list[Block]:
    dots = [Dot(date.fromisoformat(point["as_of"]), point["value"], State(point["state"])) for point in each["series"]]
    if not any(dot.value is not None for dot in dots):
        return []
    definition = each["definition"]
    title = form.text(N_("{name}: over time"), name=definition["name"][form.language])
    notes = notes_on(content, [dot.on for dot in dots], form, indicator=definition["id"])
    return [Picture(line(title, {"": dots}, unit=unit, form=form, notes=notes)), *in_words(notes, form)]


def _broken_down(
    points: Sequence[Mapping[str, Any]], dimension: str, names: Mapping[str, Any], *, name: str, unit: Unit, form: Format
) -> list[Block]:
    if not points:
        return []
    of = form.text(_BY[dimension])
    title = form.text(N_("{name} by {of}"), name=name, of=of)
    rows = [
        [
            Cell(_member(point, dimension, names, form)),
            Cell(form.value(point["value"], State(point["state"]), unit), point["value"]),
            _count(point["numerator"], form),
            _count(point["denominator"], form),
        ]
        for point in points
    ]
    heads = [of, form.text(N_("Value")), form.text(N_("Numerator")), form.text(N_("Denominator"))]
    known = [Bar(_member(point, dimension, names, form), point["value"], State(point["state"])) for point in points]
    if dimension == "field" and 1 < len(known) <= _MOST_BARS and any(bar.value is not None for bar in known):
        chart = bars(title, known, unit=unit, form=form, of=of)
        return [Picture(type(chart)(chart.title, chart.summary, Table(title, heads, rows), chart.spec))]
    return [Grid(Table(title, heads, rows))]


def _member(point: Mapping[str, Any], dimension: str, names: Mapping[str, Any], form: Format) -> str:
    member = point["dimensions"].get(dimension)
    if member is None:
        return form.text(N_("Unknown"))
    named = names.get(dimension, {}).get(str(member))
    return named[form.language] if named else str(member)


def _count(value: int | None, form: Format) -> Cell:
    return Cell("–") if value is None else Cell(form.number(value), value)


def _remarks(each: Mapping[str, Any], form: Format) -> list[Block]:
    value, definition = each["value"], each["definition"]
    said: list[Block] = []
    if value["unknown"] and value["low"] != value["high"]:
        unit = Unit(definition["unit"])
        told = {"count": form.number(value["unknown"])}
        told |= {name: form.value(value[name], State.OK, unit) for name in ("low", "high") if value[name] is not None}
        said.append(Remark(form.text(N_("The outcome of {count} is not known (yet): it lies between {low} and {high}."), **told)))
    for left_out in value["exclusions"]:
        if not left_out["count"]:
            continue
        reason = definition["exclusions"].get(left_out["reason"], {}).get(form.language, left_out["reason"])
        told = {"count": form.number(left_out["count"]), "reason": reason}
        said.append(Remark(form.text(N_("Left out: {count} ({reason})."), **told)))
    if value["matures_on"]:
        day = form.day(date.fromisoformat(value["matures_on"]))
        said.append(Remark(form.text(N_("It can be computed from {day} on."), day=day)))
    return said
