"""Statements that are made once and asked often: making one takes longer than answering it."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date
from functools import lru_cache
from typing import Any, Final

from sqlalchemy import Integer, Select, bindparam, literal

from services.reporting.indicators import CATALOGUE, Indicator, Scope
from services.reporting.queries.columns import Found, ask
from shared.db import ReadSession
from shared.db.types import UTCDateTime

Days = Mapping[str, date]
Build = Callable[[Indicator, Scope, Days], Select[Any]]
_KEPT: Final = 256


@dataclass(frozen=True, slots=True)
class _Shape:
    """What of a question decides how its statement reads. All else is a parameter: generation, moment, and members."""

    build: Build
    indicator: tuple[str, int]
    days: tuple[tuple[str, date], ...]
    as_of: date
    only: tuple[tuple[str, Any], ...]
    by: tuple[str, ...]
    merged: bool
    newest: bool
    minimum_grade: int
    staff: bool
    home: tuple[str, ...]


def ask_prepared(session: ReadSession, build: Build, indicator: Indicator, scope: Scope, days: Days | None = None) -> Found:
    """What the statement of `build` finds; it is made anew only for a question of a shape that was not asked lately."""
    days = days or {}
    key = (indicator.id, indicator.version)
    if scope.portion is not None or CATALOGUE.get(key) is not indicator:
        return ask(session, scope, build(indicator, scope, days))
    # The type of a member's parameter is that of its value: the columns of a classification do not all have one.
    only = tuple((name, None if value is None else literal(value).type) for name, value in scope.only.items())
    shape = _Shape(
        build,
        key,
        tuple(days.items()),
        scope.as_of,
        only,
        scope.by,
        scope.merged,
        scope.newest,
        scope.minimum_grade,
        scope.staff,
        scope.home,
    )
    given: dict[str, Any] = {_named(name): value for name, value in scope.only.items() if value is not None}
    return ask(session, scope, _made(shape), {"generation": scope.generation, "known_at": scope.known_at, **given})


@lru_cache(maxsize=_KEPT)
def _made(shape: _Shape) -> Select[Any]:
    generation: Any = bindparam("generation", type_=Integer)
    known_at: Any = bindparam("known_at", type_=UTCDateTime)
    only = {name: None if kind is None else bindparam(_named(name), type_=kind) for name, kind in shape.only}
    more: dict[str, Any] = {
        "newest": shape.newest,
        "minimum_grade": shape.minimum_grade,
        "staff": shape.staff,
        "home": shape.home,
    }
    scope = Scope(generation, shape.as_of, known_at, only, shape.by, merged=shape.merged, **more)
    return shape.build(CATALOGUE[shape.indicator], scope, dict(shape.days))


def _named(dimension: str) -> str:
    return f"only_{dimension}"
