"""`python -m tests.trainees.roster_worker URL`: works on rosters in processes that may be killed, one for each line it is told.

A line is a plan of where to die (HUSTAR_CRASH). Each process is a real one in a session of its own; only the imports were
done before. The answer is its id and how it ended.
"""

import os
import sys

from services.trainees.commands.roster.working import work_on_rosters
from shared.db import Database
from tests.trainees.conftest import INFO


def main(url: str) -> None:
    for line in sys.stdin:
        pid = os.fork()
        if pid == 0:
            os.environ["HUSTAR_CRASH"] = line.strip()
            os.setsid()
            _work(url)
            os._exit(0)
        _, status = os.waitpid(pid, 0)
        print(pid, os.waitstatus_to_exitcode(status), flush=True)


def _work(url: str) -> None:
    database = Database(url, service="trainees", info=INFO)
    while work_on_rosters(database):
        continue
    database.close()


if __name__ == "__main__":
    main(sys.argv[1])
