"""The chapters about goals: the two big ones with pace and forecast, and the tree of all of them."""

from collections.abc import Iterator, Mapping
from datetime import date
from typing import Any, Final

from services.reporting.charts import Band, Cell, Dot, Table, bullet, line
from services.reporting.domain.goals import Pace, Step
from services.reporting.domain.values import State, Unit, rounded
from services.reporting.pages.formatting import NOT_A_NUMBER, Format
from services.reporting.reports.document import Block, Grid, Picture
from services.reporting.reports.noted import in_words, notes_on
from shared.errors import N_

PACES: Final = {
    Pace.REACHED: N_("reached"),
    Pace.ON_PACE: N_("on pace"),
    Pace.BEHIND: N_("behind the pace"),
    Pace.FAR_BEHIND: N_("far behind the pace"),
    Pace.MISSED: N_("missed"),
    Pace.NOT_STARTED: N_("not started"),
    Pace.NO_NUMBER: N_("no number"),
}
Goal = Mapping[str, Any]


def summary_sentences(content: Mapping[str, Any], form: Format) -> Iterator[str]:
    """What somebody who reads nothing else should know."""
    for goal in content["goals"]:
        if goal["headline"]:
            yield _sentence(goal, form)
    own = [goal for goal in content["goals"] if goal["plan"] == content["report"]["framework"]]
    counted: dict[Pace, int] = {}
    for goal in own:
        counted[Pace(goal["pace"])] = counted.get(Pace(goal["pace"]), 0) + 1
    if own:
        told = ", ".join(f"{form.text(PACES[pace])} {counted[pace]}" for pace in PACES if pace in counted)
        yield form.counted(N_("The plan's one goal: {told}."), N_("Of the plan's {count} goals: {told}."), len(own), told=told)


def _sentence(goal: Goal, form: Format) -> str:
    name = goal["name"][form.language]
    if goal["actual"] is None:
        return form.text(N_("{name}: {why}."), name=name, why=form.text(NOT_A_NUMBER[State(goal["state"])]))
    told = {"name": name, "actual": figure(goal, goal["actual"], form), "target": target(goal, form)}
    said = form.text(N_("{name}: {actual} of {target}."), **told)
    if goal["expected_today"] is not None:
        told = {"expected": figure(goal, rounded(goal["expected_today"]), form), "pace": form.text(PACES[Pace(goal["pace"])])}
        said += " " + form.text(N_("It should be {expected} by then: {pace}."), **told)
    return said + " " + _foretold(goal, form)


def _foretold(goal: Goal, form: Format) -> str:
    kept = goal["latest_forecast"]
    if kept is None:
        return form.text(N_("There is too little to go by for a forecast."))
    numbers = {name: figure(goal, rounded(kept[name]), form) for name in ("median", "low", "high")}
    told = {**numbers, "due": form.day(date.fromisoformat(goal["due_on"])), "chance": form.share(kept["chance"])}
    return form.text(
        N_("Forecast for {due}: {median} ({low} to {high}); the target is reached with a chance of {chance}."), **told
    )


def figure(goal: Goal, value: float | None, form: Format) -> str:
    """A figure of a goal in its unit, which may be its plan's own."""
    unit = goal["unit"]
    if unit in set(Unit):
        return form.value(value, State(goal["state"]) if value is None else State.OK, Unit(unit))
    if value is None:
        return form.text(NOT_A_NUMBER[State(goal["state"])]) if goal["state"] != "ok" else "–"
    number = form.number(value, decimals=0 if value == int(value) else 1)
    named = goal["unit_name"]
    return f"{number} {named[form.language]}" if named else number


def target(goal: Goal, form: Format) -> str:
    return form.text(N_("not stated")) if goal["target"] is None else figure(goal, goal["target"], form)


def headline_blocks(content: Mapping[str, Any], form: Format) -> list[Block]:
    """Both big goals: how far, and how it came to be."""
    blocks: list[Block] = []
    for goal in content["goals"]:
        if not goal["headline"] or goal["target"] is None:
            continue
        unit, name, kept = Unit(goal["unit"]), goal["name"][form.language], goal["latest_forecast"]
        band = kept and Band(date.fromisoformat(goal["due_on"]), kept["low"], kept["median"], kept["high"])
        asked: dict[str, Any] = {"target": goal["target"], "unit": unit, "form": form, "forecast": band}
        state = State(goal["state"])
        blocks.append(Picture(bullet(name, goal["actual"], expected=goal["expected_today"], state=state, **asked)))
        if not goal["past"]:
            continue
        # Before the first thing that counts there is no figure, whatever there is today.
        lacking = State.NOT_STARTED if state is State.OK else state
        dots = [
            Dot(date.fromisoformat(step["on"]), step["value"], lacking if step["value"] is None else State.OK)
            for step in goal["past"]
        ]
        pace = [Step(date.fromisoformat(step["on"]), step["value"]) for step in goal["pace_line"]]
        notes = notes_on(content, [dot.on for dot in dots], form, goal=goal["goal"])
        title = form.text(N_("{name}: over time"), name=name)
        blocks.append(Picture(line(title, {"": dots}, pace=pace, notes=notes, **asked)))
        blocks += in_words(notes, form)
    return blocks


def goal_tree(content: Mapping[str, Any], form: Format) -> list[Block]:
    """The plan's goals below the parts that they belong to, then those that belong to none, then the big ones of other plans."""
    goals = {goal["goal"]: goal for goal in content["goals"]}
    own = {id_ for id_, goal in goals.items() if goal["plan"] == content["report"]["framework"]}
    rows = [*_branch(content["tree"], goals, form, depth=0)]
    placed = {cells[0].value for cells in rows}
    rows += [_goal_row(goals[id_], form, depth=0) for id_ in goals if id_ in own and id_ not in placed]
    rows += [_goal_row(goals[id_], form, depth=0) for id_ in goals if id_ not in own]
    heads = [N_("Goal"), N_("Actual"), N_("Should be"), N_("Target"), N_("Due"), N_("Progress"), N_("Pace")]
    return [Grid(Table(form.text(N_("Goals")), [form.text(head) for head in heads], rows))]


def _branch(nodes: Any, goals: Mapping[str, Goal], form: Format, *, depth: int) -> Iterator[list[Cell]]:
    for node in nodes:
        below = [*_branch(node["nodes"], goals, form, depth=depth + 1)]
        mine = [_goal_row(goals[id_], form, depth=depth + 1) for id_ in node["goals"] if id_ in goals]
        if below or mine:
            name = (node["name"] or node["missing"])[form.language]
            yield [Cell(_indented(name, depth)), *[Cell("")] * 6]
            yield from mine
            yield from below


def _goal_row(goal: Goal, form: Format, *, depth: int) -> list[Cell]:
    share, should = goal["progress"], goal["expected_today"]
    return [
        Cell(_indented(goal["name"][form.language], depth), goal["goal"]),
        Cell(figure(goal, goal["actual"], form), goal["actual"]),
        Cell("–" if should is None else figure(goal, rounded(should, 1), form), should),
        Cell(target(goal, form), goal["target"]),
        Cell(goal["due_on"], goal["due_on"]),
        Cell("–" if share is None else form.reached(share), share),
        Cell(form.text(PACES[Pace(goal["pace"])])),
    ]


def _indented(text: str, depth: int) -> str:
    return "\u2003" * depth + text
