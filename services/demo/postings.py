"""Loads postings as companies and managers do with many: a file for each company, and steps for all at once."""

import csv
import io
from collections import defaultdict
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any, Final

from services.demo.client import Client

_API: Final = "/api/v1"
_AT_ONCE: Final = 500
_NO_AGREEMENT: Final = "agreement_"  # begins the codes of refusals that name the agreement's state


class Unexpected(Exception):
    """A row of a request for many was refused; the text has the request and the refusal."""


@dataclass(frozen=True, slots=True)
class Posting:
    """One posting: whose, what its line in the file says, and the states that it is led through on its first day."""

    business_number: str
    company_id: str
    title: str
    opens_on: date
    cells: Mapping[str, str]
    path: Sequence[str]


class Postings:
    """Goes on where it was interrupted: what is there already is not sent again."""

    def __init__(self, manager: Client, signed_in: Callable[[str], Client]) -> None:
        self._manager = manager
        self._signed_in = signed_in
        self._states: dict[tuple[str, str], tuple[str, str]] = {}

    def load(self, postings: Sequence[Posting]) -> dict[tuple[str, str], str]:
        """All of these, each in the last state of its path; their ids by company and title."""
        rows = self._manager.every(f"{_API}/positions")
        self._states = {(row["company_id"], row["title"]): (row["id"], row["state"]) for row in rows}
        for company in _by_company(postings):
            self._send(company)
            self._lead(self._signed_in(f"employer-{company[0].business_number}"), company, "draft", "in_review")
        self._lead(self._manager, postings, "in_review", "open")
        self._lead(self._manager, postings, "open", "paused")
        return {(each.company_id, each.title): self._states[each.company_id, each.title][0] for each in postings}

    def _send(self, company: Sequence[Posting]) -> None:
        missing = [each for each in company if (each.company_id, each.title) not in self._states]
        if not missing:
            return
        client, file = self._signed_in(f"employer-{missing[0].business_number}"), _file(missing)
        path, key = f"{_API}/positions/imports", f"{missing[0].company_id} {file!r}"
        seen = client.upload(path, file, key=key, company_id=missing[0].company_id)
        done = client.post(f"{path}/{seen['id']}/commit", {}, etag=seen["version"])
        for posting, line in zip(missing, done["lines"], strict=True):
            if line["position_id"] is None:
                raise Unexpected(f"{posting.title}: {line['errors']}")
            self._states[posting.company_id, posting.title] = (line["position_id"], "draft")

    def _lead(self, client: Client, postings: Sequence[Posting], before: str, to: str) -> None:
        waiting = self._standing(postings, before, to)
        for start in range(0, len(waiting), _AT_ONCE):
            some = waiting[start : start + _AT_ONCE]
            rows = [
                {"position_id": self._states[each.company_id, each.title][0], "effective_on": each.opens_on.isoformat()}
                for each in some
            ]
            answer = client.post(f"{_API}/positions/transitions", {"to": to, "rows": rows})
            for each, result in zip(some, answer["results"], strict=True):
                # An agreement that has run out in the meantime leaves its postings in review.
                if result["problem"] is not None and not result["problem"]["code"].startswith(_NO_AGREEMENT):
                    raise Unexpected(f"{each.title} to {to}: {result['problem']}")
                self._states[each.company_id, each.title] = (result["position_id"], result["state"])

    def _standing(self, postings: Sequence[Posting], before: str, to: str) -> list[Posting]:
        """Those that wait to be led there. What a trusted company submits is open already."""
        return [each for each in postings if to in each.path and self._states[each.company_id, each.title][1] == before]


def _by_company(postings: Sequence[Posting]) -> list[list[Posting]]:
    found: dict[str, list[Posting]] = defaultdict(list)
    for each in postings:
        found[each.company_id].append(each)
    return list(found.values())


def _file(postings: Sequence[Posting]) -> bytes:
    columns = list(dict.fromkeys(column for each in postings for column in each.cells))
    text = io.StringIO()
    writer: Any = csv.DictWriter(text, columns, restval="")
    writer.writeheader()
    writer.writerows(each.cells for each in postings)
    return text.getvalue().encode()
