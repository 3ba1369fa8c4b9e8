"""The broker's jars: resolved by Maven once, held to their hashes, kept in infra/local/cache/."""

import hashlib
import shutil
import subprocess
import tempfile
from pathlib import Path

from infra.local.errors import EngineUnavailable

POM = Path(__file__).with_name("pom.xml")
HASHES = Path(__file__).with_name("jars.sha256")
CACHE = Path(__file__).parents[1] / "cache"

_PATIENCE = 600.0


def jar_folder() -> Path:
    """The folder that holds exactly the pinned jars. Raises EngineUnavailable."""
    pinned = HASHES.read_text()
    folder = CACHE / hashlib.sha256(POM.read_bytes() + pinned.encode()).hexdigest()[:16]
    if not folder.exists():
        CACHE.mkdir(exist_ok=True)
        with tempfile.TemporaryDirectory(dir=CACHE) as scratch:
            fresh = Path(scratch) / "jars"
            _resolve(fresh)
            if _hashes(fresh) != pinned:
                raise _unavailable("the jars that Maven brought are not those of jars.sha256", "check where Maven gets them from")
            _publish(fresh, folder)
    return folder


def pin() -> None:
    """Write the hashes of what pom.xml resolves to now."""
    with tempfile.TemporaryDirectory() as scratch:
        fresh = Path(scratch) / "jars"
        _resolve(fresh)
        HASHES.write_text(_hashes(fresh))


def _resolve(into: Path) -> None:
    maven = shutil.which("mvn")
    if maven is None:
        raise _unavailable(
            "Maven (mvn), which brings the broker's jars, was not found", "install it (Debian: apt-get install maven)"
        )
    command = [maven, "-B", "-q", "-C", "-f", str(POM), "dependency:copy-dependencies"]
    try:
        done = subprocess.run(
            [*command, f"-DoutputDirectory={into}", "-DincludeScope=runtime"],
            stdin=subprocess.DEVNULL,
            capture_output=True,
            text=True,
            timeout=_PATIENCE,
            check=False,
        )
    except subprocess.TimeoutExpired:
        raise _unavailable(f"Maven did not bring the broker's jars within {_PATIENCE:.0f} s", "check the network") from None
    if done.returncode:
        raise _unavailable(f"Maven could not bring the broker's jars: {_last_line(done.stdout)}", "check the network")


def _publish(fresh: Path, folder: Path) -> None:
    """Put the jars in their place in one step; whoever came first wins."""
    try:
        fresh.rename(folder)
    except OSError:
        if not folder.exists():
            raise


def _hashes(folder: Path) -> str:
    jars = sorted(folder.glob("*.jar"))
    return "".join(f"{hashlib.sha256(jar.read_bytes()).hexdigest()}  {jar.name}\n" for jar in jars)


def _last_line(output: str) -> str:
    errors = [line for line in output.splitlines() if line.startswith("[ERROR]")]
    return (errors or ["no reason given"])[0].removeprefix("[ERROR]").strip()


def _unavailable(reason: str, remedy: str) -> EngineUnavailable:
    return EngineUnavailable("Kafka", reason=reason, remedy=f"{remedy}, or set KAFKA_BOOTSTRAP_SERVERS")
