"""What the members of dimensions are called: fields, programs, cohorts, universities, companies, regions, ages, genders."""

from collections.abc import Iterable, Mapping
from typing import Any, Final

from sqlalchemy import func, select

from services.reporting.frameworks import field_names
from services.reporting.indicators.dimensions import AGE_BAND, COMPANY_REGION, GENDER, UNKNOWN
from services.reporting.indicators.timeline import COHORT_ORDINAL
from services.reporting.pages.cells import REGIONS
from services.reporting.pages.formatting import Format
from services.reporting.queries.freshness import live_generation
from services.reporting.tables import COHORT_VERSION, COMPANY, PROGRAM, UNIVERSITY
from shared.db import ReadSession
from shared.db.bulk import among
from shared.errors import N_

_NAMED: Final = {
    "program_id": (PROGRAM, PROGRAM.c.program_id),
    "university_id": (UNIVERSITY, UNIVERSITY.c.university_id),
    "company_id": (COMPANY, COMPANY.c.company_id),
}
_AGES: Final = {
    "under_25": N_("Under 25"),
    "25_29": N_("25 to 29"),
    "30_34": N_("30 to 34"),
    "35_and_over": N_("35 and over"),
}
_GENDERS: Final = {"female": N_("Women"), "male": N_("Men"), "f": N_("Women"), "m": N_("Men")}


def names_of(session: ReadSession, dimension: str, members: Iterable[Any], form: Format) -> Mapping[Any, str]:
    """A name for each member, read at once; for the one that is not known, that it is not."""
    wanted = {member for member in members if member is not None}
    found: dict[Any, str] = {None: form.text(N_("Unknown"))}
    if dimension in _NAMED:
        found |= _registered(session, dimension, wanted, form)
    elif dimension == "cohort_id":
        found |= _cohorts(session, wanted)
    else:
        found |= {member: _named(dimension, member, form) for member in wanted}
    return {**{member: str(member) for member in wanted}, **found}


def as_written(member: Any) -> str:
    """A member as addresses have it."""
    return UNKNOWN if member is None else str(member)


def _registered(session: ReadSession, dimension: str, wanted: set[Any], form: Format) -> Mapping[Any, str]:
    table, key = _NAMED[dimension]
    name = table.c.name_ko if form.language == "ko" else table.c.name_en
    statement = select(key, name).where(table.c.generation == live_generation(session), among(session, key, list(wanted)))
    return {row[0]: row[1] for row in session.execute(statement)} if wanted else {}


def _cohorts(session: ReadSession, wanted: set[Any]) -> Mapping[Any, str]:
    """By their newest version."""
    row = COHORT_VERSION.c
    if not wanted:
        return {}
    of_them = [row.generation == live_generation(session), among(session, row.cohort_id, list(wanted))]
    newest = select(row.cohort_id, func.max(row.version).label("version")).where(*of_them).group_by(row.cohort_id).subquery()
    statement = select(row.cohort_id, row.code).join(
        newest, (row.cohort_id == newest.c.cohort_id) & (row.version == newest.c.version)
    )
    return {found[0]: found[1] for found in session.execute(statement.where(row.generation == live_generation(session)))}


def _named(dimension: str, member: Any, form: Format) -> str:
    if dimension == "field":
        name = field_names().get(member)
        return str(member) if name is None else name[form.language]
    if dimension == COHORT_ORDINAL:
        return form.text(N_("Cohort {ordinal}"), ordinal=member)
    known = {AGE_BAND: _AGES, GENDER: _GENDERS, COMPANY_REGION: REGIONS}.get(dimension, {})
    return form.text(known[member]) if member in known else str(member)
