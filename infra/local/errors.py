"""Why an engine cannot be had, and what to do about it."""


class EngineUnavailable(Exception):
    """An engine cannot be started on this machine. `reason` says why, `remedy` what would change that."""

    def __init__(self, engine: str, *, reason: str, remedy: str) -> None:
        self.engine = engine
        self.reason = reason
        self.remedy = remedy
        super().__init__(f"{engine} is not available: {reason}. To have it: {remedy}.")


class EngineFailed(Exception):
    """An engine that should run does not: it ended, or was not ready in time. The text ends with its last log lines."""
