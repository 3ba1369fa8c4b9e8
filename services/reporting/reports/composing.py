"""Puts the content of a report into words of Korean or English."""

from collections.abc import Mapping, Sequence
from datetime import date, datetime
from typing import Any, Final

from services.reporting.charts import Cell, Table
from services.reporting.domain.values import State, Unit
from services.reporting.pages.formatting import NOT_A_NUMBER, SOURCES, Format
from services.reporting.reports.closings import Restated
from services.reporting.reports.document import Block, Grid, Passage, Remark, Report, Section
from services.reporting.reports.goal_chapters import goal_tree, headline_blocks, summary_sentences
from services.reporting.reports.indicator_chapters import indicator_sections
from services.reporting.reports.noted import noted_section
from shared.errors import N_

_WHY: Final = {
    State.NOT_STARTED: N_("Nothing of it has begun."),
    State.RUNNING: N_("It goes on; nothing has come to an end that could be counted."),
    State.NO_DENOMINATOR: N_("There is nobody whom it could be a share of."),
    State.IMMATURE: N_("The time that it looks at has not passed yet."),
    State.NOT_SURVEYED: N_("Nobody has been asked, or no value was approved."),
    State.SUPPRESSED: N_("So few persons that a number would tell of single ones."),
    State.SOURCE_STALE: N_("A source has told nothing for a day; what was known before is not passed off as of today."),
}
_CHECKED: Final = N_(
    "This report can be checked: “hustar report verify” reads its figures back, counts them again from the facts as they were "
    "known at the moment above, and says what differs."
)


def compose(
    content: Mapping[str, Any], form: Format, *, closed: Mapping[str, Any] | None = None, restated: Sequence[Restated] = ()
) -> Report:
    """The whole report. `closed` says when and by whom the period was closed, `restated` what would be otherwise today."""
    about = content["report"]
    sections = [
        Section("summary", form.text(N_("Summary")), 1, _summary(content, form)),
        *_restatements(restated, closed, form),
        Section("goals", form.text(N_("Goals")), 1, goal_tree(content, form)),
        *indicator_sections(content, form),
        *noted_section(content, form),
        Section("definitions", form.text(N_("Definitions")), 1, _definitions(content, form)),
        Section("states", form.text(N_("Where there is no number")), 1, _states(form)),
        Section("passport", form.text(N_("What the figures rest on")), 1, _passport(content, form)),
    ]
    period = about["period"] or form.text(N_("everything up to the as-of date"))
    return Report(
        language=form.language,
        title=about["name"][form.language],
        subtitle=form.text(N_("Report: {period}"), period=period),
        owner=about["owner"][form.language],
        cover=_cover(content, form, closed),
        checksum=content["checksum"],
        sections=sections,
        frozen=closed is not None,
    )


def _cover(content: Mapping[str, Any], form: Format, closed: Mapping[str, Any] | None) -> list[tuple[str, str]]:
    about = content["report"]
    versions = ", ".join(f"{each['definition']['id']} {each['definition']['version']}" for each in content["indicators"])
    lines = [
        (N_("Period"), about["period"] or form.text(N_("everything up to the as-of date"))),
        (N_("As of"), form.day(date.fromisoformat(about["as_of"]))),
        (N_("As known at"), form.moment(datetime.fromisoformat(about["known_at"]))),
        (N_("Filters"), _filters(content, form)),
        (N_("Plan"), f"{about['name'][form.language]} ({about['framework']}, {about['framework_version']})"),
        (N_("Source of the plan"), about["source"]["text"][form.language]),
        (N_("Versions of definitions"), versions),
    ]
    if closed is not None:
        lines.append((N_("Closed at"), form.moment(datetime.fromisoformat(closed["closed_at"]))))
    lines.append((N_("Checksum"), content["checksum"]))
    return [(form.text(label), said) for label, said in lines]


def _filters(content: Mapping[str, Any], form: Format) -> str:
    told = []
    for name, member in content["report"]["filters"].items():
        found = content["names"].get(name, {}).get(member)
        told.append(f"{name} = {found[form.language] if found else member}")
    return ", ".join(told) or form.text(N_("none"))


def _summary(content: Mapping[str, Any], form: Format) -> list[Block]:
    blocks: list[Block] = [Passage(text) for text in summary_sentences(content, form)]
    if content["report"]["filters"]:
        blocks.append(Remark(form.text(N_("Goals are told of as a whole: filters narrow the indicators only."))))
    return [*blocks, *headline_blocks(content, form)]


def _restatements(restated: Sequence[Restated], closed: Mapping[str, Any] | None, form: Format) -> list[Section]:
    """Against the last closed report of the plan: of this very period, its frozen figures; else what was closed before."""
    if closed is None and not restated:
        return []
    title = (
        form.text(N_("Restated since the period was closed"))
        if closed
        else form.text(N_("Restated since the last closed report"))
    )
    if not restated:
        return [
            Section("restated", title, 1, [Passage(form.text(N_("Nothing: counted again today, every figure is the same.")))])
        ]
    heads = [N_("Figure"), N_("Period"), N_("Frozen"), N_("Now"), N_("Why")]
    rows = [
        [
            Cell(each.name[form.language], each.id),
            Cell(each.period, each.period),
            Cell(_number(each.frozen, each.unit, each.frozen_state, form), each.frozen),
            Cell(_number(each.current, each.unit, each.current_state, form), each.current),
            Cell(each.why(form)),
        ]
        for each in restated
    ]
    said = form.text(N_("Frozen figures stay as they were published. These would be otherwise if they were counted today."))
    return [Section("restated", title, 1, [Passage(said), Grid(Table(title, [form.text(head) for head in heads], rows))])]


def _number(value: float | None, unit: str, state: str, form: Format) -> str:
    if unit in set(Unit):
        return form.value(value, State(state), Unit(unit))
    return (
        form.text(NOT_A_NUMBER[State(state)]) if value is None else form.number(value, decimals=0 if value == int(value) else 2)
    )


def _definitions(content: Mapping[str, Any], form: Format) -> list[Block]:
    heads = [N_("Indicator"), N_("Version"), N_("Formula"), N_("Time that is looked at"), N_("Who defines it so")]
    rows = []
    for each in content["indicators"]:
        said = each["definition"]
        texts = [said[name][form.language] for name in ("formula", "window", "standard")]
        rows.append(
            [Cell(said["name"][form.language], said["id"]), Cell(str(said["version"]), said["version"]), *map(Cell, texts)]
        )
    return [Grid(Table(form.text(N_("Definitions")), [form.text(head) for head in heads], rows))]


def _states(form: Format) -> list[Block]:
    heads = [form.text(N_("What is written")), form.text(N_("Code")), form.text(N_("Meaning"))]
    rows = [[Cell(form.text(NOT_A_NUMBER[state])), Cell(str(state)), Cell(form.text(why))] for state, why in _WHY.items()]
    said = form.text(N_("A figure that is not there is never written as zero. It says why it is not there."))
    return [Passage(said), Grid(Table(form.text(N_("Where there is no number")), heads, rows))]


def _passport(content: Mapping[str, Any], form: Format) -> list[Block]:
    heads = [N_("Source"), N_("Latest event"), N_("Events")]
    known: dict[str, Mapping[str, Any]] = {}
    for each in content["indicators"]:
        known |= {source["name"]: source for source in each["value"]["sources"]}
    rows = [
        [
            Cell(form.text(SOURCES.get(name, name))),
            Cell(_moment(source["watermark"], form)),
            Cell(form.number(source["events"]), source["events"]),
        ]
        for name, source in sorted(known.items())
    ]
    said = form.text(_CHECKED)
    return [Passage(said), Grid(Table(form.text(N_("Sources")), [form.text(head) for head in heads], rows))]


def _moment(text: str | None, form: Format) -> str:
    return "–" if text is None else form.moment(datetime.fromisoformat(text))
