"""What the figures were measured on, without saying whose machine it is or where anything lies."""

import importlib.metadata
import os
import platform
import re
import sqlite3
from pathlib import Path
from typing import Final

import psutil
import psycopg

from infra.local import EngineFailed, EngineUnavailable
from infra.local.kafka.jars import HASHES
from tests.benchmarks.engines import Engines

_LIBRARIES: Final = ("fastapi", "uvicorn", "sqlalchemy", "sqlmodel", "psycopg", "pydantic", "kafka-python", "orjson")


def describe_machine(engines: Engines, *, needed: set[str]) -> dict[str, str]:
    """Processor, memory and versions, in the words that the report shows."""
    memory = psutil.virtual_memory().total / 2**30
    described = {
        "processor": f"{psutil.cpu_count()} cores, {_processor()}",
        "memory": f"{memory:.0f} GiB",
        "system": f"{platform.system()} {platform.release().split('-')[0]}, {platform.machine()}",
        "Python": f"{platform.python_implementation()} {platform.python_version()}",
        "SQLite": sqlite3.sqlite_version,
    }
    if "postgres" in needed:
        described["PostgreSQL"] = _postgres_version(engines)
    if "kafka" in needed:
        described["Kafka"] = _kafka_version()
    return {**described, **{name: importlib.metadata.version(name) for name in _LIBRARIES}}


def _processor() -> str:
    information = Path("/proc/cpuinfo")
    if information.exists():
        for line in information.read_text().splitlines():
            if line.startswith("model name"):
                return line.partition(":")[2].strip()
    return platform.processor() or "unknown processor"


def _postgres_version(engines: Engines) -> str:
    try:
        with psycopg.connect(engines.postgres.server_url) as connection:
            row = connection.execute("SELECT current_setting('server_version'), current_setting('fsync')").fetchone()
    except (EngineUnavailable, EngineFailed) as error:
        return f"not measured: {error}"
    assert row is not None
    return f"{str(row[0]).split(' ')[0]}, fsync {row[1]}"


def _kafka_version() -> str:
    if os.environ.get("KAFKA_BOOTSTRAP_SERVERS"):
        return "a cluster that was given"
    found = re.search(r"kafka-clients-([\d.]+)\.jar", HASHES.read_text())
    assert found is not None
    return f"{found[1]}, one broker"
