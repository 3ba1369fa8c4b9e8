"""Which process runs which test: each as it becomes free, but those that share something dear stay together."""

from pathlib import PurePosixPath
from typing import Final

from xdist.scheduler import LoadScopeScheduling  # type: ignore[import-untyped]

_DOCUMENTS: Final = "test_interfaces_"  # made once for all
_BROKER: Final = "a broker of our own"
_BROWSER: Final = "_in_a_browser.py"
_SERVER: Final = "test_databases_are_apart.py"  # a PostgreSQL of its own


class Scheduling(LoadScopeScheduling):  # type: ignore[misc]
    """Tests of a file that share something dear run in one process: the others need not make it again.

    Files `test_kafka_*.py` freeze, stop and kill a broker that only they use; those of
    `*_in_a_browser.py` share a browser. xdist 3.8 reads groups by marks into a field
    that pytest 9.2 no longer looks at; names of files need none.
    """

    def _split_scope(self, nodeid: str) -> str:
        path = PurePosixPath(nodeid.split("::", 1)[0])
        if path.parts[1] == "architecture":
            return "everything read once"
        if path.name.endswith((_BROWSER, _SERVER)):
            return str(path)  # a browser, and a site with facts in it; or a server
        if path.name.startswith(_DOCUMENTS):
            return _DOCUMENTS
        return _BROKER if path.name.startswith("test_kafka_") else nodeid
