"""Loads what partner companies do today: as themselves and as the program's managers, through the public API."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any, Final

from services.demo.client import Client
from services.demo.partners import Opening, Partner, partners
from services.demo.postings import Posting, Postings
from shared import clock

_API: Final = "/api/v1"
_PATH: Final = {
    "draft": (), "in_review": ("in_review",), "open": ("in_review", "open"), "paused": ("in_review", "open", "paused"),
    "closed": ("in_review", "open"),
}  # fmt: skip


class Partnerships:
    """Goes on where it was interrupted: what is there already is not sent again."""

    def __init__(
        self, manager: Client, signed_in: Callable[[str], Client], postings: Postings, *, done: Callable[[int], None]
    ) -> None:
        self._manager = manager
        self._signed_in = signed_in
        self._postings = postings
        self._done = done
        self._partners = partners(clock.today())

    @property
    def steps(self) -> int:
        return len(self._partners)

    def load(self) -> None:
        """Every partner with its agreement, pledges and postings."""
        known = {row["business_number"]: row for row in self._manager.every(f"{_API}/companies")}
        companies = []
        for partner in self._partners:
            row = known.get(partner.company.business_number)
            company = self._described(partner, row) if row else self._registered(partner)
            self._agree(partner, company)
            self._promise(partner, company)
            companies.append((partner, company))
            self._done(1)
        self._postings.load([_posting(partner, opening, row["id"]) for partner, row in companies for opening in partner.openings])
        for partner, company in companies:
            self._end(partner, company)
        self._close()

    def _registered(self, partner: Partner) -> Any:
        company = partner.company
        body = {
            "business_number": company.business_number, "name_ko": company.name_ko, "name_en": company.name_en,
            "region": company.region, "size": partner.size, "ksic": partner.ksic,
        }  # fmt: skip
        return self._manager.post(f"{_API}/companies", body)

    def _described(self, partner: Partner, row: Any) -> Any:
        if row["size"] is not None:
            return row
        said = {"size": partner.size, "ksic": partner.ksic}
        return self._manager.patch(f"{_API}/companies/{row['id']}", said, etag=row["version"])

    def _agree(self, partner: Partner, company: Any) -> None:
        path = f"{_API}/companies/{company['id']}/agreements"
        if any(self._manager.every(path)):
            return
        terms = {"starts_on": partner.agreed_on.isoformat(), "ends_on": partner.agreed_until.isoformat()}
        agreement = self._manager.post(path, terms)
        if partner.standing == "draft":
            return
        step = {"to": "active", "effective_on": partner.agreed_on.isoformat()}
        self._manager.post(f"{path}/{agreement['id']}/transitions", step, etag=agreement["version"])
        if partner.incentive_won is not None:
            days = {"starts_on": terms["starts_on"], "ends_on": (partner.agreed_on + timedelta(days=90)).isoformat()}
            grant = {"kind": "internship_cost", "amount_won": partner.incentive_won, **days}
            self._manager.post(f"{path}/{agreement['id']}/incentives", grant)

    def _promise(self, partner: Partner, company: Any) -> None:
        path = f"{_API}/companies/{company['id']}"
        client = self._signed_in(f"employer-{partner.company.business_number}")
        for place, (month, kind, seats) in enumerate(partner.pledges):
            # The first of them names what the company looks for most; of the others it does not know yet.
            skill = partner.openings[0].skills[0] if place == 0 else None
            promise = {"month": month, "field": partner.company.field, "kind": kind, "seats": seats, "skill": skill}
            client.post(f"{path}/pledges", promise)
        year = clock.today().year - 1
        for of, people in zip((year - 1, year), partner.employees, strict=True):
            noted = {"employees": people, "counted_on": f"{of}-12-31", "source": "고용보험 피보험자 수 (가상)"}
            client.put(f"{path}/headcounts/{of}", noted)

    def _end(self, partner: Partner, company: Any) -> None:
        if partner.standing != "suspended":
            return
        path = f"{_API}/companies/{company['id']}/agreements"
        for agreement in self._manager.every(path):
            if agreement["state"] == "active":
                body = {"to": "suspended", "reason": "사업장 이전"}
                self._manager.post(f"{path}/{agreement['id']}/transitions", body, etag=agreement["version"])

    def _close(self) -> None:
        """What was withdrawn, all at once."""
        titles = {
            (partner.company.business_number, opening.title)
            for partner in self._partners
            for opening in partner.openings
            if opening.state == "closed"
        }
        numbers = {row["id"]: row["business_number"] for row in self._manager.every(f"{_API}/companies")}
        live = [
            row["id"]
            for row in self._manager.every(f"{_API}/positions", state="open")
            if (numbers[row["company_id"]], row["title"]) in titles
        ]
        if live:
            self._manager.post(f"{_API}/positions/closings", {"position_ids": live, "reason": "withdrawn"})


def _posting(partner: Partner, opening: Opening, company_id: str) -> Posting:
    number = partner.company.business_number
    return Posting(number, company_id, opening.title, opening.opens_on, opening.cells(), _PATH[opening.state])
