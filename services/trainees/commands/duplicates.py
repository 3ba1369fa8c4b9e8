"""The duplicate queue: fills by itself with pairs that may be one human, and keeps what a person decides about them."""

from collections.abc import Sequence
from typing import Any, Final
from uuid import UUID

from sqlalchemy import select, update
from sqlalchemy.dialects import postgresql, sqlite
from sqlmodel import col

from services.trainees.commands.merging import merge_persons
from services.trainees.domain.identity import Decision, PairDecided
from services.trainees.domain.likeness import Likeness
from services.trainees.queries.chunks import CHUNK
from services.trainees.queries.duplicates import candidates
from services.trainees.queries.sealing import finding_hashes, opened
from services.trainees.tables import DuplicatePair, PairState, PersonRecord, rows_of
from shared.auth.actor import Actor
from shared.clock import now
from shared.db import Database, WriteSession
from shared.db.bulk import among
from shared.errors import N_, NotFound
from shared.ids import new_id
from shared.versions import check_version

BATCH: Final = 500


def queue_duplicates(database: Database) -> int:
    """Look for duplicates of every record that changed since it was last looked at. Returns how many pairs are new.

    Safe to run twice and on several machines: one at a time works, in batches of its own transactions.
    """
    total = 0
    while True:
        examined, found = database.run(lambda session: _claimed_batch(database, session), idempotent=True)
        total += found
        if examined < BATCH:
            return total


def _claimed_batch(database: Database, session: WriteSession) -> tuple[int, int]:
    with database.claim(session, "trainees.duplicates") as free:
        return examine(session) if free else (0, 0)


def examine(session: WriteSession, person_ids: Sequence[UUID] | None = None) -> tuple[int, int]:
    """Look for duplicates of some records that changed, or of these persons. How many were looked at, how many pairs are new."""
    records = rows_of(PersonRecord)
    statement = select(records).where(~records.c.examined).order_by(records.c.person_id).limit(BATCH)
    if person_ids is not None:
        statement = statement.where(among(session, records.c.person_id, person_ids))
    rows = session.execute(statement.with_for_update()).all()
    if any(row.birth_hash is None for row in rows):  # stored before there were these hashes
        _complete(session, [row for row in rows if row.birth_hash is None])
        rows = session.execute(statement).all()
    found = candidates(session, rows)
    new = _queue(session, found)
    for start in range(0, len(rows), CHUNK):
        ids = [row.person_id for row in rows[start : start + CHUNK]]
        session.execute(update(records).where(among(session, records.c.person_id, ids)).values(examined=True))
    return len(rows), new


def _complete(session: WriteSession, rows: Sequence[Any]) -> None:
    records = rows_of(PersonRecord)
    for row in rows:
        name, birth, phone = finding_hashes(session, opened(session, row))
        changed = update(records).where(records.c.person_id == row.person_id)
        session.execute(changed.values(name_hash=name, birth_hash=birth, phone_hash=phone))


def _queue(session: WriteSession, found: dict[tuple[UUID, UUID], Likeness]) -> int:
    """Store pairs that nobody has decided about; of one that waits already, the score and signs are brought up to date."""
    if not found:
        return 0
    table = rows_of(DuplicatePair)
    ids = sorted({one for one, _ in found})
    known = session.execute(select(table.c.one_id, table.c.other_id).where(among(session, table.c.one_id, ids))).all()
    before = {(row.one_id, row.other_id) for row in known} & set(found)
    at = now()
    rows = [
        {"id": new_id(), "version": 1, "created_at": at, "one_id": one, "other_id": other, "state": PairState.OPEN,
         "score": likeness.score, "evidence": [sign.value for sign in likeness.signs]}
        for (one, other), likeness in sorted(found.items())
    ]  # fmt: skip
    module: Any = postgresql if session.get_bind().dialect.name == "postgresql" else sqlite
    insert = module.insert(table)
    renewed = {"score": insert.excluded.score, "evidence": insert.excluded.evidence}
    waiting = table.c.state == PairState.OPEN
    statement = insert.on_conflict_do_update(index_elements=["one_id", "other_id"], set_=renewed, where=waiting)
    session.execute(statement, rows)
    return len(found) - len(before)


def decide_pair(
    session: WriteSession,
    pair_id: UUID,
    *,
    decision: Decision,
    by: Actor,
    survivor_id: UUID | None = None,
    expected_version: int | None = None,
) -> DuplicatePair:
    """Make the two one, or remember that they are not. `survivor_id` is who stays; the one known longer if not given.

    Raises NotFound, Stale, PairDecided, MergedAlready.
    """
    statement = select(DuplicatePair).where(col(DuplicatePair.id) == pair_id).with_for_update()
    pair = session.scalars(statement.execution_options(populate_existing=True)).one_or_none()
    if pair is None or (survivor_id is not None and survivor_id not in {pair.one_id, pair.other_id}):
        raise NotFound(N_("duplicate"))
    check_version(pair, expected_version)
    if pair.state is not PairState.OPEN:
        raise PairDecided
    if decision is Decision.MERGE:
        survivor = survivor_id or pair.one_id
        merged = pair.other_id if survivor == pair.one_id else pair.one_id
        merge_persons(session, survivor, merged, by=by)
        session.refresh(pair)
        return pair
    pair.state, pair.decided_at, pair.decided_by = PairState.NOT_A_DUPLICATE, now(), by.subject
    pair.version += 1
    return pair
