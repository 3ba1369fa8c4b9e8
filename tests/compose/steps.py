"""What is done to the running installation, in order. Each step stands on those that it names; what cannot run says why."""

import json
import re
import time
from typing import Any

import httpx
import yaml

from services.composition.definitions import definitions
from shared.eventlog import topic_for
from shared.settings import SERVICES
from tests.compose.engine import EngineError
from tests.compose.preparing import FILE, boot_waves
from tests.compose.rehearsal import Rehearsal, Step
from tests.compose.through_the_gateway import https, sign_in
from tests.compose.watching import boot_watchers, followed, measured
from tests.journeys.test_from_roster_to_figure import from_roster_to_figure

PATIENCE = {"identity": 900.0}
COMPANY = {"region": "27", "name_ko": "팔공소프트(가상)", "name_en": "Palgong Soft (fictitious)"}


def boot(rehearsal: Rehearsal) -> str:
    """Every service in the file's order, each once what it depends on is healthy or has ended well."""
    engine, times = rehearsal.engine, []
    for wave in boot_waves():
        began = time.monotonic()
        for name in wave:
            engine.up(name)
        for name, service in wave.items():
            if service.get("restart") == "no":
                engine.finished(name, patience=600)
            else:
                engine.healthy(name, patience=PATIENCE.get(name, 300.0))
        times.append(f"{', '.join(wave)}: {time.monotonic() - began:.0f} s")
        print(f"    {times[-1]}", flush=True)
    return "; ".join(times)


def confined(rehearsal: Rehearsal) -> str:
    """No root, no capabilities, nothing to write to, only this machine's own address."""
    engine = rehearsal.engine
    look = "grep -E '^(Uid|CapEff|NoNewPrivs)' /proc/1/status; touch /it 2>/dev/null && echo WRITTEN; id -u"
    for name in ("trainees-api", "reporting-worker"):
        seen = engine.execute(name, "sh", "-c", look).out
        assert "CapEff:\t0000000000000000" in seen, seen
        assert "NoNewPrivs:\t1" in seen, seen
        assert "10001" in seen, seen
        assert "WRITTEN" not in seen, seen
    limit = int(engine.inspect("trainees-api")["HostConfig"]["Memory"])
    assert limit == 768 * 1024 * 1024, limit
    sqlite = engine.execute("trainees-api", "python", "-c", "import sqlite3; print(sqlite3.sqlite_version)").out.strip()
    for name, service in yaml.safe_load(FILE.read_text(encoding="utf-8"))["services"].items():
        if "profiles" not in service:
            bindings: dict[str, Any] = engine.inspect(name)["HostConfig"]["PortBindings"] or {}
            assert {each["HostIp"] for ports in bindings.values() for each in ports or ()} <= {"127.0.0.1"}, (name, bindings)
    return f"uid 10001, no capabilities, read-only, 768 MiB, SQLite {sqlite}, ports on 127.0.0.1 only"


def databases_are_apart(rehearsal: Rehearsal) -> str:
    """Each service's user gets into its own database and into no other."""
    names = [*SERVICES, "identity"]
    for user in names:
        for database in [*names, "postgres"]:
            query = f"PGPASSWORD=$(cat /run/secrets/postgres_password_{user}) psql -h postgres -U hustar_{user} -tAc 'select 1' "
            target = database if database == "postgres" else f"hustar_{database}"
            done = rehearsal.engine.execute("postgres", "bash", "-c", query + target)
            assert (done.code == 0) == (user == database), (user, database, done.text)
            assert user == database or "permission denied" in done.text, done.text
    return f"{len(names)} users, {len(names) * len(names)} refusals"


def brokers_know_users(rehearsal: Rehearsal) -> str:
    """Each service sees its own topics and those it consumes, and can write to none but its own."""
    counts = {}
    for definition in definitions():
        consumed = {topic_for("hustar", aggregate) for aggregate in definition.handlers.aggregate_types}
        others = sorted(topic for topic in consumed if not topic.startswith(f"hustar.{definition.name}."))
        forbidden = (*others, "hustar.trainees.person.v1" if definition.name == "employers" else "hustar.employers.company.v1")[0]
        done = rehearsal.engine.execute(f"{definition.name}-worker", "python", "-c", _ASK_THE_BROKERS, forbidden)
        seen, written = json.loads(done.out.strip().splitlines()[-1])
        assert {topic for topic in seen if not topic.startswith(f"hustar.{definition.name}.")} == set(others), (seen, others)
        assert any(topic.startswith(f"hustar.{definition.name}.") for topic in seen), seen
        assert written in ("Failed", "NoSuchTopic"), (definition.name, forbidden, written)
        counts[definition.name] = len(seen)
    return f"each writes its own topics only; seen by {', '.join(f'{name}: {count}' for name, count in counts.items())}"


_ASK_THE_BROKERS = """
import json, sys
from shared.eventlog import open_log
from shared.eventlog.errors import NoSuchTopic
from shared.eventlog.port import Message
from shared.settings import load_settings
log = open_log(load_settings())
try:
    written = type(log.producer().publish([Message(sys.argv[1], b"key", b"told by nobody")])[0]).__name__
except NoSuchTopic as error:
    written = type(error).__name__
print(json.dumps([sorted(topic for topic in log.topics() if topic.startswith("hustar.")), written]))
log.close()
"""


def once_more(rehearsal: Rehearsal) -> str:
    """Migrations and topics again: nothing to do."""
    applied = rehearsal.engine.run_once("operate", "migrate", "--json")
    rows = json.loads(applied.out[applied.out.index("[") :])
    assert {row["applied"] for row in rows} == {"nothing to do"}, rows
    topics = rehearsal.engine.run_once("operate", "topics", "--json")
    assert topics.code == 0, topics.text
    return f"4 schemas and {len(json.loads(topics.out[topics.out.index('[') :]))} topics as they were"


def smoke(rehearsal: Rehearsal) -> str:
    """The gateway: TLS by the installation's own authority, every service ready, what is inside stays inside."""
    http = rehearsal.http
    for service in SERVICES:
        assert http.get(f"/health/{service}").json()["checks"][f"{service}-database"] == "ok"
        assert http.get(f"/openapi/{service}.json").json()["openapi"] == "3.1.0"
    answers = {path: http.get(path).status_code for path in ("/metrics", "/readyz", "/identity/admin/master/console/")}
    answers["/identity/realms/master"] = http.get("/identity/realms/master").status_code
    assert set(answers.values()) == {404}, answers
    assert http.get("/api/v1/enrolments").status_code == 401
    assert "strict-transport-security" in http.get("/api/v1/enrolments").headers
    left = [_left(http.get("/api/v1/enrolments", headers={"X-Forwarded-For": f"203.0.113.{last}"})) for last in (8, 9)]
    assert left[1] == left[0] - 1, f"whoever names another address is still counted as themselves: {left}"
    found = http.get("/identity/realms/hustar/.well-known/openid-configuration").json()
    assert found["issuer"] == f"{rehearsal.origin}/identity/realms/hustar"
    return "4 services ready and described; metrics, readiness and the identity provider's administration are not to be had"


def _left(answer: httpx.Response) -> int:
    """How many requests the caller has left, as the answer says."""
    found = re.search(r"r=(\d+)", answer.headers["ratelimit"])
    assert found is not None
    return int(found[1])


def story(rehearsal: Rehearsal) -> str:
    """From a roster to figures, with tokens of the identity provider."""
    from_roster_to_figure(rehearsal.world)
    return "a roster became completers, a hire and figures"


def pages(rehearsal: Rehearsal) -> str:
    """A person signs in with a password and sees the executive page."""
    with https(rehearsal.origin, rehearsal.authority) as browser:
        page = sign_in(browser, user="demo-executive", password=rehearsal.secrets["DEMO_USERS_PASSWORD"])
        names = {cookie.name for cookie in browser.cookies.jar}
    assert "__Host-hustar_session" in names, names
    assert "<table" in page or "<svg" in page, page[:500]
    return "signed in by code with PKCE; the session's cookie is bound to the host"


def worker_killed(rehearsal: Rehearsal) -> str:
    """A worker dies by SIGKILL: what it had to do is done when it is back, once."""
    engine, world = rehearsal.engine, rehearsal.world
    engine.kill("reporting-worker")
    world.manager.post("/companies", {"business_number": "000-00-00029", **COMPANY})
    time.sleep(3)
    by_itself = engine.is_running("reporting-worker")
    if not by_itself:
        engine.start("reporting-worker")
    engine.healthy("reporting-worker", patience=300)
    seconds = world.at_rest(patience=300)
    return f"came back {'by itself' if by_itself else 'when started'}; at rest {seconds:.0f} s later"


def kafka_away(rehearsal: Rehearsal) -> str:
    """Kafka stops: requests are answered all the same; it starts: everything that waited arrives."""
    engine, world = rehearsal.engine, rehearsal.world
    engine.stop("kafka")
    began = time.monotonic()
    world.manager.post("/companies", {"business_number": "000-00-00034", **COMPANY})
    answered = time.monotonic() - began
    assert world.waiting("employers") > 0, "the event waits in the outbox"
    engine.start("kafka")
    engine.healthy("kafka", patience=300)
    rest = world.at_rest(patience=300)
    return f"a write was answered in {answered * 1000:.0f} ms without Kafka; at rest {rest:.0f} s after its start"


def postgres_restarted(rehearsal: Rehearsal) -> str:
    """PostgreSQL stops and starts: nobody else is restarted, and requests are answered again."""
    engine, world = rehearsal.engine, rehearsal.world
    before = {service: engine.inspect(f"{service}-api")["State"]["StartedAt"] for service in SERVICES}
    engine.stop("postgres")
    away = rehearsal.http.get("/health/employers").status_code
    assert away == 503, away
    engine.start("postgres")
    engine.healthy("postgres", patience=300)
    began = time.monotonic()
    while rehearsal.http.get("/health/employers").status_code != 200:
        assert time.monotonic() - began < 120
        time.sleep(0.5)
    seconds = time.monotonic() - began
    world.manager.post("/companies", {"business_number": "000-00-00048", **COMPANY})
    rest = world.at_rest(patience=300)
    after = {service: engine.inspect(f"{service}-api")["State"]["StartedAt"] for service in SERVICES}
    assert before == after, "an API was restarted"
    return f"503 while away; ready {seconds:.0f} s after it was healthy; at rest {rest:.0f} s later"


def ended(rehearsal: Rehearsal) -> str:
    """SIGTERM: every process of ours ends in order within thirty seconds."""
    seen = []
    for name in ("matching-worker", "matching-api"):
        seconds, code = rehearsal.engine.stop(name)
        assert seconds < 30, (name, seconds)
        assert code == 0, (name, code)
        rehearsal.engine.start(name)
        rehearsal.engine.healthy(name, patience=300)
        seen.append(f"{name} {seconds:.1f} s")
    return ", ".join(seen)


def backed_up(rehearsal: Rehearsal) -> str:
    """While all of it runs, with no more rights than the services have: four databases and what Kafka holds."""
    done = rehearsal.engine.run_once("operate", "backup", "--json", timeout=600)
    if "{" not in done.out:
        raise EngineError(done.text)
    result = json.loads(done.out[done.out.index("{") :])
    assert sorted(result["files"]) == ["employers.dump", "log.jsonl.gz", "matching.dump", "reporting.dump", "trainees.dump"]
    verified = rehearsal.engine.run_once("operate", "verify-backup", result["backup"], timeout=600)
    assert verified.code == 0, verified.text
    return f"{len(result['files'])} files, {result['bytes'] / 1e6:.1f} MB, read back by another container"


def reconciled(rehearsal: Rehearsal) -> str:
    """Every figure a second time, from the services' own tables: the difference is zero."""
    done = rehearsal.engine.run_once("operate", "reconcile", "--json", "--wait", "120", timeout=600)
    if "{" not in done.out:
        raise EngineError(done.text)
    result = json.loads(done.out[done.out.index("{") :])
    assert result["agrees"], result
    return f"difference 0 in {result['figures']} figures, {result['aggregates']} aggregates and {result['records']} records"


STEPS = (
    Step("boot", boot),
    Step("confined", confined, ("boot",)),
    Step("databases are apart", databases_are_apart, ("boot",)),
    Step("brokers know their users", brokers_know_users, ("boot",)),
    Step("migrate and topics once more", once_more, ("boot",)),
    Step("smoke", smoke, ("boot",)),
    Step("what watches boots", boot_watchers, ("boot",)),
    Step("the story of the foundation", story, ("smoke",)),
    Step("signing in at the pages", pages, ("smoke",)),
    Step("traces and log lines", followed, ("what watches boots", "the story of the foundation")),
    Step("metrics, rules and dashboards", measured, ("what watches boots", "the story of the foundation")),
    Step("a worker is killed", worker_killed, ("the story of the foundation",)),
    Step("Kafka stops and starts", kafka_away, ("the story of the foundation",)),
    Step("PostgreSQL stops and starts", postgres_restarted, ("the story of the foundation",)),
    Step("back up", backed_up, ("the story of the foundation",)),
    Step("SIGTERM", ended, ("boot",)),
    Step("reconcile", reconciled, ("the story of the foundation",)),
)
