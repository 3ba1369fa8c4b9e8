"""From what a file says to what is compared: which cohort a row is about, in the words that universities use for it."""

import re
import unicodedata
from collections.abc import Iterable
from typing import Final
from uuid import UUID

_ORDINAL: Final = re.compile(r"제?([0-9]{1,4})기?")


class CohortNames:
    """The cohorts of a sync under every name that a file may use: code, or ordinal as `3`, `3기`, `제3기`."""

    def __init__(self, cohorts: Iterable[tuple[UUID, str, int]]) -> None:
        self._by_name: dict[str, UUID | None] = {}
        self._all: list[UUID] = []
        for cohort_id, code, ordinal in cohorts:
            self._all.append(cohort_id)
            for name in (_plain(code), f"{ordinal}기"):
                # Two programs may both have a first cohort: such a name says nothing.
                self._by_name[name] = cohort_id if self._by_name.get(name, cohort_id) == cohort_id else None

    def find(self, name: str | None) -> UUID | str:
        """The cohort, or the code of what is wrong with its name."""
        if name is None:
            return self._all[0] if len(self._all) == 1 else "cohort_missing"
        plain = _plain(name)
        ordinal = _ORDINAL.fullmatch(plain)
        found = self._by_name.get(plain) or (self._by_name.get(f"{int(ordinal[1])}기") if ordinal else None)
        return found or "cohort_unknown"


def _plain(name: str) -> str:
    return "".join(unicodedata.normalize("NFKC", name).casefold().split())
