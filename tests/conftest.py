"""The engines that tests run on: real ones, started while the first tests run, ended with the run, shared by its processes.

A test that needs one carries the marker `engines`, and with it the names of those it needs; fixtures and parameters
of this file are marked by themselves. Where an engine cannot be had, the test is skipped with the reason and the
remedy; with REQUIRE_ENGINES=1 it fails.
"""

import gc
import os
import shutil
import uuid
from collections.abc import Callable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from functools import partial
from pathlib import Path
from typing import Any

import hypothesis
import pytest

import tests.covering.begun  # noqa: F401  # isort: skip - before anything of the product is imported

from infra.local import KafkaServer, PostgresServer
from shared.eventlog import open_log
from shared.eventlog.port import EventLog
from shared.settings import load_settings
from tests.covering import probing
from tests.engines import available, delete_topics
from tests.lending import OPENERS, Lender, Server, borrow
from tests.preloading import preload
from tests.scheduling import Scheduling

STARTING = pytest.StashKey[dict[str, Future[Server]]]()
LENDER = pytest.StashKey[Lender]()

# How long an example takes says nothing of what it shows, and everything of what else the machine does.
hypothesis.settings.register_profile("patient", parent=hypothesis.settings(), deadline=None)
hypothesis.settings.load_profile("patient")

MEMORY = Path("/dev/shm")
ENOUGH = 4 * 2**30


def pytest_configure() -> None:
    """Keep the folders of tests in memory where there is enough of it: no test lasts longer than the machine.

    A commit costs a sync, and thousands of databases that live for a second need none to reach a disk.
    """
    # Collecting makes objects that stay to the end: the collector need not walk through them, see pytest_collection_finish.
    gc.disable()
    if os.access(MEMORY, os.W_OK) and shutil.disk_usage(MEMORY).free > ENOUGH:
        os.environ.setdefault("PYTEST_DEBUG_TEMPROOT", str(MEMORY))


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Mark what asks for an engine by a fixture's name; begin with what takes long, so that nobody waits for it alone."""
    for item in items:
        for name in OPENERS.keys() & set(getattr(item, "fixturenames", ())):
            item.add_marker(pytest.mark.engines(name))
    items.sort(key=lambda item: item.get_closest_marker("slow") is None)


def pytest_collection_finish(session: pytest.Session) -> None:
    """Start the engines that the selected tests need, in the background, so that others need not wait for them."""
    gc.freeze()
    gc.enable()
    marks = [mark for item in session.items for mark in item.iter_markers("engines")]
    needed = {name for mark in marks for name in (mark.args or OPENERS)}
    if session.config.option.collectonly or not needed:
        return
    pool = ThreadPoolExecutor(len(needed), thread_name_prefix="engine")
    session.config.stash[STARTING] = {name: pool.submit(_opener(session.config, name)) for name in sorted(needed)}
    pool.shutdown(wait=False)


def _opener(config: pytest.Config, name: str) -> Callable[[], Server]:
    workers_input: dict[str, str] | None = getattr(config, "workerinput", None)
    return OPENERS[name] if workers_input is None else partial(borrow, Path(workers_input["engines"]), name)


@pytest.hookimpl(optionalhook=True)
def pytest_xdist_make_scheduler(config: pytest.Config, log: Any) -> Scheduling:
    return Scheduling(config, log)


@pytest.hookimpl(optionalhook=True)
def pytest_xdist_setupnodes(config: pytest.Config, specs: list[Any]) -> None:
    """In the first process of several: read the product once for all, where probing it makes that long."""
    if os.environ.get(probing.SWITCH):
        config.add_cleanup(preload(specs))


@pytest.hookimpl(optionalhook=True)
def pytest_configure_node(node: Any) -> None:
    """In the first process of several: tell each other where to ask for engines."""
    lender = node.config.stash.get(LENDER, None) or Lender()
    node.config.stash[LENDER] = lender
    node.workerinput["engines"] = str(lender.folder)


def pytest_sessionfinish(session: pytest.Session) -> None:
    """End every engine that was started, also those that no test came to use."""
    for starting in session.config.stash.get(STARTING, {}).values():
        if starting.exception() is None:
            starting.result().close()
    lender = session.config.stash.get(LENDER, None)
    if lender is not None:
        lender.close()
    probing.write()


@pytest.fixture(scope="session")
def postgres(pytestconfig: pytest.Config) -> PostgresServer:
    """A PostgreSQL server on which databases can be created."""
    server = available(pytestconfig.stash[STARTING]["postgres"].result)
    assert isinstance(server, PostgresServer)
    return server


@pytest.fixture(scope="session")
def kafka(pytestconfig: pytest.Config) -> KafkaServer:
    """A Kafka broker on which topics can be created."""
    server = available(pytestconfig.stash[STARTING]["kafka"].result)
    assert isinstance(server, KafkaServer)
    return server


@pytest.fixture(params=["sqlite", pytest.param("postgresql", marks=pytest.mark.engines("postgres"))])
def database_url(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[str]:
    """The address of a fresh, empty database, on each engine in turn."""
    if request.param == "sqlite":
        yield f"sqlite:///{tmp_path / 'fresh.db'}"
        return
    server: PostgresServer = request.getfixturevalue("postgres")
    name = f"test_{uuid.uuid4().hex[:12]}"
    yield server.url(name)
    server.drop(name)


@pytest.fixture
def topic_prefix() -> str:
    """What the names of this test's topics and groups begin with: nobody else's do."""
    return f"t{uuid.uuid4().hex[:12]}"


@pytest.fixture(params=["embedded", pytest.param("kafka", marks=pytest.mark.engines("kafka"))])
def event_log(request: pytest.FixtureRequest, tmp_path: Path, topic_prefix: str) -> Iterator[EventLog]:
    """A fresh event log, on each engine in turn, for topics whose names begin with `topic_prefix`."""
    broker: KafkaServer | None = request.getfixturevalue("kafka") if request.param == "kafka" else None
    servers = broker.bootstrap_servers if broker else None
    log = open_log(load_settings(data=tmp_path / "log", kafka_bootstrap_servers=servers, topic_prefix=topic_prefix))
    yield log
    log.close()
    if broker:
        delete_topics(broker, prefix=topic_prefix)
