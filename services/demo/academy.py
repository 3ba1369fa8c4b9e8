"""Loads the innovation academy: its rosters, where everybody got to, and who was hired, through the public API."""

import csv
import io
import itertools
import time
from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import date, timedelta
from threading import Event
from typing import Any, Final

from services.demo import plan
from services.demo.client import Client, Interrupted
from services.demo.postings import Posting, Unexpected

_API: Final = "/api/v1"
_STAGES: Final = ("applied", "selected", "enrolled", "training", "interning", "completed")
_PLACEMENT: Final = ("proposed", "offered", "accepted", "started")
_PATIENCE: Final = 60.0
_NOT_HEARD_OF_YET: Final = frozenset({404, 409})

Rows = list[dict[str, Any]]


class Academy:
    """Goes on where it was interrupted: what is there already is not sent again."""

    def __init__(
        self, manager: Client, signed_in: Callable[[str], Client], *, stopping: Event, done: Callable[[int], None]
    ) -> None:
        self._manager = manager
        self._signed_in = signed_in
        self._stopping = stopping
        self._done = done

    def enrol(self, cohort: plan.Cohort, *, program_id: str, university_id: str) -> dict[str, str]:
        """Send the cohort's roster and lead everybody to where they ended; the persons by student number."""
        cohort_id = self._cohort(cohort, program_id)
        university = next(program.university for program in plan.PROGRAMS if program.code == cohort.program)
        path = f"{_API}/universities/{university_id}/roster-syncs"
        client = self._signed_in(f"university-{university}")
        sync = client.upload(path, _roster(cohort), key=f"roster {cohort.code}", cohort_id=cohort_id)
        by_line = {row["line"]: row["enrolment_id"] for row in sync["rows"]}
        enrolments = {row["id"]: row for row in self._manager.every(f"{_API}/enrolments", cohort_id=cohort_id)}
        mine = [(trainee, enrolments[by_line[line]]) for line, trainee in enumerate(cohort.trainees, start=2)]
        self._advance(cohort, cohort_id, mine)
        self._done(len(mine))
        return {trainee.student_no: str(enrolment["person_id"]) for trainee, enrolment in mine}

    def _cohort(self, cohort: plan.Cohort, program_id: str) -> str:
        for row in self._manager.every(f"{_API}/cohorts", program_id=program_id):
            if row["code"] == cohort.code:
                return str(row["id"])
        dates = ("applications_open_on", "applications_close_on", "starts_on", "training_ends_on", "ends_on")
        body = {
            "program_id": program_id, "code": cohort.code, "ordinal": cohort.ordinal, "capacity": cohort.capacity,
            **{name: getattr(cohort, name).isoformat() for name in dates},
        }  # fmt: skip
        return str(self._manager.post(f"{_API}/cohorts", body)["id"])

    def _advance(self, cohort: plan.Cohort, cohort_id: str, mine: Sequence[tuple[plan.Trainee, Any]]) -> None:
        """Step by step, in each step all who take it: who stands further on already is let be."""
        stages = {str(row["id"]): row["stage"] for _, row in mine}
        for completes in (True, False):
            of_them = [str(row["id"]) for trainee, row in mine if trainee.completes is completes]
            path = _path(cohort, completes=completes)
            for (before, _, _), (to, on, reason) in itertools.pairwise(path):
                ready = [{"enrolment_id": each} for each in of_them if stages[each] == before]
                if not ready:
                    continue
                day = on.isoformat()
                body = {"to": to, "rows": ready, "effective_on": day, "reported_on": day, "reason": reason}
                answer = self._manager.post(f"{_API}/cohorts/{cohort_id}/transitions", body)
                for result in _done(answer["results"], f"{cohort.code} to {to}"):
                    stages[result["enrolment_id"]] = result["stage"]

    def hire(self, cohort: plan.Cohort, persons: Mapping[str, str], positions: Sequence[str], known: Mapping[Any, Any]) -> None:
        """Everybody of the cohort who was hired: proposed, offered, accepted, started, proved. `known` are the placements
        that there are, by person and position."""
        hired = [(each, persons[each.student_no], positions[each.company]) for each in cohort.trainees if each.hired_on]
        placements = {each.student_no: known.get((person, position)) for each, person, position in hired}
        missing = [(each, *whom) for each, *whom in hired if placements[each.student_no] is None]
        placements |= self._proposed(cohort, missing)
        trainees = [each for each, _, _ in hired]
        for before, to in itertools.pairwise(_PLACEMENT):
            self._step(cohort, [(each, placements[each.student_no]) for each in trainees], placements, before, to)
        self._prove(cohort, [(each, placements[each.student_no]) for each in trainees])
        self._done(len(hired))

    def _proposed(self, cohort: plan.Cohort, missing: Sequence[Any]) -> dict[str, Any]:
        """Propose, and again those of whom, or of whose position, matching has not heard yet: its events take a moment."""
        found: dict[str, Any] = {}
        deadline = time.monotonic() + _PATIENCE
        for attempt in range(1_000_000):
            left = [each for each in missing if each[0].student_no not in found]
            if not left:
                break
            rows = [
                {"trainee_id": person, "position_id": position, **_days(_offered_on(trainee))}
                for trainee, person, position in left
            ]
            if attempt and self._stopping.wait(0.1):
                raise Interrupted
            # Each attempt asks anew: the same key would only repeat the answer.
            answer = self._manager.post(f"{_API}/placements/proposals", {"rows": rows}, key=f"{cohort.code} {attempt} {rows}")
            for (trainee, *_), result in zip(left, answer["results"], strict=True):
                if result["placement"] is not None:
                    found[trainee.student_no] = result["placement"]
                elif result["status"] not in _NOT_HEARD_OF_YET or time.monotonic() > deadline:
                    raise Unexpected(f"{cohort.code}, a proposal: {result['problem']}")
        return found

    def _step(self, cohort: plan.Cohort, all_of_them: Sequence[Any], placements: dict[str, Any], before: str, to: str) -> None:
        ready = [(trainee, placement) for trainee, placement in all_of_them if placement["state"] == before]
        if not ready:
            return
        rows = [{"placement_id": placement["id"], **_step_days(trainee, to)} for trainee, placement in ready]
        answer = self._manager.post(f"{_API}/placements/transitions", {"to": to, "rows": rows})
        for (trainee, _), result in zip(ready, _done(answer["results"], f"{cohort.code} to {to}"), strict=True):
            placements[trainee.student_no] = result["placement"]

    def _prove(self, cohort: plan.Cohort, all_of_them: Iterable[Any]) -> None:
        rows = [
            {"placement_id": placement["id"], "grade": trainee.evidence, **_days(trainee.hired_on, trainee.reported_on)}
            for trainee, placement in all_of_them
            if trainee.evidence > (placement["evidence_grade"] or 1)
        ]
        if rows:
            _done(self._manager.post(f"{_API}/placements/evidence", {"rows": rows})["results"], f"{cohort.code}, evidence")


def postings(cohorts: Sequence[plan.Cohort], companies: Mapping[tuple[str, int], tuple[plan.Company, str]]) -> list[Posting]:
    """For each cohort one of each company of its field, for as many as were hired from it and some more."""
    return [_posting(cohort, number, *companies[field_of(cohort), number]) for cohort in cohorts for number in range(2)]


def _posting(cohort: plan.Cohort, number: int, company: plan.Company, company_id: str) -> Posting:
    title, since = title_of(cohort, company), cohort.training_ends_on
    cells = {
        "title": title, "field": company.field, "kind": "permanent", "origin": "new", "region": company.region,
        "seats": str(len(hires_of(cohort, number)) + plan.SEATS_BEYOND_HIRES), "opens_on": since.isoformat(),
        "salary_lowest": "30000000", "salary_highest": "36000000", "salary_per": "year", "weekly_hours": "40",
    }  # fmt: skip
    return Posting(company.business_number, company_id, title, since, cells, ("in_review", "open"))


def title_of(cohort: plan.Cohort, company: plan.Company) -> str:
    return f"{company.name_ko} 연구개발직 {cohort.ordinal}기"


def field_of(cohort: plan.Cohort) -> str:
    return next(program.field for program in plan.PROGRAMS if program.code == cohort.program)


def hires_of(cohort: plan.Cohort, number: int) -> list[plan.Trainee]:
    """Those of a cohort whom one of the two companies of its field hired."""
    return [trainee for trainee in cohort.trainees if trainee.hired_on and trainee.company == number]


def _done(results: Rows, what: str) -> Rows:
    for result in results:
        if result["problem"] is not None:
            raise Unexpected(f"{what}: {result['problem']}")
    return results


def _path(cohort: plan.Cohort, *, completes: bool) -> list[tuple[str, date, str | None]]:
    """The stages that somebody goes through, the day of each, and the reason where one is needed."""
    selected = cohort.applications_close_on + timedelta(days=7)
    days = (cohort.applications_close_on, selected, cohort.starts_on, cohort.starts_on, cohort.training_ends_on, cohort.ends_on)
    path: list[tuple[str, date, str | None]] = [(name, day, None) for name, day in zip(_STAGES, days, strict=True)]
    if not completes:
        path[4:] = [("dropped", cohort.starts_on + timedelta(days=60), "personal")]
    return path


def _offered_on(trainee: plan.Trainee) -> date:
    assert trainee.hired_on is not None
    return trainee.hired_on - timedelta(days=14)


def _step_days(trainee: plan.Trainee, to: str) -> dict[str, str]:
    return _days(trainee.hired_on, trainee.reported_on) if to == "started" else _days(_offered_on(trainee))


def _days(on: date | None, reported_on: date | None = None) -> dict[str, str]:
    assert on is not None
    return {"effective_on": on.isoformat(), "reported_on": (reported_on or on).isoformat()}


def _roster(cohort: plan.Cohort) -> bytes:
    text = io.StringIO()
    writer = csv.writer(text)
    writer.writerow(["student_no", "name", "birth_date", "phone", "applied_on"])
    for trainee in cohort.trainees:
        applied = cohort.applications_close_on.isoformat()
        writer.writerow([trainee.student_no, trainee.name, trainee.birth_date.isoformat(), trainee.phone, applied])
    return text.getvalue().encode()
