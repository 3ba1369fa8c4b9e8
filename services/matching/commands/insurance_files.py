"""Employment insurance records by file: matched with placements by person and company, they are the best evidence there is."""

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from types import MappingProxyType
from typing import Any, Final
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import aliased
from sqlmodel import col

from services.matching.commands.history import Told, keep_many_claims, keep_many_evidences, record_many
from services.matching.commands.mismatches import Book
from services.matching.commands.outcome_files import MOST_ROWS, Way, take_file
from services.matching.domain.evidence import INSURANCE_RECORD, PROVABLE, raises
from services.matching.domain.mismatches import Claimant
from services.matching.domain.row_outcomes import FileKind, RowOutcome, RowResult
from services.matching.tables import Company, OutcomeFile, Placement, PlacementClaim
from shared.auth.actor import Actor
from shared.clock import today
from shared.contracts.matching import PlacementEvidenced
from shared.db import WriteSession
from shared.db.bulk import among
from shared.spreadsheets.named_columns import (
    BadCell,
    Columns,
    Row,
    business_number_in,
    day_in,
    needed_day,
    read_lines,
    uuid_in,
)

COLUMNS: Final = Columns(
    most_rows=MOST_ROWS,
    required=("person_id", "business_number", "acquired_on"),
    optional=("lost_on", "result"),
    spellings={
        "person_id": ("교육생 ID", "개인 ID"),
        "business_number": ("사업자등록번호", "사업자번호"),
        "acquired_on": ("취득일", "취득일자", "자격취득일", "자격취득일자"),
        "lost_on": ("상실일", "상실일자", "자격상실일", "자격상실일자"),
    },
)
_REACH: Final = 31
"""Days by which a record may lie beside an employment and still be its record: insurers hear of it with the month's payroll."""

# What trainees says of a row whose person it did not find, and how the row fares here.
_NOBODY: Final = MappingProxyType({"unknown": "nobody_found", "ambiguous": "several_found"})


@dataclass(frozen=True, slots=True)
class _Record:
    """One row that can be used. `ended_on` is the last day of the employment: the day before insurance was lost."""

    line: int
    person_id: UUID
    business_number: str
    started_on: date
    ended_on: date | None


def match_insurance_file(session: WriteSession, content: bytes, *, by: Actor) -> OutcomeFile:
    """Match records with placements: a match is evidence of grade 4, what differs becomes a mismatch, each row has its fate.

    Columns: person_id, business_number, acquired_on, if wanted lost_on; no names, no numbers of persons (`result`, which trainees
    puts beside the ids, says why a row has none). A file that comes twice changes nothing the second time. Raises BrokenFile.
    """
    return take_file(session, INSURANCE, content, university_id=None, by=by)


def _read(content: bytes) -> tuple[list[RowResult], list[_Record]]:
    results: list[RowResult] = []
    records: list[_Record] = []
    for line in read_lines(content, COLUMNS):
        nobody = _NOBODY.get(line.cells.get("result", ""))
        if nobody is not None and not line.cells["person_id"]:
            results.append(RowResult(line.number, RowOutcome.UNMATCHED, nobody, "person_id"))
            continue
        try:
            records.append(_record(line))
        except BadCell as bad:
            results.append(RowResult(line.number, RowOutcome.REJECTED, bad.code, bad.column))
    return results, records


def _record(line: Row) -> _Record:
    started_on = needed_day(line, "acquired_on", today=today())
    lost_on = day_in(line, "lost_on", today=today())
    if lost_on is not None and lost_on <= started_on:
        raise BadCell("lost_on", "too_early")
    ended_on = None if lost_on is None else lost_on - timedelta(days=1)
    return _Record(line.number, uuid_in(line, "person_id"), business_number_in(line, "business_number"), started_on, ended_on)


def _matched(session: WriteSession, records: Sequence[_Record], taken: set[UUID], by: Actor) -> list[RowResult]:
    placements = _locked(session, records)
    pairs: list[tuple[_Record, Placement]] = []
    results: list[RowResult] = []
    for record in records:
        found = _of_the_record(record, placements.get(record.person_id, {}))
        if isinstance(found, str):
            results.append(RowResult(record.line, RowOutcome.UNMATCHED, found, "person_id"))
        elif found.id in taken:
            results.append(RowResult(record.line, RowOutcome.REJECTED, "repeated", placement_id=found.id))
        else:
            taken.add(found.id)
            pairs.append((record, found))
    return [*results, *_proved(session, pairs, by=by)]


def _locked(session: WriteSession, records: Sequence[_Record]) -> Mapping[UUID, Mapping[str, list[Placement]]]:
    """All placements of the persons that the records name, by person and business number, locked in the order of ids."""
    persons = sorted({record.person_id for record in records})
    of_these = select(Placement).where(among(session, Placement.__table__.c.person_id, persons))  # type: ignore[attr-defined]
    locked = of_these.order_by(col(Placement.id)).with_for_update().execution_options(populate_existing=True)
    found = session.scalars(locked).all()
    numbers = _numbers(session, sorted({placement.company_id for placement in found}))
    result: defaultdict[UUID, defaultdict[str, list[Placement]]] = defaultdict(lambda: defaultdict(list))
    for placement in found:
        for number in numbers.get(placement.company_id, {""}):
            result[placement.person_id][number].append(placement)
    return result


def _numbers(session: WriteSession, company_ids: Sequence[UUID]) -> Mapping[UUID, set[str]]:
    """The business numbers under which an insurer may know each company: its own, and that of the one it was merged into."""
    survivor = aliased(Company)
    columns: Sequence[Any] = (
        col(Company.company_id),
        col(Company.business_number),
        col(survivor.business_number).label("survivors"),
    )
    statement = select(*columns).join_from(Company, survivor, col(survivor.company_id) == col(Company.into_id), isouter=True)
    known = statement.where(among(session, Company.__table__.c.company_id, company_ids))  # type: ignore[attr-defined]
    return {row.company_id: {row.business_number, row.survivors or row.business_number} for row in session.execute(known)}


def _of_the_record(record: _Record, placements: Mapping[str, list[Placement]]) -> Placement | str:
    """The placement that a record is of, or the code that says why there is none."""
    if not placements:
        return "unknown_person"
    at_company = placements.get(record.business_number, [])
    if not at_company:
        return "other_company"
    worked = [placement for placement in at_company if placement.state in PROVABLE]
    if not worked:
        return "not_started"
    near = [placement for placement in worked if _touches(record, placement)]
    return min(near, key=lambda each: abs((_began(each) - record.started_on).days)) if near else "no_overlap"


def _began(placement: Placement) -> date:
    assert placement.started_on is not None
    return placement.started_on


def _touches(record: _Record, placement: Placement) -> bool:
    after = record.ended_on is not None and (_began(placement) - record.ended_on).days > _REACH
    before = placement.ended_on is not None and (record.started_on - placement.ended_on).days > _REACH
    return not (after or before)


def _proved(session: WriteSession, pairs: Sequence[tuple[_Record, Placement]], *, by: Actor) -> Iterator[RowResult]:
    ids = [placement.id for _, placement in pairs]
    known = Book(session, ids).last_claims(Claimant.RECORD)
    told = Told(today(), None, recorded_by=by.subject)
    news = [(record, placement) for record, placement in pairs if not _same(known.get(placement.id), record)]
    better = [placement for _, placement in pairs if raises(placement.evidence_grade, INSURANCE_RECORD)]
    keep_many_claims(session, [_claim(record, placement, by=by) for record, placement in news])
    touched = {placement.id: placement for placement in [*better, *(placement for _, placement in news)]}
    keep_many_evidences(session, touched.values(), INSURANCE_RECORD, told)
    for placement in better:
        placement.evidence_grade = INSURANCE_RECORD
    record_many(session, better, PlacementEvidenced, told)
    book = Book(session, ids)
    for record, placement in pairs:
        codes = book.recheck(placement, on=told.effective_on, of=Claimant.RECORD)
        done = RowOutcome.APPLIED if placement.id in touched else RowOutcome.UNCHANGED
        yield RowResult(
            record.line, RowOutcome.DIFFERS if codes else done, codes[0] if codes else None, placement_id=placement.id
        )


def _same(known: PlacementClaim | None, record: _Record) -> bool:
    return known is not None and known.employed and (known.started_on, known.ended_on) == (record.started_on, record.ended_on)


def _claim(record: _Record, placement: Placement, *, by: Actor) -> dict[str, Any]:
    return {
        "placement_id": placement.id,
        "claimant": Claimant.RECORD,
        "employed": True,
        "started_on": record.started_on,
        "ended_on": record.ended_on,
        "reported_on": None,
        "actor": by.subject,
    }


INSURANCE: Final = Way(FileKind.INSURANCE, _read, _matched)
