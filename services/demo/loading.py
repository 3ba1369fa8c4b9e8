"""Loads the demo as its users would: rosters, transitions, positions, offers, evidence, each through the public API."""

import csv
import io
import json
import time
from collections.abc import Iterator, Sequence
from datetime import date, timedelta
from pathlib import Path
from threading import Event
from typing import Any, Final

from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn

from services.demo import plan
from services.demo.client import ApiError, Client, Interrupted
from services.demo.partnerships import Partnerships
from shared import clock

_API: Final = "/api/v1"
_STAGES: Final = ("applied", "selected", "enrolled", "training", "interning", "completed")
_PLACEMENT: Final = ("proposed", "offered", "accepted", "started")
_CLOSED_ON: Final = "2022-03-31"
_HISTORY: Final = {"starts_on": "2019-07-01", "ends_on": "2029-12-31"}


def load(origin: str, *, marker: Path, console: Console, stopping: Event) -> None:
    """Load what is missing, with a progress bar, and note in `marker` that it is done. Goes on where it was interrupted.

    Raises Interrupted when the process is stopping, ApiError when the API refuses.
    """
    if marker.exists():
        console.print(f"Demo: loaded on {json.loads(marker.read_text())['loaded_on']}.")
        return
    columns = (TextColumn("Demo: {task.description:<24}"), BarColumn(), MofNCompleteColumn(), TimeRemainingColumn())
    started = time.monotonic()
    with Progress(*columns, console=console, transient=True) as progress:
        loader = _Loader(origin, progress, stopping)
        try:
            loader.run()
        finally:
            loader.close()
    marker.write_text(json.dumps({"loaded_on": clock.today().isoformat(), "seed": plan.SEED}))
    console.print(f"Demo: loaded in {time.monotonic() - started:.0f} s. All persons and companies in it are fictitious.")


class _Loader:
    def __init__(self, origin: str, progress: Progress, stopping: Event) -> None:
        self._origin = origin
        self._stopping = stopping
        self._clients: dict[str, Client] = {}
        self._progress = progress
        self._cohorts = plan.cohorts()
        people = sum(len(cohort.trainees) for cohort in self._cohorts)
        hires = sum(trainee.hired_on is not None for cohort in self._cohorts for trainee in cohort.trainees)
        self._posted: dict[tuple[str, str], Any] = {}
        self._partners: dict[tuple[str, int], tuple[plan.Company, str]] = {}
        self._partnerships = Partnerships(self.manager, self._as, done=self._advance_bar)
        self._task = progress.add_task("starting", total=people + hires + self._partnerships.steps)

    def run(self) -> None:
        universities = self._universities()
        programs = self._programs(universities)
        self._partners = self._companies()
        positions: list[str] = []
        for cohort in self._cohorts:
            self._describe(f"cohort {cohort.code}")
            enrolments = self._enrolments(cohort, programs)
            self._employ(cohort, enrolments, positions)
        self._describe("partner companies")
        self._partnerships.load()
        self._lapse(positions)

    def close(self) -> None:
        for client in self._clients.values():
            client.close()

    @property
    def manager(self) -> Client:
        return self._as("program-manager")

    def _as(self, name: str) -> Client:
        if name not in self._clients:
            self._clients[name] = Client(self._origin, name, stopping=self._stopping)
        return self._clients[name]

    def _advance_bar(self) -> None:
        self._progress.advance(self._task)

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
        return known

    def _enrolments(self, cohort: plan.Cohort, programs: dict[str, str]) -> dict[str, dict[str, Any]]:
        """Send the cohort's roster and move everybody to where they ended; the enrolments by student number."""
        cohort_id = self._cohort(cohort, programs)
        university = next(program.university for program in plan.PROGRAMS if program.code == cohort.program)
        client = self._as(f"university-{university}")
        university_id = next(row["id"] for row in client.every(f"{_API}/universities") if row["code"] == university)
        path = f"{_API}/universities/{university_id}/roster-syncs"
        sync = client.upload(path, _roster(cohort), key=f"roster {cohort.code}", cohort_id=cohort_id)
        by_line = {row["line"]: row["enrolment_id"] for row in sync["rows"]}
        stages = {row["id"]: row for row in self.manager.every(f"{_API}/enrolments", cohort_id=cohort_id)}
        result = {}
        for line, trainee in enumerate(cohort.trainees, start=2):
            enrolment = self._advance(stages[by_line[line]], cohort, trainee)
            result[trainee.student_no] = enrolment
            self._progress.advance(self._task)
        return result

    def _cohort(self, cohort: plan.Cohort, programs: dict[str, str]) -> str:
        known = {row["code"]: row["id"] for row in self.manager.every(f"{_API}/cohorts", program_id=programs[cohort.program])}
        if cohort.code not in known:
            dates = ("applications_open_on", "applications_close_on", "starts_on", "training_ends_on", "ends_on")
            body = {
                "program_id": programs[cohort.program],
                "code": cohort.code,
                "ordinal": cohort.ordinal,
                "capacity": cohort.capacity,
                **{name: getattr(cohort, name).isoformat() for name in dates},
            }
            known[cohort.code] = self.manager.post(f"{_API}/cohorts", body)["id"]
        return str(known[cohort.code])

    def _advance(self, enrolment: dict[str, Any], cohort: plan.Cohort, trainee: plan.Trainee) -> dict[str, Any]:
        for to, on, reason in _steps(cohort, trainee, enrolment["stage"]):
            body = {
                "to": to,
                "effective_on": on.isoformat(),
                "reported_on": on.isoformat(),
                **({"reason": reason} if reason else {}),
            }
            path = f"{_API}/enrolments/{enrolment['id']}/transitions"
            enrolment = self.manager.post(path, body, etag=enrolment["version"])
        return enrolment

    def _companies(self) -> dict[tuple[str, int], tuple[plan.Company, str]]:
        """The academy's partner companies with their ids, by field and number."""
        self._describe("companies")
        known = {row["business_number"]: row for row in self.manager.every(f"{_API}/companies")}
        self._posted = {(row["company_id"], row["title"]): row for row in self.manager.every(f"{_API}/positions")}
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

    def _position(self, cohort: plan.Cohort, number: int) -> str:
        """The posting of a company for a cohort, for as many as were hired from it and one more, as it had about pledged."""
        company, company_id = self._partners[_field(cohort), number]
        hires = [trainee for trainee in cohort.trainees if trainee.hired_on and trainee.company == number]
        title, since = f"{company.name_ko} 연구개발직 {cohort.ordinal}기", cohort.training_ends_on.isoformat()
        client = self._as(f"employer-{company.business_number}")
        body = {
            "company_id": company_id, "title": title, "field": company.field, "kind": "permanent", "origin": "new",
            "seats": len(hires) + plan.SEATS_BEYOND_HIRES, "region": company.region, "skills": [], "opens_on": since,
        }  # fmt: skip
        pledge = {"month": cohort.ends_on.isoformat()[:7], "field": company.field, "kind": "permanent"}
        client.post(f"{_API}/companies/{company_id}/pledges", {**pledge, "seats": max(1, len(hires) + cohort.ordinal % 3)})
        position = self._posted.get((company_id, title)) or client.post(f"{_API}/positions", body)
        path = f"{_API}/positions/{position['id']}/transitions"
        if position["state"] == "draft":
            position = client.post(path, {"to": "in_review", "effective_on": since}, etag=position["version"])
        if position["state"] == "in_review":
            self.manager.post(path, {"to": "open", "effective_on": since}, etag=position["version"])
        return str(position["id"])

    def _lapse(self, positions: Sequence[str]) -> None:
        """Close the academy's postings once everybody who was hired sits in a seat: what is left lapses."""
        hires = sum(trainee.hired_on is not None for cohort in self._cohorts for trainee in cohort.trainees)
        deadline = time.monotonic() + 60
        while True:
            rows = [row for row in self.manager.every(f"{_API}/positions") if row["id"] in positions]
            if sum(row["seat_counts"]["filled"] for row in rows) >= hires or time.monotonic() > deadline:
                break
            if self._stopping.wait(0.2):
                raise Interrupted
        live = [row["id"] for row in rows if row["state"] == "open"]
        if live:
            body = {"position_ids": live, "reason": "lapsed", "effective_on": _CLOSED_ON}
            self.manager.post(f"{_API}/positions/closings", body)

    def _employ(self, cohort: plan.Cohort, enrolments: dict[str, dict[str, Any]], positions: list[str]) -> None:
        """Post what the cohort was hired into, add it to `positions`, and hire."""
        mine = [self._position(cohort, number) for number in range(2)]
        positions += mine
        for trainee in cohort.trainees:
            if trainee.hired_on is not None:
                person = str(enrolments[trainee.student_no]["person_id"])
                self._hire(trainee, trainee.hired_on, person, mine[trainee.company])
                self._progress.advance(self._task)

    def _hire(self, trainee: plan.Trainee, start: date, person: str, position: str) -> None:
        known = self.manager.get(f"{_API}/placements", person_id=person, position_id=position)["items"]
        offered = start - timedelta(days=14)
        placement = known[0] if known else self._propose(person, position, offered)
        for to in _PLACEMENT[_PLACEMENT.index(placement["state"]) + 1 :] if placement["state"] in _PLACEMENT else ():
            on, reported = (start, trainee.reported_on or start) if to == "started" else (offered, offered)
            body = {"to": to, "effective_on": on.isoformat(), "reported_on": reported.isoformat()}
            path = f"{_API}/placements/{placement['id']}/transitions"
            placement = self.manager.post(path, body, etag=placement["version"])
        if trainee.evidence > (placement.get("evidence_grade") or 1):
            evidence = {"grade": trainee.evidence, "effective_on": start.isoformat(), "reported_on": str(trainee.reported_on)}
            self.manager.post(f"{_API}/placements/{placement['id']}/evidence", evidence, etag=placement["version"])

    def _propose(self, person: str, position: str, on: date) -> Any:
        """Propose once matching has heard of the trainee and the position: its events take a moment."""
        body = {"trainee_id": person, "position_id": position, "effective_on": on.isoformat(), "reported_on": on.isoformat()}
        deadline = time.monotonic() + 60
        while True:
            try:
                return self.manager.post(f"{_API}/placements", body)
            except ApiError as error:
                if error.status not in {404, 409} or time.monotonic() > deadline:
                    raise
            self._stopping.wait(0.1)


def _steps(cohort: plan.Cohort, trainee: plan.Trainee, stage: str) -> Iterator[tuple[str, date, str | None]]:
    selected = cohort.applications_close_on + timedelta(days=7)
    days = (cohort.applications_close_on, selected, cohort.starts_on, cohort.starts_on, cohort.training_ends_on, cohort.ends_on)
    path: list[tuple[str, date, str | None]] = [(name, day, None) for name, day in zip(_STAGES, days, strict=True)]
    if not trainee.completes:
        path[4:] = [("dropped", cohort.starts_on + timedelta(days=60), "personal")]
    names = [name for name, _, _ in path]
    if stage in names:
        yield from path[names.index(stage) + 1 :]


def _roster(cohort: plan.Cohort) -> bytes:
    text = io.StringIO()
    writer = csv.writer(text)
    writer.writerow(["student_no", "name", "birth_date", "phone", "applied_on"])
    for trainee in cohort.trainees:
        applied = cohort.applications_close_on.isoformat()
        writer.writerow([trainee.student_no, trainee.name, trainee.birth_date.isoformat(), trainee.phone, applied])
    return text.getvalue().encode()


def _field(cohort: plan.Cohort) -> str:
    return next(program.field for program in plan.PROGRAMS if program.code == cohort.program)


__all__ = ["Interrupted", "load"]
