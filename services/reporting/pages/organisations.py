"""The scorecards of universities and companies: everybody's side by side, and one by one for who may see it."""

from collections.abc import Mapping
from typing import Any, Final
from uuid import UUID

from starlette.responses import Response

from services.reporting.domain.values import State, Unit
from services.reporting.pages.cells import (
    NOTHING,
    Cell,
    Grid,
    Row,
    Words,
    field_name,
    id_in,
    in_words,
    indicator_name,
    parts_of,
    region_name,
    titles,
)
from services.reporting.pages.cohorts import OF_COHORTS, SEEN_BY, cohort_title
from services.reporting.pages.rosters import roster_cells, roster_heads, rosters_grid
from services.reporting.pages.routing import PageRouter, View
from services.reporting.queries.entitlement import SEES_EVERYTHING, own_company, own_university
from services.reporting.queries.named import Name, cohort_names, companies, find_named, universities
from services.reporting.queries.proceedings import Punctuality, punctuality
from services.reporting.queries.scorecards import (
    OF_COMPANIES,
    OF_UNIVERSITIES,
    by_member,
    company_card,
    pledged_by_company,
    university_card,
)
from services.reporting.queries.values import Value
from shared.auth.actor import Role
from shared.errors import N_

router: Final = PageRouter()
COMPANIES_SEEN_BY: Final = (*SEES_EVERYTHING, Role.EMPLOYER)
MOST: Final = 50
EVERY_UNIVERSITY: Final = N_("Universities")
EVERY_COMPANY: Final = N_("Companies")
UNIVERSITY: Final = N_("university")
COMPANY: Final = N_("company")


@router.page("/universities", seen_by=SEEN_BY)
def all_universities(view: View) -> Response:
    """Every university; to who acts for one, that one."""
    scope, form = view.scope(), view.form
    known = _own(universities(view.session, scope.generation), own_university(view.session, view.actor))
    figures = by_member(view.session, scope, "university_id", OF_UNIVERSITIES)
    sent = punctuality(view.session, scope)
    rows: list[Row] = []
    for id_, name in known.items():
        values = figures.get(id_, {})
        cells = [
            *(in_words(each, values, form) for each in OF_UNIVERSITIES),
            *roster_cells(sent.get(id_, Punctuality()), view, scope.as_of),
        ]
        rows.append((Cell(name[form.language], view.look.address(f"/universities/{id_}")), cells))
    columns = [*(indicator_name(each, form) for each in OF_UNIVERSITIES), *roster_heads(form)]
    grid = Grid("universities", form.text(EVERY_UNIVERSITY), form.text(N_("University")), columns, rows)
    steps = [form.text(N_("A program manager registers a university with POST /api/v1/universities."))]
    return view.show(
        "listing.html", title=form.text(EVERY_UNIVERSITY), as_of=form.day(scope.as_of), grid=grid, steps=steps, lead=None
    )


@router.page("/universities/{university}", seen_by=SEEN_BY)
def one_university(view: View, university: str) -> Response:
    """One university: its figures, its rosters, its cohorts."""
    scope, form = view.scope({}), view.form
    own = own_university(view.session, view.actor)
    known = _own(universities(view.session, scope.generation), own)
    name = find_named(known, id_in(university, UNIVERSITY), UNIVERSITY)
    values = university_card(view.session, scope, name.id)
    sent = punctuality(view.session, scope, university_id=name.id).get(name.id, Punctuality())
    figures = by_member(view.session, scope, "cohort_id", OF_COHORTS)
    rows: list[Row] = []
    for cohort in cohort_names(view.session, scope, university_id=name.id):
        cells = [
            field_name(cohort.field, form),
            form.period(cohort.starts_on, cohort.ends_on),
            *(in_words(each, figures.get(cohort.id, {}), form) for each in OF_COHORTS),
        ]
        rows.append((Cell(cohort_title(cohort, view), view.look.address(f"/cohorts/{cohort.id}")), cells))
    heads = (Words(N_("Field")), Words(N_("From – to")), N_("Took part"), N_("Completed %"), N_("Employed %"))
    cohorts = Grid("cohorts", form.text(N_("Cohorts")), form.text(N_("Cohort")), titles(heads, form), rows)
    return view.show(
        "scorecard.html",
        title=name[form.language],
        parent=(form.text(EVERY_UNIVERSITY), view.look.address("/universities")),
        about=_about(name, view),
        as_of=form.day(scope.as_of),
        cards=_cards(values, view, university_id=name.id),
        facts=list(zip(roster_heads(form), roster_cells(sent, view, scope.as_of), strict=True)),
        facts_title=form.text(N_("Rosters")),
        grids=[cohorts, rosters_grid(view, scope, name.id)],
    )


@router.page("/companies", seen_by=COMPANIES_SEEN_BY)
def all_companies(view: View, page: str | None = None) -> Response:
    """Companies by name, a page at a time; to who acts for one, that one."""
    scope, form = view.scope(), view.form
    known = _own(companies(view.session, scope.generation), own_company(view.session, view.actor))
    figures = by_member(view.session, scope, "company_id", OF_COMPANIES)
    # A company that was merged into another has no figures of its own any more.
    pages = max(1, -(-len(known) // MOST))
    number = min(max(int(page), 1), pages) if page is not None and page.isascii() and page.isdigit() and len(page) < 7 else 1
    pledged = pledged_by_company(view.session, scope)
    rows: list[Row] = []
    for id_, name in list(known.items())[(number - 1) * MOST : number * MOST]:
        values = figures.get(id_, {})
        cells = [
            region_name(name.region, form),
            form.number(pledged.get(id_, 0)),
            *(in_words(each, values, form) for each in OF_COMPANIES),
        ]
        rows.append((Cell(name[form.language], view.look.address(f"/companies/{id_}")), cells))
    columns = [
        Words(form.text(N_("Region"))),
        form.text(N_("Seats pledged")),
        *(indicator_name(each, form) for each in OF_COMPANIES),
    ]
    grid = Grid("companies", form.text(EVERY_COMPANY), form.text(N_("Company")), columns, rows)
    steps = [form.text(N_("A program manager registers a company with POST /api/v1/companies."))]
    paged: dict[str, Any] = {"number": number, "pages_in_all": pages}
    return view.show("listing.html", title=grid.caption, as_of=form.day(scope.as_of), grid=grid, steps=steps, **paged)


@router.page("/companies/{company}", seen_by=COMPANIES_SEEN_BY)
def one_company(view: View, company: str) -> Response:
    """One company: what it promised, posted and filled, and who stayed."""
    scope, form = view.scope({}), view.form
    known = _own(companies(view.session, scope.generation), own_company(view.session, view.actor))
    name = find_named(known, id_in(company, COMPANY), COMPANY)
    card = company_card(view.session, scope, name.id)
    share = NOTHING if card.kept.share is None else form.share(card.kept.share)
    facts = [
        (form.text(N_("Seats pledged")), form.value(card.pledged, State.OK, Unit.SEATS)),
        (form.text(N_("Pledges kept")), share),
        (form.text(N_("Seats due and filled in time")), f"{form.number(card.kept.kept)} / {form.number(card.kept.due)}"),
    ]
    return view.show(
        "scorecard.html",
        title=name[form.language],
        parent=(form.text(EVERY_COMPANY), view.look.address("/companies")),
        about=_about(name, view),
        as_of=form.day(scope.as_of),
        cards=_cards(card.figures, view, company_id=name.id),
        facts=facts,
        facts_title=form.text(N_("Promises of seats")),
        grids=[],
    )


def _own(known: Mapping[UUID, Name], own: UUID | None) -> Mapping[UUID, Name]:
    """All of them, or the one that the reader acts for."""
    return known if own is None else {id_: name for id_, name in known.items() if id_ == own}


def _about(name: Name, view: View) -> list[tuple[str, str]]:
    """The code is what tokens name: of a company it is its business number, which is for its own people and the staff."""
    form = view.form
    told = [(form.text(N_("Region")), region_name(name.region, form))]
    if view.reader.staff or view.actor.organisation == name.code:
        told.append((form.text(N_("Code")), name.code))
    return told


def _cards(values: Mapping[str, Value], view: View, **only: UUID) -> list[dict[str, object]]:
    """One card for each figure, with what it rests on and the way to its passport and to what is behind it."""
    form, look = view.form, view.look
    found = []
    for name, value in values.items():
        basis = parts_of(value, form) if value.counts.denominator else None
        facts = look.address(f"/indicators/{name}/facts", **only) if view.reader.staff and value.counts.begun else None
        known = None
        if value.known_share is not None and value.value is not None and value.counts.unknown:
            known = form.text(
                N_("{share} of the outcomes are known."), share=form.value(value.known_share, State.OK, Unit.PERCENT)
            )
        found.append(
            {
                "name": indicator_name(name, form),
                "shown": form.value(value.value, value.state, value.unit),
                "ok": value.value is not None,
                "basis": basis,
                "known": known,
                "href": look.address(f"/indicators/{name}", **only),
                "facts": facts,
            }
        )
    return found
