"""What a framework refers to must be there: indicators, units, fields, nodes, measures; and ids are unique."""

from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Final

from services.reporting.domain.periods import Period
from services.reporting.frameworks.documents import Framework
from services.reporting.frameworks.names import PARTS, UNITS
from services.reporting.frameworks.targets import Goal
from services.reporting.indicators import current
from shared.errors import N_, FieldError

OBSERVED_EVERY: Final = (Period.MONTH, Period.QUARTER, Period.YEAR)
_NO_SUCH: Final = N_("There is none of this name. There are: {allowed}.")
_TAKEN: Final = N_("Something else has this id already.")


@dataclass(frozen=True, slots=True)
class Surroundings:
    """What else there is: the ids that other plans use, and the codes of the industry fields."""

    goals: Collection[str] = ()
    measures: Collection[str] = ()
    fields: Collection[str] = field(default=())


def problems(framework: Framework, around: Surroundings) -> list[FieldError]:
    """Everything that is wrong between the parts of a plan, each with its place and with what would be allowed."""
    return [*_repeated(framework, around), *_tree(framework, around), *_measures(framework), *_goals(framework, around)]


def _repeated(framework: Framework, around: Surroundings) -> Iterator[FieldError]:
    ids: Mapping[str, Iterable[tuple[str, str]]] = {
        "goals": [(f"/goals/{place}/id", goal.id) for place, goal in enumerate(framework.goals)],
        "measures": [(f"/measures/{place}/id", measure.id) for place, measure in enumerate(framework.measures)],
        "nodes": [(f"{pointer}/id", node.id) for pointer, node in framework.all_nodes()],
        "projects": [(f"/projects/{place}/id", project.id) for place, project in enumerate(framework.projects)],
        "committees": [(f"/committees/{place}/id", each.id) for place, each in enumerate(framework.committees)],
    }
    elsewhere = {"goals": around.goals, "measures": around.measures}
    for what, found in ids.items():
        seen = set(elsewhere.get(what, ()))
        for pointer, id_ in found:
            if id_ in seen:
                yield FieldError(pointer, "id_taken", _TAKEN)
            seen.add(id_)


def _tree(framework: Framework, around: Surroundings) -> Iterator[FieldError]:
    kinds, nodes = {*PARTS, *framework.kinds}, framework.node_ids()
    for pointer, node in framework.all_nodes():
        yield from _among(f"{pointer}/kind", node.kind, kinds, "unknown_kind")
        for place, code in enumerate(node.fields):
            yield from _among(f"{pointer}/fields/{place}", code, around.fields, "unknown_industry_field")
        for place, stated in enumerate(node.stated):
            yield from _among(f"{pointer}/stated/{place}/kind", stated.kind, kinds, "unknown_kind")
    for place, stated in enumerate(framework.stated):
        yield from _among(f"/stated/{place}/kind", stated.kind, kinds, "unknown_kind")
    for place, project in enumerate(framework.projects):
        if project.node is not None:
            yield from _among(f"/projects/{place}/node", project.node, nodes, "unknown_node")


def _measures(framework: Framework) -> Iterator[FieldError]:
    for place, measure in enumerate(framework.measures):
        yield from _among(f"/measures/{place}/unit", measure.unit, {*UNITS, *framework.units}, "unknown_unit")
        yield from _among(f"/measures/{place}/every", measure.every, OBSERVED_EVERY, "unknown_period")


def _goals(framework: Framework, around: Surroundings) -> Iterator[FieldError]:
    nodes = framework.node_ids()
    for place, goal in enumerate(framework.goals):
        pointer = f"/goals/{place}"
        if goal.node is not None:
            yield from _among(f"{pointer}/node", goal.node, nodes, "unknown_node")
        yield from _among(f"{pointer}/unit", goal.unit, {*UNITS, *framework.units}, "unknown_unit")
        yield from _measured(framework, goal, pointer)
        for number, code in enumerate(goal.counts.fields if goal.counts else ()):
            yield from _among(f"{pointer}/counts/fields/{number}", code, around.fields, "unknown_industry_field")


def _measured(framework: Framework, goal: Goal, pointer: str) -> Iterator[FieldError]:
    if goal.measure is not None:
        measure = framework.measure(goal.measure)
        if measure is None:
            yield _no_such(f"{pointer}/measure", [each.id for each in framework.measures], "unknown_measure")
        elif measure.unit != goal.unit:
            yield _unit(pointer, measure.unit)
        return
    indicator = current().get(goal.indicator or "")
    if indicator is None:
        yield _no_such(f"{pointer}/indicator", current(), "unknown_indicator")
        return
    if str(indicator.unit) != goal.unit:
        yield _unit(pointer, str(indicator.unit))
    wanted = {"fields": "field", "programs": "program_id"}
    for name, dimension in wanted.items():
        if goal.counts is not None and getattr(goal.counts, name) and dimension not in indicator.dimensions:
            message = N_("This indicator knows only these dimensions: {allowed}.")
            yield FieldError(
                f"{pointer}/counts/{name}", "unknown_dimension", message, {"allowed": ", ".join(indicator.dimensions)}
            )


def _unit(pointer: str, unit: str) -> FieldError:
    return FieldError(f"{pointer}/unit", "other_unit", N_("It is measured in {unit}."), {"unit": unit})


def _among(pointer: str, value: str, allowed: Iterable[str], code: str) -> Iterator[FieldError]:
    choices = list(allowed)
    if value not in choices:
        yield _no_such(pointer, choices, code)


def _no_such(pointer: str, allowed: Iterable[str], code: str) -> FieldError:
    return FieldError(pointer, code, _NO_SUCH, {"allowed": ", ".join(sorted(allowed)) or "-"})
