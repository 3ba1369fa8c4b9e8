"""The pages of cohorts: all of them side by side, and one from its applicants to those who stayed in their jobs."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from starlette.responses import Response

from services.reporting.charts import Stage, drawings, funnel
from services.reporting.domain.values import Unit
from services.reporting.pages.cells import Cell, Grid, Row, Words, field_name, id_in, in_words, indicator_name, titles
from services.reporting.pages.routing import PageRouter, View
from services.reporting.pages.standing import ripening, standards_side_by_side
from services.reporting.queries.bridges import bridges_of
from services.reporting.queries.entitlement import SEES_EVERYTHING, own_university
from services.reporting.queries.funnel import FunnelStep, Step, funnel_of
from services.reporting.queries.named import CohortName, Name, cohort_names, find_cohort, programs, universities
from services.reporting.queries.scorecards import by_member
from shared.auth.actor import Role
from shared.errors import N_

router: Final = PageRouter()
OF_COHORTS: Final = ("participations", "completion_rate", "employment_rate_completers")
SEEN_BY: Final = (*SEES_EVERYTHING, Role.UNIVERSITY)
STEPS: Final = {
    Step.APPLIED: N_("Applied"),
    Step.SELECTED: N_("Selected"),
    Step.ENROLLED: N_("Took part"),
    Step.INTERNED: N_("Did an internship"),
    Step.COMPLETED: N_("Completed"),
    Step.EMPLOYED: N_("Employed"),
    Step.RETAINED: N_("Retained 6 months"),
}


@dataclass(frozen=True, slots=True)
class Stairs:
    """The funnel as a drawing and as a table."""

    drawing: object
    table: Grid
    note: str


@router.page("/cohorts", seen_by=SEEN_BY)
def all_cohorts(view: View) -> Response:
    """Every cohort with how it did."""
    scope, form = view.scope(), view.form
    known = cohort_names(view.session, scope, university_id=own_university(view.session, view.actor))
    figures = by_member(view.session, scope, "cohort_id", OF_COHORTS)
    schools = universities(view.session, scope.generation)
    rows: list[Row] = []
    for cohort in known:
        values = figures.get(cohort.id, {})
        school = schools.get(cohort.university_id)
        cells = [
            "" if school is None else school[form.language],
            field_name(cohort.field, form),
            form.period(cohort.starts_on, cohort.ends_on),
            "–" if cohort.applicants is None else form.number(cohort.applicants),
            *(in_words(name, values, form) for name in OF_COHORTS),
        ]
        rows.append((Cell(cohort_title(cohort, view), view.look.address(f"/cohorts/{cohort.id}")), cells))
    heads = (
        Words(N_("University")),
        Words(N_("Field")),
        Words(N_("From – to")),
        N_("Applicants"),
        N_("Took part"),
        N_("Completed %"),
        N_("Employed %"),
    )
    grid = Grid("cohorts", form.text(N_("Cohorts")), form.text(N_("Cohort")), titles(heads, form), rows)
    return view.show("cohorts.html", as_of=form.day(scope.as_of), grid=grid)


@router.page("/cohorts/{cohort}", seen_by=SEEN_BY)
def one_cohort(view: View, cohort: str, steps: str | None = None) -> Response:
    """One cohort: its funnel, what every standard makes of it, and what cannot be said of it yet."""
    scope, form = view.scope({}), view.form
    only = own_university(view.session, view.actor)
    found = find_cohort(view.session, scope, id_in(cohort, N_("cohort")), university_id=only)
    school = universities(view.session, scope.generation).get(found.university_id)
    program = programs(view.session, scope.generation).get(found.program_id)
    staff = view.reader.staff
    bridges = bridges_of(view.session, scope, found.id) if staff and steps == "on" else None
    return view.show(
        "cohort.html",
        title=cohort_title(found, view),
        as_of=form.day(scope.as_of),
        about=_about(found, school, program, view),
        stairs=_stairs(found, view),
        standards=standards_side_by_side(view, scope, found.id, bridges),
        ripening=ripening(view, scope, found),
        staff=staff,
    )


def cohort_title(cohort: CohortName, view: View) -> str:
    told = {"code": cohort.code, "ordinal": cohort.ordinal}
    return view.form.text(N_("Cohort {code} ({ordinal})"), **told)


def _about(cohort: CohortName, school: Name | None, program: Name | None, view: View) -> Sequence[tuple[str, Cell]]:
    form = view.form
    of_school = view.look.address(f"/universities/{cohort.university_id}")
    found = [
        (N_("University"), None if school is None else Cell(school[form.language], of_school)),
        (N_("Program"), None if program is None else Cell(program[form.language])),
        (N_("Field"), Cell(field_name(cohort.field, form))),
        (N_("Applications"), Cell(form.period(cohort.applications_open_on, cohort.applications_close_on))),
        (N_("Training"), Cell(form.period(cohort.starts_on, cohort.training_ends_on))),
        (N_("End of the cohort"), Cell(form.day(cohort.ends_on))),
        (N_("Places"), Cell(form.number(cohort.capacity))),
    ]
    return [(form.text(name), cell) for name, cell in found if cell is not None]


def _stairs(cohort: CohortName, view: View) -> Stairs:
    form, scope = view.form, view.scope({})
    found = funnel_of(view.session, cohort, scope)
    title = form.text(N_("From applying to staying in a job"))
    stages = [Stage(form.text(STEPS[step.step]), step.number, step.state) for step in found.steps]
    drawing = drawings([funnel(title, stages, unit=Unit.PARTICIPATIONS, form=form.bare())])[0]
    rows: list[Row] = []
    before: int | None = None
    for step in found.steps:
        rows.append((form.text(STEPS[step.step]), _cells(step, before, cohort, view)))
        before = step.number
    heads = (N_("Number"), N_("Of the step before"), N_("Cannot be said yet"), Words(N_("Counted as")))
    grid = Grid("funnel", title, form.text(N_("Step")), titles(heads, form), rows)
    note = N_("Applicants are as the university reported them.") if found.reported else N_("Applicants are those on record here.")
    return Stairs(drawing, grid, form.text(note))


def _cells(step: FunnelStep, before: int | None, cohort: CohortName, view: View) -> list[str | Cell]:
    form = view.form
    number = form.bare().value(step.number, step.state, Unit.PARTICIPATIONS)
    shown: str | Cell = number if step.number is not None else Cell(number, kind="soft")
    if view.reader.staff and step.indicator is not None and step.number is not None:
        shown = Cell(number, view.look.address(f"/indicators/{step.indicator}/facts", cohort_id=cohort.id, part="numerator"))
    share = form.share(step.number / before) if step.number is not None and before else "–"
    waiting = form.number(step.waiting) if step.waiting else "–"
    counted = "–" if step.indicator is None else indicator_name(step.indicator, form)
    return [shown, share, waiting, counted]
