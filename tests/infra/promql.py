"""What a PromQL expression asks for: metrics and the labels that it expects of them."""

import json
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any, Final

import promql_parser
import yaml
from prometheus_client.parser import text_string_to_metric_families

OBSERVABILITY: Final = Path("infra/observability")
RULES: Final = sorted((OBSERVABILITY / "prometheus/rules").glob("*.yaml"))
DASHBOARDS: Final = sorted((OBSERVABILITY / "grafana/dashboards").glob("*.json"))
_OF_PROMETHEUS: Final = {"job", "instance"}


def rules() -> list[dict[str, Any]]:
    """Every rule, recorded or alerting."""
    return [rule for path in RULES for group in yaml.safe_load(path.read_text("utf-8"))["groups"] for rule in group["rules"]]


def alerts() -> dict[str, dict[str, Any]]:
    return {rule["alert"]: rule for rule in rules() if "alert" in rule}


def dashboard_queries(path: Path) -> Iterator[tuple[str, str]]:
    """Title and expression of everything that a dashboard asks, with its variables as Grafana would fill them in."""
    document = json.loads(path.read_text("utf-8"))
    for variable in document["templating"]["list"]:
        asked = re.fullmatch(r"label_values\((\w+), (\w+)\)", variable["query"]["query"])
        assert asked, variable["name"]
        yield variable["name"], f'{asked[1]}{{{asked[2]}=~".*"}}'
    for panel in document["panels"]:
        for target in panel.get("targets", ()):
            yield panel["title"], re.sub(r"\$\{?\w+\}?", ".*", target["expr"])


def selectors(expression: str) -> Iterator[tuple[str, set[str]]]:
    """Every metric that is selected, with the labels that are matched or grouped by around it. Raises ValueError."""
    yield from _selected(promql_parser.parse(expression), frozenset())


def _selected(node: Any, grouped: frozenset[str]) -> Iterator[tuple[str, set[str]]]:
    match type(node).__name__:
        case "VectorSelector":
            yield node.name, {each.name for each in node.matchers.matchers} | grouped
        case "MatrixSelector":
            yield from _selected(node.vector_selector, grouped)
        case "AggregateExpr":
            by = node.modifier
            inner = frozenset(by.labels) if by is not None and "By" in str(by.type) else frozenset()
            yield from _selected(node.expr, grouped | inner)
        case "BinaryExpr":
            yield from _selected(node.lhs, grouped)
            yield from _selected(node.rhs, grouped)
        case "Call":
            for argument in node.args:
                yield from _selected(argument, grouped)
        case "ParenExpr" | "UnaryExpr" | "SubqueryExpr":
            yield from _selected(node.expr, grouped)
        case "NumberLiteral" | "StringLiteral":
            return
        case other:
            raise ValueError(f"nothing is known of {other}")


def scraped(text: str) -> dict[str, set[str]]:
    """Every series name of a scrape with its labels, and what Prometheus adds itself."""
    found: dict[str, set[str]] = {"up": set(_OF_PROMETHEUS)}
    for family in text_string_to_metric_families(text):
        for sample in family.samples:
            found.setdefault(sample.name, set(_OF_PROMETHEUS)).update(sample.labels)
    return found


def with_recorded(known: dict[str, set[str]]) -> dict[str, set[str]]:
    """The same and what recording rules make of it: they keep the labels that their names begin with."""
    recorded = {rule["record"]: {rule["record"].split(":")[0], *_OF_PROMETHEUS} for rule in rules() if "record" in rule}
    return known | recorded
