"""The demo: the published HuStar figures as facts about fictitious persons, loaded through the public API."""

from services.demo.loading import Interrupted, load

__all__ = ["Interrupted", "load"]
