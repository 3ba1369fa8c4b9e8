"""Evidence: better evidence is an event, any other is kept beside it."""

from datetime import date
from uuid import UUID

from services.matching.commands.history import Told, dated, keep_evidence, record
from services.matching.commands.locking import locked_placement
from services.matching.domain.evidence import check_provable, raises
from services.matching.tables import Placement
from shared.auth.actor import Actor
from shared.contracts.matching import PlacementEvidenced
from shared.db import WriteSession


def add_evidence(
    session: WriteSession,
    placement_id: UUID,
    *,
    grade: int,
    reference: str | None = None,
    on: date | None = None,
    reported_on: date | None = None,
    by: Actor,
) -> Placement:
    """Keep a piece of evidence of an employment.

    A better grade than the best so far raises it and is an event. Any other is kept and changes nothing of the placement:
    no event, the same version. Raises NotFound, NothingToProve, Invalid.
    """
    placement, _ = locked_placement(session, placement_id, by=by)
    check_provable(placement.state)
    told = Told(*dated(on, reported_on, not_before=placement.started_on), recorded_by=by.subject)
    better_evidence(session, placement, grade, told, reference=reference)
    return placement


def better_evidence(session: WriteSession, placement: Placement, grade: int, told: Told, *, reference: str | None) -> None:
    """The same for who holds the placement's lock and knows that there is something to prove."""
    keep_evidence(session, placement, grade, told, reference=reference)
    if raises(placement.evidence_grade, grade):
        placement.evidence_grade = grade
        record(session, placement, PlacementEvidenced, told)
