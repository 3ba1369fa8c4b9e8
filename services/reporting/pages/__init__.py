"""Pages."""

from typing import Any

routers: list[Any] = []
mounts: list[Any] = []
visitors = None
