"""Loads the demo as its users would: rosters, transitions, positions, offers, evidence, matching, through the public API.

What there are many of goes through the interfaces for many: files of positions, steps for a whole cohort or list.
"""

import json
import time
from pathlib import Path
from threading import Event
from typing import Any, Final

import httpx
from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn

from services.demo import plan
from services.demo.academy import Academy, field_of, hires_of, postings, title_of
from services.demo.client import Client, Interrupted
from services.demo.matchmaking import Matchmaking
from services.demo.partners import taught_in
from services.demo.partnerships import Partnerships
from services.demo.postings import Postings
from shared import clock

_API: Final = "/api/v1"
_CLOSED_ON: Final = "2022-03-31"
_HISTORY: Final = {"starts_on": "2019-07-01", "ends_on": "2029-12-31"}


def load(origin: str, *, marker: Path, console: Console, stopping: Event) -> bool:
    """Load what is missing, with a progress bar, and note in `marker` that it is done. Goes on where it was interrupted.

    False when all of it was there.
    Raises Interrupted when the process is stopping, ApiError when the API refuses.
    """
    if marker.exists():
        console.print(f"Demo: loaded on {json.loads(marker.read_text())['loaded_on']}.")
        return False
    columns = (TextColumn("Demo: {task.description:<24}"), BarColumn(), MofNCompleteColumn(), TimeRemainingColumn())
    started = time.monotonic()
    # One connection for all clients: each of its own would read the certificates of the world anew.
    http = httpx.Client(base_url=origin, timeout=30)
    with http, Progress(*columns, console=console, transient=True) as progress:
        _Loader(http, progress, stopping).run()
    marker.write_text(json.dumps({"loaded_on": clock.today().isoformat(), "seed": plan.SEED}))
    console.print(f"Demo: loaded in {time.monotonic() - started:.0f} s. All persons and companies in it are fictitious.")
    return True


class _Loader:
    def __init__(self, http: httpx.Client, progress: Progress, stopping: Event) -> None:
        self._http = http
        self._stopping = stopping
        self._clients: dict[str, Client] = {}
        self._progress = progress
        self._cohorts = plan.cohorts()
        people = sum(len(cohort.trainees) for cohort in self._cohorts)
        self._hires = sum(trainee.hired_on is not None for cohort in self._cohorts for trainee in cohort.trainees)
        self._academy = Academy(self.manager, self._as, stopping=stopping, done=self._advance_bar)
        self._postings = Postings(self.manager, self._as)
        self._partnerships = Partnerships(self.manager, self._as, self._postings, done=self._advance_bar)
        self._task = progress.add_task("starting", total=people + self._hires + self._partnerships.steps)

    def run(self) -> None:
        universities = self._universities()
        programs = self._programs(universities)
        owners = {program.code: universities[program.university] for program in plan.PROGRAMS}
        persons: dict[str, str] = {}
        for cohort in self._cohorts:
            self._describe(f"cohort {cohort.code}")
            program_id, university_id = programs[cohort.program], owners[cohort.program]
            persons |= self._academy.enrol(cohort, program_id=program_id, university_id=university_id)
        self._describe("companies")
        companies = self._companies()
        self._promise(companies)
        positions = self._postings.load(postings(self._cohorts, companies))
        self._describe("partner companies")
        self._partnerships.load()
        self._employ(companies, persons, positions)
        self._lapse(list(positions.values()))
        self._describe("a round of matching")
        Matchmaking(self.manager, stopping=self._stopping).load()

    @property
    def manager(self) -> Client:
        return self._as("program-manager")

    def _as(self, name: str) -> Client:
        if name not in self._clients:
            self._clients[name] = Client(self._http, name, stopping=self._stopping)
        return self._clients[name]

    def _advance_bar(self, steps: int) -> None:
        self._progress.advance(self._task, steps)

    def _describe(self, text: str) -> None:
        self._progress.update(self._task, description=text)

    def _universities(self) -> dict[str, str]:
        known = {row["code"]: row["id"] for row in self.manager.every(f"{_API}/universities")}
        for university in plan.UNIVERSITIES:
            if university.code not in known:
                body = {
                    "code": university.code,
                    "name_ko": university.name_ko,
                    "name_en": university.name_en,
                    "region": university.region,
                }
                known[university.code] = self.manager.post(f"{_API}/universities", body)["id"]
        return known

    def _programs(self, universities: dict[str, str]) -> dict[str, str]:
        known = {row["code"]: row["id"] for row in self.manager.every(f"{_API}/programs")}
        for program in plan.PROGRAMS:
            if program.code not in known:
                body = {
                    "code": program.code,
                    "name_ko": program.name_ko,
                    "name_en": program.name_en,
                    "kind": "academy",
                    "field": program.field,
                    "university_id": universities[program.university],
                    "training_months": 5,
                    "internship_months": 3,
                    "goals": ["future-talent-city-daegu-talents", "hustar-talents"],
                }
                known[program.code] = self.manager.post(f"{_API}/programs", body)["id"]
            self._outcomes(f"{_API}/programs/{known[program.code]}/outcomes", program.field)
        return known

    def _outcomes(self, path: str, field: str) -> None:
        """What a program leads to: without it nothing would be known of anybody's skills."""
        kept = self.manager.get(path)
        if not kept["skills"]:
            self.manager.put(path, {"skills": taught_in(field)}, etag=kept["version"])

    def _companies(self) -> dict[tuple[str, int], tuple[plan.Company, str]]:
        """The academy's partner companies with their ids, by field and number."""
        known = {row["business_number"]: row for row in self.manager.every(f"{_API}/companies")}
        result = {}
        for n, company in enumerate(plan.companies()):
            row = known.get(company.business_number) or self._company(company)
            result[company.field, n % 2] = (company, str(row["id"]))
        return result

    def _company(self, company: plan.Company) -> Any:
        body = {
            "business_number": company.business_number,
            "name_ko": company.name_ko,
            "name_en": company.name_en,
            "region": company.region,
        }
        row = self.manager.post(f"{_API}/companies", body)
        path = f"{_API}/companies/{row['id']}/agreements"
        agreement = self.manager.post(path, _HISTORY)
        step = {"to": "active", "effective_on": _HISTORY["starts_on"]}
        self.manager.post(f"{path}/{agreement['id']}/transitions", step, etag=agreement["version"])
        return row

    def _promise(self, companies: dict[tuple[str, int], tuple[plan.Company, str]]) -> None:
        """What the companies had pledged for each cohort: about as many as they hired."""
        for cohort in self._cohorts:
            for number in range(2):
                company, company_id = companies[field_of(cohort), number]
                pledge = {"month": cohort.ends_on.isoformat()[:7], "field": company.field, "kind": "permanent"}
                seats = max(1, len(hires_of(cohort, number)) + cohort.ordinal % 3)
                client = self._as(f"employer-{company.business_number}")
                client.post(f"{_API}/companies/{company_id}/pledges", {**pledge, "seats": seats})

    def _employ(
        self,
        companies: dict[tuple[str, int], tuple[plan.Company, str]],
        persons: dict[str, str],
        positions: dict[tuple[str, str], str],
    ) -> None:
        placements = self.manager.every(f"{_API}/placements")
        known = {(row["person_id"], row["position_id"]): row for row in placements}
        for cohort in self._cohorts:
            self._describe(f"hires from {cohort.code}")
            both = (companies[field_of(cohort), number] for number in range(2))
            mine = [positions[company_id, title_of(cohort, company)] for company, company_id in both]
            self._academy.hire(cohort, persons, mine, known)

    def _lapse(self, positions: list[str]) -> None:
        """Close the academy's postings once everybody who was hired sits in a seat: what is left lapses."""
        deadline = time.monotonic() + 60
        while True:
            rows = [row for row in self.manager.every(f"{_API}/positions") if row["id"] in positions]
            if sum(row["seat_counts"]["filled"] for row in rows) >= self._hires or time.monotonic() > deadline:
                break
            if self._stopping.wait(0.2):
                raise Interrupted
        live = [row["id"] for row in rows if row["state"] == "open"]
        if live:
            body = {"position_ids": live, "reason": "lapsed", "effective_on": _CLOSED_ON}
            self.manager.post(f"{_API}/positions/closings", body)


__all__ = ["Interrupted", "load"]
