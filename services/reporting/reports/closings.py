"""What was frozen when a period was closed, beside what would be counted today."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, replace
from datetime import datetime
from typing import Any

from sqlalchemy import select
from sqlmodel import col

from services.reporting.domain.closing import CLOSED_REPORT
from services.reporting.indicators import current as current_indicators
from services.reporting.pages.formatting import Format
from services.reporting.queries.closings import closing_of, last_closing
from services.reporting.queries.plans import goals
from services.reporting.reports.asking import Wish
from services.reporting.reports.canonical import key_of, rows_of
from services.reporting.reports.gathering import Content
from services.reporting.reports.remembering import gathered
from services.reporting.tables import Restatement
from shared.db import ReadSession
from shared.errors import N_


@dataclass(frozen=True, slots=True)
class Restated:
    """One figure of a closed report that would be otherwise today. `entered` and `left` count what became known since."""

    id: str
    kind: str
    name: Mapping[str, str]
    period: str
    unit: str
    frozen: float | None
    frozen_state: str
    current: float | None
    current_state: str
    entered: int = 0
    left: int = 0
    definition_changed: bool = False
    said: str | None = None

    def facts(self) -> str:
        """Why, as it is kept beside a restatement: without a language."""
        return json.dumps({"entered": self.entered, "left": self.left, "definition_changed": self.definition_changed})

    def why(self, form: Format) -> str:
        """In words."""
        if self.said is not None:
            return replace(self, said=None, **json.loads(self.said)).why(form)
        if self.definition_changed:
            return form.text(N_("The definition has another version."))
        if not self.entered and not self.left:
            return form.text(N_("Targets, observations or what is measured by changed."))
        told = {"entered": form.number(self.entered), "left": form.number(self.left)}
        return form.text(N_("Became known later: {entered} more counted, {left} no longer counted."), **told)


def restated(frozen: Mapping[str, Any], current: Mapping[str, Any]) -> list[Restated]:
    """The headline figures that differ: of each goal what it stands at and its target, of each indicator its value."""
    now = {key_of(row): row for row in rows_of(current)}
    names = {("goal", goal["goal"]): goal["name"] for goal in frozen["goals"]}
    names |= {("indicator", each["definition"]["id"]): each["definition"]["name"] for each in frozen["indicators"]}
    period = frozen["report"]["period"] or frozen["report"]["as_of"]
    found = []
    for row in rows_of(frozen):
        told = row["by"] is None if row["kind"] == "indicator" else row["by"] in ("actual", "target")
        other = now.get(key_of(row))
        if not told or other is None or (row["value"], row["state"]) == (other["value"], other["state"]):
            continue
        numerators = (other["numerator"] or 0) - (row["numerator"] or 0)
        found.append(
            Restated(
                id=row["id"],
                kind=row["kind"],
                name=names[row["kind"], row["id"]],
                period=period,
                unit=row["unit"],
                frozen=row["value"],
                frozen_state=row["state"],
                current=other["value"],
                current_state=other["state"],
                entered=max(numerators, 0),
                left=max(-numerators, 0),
                definition_changed=row["definition_version"] != other["definition_version"],
            )
        )
    return found


@dataclass(frozen=True, slots=True)
class Standing:
    """What a report shows: its content, how its period was closed, and what would be otherwise today."""

    content: Content
    closed: Mapping[str, Any] | None
    restated: Sequence[Restated]

    def beside(self, form: Format) -> dict[str, Any]:
        """What a JSON report says beside its figures."""
        told = [{**asdict(each), "why": each.why(form)} for each in self.restated]
        return {"closed": self.closed, "restated": told}


def standing(session: ReadSession, wished: Wish) -> Standing:
    """The frozen figures of a closed period, unless another day or moment or something narrower is asked for; else counted."""
    closing = None if wished.period is None else closing_of(session, wished.framework, wished.period)
    if closing is None:
        return Standing(gathered(session, wished), None, since_last_closing(session, wished.framework))
    frozen_as_of = wished.as_of == closing.as_of
    if not (wished.latest and frozen_as_of and not wished.only):
        return Standing(gathered(session, wished), None, ())
    current = gathered(session, wished)
    closed = {"id": str(closing.id), "closed_at": closing.closed_at.isoformat(), "by": closing.by, "note": closing.note}
    return Standing(closing.content, closed, restated(closing.content, current))


def since_last_closing(session: ReadSession, framework: str) -> list[Restated]:
    """What was noted of the plan's closed reports since the last of them was closed."""
    last = last_closing(session, framework)
    return [] if last is None else restated_rows(session, framework, since=last.closed_at)


def restated_rows(session: ReadSession, framework: str, *, since: datetime) -> list[Restated]:
    """Restatements of closed reports as they were noted, by figure the newest."""
    row = Restatement
    statement = select(row).where(col(row.plan) == framework, col(row.kind) == CLOSED_REPORT, col(row.recorded_at) >= since)
    texts = {id_: {"ko": each.name.ko, "en": each.name.en} for id_, each in current_indicators().items()}
    known = goals(session)
    found = {}
    for each in session.scalars(statement.order_by(col(row.recorded_at))):
        kind = "indicator" if each.subject in texts else "goal"
        named = texts.get(each.subject) or (known[each.subject].goal.name.model_dump() if each.subject in known else None)
        unit = str(current_indicators()[each.subject].unit) if kind == "indicator" else "number"
        found[each.subject, each.period] = Restated(
            id=each.subject,
            kind=kind,
            name=named or {"ko": each.subject, "en": each.subject},
            period=each.period or "",
            unit=unit,
            frozen=each.before,
            frozen_state="ok" if each.before is not None else "no_denominator",
            current=each.after,
            current_state="ok" if each.after is not None else "no_denominator",
            said=each.statement,
        )
    return list(found.values())
