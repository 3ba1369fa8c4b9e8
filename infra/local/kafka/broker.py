"""One broker that is its own controller, on two free ports."""

import base64
import os
import re
import shutil
import subprocess
import uuid
from collections.abc import Sequence
from pathlib import Path

from infra.local.accounts import OURS
from infra.local.engine import Engine
from infra.local.errors import EngineFailed, EngineUnavailable
from infra.local.kafka.jars import jar_folder
from infra.local.ports import free_ports

OLDEST_JAVA = 17

_SETTINGS = {
    "process.roles": "broker,controller",
    "node.id": "1",
    "controller.listener.names": "CONTROLLER",
    "auto.create.topics.enable": "false",
    "unclean.leader.election.enable": "false",
    "broker.session.timeout.ms": "2000",  # after a kill the controller keeps the new one out for as long as this
    "broker.heartbeat.interval.ms": "500",
    "offsets.topic.replication.factor": "1",
    "offsets.topic.num.partitions": "4",
    "transaction.state.log.replication.factor": "1",
    "transaction.state.log.min.isr": "1",
    "transaction.state.log.num.partitions": "4",
    "share.coordinator.state.topic.replication.factor": "1",
    "share.coordinator.state.topic.min.isr": "1",
    "group.initial.rebalance.delay.ms": "0",  # a group need not wait for more members than there are
    "group.min.session.timeout.ms": "1000",  # tests evict consumers without waiting long
    "log.index.size.max.bytes": "1048576",
    "log.segment.delete.delay.ms": "1000",
    "log.cleaner.dedupe.buffer.size": "8388608",
    "log.cleaner.threads": "1",
    "num.network.threads": "2",
    "num.io.threads": "4",
}
_LOGGING = {"defaultLogLevel": "warn", "log.kafka.server.KafkaRaftServer": "info", "showDateTime": "true"}
_QUICK_START = ["-XX:TieredStopAtLevel=1", "-XX:+UseSerialGC", "-Xshare:auto"]
_READY = "Kafka Server started"
_REMEDY = "install a JRE 17 or newer (Debian: apt-get install default-jre-headless), or set KAFKA_BOOTSTRAP_SERVERS"


class KafkaServer:
    """A Kafka cluster on which this client may create topics."""

    def __init__(self, bootstrap_servers: str) -> None:
        self.bootstrap_servers = bootstrap_servers

    def close(self) -> None:
        """Nothing to end: the cluster is somebody else's."""


class LocalKafka(Engine, KafkaServer):
    """A broker of our own."""

    name = "Kafka"

    def __init__(self, *, parent: Path | None = None) -> None:
        self._java, java_version = _find_java()
        jars = jar_folder()
        self._classpath = os.pathsep.join(sorted(str(jar) for jar in jars.glob("*.jar")))
        self._archive = jars / f"classes-{java_version}.jsa"
        Engine.__init__(self, parent=parent, account=OURS)
        self.port, self._controller_port = free_ports(2)
        KafkaServer.__init__(self, f"127.0.0.1:{self.port}")
        self._properties = self.folder / "server.properties"
        self._properties.write_text("".join(f"{key}={value}\n" for key, value in self._settings().items()))
        self._format()

    def stop(self) -> None:
        """Stop in good order; the data stays."""
        Engine.stop(self)
        self._keep_archive()

    def close(self) -> None:
        """Stop it for good and remove its folder."""
        if not self._archive.exists():
            self.stop()
        Engine.close(self)

    def _settings(self) -> dict[str, str]:
        client, controller = f"127.0.0.1:{self.port}", f"127.0.0.1:{self._controller_port}"
        return _SETTINGS | {
            "listeners": f"PLAINTEXT://{client},CONTROLLER://{controller}",
            "advertised.listeners": f"PLAINTEXT://{client}",
            "controller.quorum.voters": f"1@{controller}",
            "log.dirs": str(self.folder / "data"),
        }

    def _format(self) -> None:
        cluster = cluster_id()
        options = ["-t", cluster, "-c", str(self._properties), *self._format_options()]
        command = self._jvm("kafka.tools.StorageTool", "format", *options)
        status, output = self.account.run(command, cwd=self.folder, timeout=60)
        if status:
            raise EngineFailed(f"{self.name}'s storage could not be formatted:\n{output}")

    def _format_options(self) -> list[str]:
        """What the storage is to hold from the beginning."""
        return []

    def _command(self) -> Sequence[str | Path]:
        return self._jvm("kafka.Kafka", str(self._properties), record_classes=not self._archive.exists())

    def _jvm(self, main: str, *arguments: str, record_classes: bool = False) -> list[str | Path]:
        archive = f"-XX:ArchiveClassesAtExit={self._recording}" if record_classes else f"-XX:SharedArchiveFile={self._archive}"
        logging = [f"-Dorg.slf4j.simpleLogger.{key}={value}" for key, value in _LOGGING.items()]
        return [self._java, "-Xmx512m", *_QUICK_START, archive, *logging, "-cp", self._classpath, main, *arguments]

    @property
    def _recording(self) -> Path:
        return self.folder / "classes.jsa"

    def _keep_archive(self) -> None:
        """Keep the classes that the first orderly run has loaded: with them later starts take half the time."""
        if self._recording.exists():
            partial = self._archive.with_suffix(f".{os.getpid()}")
            shutil.move(self._recording, partial)
            partial.replace(self._archive)

    def _is_ready(self) -> bool:
        return _READY in self._since_start()


def _find_java() -> tuple[Path, str]:
    """The java program and its full version. Raises EngineUnavailable."""
    home = os.environ.get("JAVA_HOME")
    found = shutil.which("java", path=str(Path(home) / "bin") if home else None)
    if found is None:
        raise EngineUnavailable("Kafka", reason="Java was not found", remedy=_REMEDY)
    answer = subprocess.run([found, "-version"], capture_output=True, text=True, check=False).stderr
    version = re.search(r'version "((\d+)[^"]*)"', answer)
    if version is None or int(version[2]) < OLDEST_JAVA:
        raise EngineUnavailable("Kafka", reason=f"Java is older than {OLDEST_JAVA}", remedy=_REMEDY)
    return Path(found), version[1]


def cluster_id() -> str:
    """A cluster id as Kafka wants it: 16 bytes in base64. None that begins with a dash, which would read as an option."""
    return base64.urlsafe_b64encode(b"H" + uuid.uuid4().bytes[1:]).decode().rstrip("=")
