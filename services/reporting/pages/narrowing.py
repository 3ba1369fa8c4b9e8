"""Whether there is what an address narrows figures to: a page of a cohort that nobody has would be an empty chart."""

from collections.abc import Mapping
from typing import Any, Final

from sqlalchemy import Table, select

from services.reporting.frameworks import field_names
from services.reporting.indicators.dimensions import COMPANY_REGION
from services.reporting.indicators.timeline import COHORT_ORDINAL
from services.reporting.queries.freshness import live_generation
from services.reporting.tables import COHORT_VERSION, COMPANY, FACT, PROGRAM, UNIVERSITY
from shared.db import ReadSession
from shared.errors import N_, FieldError, Invalid

_NONE: Final = ("unknown_member", N_("There is none like this."))
# The table and the column that know a member; the smaller tables first.
_KNOWN: Final[Mapping[str, tuple[tuple[Table, str], ...]]] = {
    "field": ((COHORT_VERSION, "field"), (FACT, "field")),
    "program_id": ((PROGRAM, "program_id"),),
    "cohort_id": ((COHORT_VERSION, "cohort_id"),),
    COHORT_ORDINAL: ((COHORT_VERSION, "ordinal"),),
    "university_id": ((UNIVERSITY, "university_id"),),
    "company_id": ((COMPANY, "company_id"),),
    COMPANY_REGION: ((COMPANY, "region"),),
}


def check_members(session: ReadSession, only: Mapping[str, Any]) -> None:
    """Raise Invalid for members of dimensions that nothing has been heard of."""
    wrong = [FieldError(name, *_NONE) for name, member in only.items() if not _is_known(session, name, member)]
    if wrong:
        raise Invalid(*wrong)


def _is_known(session: ReadSession, name: str, member: Any) -> bool:
    if member is None or name not in _KNOWN or (name == "field" and member in field_names()):
        return True
    generation = live_generation(session)
    return any(
        session.execute(select(1).where(table.c.generation == generation, table.c[column] == member).limit(1)).first()
        for table, column in _KNOWN[name]
    )
