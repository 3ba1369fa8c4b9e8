"""The tables of the executive's page: what became of each cohort, of each field, of each university."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any, Final

from services.reporting.domain.values import Counts
from services.reporting.frameworks import field_names
from services.reporting.indicators import Scope, current
from services.reporting.indicators.timeline import COHORT_ORDINAL
from services.reporting.pages.formatting import Format
from services.reporting.pages.members import names_of
from services.reporting.queries.values import Value, value_of, values_by
from shared.db import ReadSession
from shared.errors import N_

TRAINING: Final = ("completion_rate", "employment_rate_completers")
_COLUMNS: Final = (N_("Started"), N_("Completed"), N_("Completed %"), N_("Employed"), N_("Employed %"))


@dataclass(frozen=True, slots=True)
class Breakdown:
    """A table: its caption, the head of its first column, those of the others, and the rows by name. The last is the total."""

    id: str
    caption: str
    first: str
    columns: Sequence[str]
    rows: Sequence[tuple[str, Sequence[str]]]


def by_cohort(session: ReadSession, scope: Scope, form: Format) -> Breakdown:
    """By the cohorts' ordinal: the first cohorts of all programs together, then the second ones."""
    found = _groups(session, scope, COHORT_ORDINAL, TRAINING)
    rows = [(_cohort_name(ordinal, form), _training_cells(values, form)) for ordinal, values in found.items()]
    total = (form.text(N_("Total")), _training_cells(_whole(session, scope, TRAINING), form))
    columns = [form.text(column) for column in _COLUMNS]
    return Breakdown("by-cohort", form.text(N_("By cohort")), form.text(N_("Cohort")), columns, [*rows, total])


def by_field(session: ReadSession, scope: Scope, form: Format) -> Breakdown:
    """By industry field: of the training for what becomes of trainees, of the job for jobs."""
    wanted = (*TRAINING, "jobs_created")
    found = _groups(session, scope, "field", wanted)
    rows = [(_field_name(field, form), _field_cells(values, form)) for field, values in found.items()]
    total = (form.text(N_("Total")), _field_cells(_whole(session, scope, wanted), form))
    columns = [form.text(column) for column in (*_COLUMNS, N_("New jobs"))]
    return Breakdown("by-field", form.text(N_("By field")), form.text(N_("Field")), columns, [*rows, total])


def by_university(session: ReadSession, scope: Scope, form: Format) -> Breakdown:
    """By university: of who was trained there."""
    found = _groups(session, scope, "university_id", TRAINING)
    names = names_of(session, "university_id", found, form)
    rows = [(names[university], _training_cells(values, form)) for university, values in found.items()]
    total = (form.text(N_("Total")), _training_cells(_whole(session, scope, TRAINING), form))
    columns = [form.text(column) for column in _COLUMNS]
    text = form.text(N_("By university"))
    return Breakdown("by-university", text, form.text(N_("University")), columns, [*sorted(rows), total])


def _groups(
    session: ReadSession, scope: Scope, dimension: str, wanted: Sequence[str]
) -> Mapping[Any, Mapping[str, Value | None]]:
    """Per member of a dimension the wanted values, None where an indicator counted nothing for it; unknown comes last."""
    found: dict[Any, dict[str, Value | None]] = {}
    for name in wanted:
        for value in values_by(session, current()[name], replace(scope, by=(dimension,))):
            found.setdefault(value.dimensions[dimension], dict.fromkeys(wanted))[name] = value
    return dict(sorted(found.items(), key=lambda each: (each[0] is None, each[0] or 0)))


def _whole(session: ReadSession, scope: Scope, wanted: Sequence[str]) -> Mapping[str, Value | None]:
    return {name: value_of(session, current()[name], scope) for name in wanted}


def _training_cells(values: Mapping[str, Value | None], form: Format) -> list[str]:
    completion, employment = (values[name] for name in TRAINING)
    return [
        form.number(_counts(completion).denominator or 0),
        form.number(_counts(completion).numerator),
        _in_words("completion_rate", completion, form),
        form.number(_counts(employment).numerator),
        _in_words("employment_rate_completers", employment, form),
    ]


def _field_cells(values: Mapping[str, Value | None], form: Format) -> list[str]:
    return [*_training_cells(values, form), _in_words("jobs_created", values["jobs_created"], form, bare=True)]


def _counts(value: Value | None) -> Counts:
    return Counts() if value is None else value.counts


def _in_words(name: str, value: Value | None, form: Format, *, bare: bool = False) -> str:
    indicator = current()[name]
    reading = indicator.read(_counts(value))
    if bare and reading.value is not None:
        return form.number(reading.value)
    return form.value(reading.value, reading.state, indicator.unit)


def _cohort_name(ordinal: int | None, form: Format) -> str:
    return form.text(N_("Unknown")) if ordinal is None else form.text(N_("Cohort {ordinal}"), ordinal=ordinal)


def _field_name(code: str | None, form: Format) -> str:
    if code is None:
        return form.text(N_("Unknown"))
    name = field_names().get(code)
    return code if name is None else getattr(name, form.language)
