"""Alerts, run-books and the files of the watching tools fit together."""

import ast
import json
import os
import shutil
import subprocess
from pathlib import Path

import pytest
import typer
import yaml

from services.cli.app import app
from tests.engines import cannot_be_had
from tests.infra.promql import DASHBOARDS, OBSERVABILITY, RULES, alerts, dashboard_queries, rules, selectors
from tests.waiting import PATIENCE

RUNBOOKS = Path("infra/docs/runbooks")


def test_every_alert_has_its_run_book_and_every_run_book_its_alert() -> None:
    pages = {str(path) for path in RUNBOOKS.glob("*.md") if path.name != "README.md"}
    assert {rule["annotations"]["runbook_url"] for rule in alerts().values()} == pages
    index = (RUNBOOKS / "README.md").read_text("utf-8")
    for name, rule in alerts().items():
        page = Path(rule["annotations"]["runbook_url"])
        text = page.read_text("utf-8")
        assert text.startswith(f"# {name}\n")
        assert rule["expr"] in text, f"{page} shows another expression"
        assert "## How to see it" in text
        assert "## What to do" in text
        assert f"[{name}]({page.name})" in index
        assert rule["labels"]["severity"] in {"critical", "warning"}
        assert rule["annotations"]["summary"]


def test_run_books_name_commands_that_exist() -> None:
    known = typer.main.get_command(app)
    for page in RUNBOOKS.glob("*.md"):
        for call in page.read_text("utf-8").split("`hustar ")[1:]:
            command = known
            for word in call.split("`")[0].split():
                if not hasattr(command, "commands") or word.startswith(("-", "<")):
                    break
                assert word in command.commands, f"{page.name}: hustar {call.split('`')[0]}"
                command = command.commands[word]


def test_every_expression_can_be_read() -> None:
    for rule in rules():
        assert list(selectors(rule["expr"])), rule
    for path in DASHBOARDS:
        for title, expression in dashboard_queries(path):
            assert list(selectors(expression)), f"{path.name}, {title}"


def test_what_a_rule_selects_is_found_out() -> None:
    assert list(selectors('sum by (a) (rate(x_total{b="1"}[5m])) / on (a) max(y)')) == [("x_total", {"a", "b"}), ("y", set())]
    with pytest.raises(ValueError, match="unclosed"):
        list(selectors("sum by (a) (rate(x[5m])"))


def test_dashboards_are_unlike_and_ask_a_source_that_is_provisioned() -> None:
    sources = yaml.safe_load((OBSERVABILITY / "grafana/provisioning/datasources/hustar.yaml").read_text("utf-8"))
    known = {source["uid"] for source in sources["datasources"]}
    boards = [json.loads(path.read_text("utf-8")) for path in DASHBOARDS]
    assert len({board["uid"] for board in boards}) == len({board["title"] for board in boards}) == 3
    for board in boards:
        panels = [panel for panel in board["panels"] if panel["type"] != "row"]
        assert all(panel["description"] and panel["targets"] for panel in panels)
        assert {panel["datasource"]["uid"] for panel in panels} <= known
        assert len({panel["id"] for panel in board["panels"]}) == len(board["panels"])


def test_the_collectors_pipelines_are_made_of_what_is_defined() -> None:
    document = yaml.safe_load((OBSERVABILITY / "collector/collector.yaml").read_text("utf-8"))
    for pipeline in document["service"]["pipelines"].values():
        for kind, names in pipeline.items():
            assert set(names) <= document[kind].keys()
        assert pipeline["processors"][0] == "memory_limiter"
    assert set(document["service"]["extensions"]) <= document["extensions"].keys()


@pytest.mark.unhurried
def test_who_sends_no_traces_does_not_read_the_sdk() -> None:
    """It is imported inside the function that needs it: starting takes a tenth of a second less."""
    knowing = {Path("shared/telemetry/otlp.py"), Path("shared/telemetry/otlp_logs.py")}
    files = [path for folder in ("services", "shared") for path in Path(folder).rglob("*.py") if path not in knowing]
    found = [
        (str(path), name)
        for path in files
        for statement in ast.parse(path.read_text("utf-8")).body
        for name in _imported(statement)
        if name.startswith(("opentelemetry", "shared.telemetry.otlp"))
    ]
    assert found == []


def _imported(statement: ast.stmt) -> list[str]:
    if isinstance(statement, ast.ImportFrom):
        return [statement.module or ""]
    return [alias.name for alias in statement.names] if isinstance(statement, ast.Import) else []


@pytest.mark.unhurried
def test_alerts_fire_when_they_should() -> None:
    promtool = os.environ.get("PROMTOOL") or shutil.which("promtool")
    if promtool is None:
        cannot_be_had("promtool is not there (Debian: apt-get install prometheus, or name it with PROMTOOL)")
    for arguments in (
        ["check", "rules", *map(str, RULES)],
        ["test", "rules", "infra/observability/prometheus/tests/alerts.yaml"],
    ):
        done = subprocess.run([promtool, *arguments], capture_output=True, text=True, timeout=PATIENCE)
        assert done.returncode == 0, done.stdout + done.stderr
