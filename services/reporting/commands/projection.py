"""The projection: events become rows, whatever the order in which the events of different aggregates arrive."""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from datetime import date, datetime
from typing import Any, Final

from sqlalchemy import Table, case, delete
from sqlalchemy.dialects import postgresql, sqlite

from services.reporting.commands.arrivals import TELL_WHO_IS_WHO, note_arrival
from services.reporting.commands.drifting import keep_tallies
from services.reporting.commands.retelling import retell
from services.reporting.domain.rewriting import REWRITES
from services.reporting.domain.stages import STAGE_AFTER, stage_after
from services.reporting.tables import (
    COHORT_VERSION,
    COMPANY,
    COMPANY_PLACE,
    FACT,
    IDENTITY,
    KEPT_ROLLED,
    MADE_BY,
    PROGRAM,
    PROJECTED,
    ROSTER,
    ROUND_STEP,
    SOURCE_READ,
    TRAIT,
    UNIVERSITY,
)
from shared.contracts.employers import CompanyChanged, CompanyMerged, CompanyRegistered
from shared.contracts.matching import PlacementEvent, RoundEvent
from shared.contracts.trainees import (
    CohortEvent,
    EnrolmentApplied,
    EnrolmentFoundDuplicate,
    EnrolmentNoDuplicate,
    IdentityEvent,
    LeaveEnded,
    ProgramCreated,
    RosterSettled,
    UniversityRegistered,
)
from shared.db import WriteSession
from shared.db.bulk import bulk_insert, bulk_upsert
from shared.events.contract import Event
from shared.events.handlers import Delivery
from shared.events.tallies import Tally

Row = Mapping[str, Any]
# One more whenever events are understood better than before: a generation of an earlier edition should be built anew.
EDITION: Final = 1

_SAID: Final = (
    "effective_on", "reported_on", "person_id", "enrolment_id", "cohort_id", "program_id", "university_id", "field",
    "field_of_training", "placement_id", "seat_id", "position_id", "company_id", "origin", "evidence_grade",
)  # fmt: skip
_LATEST: Final[Sequence[tuple[tuple[type[Event], ...], Table, str]]] = (
    ((ProgramCreated,), PROGRAM, "program_id"),
    ((UniversityRegistered,), UNIVERSITY, "university_id"),
    ((CompanyRegistered, CompanyChanged), COMPANY, "company_id"),
    ((RosterSettled,), ROSTER, "roster_sync_id"),
)


def store_facts(session: WriteSession, deliveries: Sequence[Delivery], generation: int) -> None:
    """Write what happened into one generation. Each event comes once, those of one aggregate in version order."""
    _note_edition(session, generation)
    kept = {"generation": generation, "batch": note_arrival(session, deliveries, generation)}
    happened = [delivery for delivery in deliveries if _is_told(delivery)]
    facts = [_fact(delivery, kept) for delivery in happened]
    anew = {fact["aggregate_id"] for fact, delivery in zip(facts, happened, strict=True) if type(delivery.event) in REWRITES}
    _append(session, FACT, [fact for fact in facts if fact["aggregate_id"] not in anew])
    if anew:
        retell(session, [each for each in zip(facts, happened, strict=True) if each[0]["aggregate_id"] in anew], generation)
    identities = [delivery for delivery in deliveries if isinstance(delivery.event, TELL_WHO_IS_WHO)]
    _append(session, IDENTITY, [_identity(delivery, kept) for delivery in identities])
    _append(session, TRAIT, [trait for delivery in deliveries if (trait := _trait(delivery, kept)) is not None])
    cohorts = [delivery for delivery in deliveries if isinstance(delivery.event, CohortEvent)]
    _append(session, COHORT_VERSION, [_version(delivery, COHORT_VERSION, kept) for delivery in cohorts])
    places = [delivery for delivery in deliveries if isinstance(delivery.event, CompanyRegistered | CompanyChanged)]
    _append(session, COMPANY_PLACE, [_version(delivery, COMPANY_PLACE, kept) for delivery in places])
    rounds = [delivery for delivery in deliveries if isinstance(delivery.event, RoundEvent)]
    _append(session, ROUND_STEP, [_round_step(delivery, kept) for delivery in rounds])
    for event_types, table, key in _LATEST:
        latest = {d.envelope.subject: d for d in deliveries if isinstance(d.event, event_types)}
        _replace(session, table, [_latest(delivery, table, generation) for delivery in latest.values()], key=key)
    _count(session, deliveries, generation)
    keep_tallies(session, [delivery.event for delivery in deliveries if isinstance(delivery.event, Tally)])


def _note_edition(session: WriteSession, generation: int) -> None:
    """Which edition began the generation: said with its first batch, and not again."""
    dialect = postgresql if session.get_bind().dialect.name == "postgresql" else sqlite
    said = dialect.insert(MADE_BY).values(generation=generation, edition=EDITION)
    session.execute(said.on_conflict_do_nothing(index_elements=["generation"]))


def forget(session: WriteSession, generation: int) -> None:
    """Delete everything that one generation holds."""
    for table in (*PROJECTED, *KEPT_ROLLED):
        session.execute(delete(table).where(table.c.generation == generation))


def _is_told(delivery: Delivery) -> bool:
    event = type(delivery.event)
    return event in STAGE_AFTER or event in REWRITES or event is LeaveEnded


def _fact(delivery: Delivery, kept: Row) -> Row:
    event, envelope = delivery.event, delivery.envelope
    aggregate, said = event.aggregate(), vars(event)
    return {
        **{name: said.get(name) for name in _SAID},
        **kept,
        "event_id": envelope.id,
        "aggregate": aggregate,
        "aggregate_id": said[f"{aggregate}_id"],
        "version": envelope.aggregateversion,
        "step": 0,
        "kind": event.name,
        "stage": None if type(event) in REWRITES else stage_after(event),
        "recorded_at": envelope.time,
        "superseded_at": None,
        "closed_in": None,
        "region": said.get("region") or said.get("workplace_region"),
        "position_kind": said.get("kind"),
        "reason": _why(said),
        "amount": next((said[name] for name in ("months", "seats", "absences") if said.get(name) is not None), None),
        "about_on": _about(said),
        "grew_from_seat_id": said.get("grew_from_id") or said.get("converted_from_seat_id"),
        "converted_from_id": said.get("converted_from"),
    }


def _about(said: Row) -> date | None:
    """The day that a follow-up asks about, or the first of the month that a pledge or a report of attendance is for."""
    month = said.get("month")
    if isinstance(month, str):
        return date.fromisoformat(f"{month}-01")
    return month or said.get("asked_about")


def _why(said: Row) -> str | None:
    if said.get("complies") is not None:
        return "complied" if said["complies"] else "fell_short"
    return said.get("reason") or said.get("resolution") or said.get("code")


def _identity(delivery: Delivery, batch: Row) -> Row:
    event, envelope = delivery.event, delivery.envelope
    if isinstance(event, IdentityEvent):
        kind, id_, counts_as = "person", event.person_id, event.survivor_id
    elif isinstance(event, CompanyMerged):
        kind, id_, counts_as = "company", event.company_id, event.into_id
    elif isinstance(event, EnrolmentFoundDuplicate):
        kind, id_, counts_as = "enrolment", event.enrolment_id, event.duplicate_of
    else:
        assert isinstance(event, EnrolmentNoDuplicate)
        kind, id_, counts_as = "enrolment", event.enrolment_id, event.enrolment_id
    kept = {**batch, "version": envelope.aggregateversion, "recorded_at": envelope.time}
    return {**kept, "kind": kind, "id": id_, "counts_as": counts_as}


def _trait(delivery: Delivery, kept: Row) -> Row | None:
    """What the first event of an enrolment or a placement says of who is in it."""
    event = delivery.event
    if not isinstance(event, EnrolmentApplied | PlacementEvent) or delivery.envelope.aggregateversion != 1:
        return None
    known = {name: getattr(event, name, None) for name in ("age_band", "gender")}
    id_ = event.placement_id if isinstance(event, PlacementEvent) else event.enrolment_id
    return {**known, **kept, "id": id_, "enrolment_id": event.enrolment_id}


def _version(delivery: Delivery, table: Table, batch: Row) -> Row:
    envelope = delivery.envelope
    kept = {**batch, "version": envelope.aggregateversion, "recorded_at": envelope.time}
    return {**_fields(delivery.event, table), **kept}


def _round_step(delivery: Delivery, kept: Row) -> Row:
    return {**_version(delivery, ROUND_STEP, kept), "kind": delivery.event.name}


def _latest(delivery: Delivery, table: Table, generation: int) -> Row:
    return {**_fields(delivery.event, table), "generation": generation, "version": delivery.envelope.aggregateversion}


def _fields(event: Event, table: Table) -> Row:
    said = vars(event)
    return {column.name: said.get(column.name) for column in table.columns}


def _append(session: WriteSession, table: Table, rows: Sequence[Row]) -> None:
    if rows:
        columns = table.columns.keys()
        bulk_insert(session, table, columns, _ordered(rows, columns))


def _replace(session: WriteSession, table: Table, rows: Sequence[Row], *, key: str) -> None:
    if rows:
        columns = table.columns.keys()
        bulk_upsert(session, table, columns, _ordered(rows, columns), key=["generation", key])


def _ordered(rows: Iterable[Row], columns: Sequence[str]) -> Iterable[list[Any]]:
    return ([row[column] for column in columns] for row in rows)


def _count(session: WriteSession, deliveries: Sequence[Delivery], generation: int) -> None:
    """Add to what was read of each source. The latest time and the number do not depend on the order of arrival."""
    times: dict[tuple[str, int], list[datetime]] = defaultdict(list)
    for delivery in deliveries:
        times[delivery.event.aggregate_type(), delivery.record.partition].append(delivery.envelope.time)
    rows = [
        {"generation": generation, "source": source, "partition": part, "events": len(at), "last_recorded_at": max(at)}
        for (source, part), at in sorted(times.items())
    ]
    if rows:
        dialect = postgresql if session.get_bind().dialect.name == "postgresql" else sqlite
        statement = dialect.insert(SOURCE_READ)
        new, old = statement.excluded, SOURCE_READ.c
        later = case((new.last_recorded_at > old.last_recorded_at, new.last_recorded_at), else_=old.last_recorded_at)
        session.execute(
            statement.on_conflict_do_update(
                index_elements=["generation", "source", "partition"],
                set_={"events": old.events + new.events, "last_recorded_at": later},
            ),
            rows,
        )
