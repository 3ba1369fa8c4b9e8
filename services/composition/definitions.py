"""Which services there are."""

from collections.abc import Sequence
from importlib import import_module

from shared.service import ServiceDefinition
from shared.settings import SERVICES


def definition(name: str) -> ServiceDefinition:
    """The service called `name`. Raises KeyError for another name."""
    if name not in SERVICES:
        raise KeyError(name)
    found = import_module(f"services.{name}.app").service
    assert isinstance(found, ServiceDefinition)
    return found


def definitions(names: Sequence[str] = SERVICES) -> list[ServiceDefinition]:
    """The services called so, in the house's order."""
    return [definition(name) for name in SERVICES if name in names]
