"""Positions are written down, and say something else later."""

from collections.abc import Iterator, Mapping, Sequence
from datetime import date
from typing import Any, Final
from uuid import UUID

from sqlmodel import select

from services.employers import queries
from services.employers.commands.postings import locked_position, record_position
from services.employers.domain.codes.regions import region_errors
from services.employers.domain.offers import Hours, Offer, Resolved, Salary, Wanted, offer_errors, window_errors
from services.employers.domain.positions import PositionKind, PositionState
from services.employers.domain.seats import SeatOrigin
from services.employers.tables import Company, Contact, Position
from shared import clock
from shared.auth.actor import Actor, Role
from shared.contracts.employers import PositionDrafted, PositionRevised
from shared.db import ReadSession, WriteSession
from shared.errors import N_, Conflict, FieldError, Forbidden, Invalid, Stale
from shared.skills import Taxonomy

Given = Mapping[str, Any]
# What every seat of a posting has told the others since it was posted.
_FIXED: Final = ("field", "kind", "region", "origin")
_CLEARABLE: Final = frozenset({"description", "closes_on", "salary", "working_hours", "duration_months", "contact_id"})


class PositionClosedAlready(Conflict):
    code = "position_closed"
    title = N_("The position is closed")
    detail = N_("A closed position says what it said. Open it again first.")


def draft_position(
    session: WriteSession,
    *,
    company_id: UUID,
    title: str,
    field: str,
    kind: PositionKind,
    seats: int,
    region: str,
    opens_on: date,
    closes_on: date | None = None,
    description: str | None = None,
    origin: SeatOrigin = SeatOrigin.NEW,
    skills: Sequence[str] = (),
    must_have: Sequence[Given] = (),
    nice_to_have: Sequence[Given] = (),
    licences: Sequence[str] = (),
    salary: Given | None = None,
    working_hours: Given | None = None,
    duration_months: int | None = None,
    contact_id: UUID | None = None,
    history: bool = False,
    taxonomy: Taxonomy | None = None,
    by: Actor,
) -> Position:
    """Write down a posting. `skills` are must-haves of the usual level; every skill may be written as people write it.

    Raises NotFound for the company, and Invalid with everything that is wrong. `history` lets a posting be over already.
    """
    company = queries.living_company(session, company_id, by=by)
    position, errors = checked_draft(
        session, company, taxonomy=taxonomy or queries.taxonomy(session), history=_is_history(history, by=by), title=title,
        field=field, kind=kind, seats=seats, region=region, opens_on=opens_on, closes_on=closes_on, description=description,
        origin=origin, skills=skills, must_have=must_have, nice_to_have=nice_to_have, licences=licences, salary=salary,
        working_hours=working_hours, duration_months=duration_months, contact_id=contact_id,
    )  # fmt: skip
    if errors:
        raise Invalid(*errors)
    store_draft(session, position, by=by)
    return position


def store_draft(session: WriteSession, position: Position, *, by: Actor) -> None:
    """Store a posting with which nothing is wrong."""
    session.add(position)
    record_position(session, position, PositionDrafted, by=by)


def checked_draft(
    session: ReadSession,
    company: Company,
    *,
    taxonomy: Taxonomy,
    opens_on: date,
    closes_on: date | None = None,
    history: bool = False,
    skills: Sequence[str] = (),
    must_have: Sequence[Given] = (),
    nice_to_have: Sequence[Given] = (),
    licences: Sequence[str] = (),
    salary: Given | None = None,
    working_hours: Given | None = None,
    duration_months: int | None = None,
    **said: Any,
) -> tuple[Position, list[FieldError]]:
    """A posting that is not stored, and everything that is wrong with it. What is not named here is a column of it."""
    resolved = Resolved()
    offer = _offer(
        resolved, taxonomy, skills=skills, must_have=must_have, nice_to_have=nice_to_have, licences=licences, salary=salary,
        working_hours=working_hours, duration_months=duration_months,
    )  # fmt: skip
    # What opened in the past was written down then at the latest, whenever it is written down here.
    since = min(clock.today(), opens_on)
    position = Position(
        company_id=company.id, since=since, opens_on=opens_on, closes_on=closes_on, **said, **_columns(offer)
    )  # fmt: skip
    errors = [
        *resolved.errors,
        *window_errors(opens_on, closes_on, today=clock.today(), history=history),
        *_wrong(session, position, offer),
    ]
    return position, errors


def revise_position(session: WriteSession, position_id: UUID, *, expected: int | None, by: Actor, **changes: Any) -> Position:
    """Let a posting say what `changes` names: its company while it is a draft, a program manager until it is closed.

    Raises NotFound, Stale, Forbidden, PositionClosedAlready, and Invalid with everything that is wrong.
    """
    position = locked_position(session, position_id, by=by)
    if expected is not None and queries.shown_version(session, position) != expected:
        raise Stale
    if position.state is PositionState.CLOSED:
        raise PositionClosedAlready
    if position.state is not PositionState.DRAFT and not by.has(Role.PROGRAM_MANAGER, Role.ADMIN):
        raise Forbidden
    changes = {name: value for name, value in changes.items() if value is not None or name in _CLEARABLE}
    errors = list(_fixed_errors(session, position, changes))
    with session.no_autoflush:
        errors += _apply(session, position, changes)
    if errors:
        raise Invalid(*errors)
    record_position(session, position, PositionRevised, by=by)
    return position


def _fixed_errors(session: WriteSession, position: Position, changes: Given) -> Iterator[FieldError]:
    if not queries.has_seats(session, position.id):
        return
    for name in _FIXED:
        if name in changes and changes[name] != getattr(position, name):
            yield FieldError(f"/{name}", "fixed_once_open", N_("This cannot be changed any more: seats were posted with it."))


def _apply(session: WriteSession, position: Position, changes: Given) -> Iterator[FieldError]:
    """Change the row, and say what is wrong with it then. Whoever calls raises, and nothing of it is stored."""
    resolved, before = Resolved(), queries.offer_of(position)
    parts = {name: changes.get(name, before[name]) for name in before}
    duration = changes.get("duration_months", position.duration_months)
    offer = _offer(resolved, queries.taxonomy(session), skills=(), duration_months=duration, **parts)
    plain = {name: value for name, value in changes.items() if name not in before and name != "duration_months"}
    told = _columns(offer)
    if position.must_have is None and "must_have" not in changes:
        del told["must_have"], told["skills"]  # skills from before there was a taxonomy stay as they were written
    for name, value in {**plain, **told}.items():
        setattr(position, name, value)
    window_changes = {"opens_on", "closes_on"} & changes.keys()
    yield from resolved.errors
    if window_changes:
        yield from window_errors(position.opens_on, position.closes_on, today=clock.today(), history=False)
    yield from _wrong(session, position, offer)


def _is_history(told: bool, *, by: Actor) -> bool:
    if told and not by.has(Role.PROGRAM_MANAGER, Role.ADMIN):
        raise Forbidden
    return told


def _offer(
    resolved: Resolved,
    taxonomy: Taxonomy,
    *,
    skills: Sequence[str],
    must_have: Sequence[Given],
    nice_to_have: Sequence[Given],
    licences: Sequence[str],
    salary: Given | None,
    working_hours: Given | None,
    duration_months: int | None,
) -> Offer:
    required = resolved.wanted(taxonomy, [Wanted(**each) for each in must_have], "/must_have")
    return Offer(
        must_have=[*required, *resolved.also(taxonomy, skills, "/skills")],
        nice_to_have=resolved.wanted(taxonomy, [Wanted(**each) for each in nice_to_have], "/nice_to_have"),
        licences=resolved.licences(taxonomy, licences, "/licences"),
        salary=Salary(**salary) if salary is not None else None,
        hours=Hours(working_hours["weekly"], *_times(working_hours)) if working_hours is not None else None,
        duration_months=duration_months,
    )


def _times(hours: Given) -> tuple[Any, Any, bool]:
    return hours.get("starts_at"), hours.get("ends_at"), bool(hours.get("in_shifts", False))


def _columns(offer: Offer) -> dict[str, Any]:
    salary, hours = offer.salary, offer.hours
    return {
        "skills": [wanted.skill for wanted in offer.must_have],
        "must_have": [{"skill": wanted.skill, "level": wanted.level} for wanted in offer.must_have],
        "nice_to_have": [{"skill": wanted.skill, "level": wanted.level} for wanted in offer.nice_to_have],
        "licences": list(offer.licences),
        "salary_lowest": salary.lowest if salary else None,
        "salary_highest": salary.highest if salary else None,
        "salary_per": salary.per if salary else None,
        "weekly_hours": hours.weekly if hours else None,
        "work_starts_at": hours.starts_at if hours else None,
        "work_ends_at": hours.ends_at if hours else None,
        "in_shifts": hours.in_shifts if hours else False,
        "duration_months": offer.duration_months,
    }


def _wrong(session: ReadSession, position: Position, offer: Offer) -> Iterator[FieldError]:
    yield from offer_errors(offer, kind=position.kind)
    yield from region_errors(position.region, on=min(position.opens_on, clock.today()))
    if position.contact_id is not None:
        wanted = select(Contact.id).where(Contact.id == position.contact_id, Contact.company_id == position.company_id)
        if session.exec(wanted).first() is None:
            yield FieldError("/contact_id", "unknown_contact", N_("The company has no such contact."))
