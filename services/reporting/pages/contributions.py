"""What counts for which goal, as a table: one row per goal, and the totals without counting anything twice."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from services.reporting.domain.values import State, Unit
from services.reporting.frameworks import Framework, field_names
from services.reporting.indicators import current
from services.reporting.pages.cells import Words
from services.reporting.pages.formatting import Format
from services.reporting.queries.contributions import Contribution, Matrix
from shared.errors import N_


@dataclass(frozen=True, slots=True)
class MatrixTable:
    """By goal what counts and how much, how far pairs of goals overlap, and what there is in all."""

    fields: Sequence[str]
    rows: Sequence[tuple[str, Sequence[str]]]
    overlaps: Sequence[tuple[str, Sequence[str]]]
    totals: Sequence[tuple[str, Sequence[str]]]
    observed: Sequence[str]


def in_a_table(matrix: Matrix, plan: Framework, form: Format) -> MatrixTable:
    """The contribution matrix for a page."""
    names = {goal.id: goal.name[form.language] for goal in plan.goals}
    codes = sorted({code for each in matrix.contributions for code in each.fields})
    return MatrixTable(
        fields=[Words(_field(code, form)) for code in codes],
        rows=[(names.get(each.goal, each.goal), _cells(each, codes, form)) for each in matrix.contributions],
        overlaps=[(_pair(each.goals, names), [form.number(each.count)]) for each in matrix.overlaps],
        totals=[
            (
                current()[each.indicator].name[form.language],
                [form.value(number, State.OK, Unit(each.unit)) for number in (each.unique, each.added_up)],
            )
            for each in matrix.totals
        ],
        observed=[each.goal.name[form.language] for each in matrix.observed],
    )


def _cells(found: Contribution, codes: Sequence[str], form: Format) -> list[str]:
    marks = ["●" if found.everything or code in found.fields else "" for code in codes]
    programs = form.text(N_("all")) if found.everything else ", ".join(found.programs) or "–"
    return [current()[found.indicator].name[form.language], *marks, programs, form.number(found.count)]


def _pair(goals: tuple[str, str], names: Mapping[str, str]) -> str:
    return " + ".join(names.get(each, each) for each in goals)


def _field(code: str, form: Format) -> str:
    name = field_names().get(code)
    return code if name is None else name[form.language]
