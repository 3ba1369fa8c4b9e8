"""The page of the data itself: how new each source is, whether everything has arrived, what was restated, what is locked."""

from collections import Counter
from collections.abc import Sequence
from datetime import datetime
from typing import Final

from sqlalchemy import func, select
from sqlmodel import col
from starlette.responses import Response

from services.reporting.handlers import handlers
from services.reporting.pages.cells import NOTHING, Cell, Grid, Row, Shown, Words, grid
from services.reporting.pages.compared import COMMAND, last_compared
from services.reporting.pages.formatting import Format
from services.reporting.pages.routing import PageRouter, View
from services.reporting.queries.drift import Standing, standings
from services.reporting.queries.entitlement import SEES_EVERYTHING
from services.reporting.queries.freshness import Freshness, Source, freshness, sources
from services.reporting.tables import DRIFT, PeriodLock, Restatement
from shared.clock import now
from shared.db import ReadSession
from shared.errors import N_
from shared.events.tables import dead_letter

router: Final = PageRouter()
MOST: Final = 100
NAMES: Final = {
    "trainees.university": N_("Universities"),
    "trainees.program": N_("Programs"),
    "trainees.cohort": N_("Cohorts"),
    "trainees.person": N_("Persons"),
    "trainees.enrolment": N_("Enrolments"),
    "trainees.roster_sync": N_("Rosters"),
    "employers.company": N_("Companies"),
    "employers.position": N_("Positions"),
    "employers.seat": N_("Seats"),
    "employers.pledge": N_("Pledges"),
    "matching.placement": N_("Placements"),
    "matching.follow_up": N_("Follow-ups"),
    "matching.mismatch": N_("Mismatches"),
    "matching.round": N_("Rounds of matching"),
}
_KINDS: Final = {"observation": N_("Observed value"), "target": N_("Target")}


@router.page("/data", seen_by=SEES_EVERYTHING)
def data(view: View) -> Response:
    """What the figures rest on, and how sound it is."""
    session, form, at = view.session, view.form, now()
    fresh = freshness(session)
    told = {each.source: each for each in standings(session, at)}
    letters = _letters(session, fresh.generation)
    names = [name for name in NAMES if name in handlers.aggregate_types]
    rows: list[Row] = [
        (form.text(NAMES[each.name]), _source_cells(each, told.get(each.name), letters[each.name], at, form))
        for each in sources(session, fresh.generation, names)
    ]
    heads = (Words(N_("Last event")), N_("How old"), N_("Events"), Words(N_("Compared with its source")), N_("Set aside"))
    shown = grid("sources", (N_("Sources"), N_("Source")), heads, rows, form=form)
    return view.show(
        "data.html",
        grid=shown,
        facts=_state(fresh, list(told.values()), form, at),
        stopped=fresh.stopped is not None,
        compared=last_compared(session, form),
        command=COMMAND,
        drifts=_drifts(session, form),
        changes=_changes(session, form),
        locks=_locks(session, form),
    )


def _source_cells(source: Source, told: Standing | None, set_aside: int, at: datetime, form: Format) -> list[Shown]:
    last: Shown = Cell(form.text(N_("nothing yet")), kind="soft") if source.watermark is None else form.moment(source.watermark)
    age = NOTHING if source.watermark is None else _age((at - source.watermark).total_seconds(), form)
    aside: Shown = Cell(form.number(set_aside), kind="bad") if set_aside else form.number(0)
    return [last, age, form.number(source.events), _compared(told, form), aside]


def _compared(told: Standing | None, form: Format) -> Cell:
    if told is None:
        return Cell(form.text(N_("not compared")), kind="soft")
    if told.stale:
        return Cell(form.text(N_("silent since {moment}"), moment=form.moment(told.told_at)), kind="bad")
    if told.drifts:
        numbers = {"told": form.number(told.told), "known": form.number(told.taken_in)}
        if told.told != told.taken_in or not told.differs:
            return Cell(form.text(N_("{told} told, {known} taken in"), **numbers), kind="bad")
        each = ", ".join(f"{stage} {form.number(said)} / {form.number(known)}" for stage, (said, known) in told.differs.items())
        return Cell(form.text(N_("told / known by stage: {each}"), each=each), kind="bad")
    return Cell(form.text(N_("agrees")), kind="good")


def _age(seconds: float, form: Format) -> str:
    if seconds < 90:
        return form.text(N_("{number} s"), number=form.number(max(0, round(seconds))))
    if seconds < 5400:
        return form.text(N_("{number} min"), number=form.number(round(seconds / 60)))
    if seconds < 172_800:
        return form.text(N_("{number} h"), number=form.number(round(seconds / 3600)))
    return form.text(N_("{number} days"), number=form.number(round(seconds / 86_400)))


def _state(fresh: Freshness, told: Sequence[Standing], form: Format, at: datetime) -> list[tuple[str, Shown]]:
    compared = max((each.told_at for each in told), default=None)
    lag = NOTHING if fresh.watermark is None else _age((at - fresh.watermark).total_seconds(), form)
    aside: Shown = Cell(form.number(fresh.set_aside), kind="bad") if fresh.set_aside else form.number(0)
    agreed = sum(not each.drifts and not each.stale for each in told)
    last = NOTHING if compared is None else form.moment(compared)
    sound = f"{form.number(agreed)} / {form.number(len(told))}"
    return [
        (form.text(N_("Events read")), form.number(fresh.events)),
        (form.text(N_("Newest event is so old")), lag),
        (form.text(N_("Not rolled up yet (batches)")), form.number(fresh.waiting)),
        (form.text(N_("Set aside")), aside),
        (form.text(N_("Last comparison with the sources")), last),
        (form.text(N_("Sources that agree")), Cell(sound, kind="good" if told and agreed == len(told) else None)),
    ]


def _letters(session: ReadSession, generation: int) -> Counter[str]:
    """How many events were set aside, by source."""
    unsettled = (dead_letter.c.consumer == f"reporting.g{generation}", dead_letter.c.settled_at.is_(None))
    found: Counter[str] = Counter()
    for topic, number in session.execute(
        select(dead_letter.c.topic, func.count()).where(*unsettled).group_by(dead_letter.c.topic)
    ):
        found[".".join(topic.split(".")[-3:-1])] += number
    return found


def _drifts(session: ReadSession, form: Format) -> Grid:
    found = session.execute(select(DRIFT).order_by(DRIFT.c.found_at.desc()).limit(20))
    rows: list[Row] = []
    for row in found:
        settled: Shown = Cell(form.text(N_("not yet")), kind="bad") if row.settled_at is None else form.moment(row.settled_at)
        name = form.text(NAMES[row.source]) if row.source in NAMES else row.source
        rows.append((form.moment(row.found_at), [name, form.number(row.told), form.number(row.taken_in), settled]))
    heads = (Words(N_("Source")), N_("Told"), N_("Taken in"), Words(N_("Settled")))
    return grid("drifts", (N_("Disagreements with sources"), N_("Found")), heads, rows, form=form)


def _changes(session: ReadSession, form: Format) -> Grid:
    """The published numbers that were replaced, the latest first."""
    found = session.scalars(select(Restatement).order_by(col(Restatement.recorded_at).desc(), col(Restatement.id)).limit(MOST))
    rows: list[Row] = [
        (form.moment(row.recorded_at), [
            form.text(_KINDS.get(row.kind, row.kind)), row.subject, row.period or NOTHING, _number(row.before, form),
            _number(row.after, form), row.statement or row.reason,
        ])
        for row in found
    ]  # fmt: skip
    heads = (Words(N_("What")), Words(N_("Of")), Words(N_("Period")), N_("Before"), N_("After"), Words(N_("Why")))
    return grid("changes", (N_("Published numbers that were replaced"), N_("When")), heads, rows, form=form)


def _locks(session: ReadSession, form: Format) -> Grid:
    found = session.scalars(select(PeriodLock).order_by(col(PeriodLock.period).desc()).limit(MOST))
    rows: list[Row] = []
    for row in found:
        state = N_("locked") if row.locked else N_("open again")
        rows.append((row.period, [form.text(state), form.moment(row.changed_at), row.reason or NOTHING]))
    heads = (Words(N_("State")), Words(N_("Since")), Words(N_("Why")))
    return grid("locks", (N_("Locked periods"), N_("Period")), heads, rows, form=form)


def _number(value: float | None, form: Format) -> str:
    return NOTHING if value is None else form.number(value, decimals=0 if value == int(value) else 1)
