"""Which process runs which test: each as it becomes free, but those that hurt a broker of their own stay together."""

from pathlib import PurePosixPath

from xdist.scheduler import LoadScopeScheduling  # type: ignore[import-untyped]


class Scheduling(LoadScopeScheduling):  # type: ignore[misc]
    """Files `test_kafka_*.py` freeze, stop and kill a broker that only they use: one process needs only one of it.

    xdist 3.8 reads groups by marks into a field that pytest 9.2 no longer looks at; names of files need none.
    """

    def _split_scope(self, nodeid: str) -> str:
        path = nodeid.split("::", 1)[0]
        return "a broker of our own" if PurePosixPath(path).name.startswith("test_kafka_") else nodeid
