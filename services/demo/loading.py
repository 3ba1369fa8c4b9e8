"""Loads the demo as its users would: rosters, transitions, positions, offers, evidence, each through the public API."""

import csv
import io
import json
import time
from collections.abc import Iterator
from datetime import date, timedelta
from pathlib import Path
from threading import Event
from typing import Any, Final

from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn

from services.demo import plan
from services.demo.client import ApiError, Client, Interrupted
from shared import clock

_API: Final = "/api/v1"
_STAGES: Final = ("applied", "selected", "enrolled", "training", "interning", "completed")
_PLACEMENT: Final = ("proposed", "offered", "accepted", "started")
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
        self._task = progress.add_task("starting", total=people + hires)

    def run(self) -> None:
        universities = self._universities()
        programs = self._programs(universities)
        positions = self._positions()
        for cohort in self._cohorts:
            self._describe(f"cohort {cohort.code}")
            enrolments = self._enrolments(cohort, programs)
            self._employ(cohort, enrolments, positions)

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

    def _positions(self) -> dict[tuple[str, int], str]:
        """Companies with an agreement and one open position each; the positions by field and company number."""
        self._describe("companies")
        known = {row["business_number"]: row for row in self.manager.every(f"{_API}/companies")}
        result = {}
        for n, company in enumerate(plan.companies()):
            row = known.get(company.business_number) or self._company(company)
            result[(company.field, n % 2)] = self._position(company, row["id"], n % 2)
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

    def _position(self, company: plan.Company, company_id: str, number: int) -> str:
        client = self._as(f"employer-{company.business_number}")
        for row in client.every(f"{_API}/positions", company_id=company_id):
            if row["state"] == "open":
                return str(row["id"])
        hires = [
            t for c in self._cohorts for t in c.trainees if t.hired_on and t.company == number and _field(c) == company.field
        ]  # fmt: skip
        body = {
            "company_id": company_id,
            "title": f"{company.name_ko} 연구개발직",
            "field": company.field,
            "kind": "permanent",
            "seats": len(hires) + plan.SEATS_BEYOND_HIRES,
            "origin": "new",
            "region": company.region,
            "skills": [],
            "opens_on": "2019-09-01",
        }
        position = client.post(f"{_API}/positions", body)
        path = f"{_API}/positions/{position['id']}/transitions"
        step = {"to": "in_review", "effective_on": "2019-09-01"}
        position = client.post(path, step, etag=position["version"])
        self.manager.post(path, {"to": "open", "effective_on": "2019-09-01"}, etag=position["version"])
        return str(position["id"])

    def _employ(self, cohort: plan.Cohort, enrolments: dict[str, dict[str, Any]], positions: dict[tuple[str, int], str]) -> None:
        for trainee in cohort.trainees:
            if trainee.hired_on is not None:
                person = str(enrolments[trainee.student_no]["person_id"])
                self._hire(trainee, trainee.hired_on, person, positions[(_field(cohort), trainee.company)])
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
