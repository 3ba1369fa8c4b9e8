"""The page of matching: rounds with what they came to, and how long offers have waited."""

from typing import Final

from starlette.responses import Response

from services.reporting.charts import Bar, bars, drawings
from services.reporting.domain.values import Unit
from services.reporting.pages.cells import NOTHING, Cell, Grid, Row, Shown, Words, titles
from services.reporting.pages.formatting import Format
from services.reporting.pages.routing import PageRouter, View
from services.reporting.queries.entitlement import SEES_EVERYTHING
from services.reporting.queries.proceedings import MatchingRound, OfferAge, open_offers, rounds
from shared.errors import N_

router: Final = PageRouter()
_STATES: Final = {
    "draft": N_("Draft"),
    "frozen": N_("Input frozen"),
    "running": N_("Being run"),
    "proposed": N_("Waits for a decision"),
    "published": N_("Published"),
    "closed": N_("Closed"),
}
_SIDES: Final = {"trainees": N_("trainees"), "employers": N_("employers")}


@router.page("/matching", seen_by=SEES_EVERYTHING)
def matching(view: View) -> Response:
    """The rounds, the latest first, and the offers that wait."""
    scope, form = view.scope({}), view.form
    found, ages = rounds(view.session, scope), open_offers(view.session, scope)
    heads = (
        Words(N_("State")),
        Words(N_("Proof")),
        N_("Placed"),
        N_("Average rank"),
        N_("Seats unfilled"),
        Words(N_("Best for")),
        Words(N_("Round")),
    )  # fmt: skip
    rows: list[Row] = [(form.short(each.since), _cells(each, form)) for each in found]
    grid = Grid("rounds", form.text(N_("Rounds of matching")), form.text(N_("Since")), titles(heads, form), rows)
    title = form.text(N_("Offers by how long they have waited"))
    waited = [Bar(_age(age, form), age.offers) for age in ages]
    drawing = drawings([bars(title, waited, unit=Unit.SEATS, form=form.bare(), of=form.text(N_("Waiting for")))])[0]
    offers = Grid(
        "offers", title, form.text(N_("Waiting for")), [form.text(N_("Offers"))],
        [(_age(age, form), [form.number(age.offers)]) for age in ages],
    )  # fmt: skip
    waiting = sum(age.offers for age in ages)
    return view.show(
        "matching.html",
        as_of=form.day(scope.as_of),
        grid=grid,
        offers=offers,
        drawing=drawing if waiting else None,
        waiting=waiting,
    )


def _cells(found: MatchingRound, form: Format) -> list[Shown]:
    placed = NOTHING if found.placed is None else f"{form.number(found.placed)} / {form.number(found.trainees or 0)}"
    unfilled = NOTHING if found.unfilled is None else f"{form.number(found.unfilled)} / {form.number(found.seats or 0)}"
    rank = NOTHING if found.average_rank is None else form.number(found.average_rank, decimals=2)
    state = Cell(form.text(_STATES[found.state]), kind="warn" if found.state == "proposed" else None)
    return [
        state,
        _proof(found, form),
        placed,
        rank,
        unfilled,
        form.text(_SIDES.get(found.optimal, found.optimal)),
        str(found.id)[-6:],
    ]


def _proof(found: MatchingRound, form: Format) -> Cell:
    if found.verified is None:
        return Cell(NOTHING, kind="soft")
    return Cell(form.text(N_("holds")), kind="good") if found.verified else Cell(form.text(N_("does not hold")), kind="bad")


def _age(age: OfferAge, form: Format) -> str:
    if age.until is None:
        return form.text(N_("{days} days or more"), days=age.days)
    return form.text(N_("{days} to {until} days"), days=age.days, until=age.until - 1)
