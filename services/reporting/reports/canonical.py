"""The figures of a report as one list, the same from whatever format they are read, and the checksum over them."""

import json
from collections.abc import Iterator, Mapping, Sequence
from hashlib import sha256
from typing import Any, Final

COLUMNS: Final = (
    "kind",
    "id",
    "definition_version",
    "by",
    "member",
    "as_of",
    "state",
    "value",
    "unit",
    "numerator",
    "denominator",
    "unknown",
    "low",
    "high",
)
NUMBERS: Final = frozenset({"definition_version", "value", "numerator", "denominator", "unknown", "low", "high"})
ABOUT: Final = ("framework", "framework_version", "period", "as_of", "known_at", "filters")
PREFIX: Final = "sha256:"

Row = dict[str, Any]


def rows_of(content: Mapping[str, Any]) -> list[Row]:
    """Every figure, in a fixed order: `COLUMNS`, None where there is nothing."""
    return [dict.fromkeys(COLUMNS) | found for found in (*_of_goals(content), *_of_indicators(content))]


def about_of(content: Mapping[str, Any]) -> dict[str, Any]:
    """What the figures are about."""
    return {name: content["report"][name] for name in ABOUT}


def checksum(content: Mapping[str, Any]) -> str:
    """Over what a report is about and all its figures."""
    return checksum_of(about_of(content), rows_of(content))


def checksum_of(about: Mapping[str, Any], rows: Sequence[Mapping[str, Any]]) -> str:
    """SHA-256 over canonical JSON: sorted names, no spaces, whole numbers without a point.

    It is not keyed. Whoever changes figures could compute it anew; they cannot make the facts agree, and checking a report
    counts these again.
    """
    told = {"about": about, "figures": [[_plain(row.get(name)) for name in COLUMNS] for row in rows]}
    text = json.dumps(told, ensure_ascii=False, sort_keys=True, separators=(",", ":"))
    return PREFIX + sha256(text.encode()).hexdigest()


def key_of(row: Mapping[str, Any]) -> tuple[Any, ...]:
    """What a figure is of."""
    return tuple(row.get(name) for name in ("kind", "id", "by", "member"))


def _of_goals(content: Mapping[str, Any]) -> Iterator[Row]:
    as_of = content["report"]["as_of"]
    for goal in content["goals"]:
        version = (goal["value"] or {}).get("definition_version")
        same = {"kind": "goal", "id": goal["goal"], "as_of": as_of, "unit": goal["unit"], "definition_version": version}
        yield {**same, "by": "actual", "state": goal["state"], "value": goal["actual"]}
        for name in ("target", "expected_today", "progress"):
            unit = "share" if name == "progress" else goal["unit"]
            yield {**same, "by": name, "state": "ok", "value": _rounded(goal[name]), "unit": unit}
        kept = goal["latest_forecast"]
        if kept is not None:
            forecast = {"as_of": kept["as_of"], "value": kept["median"], "low": kept["low"], "high": kept["high"]}
            yield {**same, "by": "forecast", "state": "ok", **{k: _rounded(v) for k, v in forecast.items()}}
        for step in goal["past"]:
            day = step["on"]
            yield {**same, "by": "day", "member": day, "as_of": day, "state": "ok", "value": step["value"]}


def _of_indicators(content: Mapping[str, Any]) -> Iterator[Row]:
    for each in content["indicators"]:
        definition, value = each["definition"], each["value"]
        same = {"kind": "indicator", "id": definition["id"], "definition_version": definition["version"]}
        same["unit"] = definition["unit"]
        yield {**same, **_counts(value)}
        for point in each["series"]:
            yield {**same, "by": "month", "member": point["dimensions"]["month"], **_counts(point)}
        for name, points in each["by"].items():
            for point in points:
                member = point["dimensions"].get(name)
                yield {**same, "by": name, "member": "unknown" if member is None else str(member), **_counts(point)}


def _counts(found: Mapping[str, Any]) -> Row:
    return {name: found.get(name) for name in ("as_of", "state", "value", "numerator", "denominator", "unknown", "low", "high")}


def _rounded(value: Any) -> Any:
    """As it is written: a share and a foretold number with six places, so that every format holds the same."""
    return round(value, 6) if isinstance(value, float) else value


def _plain(value: Any) -> Any:
    return int(value) if isinstance(value, float) and value.is_integer() else value
