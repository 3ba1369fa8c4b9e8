"""What the worker of matching does beside its events: rounds that were started, and jobs that requests left."""

from collections.abc import Mapping
from types import MappingProxyType
from typing import Final

from services.matching.commands.answer_files import ANSWERS
from services.matching.commands.insurance_files import INSURANCE
from services.matching.commands.jobs import Leased, Work, run_next_job
from services.matching.commands.outcome_files import work_on_file
from services.matching.commands.round_jobs import compare_settings, freeze_round, propose_round
from services.matching.commands.round_runs import run_next_round
from services.matching.domain.jobs import JobKind
from services.matching.tables import OutcomeFile
from shared.db import Database


def work_on_matching(database: Database) -> bool:
    """Take up the next round or the next job, and say whether there was one."""
    return run_next_round(database) or run_next_job(database, WORKS)


def _on_file(database: Database, leased: Leased) -> None:
    with database.read() as session:
        kind = session.get_one(OutcomeFile, leased.file_id).kind
    work_on_file(database, leased, way=next(way for way in (INSURANCE, ANSWERS) if way.kind is kind))


WORKS: Final[Mapping[JobKind, Work]] = MappingProxyType({
    JobKind.FREEZE: freeze_round,
    JobKind.WHAT_IF: compare_settings,
    JobKind.PLACEMENTS: propose_round,
    JobKind.FILE: _on_file,
})  # fmt: skip
