"""docker-compose.yml, .env and what belongs to them, read for the tests."""

import re
from functools import cache
from pathlib import Path
from typing import Any, Final

import yaml

ROOT: Final = Path(__file__).parents[2]
TEXT: Final = (ROOT / "docker-compose.yml").read_text(encoding="utf-8")
MUST_BE_SAID: Final = frozenset({"HUSTAR_DOMAIN"})
USED: Final = re.compile(r"(?<!\$)\$\{([A-Z_]+)(:\?[^}]*)?\}")


@cache
def variables() -> dict[str, str]:
    """What .env gives."""
    lines = [line for line in (ROOT / ".env").read_text(encoding="utf-8").splitlines() if line and not line.startswith("#")]
    return dict(line.split("=", 1) for line in lines)


@cache
def document() -> dict[str, Any]:
    """The compose file with its variables filled in."""
    values = variables() | {"HUSTAR_DOMAIN": "hustar.example"}
    found: dict[str, Any] = yaml.safe_load(USED.sub(lambda match: values[match[1]], TEXT))
    return found


def services() -> dict[str, dict[str, Any]]:
    found: dict[str, dict[str, Any]] = document()["services"]
    return found


def ours() -> dict[str, dict[str, Any]]:
    """The services that run the product's own image."""
    return {name: each for name, each in services().items() if each["image"] == variables()["HUSTAR_IMAGE"]}
