"""What an indicator says: on a date, as known at a moment, with everything needed to check it."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, datetime
from typing import Any, Final

from sqlalchemy import exists, select

from services.reporting.domain.durations import Quartiles
from services.reporting.domain.values import Counts, Reading, State, Unit
from services.reporting.indicators import CATALOGUE, Indicator, Scope, current
from services.reporting.queries.counts import counts_now
from services.reporting.queries.freshness import Source, is_stale, live_generation, sources
from services.reporting.queries.once import once
from services.reporting.queries.passport import Details, details, how_long, matures_on, surveyed
from services.reporting.queries.published import check_personal
from services.reporting.queries.rolled import is_complete
from services.reporting.tables import IDENTITY
from shared.clock import now, today
from shared.db import ReadSession
from shared.errors import N_, FieldError, Invalid, NotFound

# Nobody was trained before: and what lies next to the year one cannot be computed with.
EARLIEST: Final = date(1900, 1, 1)


@dataclass(frozen=True, slots=True)
class Value:
    """One value of one indicator with its passport.

    `matures_on` is set while it is immature. `known_share` is how much of a rate's denominator has a known outcome, in per
    cent. `quartiles` say how long things take, `details` what the numerator is made of.
    """

    indicator: str
    definition_version: int
    as_of: date
    known_at: datetime
    dimensions: Mapping[str, Any]
    counts: Counts
    reading: Reading
    unit: Unit
    sources: Sequence[Source]
    minimum_grade: int = 1
    known_share: float | None = None
    matures_on: date | None = None
    quartiles: Quartiles | None = None
    details: Details = field(default_factory=dict)
    complete: bool = True

    @property
    def state(self) -> State:
        return self.reading.state

    @property
    def value(self) -> float | None:
        return self.reading.value


def find_indicator(indicator_id: str, *, version: int | None = None) -> Indicator:
    """An indicator in a version, the newest unless given. Raises NotFound."""
    found = current().get(indicator_id) if version is None else CATALOGUE.get((indicator_id, version))
    if found is None:
        raise NotFound(N_("indicator"))
    return found


def question(
    session: ReadSession,
    *,
    as_of: date | None = None,
    known_at: datetime | None = None,
    only: Mapping[str, Any] | None = None,
    staff: bool = False,
    minimum_grade: int | None = None,
) -> Scope:
    """The question as it will be asked: today and now unless given. `staff` may see cells of any size.

    Rollups know of no `minimum_grade`: such a question is counted.

    Raises Invalid for a date or a moment in the future or before anybody counted, and for what others may not be
    told about persons.
    """
    this_day, instant = today(), now()
    future = {"as_of": as_of is not None and as_of > this_day, "known_at": known_at is not None and known_at > instant}
    errors = [FieldError(name, "in_the_future", N_("Must not be in the future.")) for name, wrong in future.items() if wrong]
    errors += too_early(as_of, known_at)
    if errors:
        raise Invalid(*errors)
    generation = live_generation(session)
    any_merged = select(exists().where(IDENTITY.c.generation == generation))
    merged = once(session, ("merged", generation), lambda: bool(session.execute(any_merged).scalar_one()))
    grade = minimum_grade or 1
    known: dict[str, Any] = {"merged": merged, "newest": known_at is None and grade == 1, "staff": staff, "minimum_grade": grade}
    scope = Scope(generation, as_of or this_day, known_at or instant, only or {}, **known)
    check_personal(scope)
    return scope


def too_early(as_of: date | None, known_at: datetime | None) -> list[FieldError]:
    """What is wrong with a day or a moment of another age: the days and zones around it cannot be computed."""
    early = {"as_of": as_of is not None and as_of < EARLIEST, "known_at": known_at is not None and known_at.date() < EARLIEST}
    told = (N_("Must not be before {day}."), {"day": EARLIEST.isoformat()})
    return [FieldError(name, "too_early", *told) for name, wrong in early.items() if wrong]


def check_dimensions(indicator: Indicator, names: Sequence[str], *, by: Sequence[str] = (), also: Sequence[str] = ()) -> None:
    """Raise Invalid, with those that are allowed, for a dimension that the indicator does not have.

    `names` are parameters themselves, `by` is what the parameter of this name says; there `also` is allowed, too.
    """
    said = N_("This indicator knows only these dimensions: {allowed}.")
    here = {"allowed": ", ".join(indicator.dimensions)}
    errors = [FieldError(name, "unknown_dimension", said, here) for name in names if name not in indicator.dimensions]
    if any(name not in indicator.dimensions for name in by):
        errors.append(FieldError("by", "unknown_dimension", said, {"allowed": ", ".join([*indicator.dimensions, *also])}))
    if errors:
        raise Invalid(*errors)


def value_of(session: ReadSession, indicator: Indicator, scope: Scope, *, counts: Counts | None = None) -> Value:
    """The one value that answers `scope`; `counts` are given by who has them already.

    Raises Invalid for a dimension that the indicator does not have.
    """
    check_dimensions(indicator, list(scope.only))
    read_so_far = sources(session, scope.generation, indicator.sources)
    if counts is None:
        counts = counts_now(session, indicator, scope).get((), Counts())
    lasting = how_long(session, indicator, scope).get(())
    complete = is_complete(session, scope)
    value = _value(
        indicator, scope, counts, dimensions=dict(scope.only), read_so_far=read_so_far, quartiles=lasting, complete=complete
    )
    if (found := surveyed(session, indicator, scope)) is not None:
        value = replace(value, reading=Reading(State.OK, found, found, found))
    if value.state is State.IMMATURE:
        value = replace(value, matures_on=matures_on(session, indicator, scope))
    return replace(value, details=details(session, indicator, scope)) if indicator.details else value


def values_by(session: ReadSession, indicator: Indicator, scope: Scope) -> list[Value]:
    """One value per group of `scope.by`, in the order of their keys; a key that is not known is None and comes last.

    Raises Invalid for a dimension that the indicator does not have.
    """
    check_dimensions(indicator, list(scope.only), by=scope.by)
    read_so_far = sources(session, scope.generation, indicator.sources)
    lasting, complete = how_long(session, indicator, scope), is_complete(session, scope)
    found = []
    for member, counts in counts_now(session, indicator, scope).items():
        dimensions = {**scope.only, **dict(zip(scope.by, member, strict=True))}
        told: dict[str, Any] = {
            "dimensions": dimensions,
            "read_so_far": read_so_far,
            "quartiles": lasting.get(member),
            "complete": complete,
        }
        found.append(_value(indicator, scope, counts, **told))
    return sorted(found, key=lambda value: [(value.dimensions[name] is None, value.dimensions[name] or 0) for name in scope.by])


def reading_of(
    indicator: Indicator,
    scope: Scope,
    counts: Counts,
    quartiles: Quartiles | None,
    *,
    day: date,
    read_so_far: Sequence[Source],
) -> Reading:
    """What counts say about a day: nothing where a source has been silent since, unless what was known then is asked for."""
    if scope.newest and is_stale(read_so_far, day):
        return Reading(State.SOURCE_STALE)
    return indicator.read(counts, quartiles)


def _value(
    indicator: Indicator,
    scope: Scope,
    counts: Counts,
    *,
    dimensions: Mapping[str, Any],
    read_so_far: Sequence[Source],
    quartiles: Quartiles | None,
    complete: bool,
) -> Value:
    return Value(
        indicator=indicator.id,
        definition_version=indicator.version,
        as_of=scope.as_of,
        known_at=scope.known_at,
        dimensions=dimensions,
        counts=counts,
        reading=reading_of(indicator, scope, counts, quartiles, day=scope.as_of, read_so_far=read_so_far),
        unit=indicator.unit,
        sources=read_so_far,
        minimum_grade=max(scope.minimum_grade, indicator.minimum_grade),
        known_share=indicator.known_share(counts),
        quartiles=quartiles,
        complete=complete,
    )
