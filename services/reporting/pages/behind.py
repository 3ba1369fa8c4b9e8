"""The things behind a figure, with the facts that say so, for those who may see them. Every look is written down."""

from typing import Final

from starlette.responses import Response

from services.reporting.commands import note_facts_read
from services.reporting.indicators import Indicator
from services.reporting.indicators.spans import Part
from services.reporting.pages.cells import NOTHING, Cell, Grid, Row, Words, titles
from services.reporting.pages.fact_names import fact_name
from services.reporting.pages.routing import PageRouter, View
from services.reporting.queries.behind import Behind, behind
from services.reporting.queries.entitlement import SEES_WHO
from services.reporting.queries.values import find_indicator, value_of
from shared.errors import N_, FieldError, Invalid
from shared.http import Page

router: Final = PageRouter()
PARTS: Final = {
    Part.NUMERATOR: N_("Counts"),
    Part.OTHER: N_("In the whole, does not count"),
    Part.UNKNOWN: N_("In the whole, outcome not known"),
    Part.OPEN: N_("In the whole, still open"),
    Part.WAITING: N_("May come in later"),
    Part.BEGUN: N_("Counts for nothing here"),
    Part.OUTSIDE: N_("Left out"),
}


@router.page("/indicators/{indicator_id}/facts", seen_by=SEES_WHO)
def facts_behind(view: View, page: Page, indicator_id: str, part: str | None = None) -> Response:
    """A page of the things that a figure rests on, or of those with one part."""
    indicator = find_indicator(indicator_id)
    wanted = _part(part)
    scope = view.scope()
    value = value_of(view.session, indicator, scope)
    found = behind(view.session, indicator, scope, page, part=wanted)
    things = len(found.items)
    view.request.app.state.db.run(
        lambda writing: note_facts_read(
            writing, by=view.actor, indicator=indicator.id, as_of=scope.as_of, asked={**scope.only, "part": part}, things=things
        )
    )
    form = view.form
    heads = (Words(N_("Since")), Words(N_("Counts as")), Words(N_("Why")), Words(N_("Evidence")), Words(N_("Facts")))
    rows = [_row(each, indicator, view) for each in found.items]
    name = indicator.name[form.language]
    grid = Grid("facts", form.text(N_("Things behind it")), indicator.counted[form.language], titles(heads, form), rows)
    return view.show(
        "behind.html",
        title=name,
        indicator_id=indicator.id,
        shown=form.value(value.value, value.state, value.unit),
        as_of=form.day(scope.as_of),
        grid=grid,
        parts_there=[(each.value, form.text(text), each is wanted) for each, text in PARTS.items()],
        all_parts=wanted is None,
        following=found.next,
    )


def _part(text: str | None) -> Part | None:
    if not text:
        return None
    try:
        return Part(text)
    except ValueError:
        known = ", ".join(each.value for each in Part)
        raise Invalid(FieldError("part", "unknown_part", N_("Must be one of: {known}."), {"known": known})) from None


def _row(each: Behind, indicator: Indicator, view: View) -> Row:
    form = view.form
    reason = NOTHING if each.reason is None else _reason(indicator, each.reason, form.language)
    told = "; ".join(f"{form.short(fact.effective_on)} {fact_name(fact.kind, form)}" for fact in each.facts)
    grade = NOTHING if each.grade is None else form.text(N_("grade {grade}"), grade=each.grade)
    counts = Cell(form.text(PARTS[each.part]), kind="good" if each.part is Part.NUMERATOR else None)
    return Cell(str(each.item)), [form.short(each.since), counts, reason, grade, told]


def _reason(indicator: Indicator, code: str, language: str) -> str:
    known = indicator.reason(code)
    return code if known is None else known[language]
