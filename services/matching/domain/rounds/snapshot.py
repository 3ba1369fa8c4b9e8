"""The frozen input of a round: one canonical text of both sides, whose hash says whether two inputs are the same."""

import hashlib
import zlib
from datetime import date
from typing import Any, Final
from uuid import UUID

import orjson

from services.matching.domain.candidates import Stage
from services.matching.domain.market.sides import CandidateSide, Demand, OpeningSide
from services.matching.domain.openings import Kind, OpeningState
from services.matching.domain.rounds.problem import Problem

FORMAT: Final = 1


def written(problem: Problem) -> bytes:
    """The input as text: the same input gives the same bytes, in whatever order it was read."""
    problem = problem.in_order()
    content = {
        "format": FORMAT,
        "on": problem.on.isoformat(),
        "candidates": [_candidate(each) for each in problem.candidates],
        "openings": [_opening(each) for each in problem.openings],
        "met": sorted([str(person), str(position)] for person, position in problem.met),
        "by_trainee": {str(key): [str(each) for each in ranked] for key, ranked in problem.by_trainee.items()},
        "by_position": {str(key): [str(each) for each in ranked] for key, ranked in problem.by_position.items()},
    }
    return orjson.dumps(content, option=orjson.OPT_SORT_KEYS)


def digest(text: bytes) -> str:
    """SHA-256 of the text, in hexadecimal."""
    return hashlib.sha256(text).hexdigest()


def packed(text: bytes) -> bytes:
    return zlib.compress(text, level=6)


def unpacked(content: bytes) -> Problem:
    """The input again. Raises ValueError for a format that this release does not read."""
    said = orjson.loads(zlib.decompress(content))
    if said["format"] != FORMAT:
        raise ValueError(f"snapshot of format {said['format']}")
    return Problem(
        on=date.fromisoformat(said["on"]),
        candidates=[_read_candidate(row) for row in said["candidates"]],
        openings=[_read_opening(row) for row in said["openings"]],
        met=frozenset((UUID(person), UUID(position)) for person, position in said["met"]),
        by_trainee={UUID(key): tuple(map(UUID, ranked)) for key, ranked in said["by_trainee"].items()},
        by_position={UUID(key): tuple(map(UUID, ranked)) for key, ranked in said["by_position"].items()},
    )


def _candidate(each: CandidateSide) -> list[Any]:
    ids = (each.person_id, each.enrolment_id, each.university_id, each.program_id, each.cohort_id)
    return [
        *(None if id_ is None else str(id_) for id_ in ids),
        each.field,
        each.stage.value,
        each.available_from,
        each.internship_from,
        each.region,
        each.held,
        None if each.skills is None else dict(each.skills),
        list(each.fields),
        list(each.regions),
        list(each.kinds),
        each.salary_wish,
        each.parked,
    ]


def _read_candidate(row: list[Any]) -> CandidateSide:
    person, enrolment, university, program, cohort = (None if id_ is None else UUID(id_) for id_ in row[:5])
    assert person is not None
    assert enrolment is not None
    return CandidateSide(
        person_id=person,
        enrolment_id=enrolment,
        university_id=university,
        program_id=program,
        cohort_id=cohort,
        field=row[5],
        stage=Stage(row[6]),
        available_from=_day(row[7]),
        internship_from=_day(row[8]),
        region=row[9],
        held=row[10],
        skills=row[11],
        fields=tuple(row[12]),
        regions=tuple(row[13]),
        kinds=tuple(row[14]),
        salary_wish=row[15],
        parked=row[16],
    )


def _opening(each: OpeningSide) -> list[Any]:
    return [
        str(each.position_id),
        str(each.company_id),
        each.title,
        each.field,
        each.kind.value,
        each.region,
        each.state.value,
        each.opens_on,
        each.closes_on,
        each.free_seats,
        [[demand.skill, demand.level, demand.must] for demand in sorted(each.demands, key=lambda demand: demand.skill)],
        each.pay,
    ]


def _read_opening(row: list[Any]) -> OpeningSide:
    opens = _day(row[7])
    assert opens is not None
    return OpeningSide(
        position_id=UUID(row[0]),
        company_id=UUID(row[1]),
        title=row[2],
        field=row[3],
        kind=Kind(row[4]),
        region=row[5],
        state=OpeningState(row[6]),
        opens_on=opens,
        closes_on=_day(row[8]),
        free_seats=row[9],
        demands=tuple(Demand(skill, level, must) for skill, level, must in row[10]),
        pay=row[11],
    )


def _day(text: str | None) -> date | None:
    return None if text is None else date.fromisoformat(text)
