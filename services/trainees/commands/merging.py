"""Two persons turn out to be one human, or not to be after all. Every row stays; who counts as whom changes."""

from collections.abc import Iterable, Sequence
from uuid import UUID

from sqlalchemy import select, update
from sqlmodel import col

from services.trainees.commands.locks import locked_cohort
from services.trainees.commands.waiting_list import move_up
from services.trainees.domain.identity import MergedAlready, NotMerged
from services.trainees.domain.stages import EXITS, HOLD_A_PLACE, Stage
from services.trainees.queries.identity import same_human
from services.trainees.tables import DuplicatePair, Enrolment, PairState, Person, rows_of
from shared.auth.actor import Actor
from shared.clock import now, today
from shared.contracts.trainees import EnrolmentFoundDuplicate, EnrolmentNoDuplicate, PersonsMerged, PersonsUnmerged
from shared.db import WriteSession
from shared.errors import N_, NotFound
from shared.events.outbox import emit

_FAR: tuple[Stage, ...] = (
    Stage.APPLIED, Stage.WAITLISTED, Stage.SELECTED, Stage.ENROLLED, Stage.TRAINING, Stage.ON_LEAVE, Stage.INTERNING,
)  # fmt: skip


def merge_persons(session: WriteSession, survivor_id: UUID, merged_id: UUID, *, by: Actor) -> Person:
    """Let `merged_id`, and all that was merged into it, count as `survivor_id` from now on. Returns the survivor.

    Where both have a living enrolment in one cohort, the one that came less far counts no more and holds no place.
    Raises NotFound, and MergedAlready where either does not stand for itself.
    """
    persons = _locked(session, [survivor_id, merged_id])
    survivor, merged = persons[survivor_id], persons[merged_id]
    if survivor_id == merged_id or survivor.identity_id is not None or merged.merged_into is not None:
        raise MergedAlready
    members = list(_locked(session, same_human(session, merged_id)).values())
    merged.merged_into = survivor_id
    _count_as(session, members, survivor_id, event=PersonsMerged)
    session.flush()
    _decided(session, [survivor_id, merged_id], PairState.MERGED, by=by)
    _set_twins_aside(session, same_human(session, survivor_id))
    return survivor


def unmerge_person(session: WriteSession, person_id: UUID, *, by: Actor) -> Person:
    """Take the merge of this person into another back; what was merged into it before stays with it. It is remembered.

    Raises NotFound, NotMerged.
    """
    person = _locked(session, [person_id])[person_id]
    if person.merged_into is None or person.identity_id is None:
        raise NotMerged
    was, parent = person.identity_id, person.merged_into
    everybody = _locked(session, same_human(session, person_id))
    apart = _subtree(everybody.values(), person_id)
    person.merged_into = None
    _count_as(session, [everybody[id_] for id_ in apart], person_id, event=PersonsUnmerged)
    session.flush()
    _decided(session, [person_id, parent], PairState.NOT_A_DUPLICATE, by=by)
    _bring_twins_back(session, [*apart, *same_human(session, was)])
    return person


def _locked(session: WriteSession, ids: Sequence[UUID]) -> dict[UUID, Person]:
    statement = select(Person).where(col(Person.id).in_(ids)).order_by(col(Person.id)).with_for_update()
    found = {each.id: each for each in session.scalars(statement.execution_options(populate_existing=True))}
    if len(found) < len(set(ids)):
        raise NotFound(N_("person"))
    return found


def _subtree(persons: Iterable[Person], root: UUID) -> list[UUID]:
    below: dict[UUID, list[UUID]] = {}
    for each in persons:
        if each.merged_into is not None:
            below.setdefault(each.merged_into, []).append(each.id)
    found = [root]
    for id_ in found:
        found.extend(below.get(id_, ()))
    return found


def _count_as(
    session: WriteSession, persons: Iterable[Person], survivor_id: UUID, *, event: type[PersonsMerged | PersonsUnmerged]
) -> None:
    for person in persons:
        person.identity_id = survivor_id if person.id != survivor_id else None
        emit(session, person, event(person_id=person.id, survivor_id=survivor_id, effective_on=today()))


def _decided(session: WriteSession, ids: Sequence[UUID], state: PairState, *, by: Actor) -> None:
    table = rows_of(DuplicatePair)
    pair = (table.c.one_id == min(ids), table.c.other_id == max(ids))
    decided = {"state": state, "decided_at": now(), "decided_by": by.subject, "version": table.c.version + 1}
    session.execute(update(table).where(*pair).values(**decided))


def _living(session: WriteSession, person_ids: Sequence[UUID]) -> dict[UUID, list[Enrolment]]:
    """The living enrolments of one human by cohort, cohorts locked before them."""
    of_human = (col(Enrolment.person_id).in_(person_ids), col(Enrolment.stage).not_in(EXITS))
    cohorts = session.scalars(select(col(Enrolment.cohort_id)).where(*of_human).distinct()).all()
    found: dict[UUID, list[Enrolment]] = {}
    for cohort_id in sorted(cohorts):
        locked_cohort(session, cohort_id)
        here = select(Enrolment).where(*of_human, col(Enrolment.cohort_id) == cohort_id).order_by(col(Enrolment.id))
        found[cohort_id] = list(session.scalars(here.with_for_update().execution_options(populate_existing=True)))
    return found


def _set_twins_aside(session: WriteSession, person_ids: Sequence[UUID]) -> None:
    for cohort_id, enrolments in _living(session, person_ids).items():
        counting = [each for each in enrolments if each.duplicate_of is None]
        if len(counting) < 2:
            continue
        stays = max(counting, key=lambda each: (_FAR.index(each.stage), -each.created_at.timestamp()))
        freed = 0
        for twin in counting:
            if twin is not stays:
                freed += twin.stage in HOLD_A_PLACE
                twin.duplicate_of = stays.id
                emit(session, twin, EnrolmentFoundDuplicate(**_content(twin), duplicate_of=stays.id))
        move_up(session, locked_cohort(session, cohort_id), places=freed, on=today())


def _bring_twins_back(session: WriteSession, person_ids: Sequence[UUID]) -> None:
    """Twins of what is not the same human any more count again, even where their place was given away: they had it."""
    humans = {
        row.id: row.identity_id or row.id
        for row in session.execute(select(col(Person.id), col(Person.identity_id)).where(col(Person.id).in_(person_ids)))
    }
    statement = select(Enrolment).where(col(Enrolment.person_id).in_(person_ids)).order_by(col(Enrolment.id))
    enrolments = list(session.scalars(statement.with_for_update().execution_options(populate_existing=True)))
    human_of = {each.id: humans[each.person_id] for each in enrolments}
    for each in enrolments:
        if each.duplicate_of is not None and human_of.get(each.duplicate_of) != human_of[each.id]:
            each.duplicate_of = None
            emit(session, each, EnrolmentNoDuplicate(**_content(each)))


def _content(enrolment: Enrolment) -> dict[str, object]:
    names = ("person_id", "cohort_id", "program_id", "university_id", "field")
    return {"enrolment_id": enrolment.id, "effective_on": today(), **{name: getattr(enrolment, name) for name in names}}
