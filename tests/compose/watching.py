"""The profiles `observability` and `tools`: do they boot with our files, and do they show what the product does?"""

import json
import time
from collections.abc import Callable, Iterator
from functools import partial
from typing import Any, Final
from urllib.parse import urlencode

import yaml

from tests.compose.engine import EngineError
from tests.compose.preparing import FILE
from tests.compose.rehearsal import Rehearsal
from tests.infra.promql import DASHBOARDS, dashboard_queries, rules

PATIENCE: Final = 180.0
PROFILES: Final = {"observability", "tools"}
# Whose image holds nothing that could ask is asked from beside it.
READY: Final = {"collector": "http://collector:13133/", "loki": "http://loki:3100/ready", "tempo": "http://tempo:3200/ready"}
PERSON: Final = {"name": "나그네(가상)", "birth_date": "1999-04-05", "phone": "010-0000-0909", "email": "nageune@example.org"}
TRACE: Final = "7be1a6bd0c5f4e0fb3f2a7d0c5e4b681"
CALLER: Final = f"00-{TRACE}-00f067aa0ba902b7-01"
# Panels that are empty as long as nothing is wrong, or nobody waits.
MAY_BE_EMPTY: Final = frozenset(
    {
        "Errors by route", "Refused by rate limit", "Behind, by partition", "Oldest, by partition", "Set aside", "Drift",
        "Goals behind their line",
    }
)  # fmt: skip
_ASK: Final = (
    "import sys, urllib.request as u; print(*(u.urlopen(each, timeout=20).read().decode() for each in sys.argv[1:]), sep='\\0')"
)


class Unanswered(EngineError):
    """Nobody answers there, or with an error."""


def watchers(absent: frozenset[str]) -> list[list[str]]:
    """The services of both profiles that can be had: first those that others stand on."""
    services = yaml.safe_load(FILE.read_text(encoding="utf-8"))["services"]
    there = {name: each for name, each in services.items() if PROFILES & set(each.get("profiles", ())) and name not in absent}
    first = [name for name, each in there.items() if not set(each.get("depends_on", ())) & there.keys()]
    return [first, [name for name in there if name not in first]]


def boot_watchers(rehearsal: Rehearsal) -> str:
    """Everything that watches the product, within its limits of memory; what has no image here is named."""
    engine, began = rehearsal.engine, time.monotonic()
    waves = watchers(rehearsal.absent)
    for wave in waves:
        for name in wave:
            engine.up(name)
        for name in wave:
            if name in READY:
                _until(partial(_is_ready, rehearsal, name), f"{name} is not ready", rehearsal, name)
            else:
                engine.healthy(name, patience=PATIENCE)
    names = [name for wave in waves for name in wave]
    lacking = f"; NOT RUN, because there is no image: {', '.join(sorted(rehearsal.absent))}" if rehearsal.absent else ""
    return f"{', '.join(names)}: {time.monotonic() - began:.0f} s{lacking}"


def followed(rehearsal: Rehearsal) -> str:
    """One application, recorded as its caller asks: its trace in Tempo, its lines in Loki, and nobody's name in either."""
    manager = rehearsal.world.manager
    cohort = manager.get("/cohorts")["items"][0]
    given = {"cohort_id": cohort["id"], "person": PERSON, "applied_on": "2026-01-10"}
    manager.post("/applications", given, traceparent=CALLER)
    rehearsal.world.drain()
    wanted = {
        ("hustar-trainees", "POST /api/v1/applications"),
        ("hustar-trainees", "send hustar.trainees.enrolment.v1"),
        ("hustar-reporting", "process hustar.trainees.enrolment.v1"),
    }
    _until(lambda: wanted <= set(_spans(rehearsal)), "the trace is not whole in Tempo", rehearsal, "tempo")
    spans = list(_spans(rehearsal))
    _until(lambda: bool(_lines(rehearsal, f'| trace_id="{TRACE}"')), "no line of the trace is in Loki", rehearsal, "loki")
    own, every = _lines(rehearsal, f'| trace_id="{TRACE}"'), _lines(rehearsal, "")
    told = json.dumps([spans, every, ask(rehearsal, f"http://tempo:3200/api/traces/{TRACE}")], ensure_ascii=False)
    found = [value for value in PERSON.values() if value in told]
    assert not found, f"personal data in traces or log lines: {found}"
    return (
        f"{len(spans)} spans of {len({service for service, _ in spans})} services in one trace; {len(own)} of {len(every)} "
        "log lines found by its id; no personal data in either"
    )


def measured(rehearsal: Rehearsal) -> str:
    """Prometheus reaches all eight processes, reads every rule, and answers what each panel of the dashboards asks."""
    _until(lambda: len(_up(rehearsal)) == 8, "not all eight are up", rehearsal, "prometheus")
    expected = len(rules())
    _until(lambda: _well(rehearsal) == expected, "a rule is not evaluated", rehearsal, "prometheus")
    queries = [(path.stem, title, query) for path in DASHBOARDS for title, query in dashboard_queries(path)]
    _until(lambda: not _empty(rehearsal, queries), lambda: f"panels without data: {_empty(rehearsal, queries)}", rehearsal, "")
    firing = [alert["labels"]["alertname"] for alert in _prometheus(rehearsal, "alerts")["alerts"] if alert["state"] == "firing"]
    for wave in watchers(rehearsal.absent):
        for name in wave:
            assert rehearsal.engine.is_running(name), f"{name} ended:\n{rehearsal.engine.logs(name)}"
    assert not firing, firing
    return (
        f"8 processes up, {expected} rules evaluated, {len(queries)} questions of {len(DASHBOARDS)} dashboards answered, no alert"
    )


def ask(rehearsal: Rehearsal, url: str, **params: str) -> Any:
    """What is answered there in JSON."""
    return json.loads(_get(rehearsal, url, **params))


def _get(rehearsal: Rehearsal, url: str, **params: str) -> str:
    """What is answered there, asked from within the network that only the services see."""
    return _get_all(rehearsal, [f"{url}?{urlencode(params)}" if params else url])[0]


def _get_all(rehearsal: Rehearsal, addresses: list[str]) -> list[str]:
    """What is answered at each, asked by one process: starting one takes a second."""
    done = rehearsal.engine.execute("reporting-api", "python", "-c", _ASK, *addresses)
    if done.code:
        raise Unanswered(f"{addresses[0]}: {(done.text.strip().splitlines() or [''])[-1]}")
    return done.out.split("\0")


def _is_ready(rehearsal: Rehearsal, name: str) -> bool:
    return bool(_get(rehearsal, READY[name]))


def _spans(rehearsal: Rehearsal) -> Iterator[tuple[str, str]]:
    """Service and name of each span of the trace."""
    trace = ask(rehearsal, f"http://tempo:3200/api/traces/{TRACE}")
    for batch in trace["batches"]:
        attributes = {each["key"]: each["value"].get("stringValue") for each in batch["resource"]["attributes"]}
        for scope in batch["scopeSpans"]:
            for span in scope["spans"]:
                yield str(attributes["service.name"]), str(span["name"])


def _lines(rehearsal: Rehearsal, chosen: str) -> list[Any]:
    """Log lines of the product with all that Loki keeps beside them."""
    found = ask(
        rehearsal,
        "http://loki:3100/loki/api/v1/query_range",
        query='{service_namespace="hustar"} ' + chosen,
        limit="5000",
        since="3h",
    )
    return [[stream["stream"], line] for stream in found["data"]["result"] for _, line in stream["values"]]


def _prometheus(rehearsal: Rehearsal, what: str, **params: str) -> Any:
    return ask(rehearsal, f"http://prometheus:9090/api/v1/{what}", **params)["data"]


def _up(rehearsal: Rehearsal) -> list[str]:
    targets = _prometheus(rehearsal, "targets", state="active")["activeTargets"]
    return [each["scrapeUrl"] for each in targets if each["labels"]["job"].startswith("hustar-") and each["health"] == "up"]


def _well(rehearsal: Rehearsal) -> int:
    """How many rules were evaluated without an error."""
    groups = _prometheus(rehearsal, "rules")["groups"]
    return sum(rule["health"] == "ok" and not rule.get("lastError") for group in groups for rule in group["rules"])


def _empty(rehearsal: Rehearsal, queries: list[tuple[str, str, str]]) -> list[str]:
    """Panels that must show something and do not. Prometheus refuses what it cannot read, and that ends the step."""
    answers: dict[tuple[str, str], bool] = {}
    addresses = [f"http://prometheus:9090/api/v1/query?{urlencode({'query': query})}" for _, _, query in queries]
    for (board, title, _), answer in zip(queries, _get_all(rehearsal, addresses), strict=True):
        found = json.loads(answer)["data"]["result"]
        answers[board, title] = answers.get((board, title), False) or bool(found)
    return [f"{board}: {title}" for (board, title), some in answers.items() if not some and title not in MAY_BE_EMPTY]


def _until(met: Callable[[], bool], complaint: str | Callable[[], str], rehearsal: Rehearsal, service: str) -> None:
    """Wait until it is so; who does not answer yet may still come."""
    deadline = time.monotonic() + PATIENCE
    while True:
        try:
            if met():
                return
            said = ""
        except Unanswered as error:
            said = f" ({error})"
        if time.monotonic() > deadline:
            told = complaint if isinstance(complaint, str) else complaint()
            raise EngineError(f"{told}{said}\n{rehearsal.engine.logs(service) if service else ''}")
        time.sleep(2)
