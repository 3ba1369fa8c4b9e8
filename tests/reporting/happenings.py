"""What happens elsewhere, told to reporting as its consumer would tell it: records on partitions, through the intake."""

import random
from collections import defaultdict
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from typing import Any, Final
from uuid import UUID

from shared.contracts import employers, matching, trainees
from shared.db import Database
from shared.eventlog.port import Record
from shared.eventlog.topics import topic_for
from shared.events.cloudevents import to_message
from shared.events.contract import Event
from shared.events.envelope import Envelope
from shared.events.intake import Outcome
from shared.ids import new_id
from tests.reporting.arrivals import shuffled, take
from tests.reporting.things import STAGES, WHOLE_COURSE, Cohort, Enrolment, FollowUp, Placement, Seat, months_after

PARTITIONS: Final = 3
LONG_AGO: Final = datetime(2019, 1, 1, tzinfo=UTC)
__all__ = ["WHOLE_COURSE", "Cohort", "Enrolment", "FollowUp", "Happenings", "Placement", "Seat"]


@dataclass
class Happenings:
    """`database` is reporting's own. What is told is kept, so that it can be told again to another generation."""

    database: Database
    clock: datetime = LONG_AGO
    tick: timedelta = timedelta(seconds=1)
    told: list[Record] = field(default_factory=list)
    _versions: dict[UUID, int] = field(default_factory=lambda: defaultdict(int))
    _ends: dict[tuple[str, int], int] = field(default_factory=lambda: defaultdict(int))
    _waiting: list[Record] = field(default_factory=list)

    # --- the universities', employers' and matchers' words

    def university(self, code: str = "knu") -> UUID:
        id_ = new_id()
        name = {"name_ko": "경북대학교", "name_en": "Kyungpook National University", "region": "27"}
        self.say(id_, trainees.UniversityRegistered(university_id=id_, code=code, **name))
        return id_

    def company(self, business_number: str = "1234567891") -> UUID:
        id_ = new_id()
        name = {"name_ko": "가상로봇", "name_en": "Fictitious Robots", "region": "27"}
        self.say(id_, employers.CompanyRegistered(company_id=id_, business_number=business_number, **name))
        return id_

    def cohort(self, *, field: str = "robot", ordinal: int = 1, university_id: UUID | None = None, **figures: Any) -> Cohort:
        program_id, university = new_id(), university_id or new_id()
        program = {"code": f"p-{field}", "name_ko": "과정", "name_en": "Program", "kind": "academy", "goals": []}
        self.say(program_id, trainees.ProgramCreated(program_id=program_id, university_id=university, field=field, **program))
        cohort = Cohort(new_id(), program_id, university, field, ordinal)
        self.say(cohort.id, trainees.CohortOpened(**self._cohort(cohort, **figures)))
        return cohort

    def cohort_changes(self, cohort: Cohort, **figures: Any) -> None:
        self.say(cohort.id, trainees.CohortChanged(**self._cohort(cohort, **figures)))

    def _cohort(self, cohort: Cohort, *, capacity: int = 30, applicants: int | None = None, **dates: date) -> dict[str, Any]:
        usual = {
            "applications_open_on": date(2019, 7, 1),
            "applications_close_on": date(2019, 8, 31),
            "starts_on": date(2019, 10, 1),
            "training_ends_on": date(2020, 2, 29),
            "ends_on": date(2020, 5, 31),
        }
        return {
            "cohort_id": cohort.id,
            "program_id": cohort.program_id,
            "university_id": cohort.university_id,
            "code": f"{cohort.field}-{cohort.ordinal}",
            "field": cohort.field,
            "ordinal": cohort.ordinal,
            "capacity": capacity,
            "applicants": applicants,
            **usual,
            **dates,
        }

    def enrolment(
        self,
        cohort: Cohort,
        *stages: str,
        on: date = date(2020, 1, 1),
        person_id: UUID | None = None,
        age_band: str | None = None,
        gender: str | None = None,
    ) -> Enrolment:
        """A person's way through `stages`, one day after the other, the last of them on `on`."""
        enrolment = Enrolment(new_id(), person_id or new_id(), cohort)
        for index, stage in enumerate(stages):
            traits = {"age_band": age_band, "gender": gender} if stage == "applied" else {}
            self.enrolment_moves(enrolment, stage, on=on - timedelta(days=len(stages) - 1 - index), **traits)
        return enrolment

    def completer(
        self, cohort: Cohort, *, on: date = date(2020, 5, 31), person_id: UUID | None = None, **traits: str | None
    ) -> Enrolment:
        return self.enrolment(cohort, *WHOLE_COURSE, on=on, person_id=person_id, **traits)

    def enrolment_moves(self, enrolment: Enrolment, stage: str, *, on: date, **more: Any) -> None:
        self.say(enrolment.id, STAGES[stage](**self._enrolment(enrolment), effective_on=on, **more))

    def month_of_attendance(self, enrolment: Enrolment, month: date, **figures: Any) -> None:
        said = trainees.EnrolmentMonthReported(**self._enrolment(enrolment), effective_on=month, month=month, **figures)
        self.say(enrolment.id, said)

    def back_from_leave(self, enrolment: Enrolment, *, to: str, on: date) -> None:
        self.say(enrolment.id, trainees.LeaveEnded(**self._enrolment(enrolment), effective_on=on, to=to))

    def _enrolment(self, enrolment: Enrolment) -> dict[str, Any]:
        return {
            "enrolment_id": enrolment.id,
            "person_id": enrolment.person_id,
            "cohort_id": enrolment.cohort.id,
            "program_id": enrolment.cohort.program_id,
            "university_id": enrolment.cohort.university_id,
            "field": enrolment.cohort.field,
        }

    def correction(
        self, enrolment: Enrolment, corrects: int, *path: tuple[str, date], effective_on: date, taken_back: bool = False
    ) -> None:
        """The history is `path` from now on: stage by stage with its day."""
        steps = [trainees.HistoryStep(stage=stage, effective_on=on, reported_on=None, reason=None) for stage, on in path]
        stage, since = path[-1]
        corrected = {"corrects": corrects, "taken_back": taken_back, "stage": stage, "since": since, "path": steps}
        said = trainees.EnrolmentCorrected(**self._enrolment(enrolment), effective_on=effective_on, **corrected)
        self.say(enrolment.id, said)

    def persons_are_one(self, person_id: UUID, survivor_id: UUID, *, on: date = date(2020, 6, 1)) -> None:
        self.say(person_id, trainees.PersonsMerged(person_id=person_id, survivor_id=survivor_id, effective_on=on))

    def persons_are_two(self, person_id: UUID, *, on: date = date(2020, 6, 1)) -> None:
        self.say(person_id, trainees.PersonsUnmerged(person_id=person_id, survivor_id=person_id, effective_on=on))

    def doubles(self, enrolment: Enrolment, *, of: Enrolment, on: date = date(2020, 6, 1)) -> None:
        said = self._enrolment(enrolment)
        self.say(enrolment.id, trainees.EnrolmentFoundDuplicate(**said, effective_on=on, duplicate_of=of.id))

    def doubles_no_more(self, enrolment: Enrolment, *, on: date = date(2020, 6, 1)) -> None:
        self.say(enrolment.id, trainees.EnrolmentNoDuplicate(**self._enrolment(enrolment), effective_on=on))

    def seat(
        self,
        *,
        origin: str = "new",
        kind: str = "permanent",
        field: str = "robot",
        company_id: UUID | None = None,
        on: date = date(2020, 1, 1),
    ) -> Seat:
        seat = Seat(new_id(), new_id(), company_id or new_id(), field, kind, origin)
        self.say(seat.id, employers.SeatPosted(**self._seat(seat), effective_on=on))
        return seat

    def seat_moves(self, seat: Seat, event: type[employers.SeatEvent], *, on: date, **more: Any) -> None:
        self.say(seat.id, event(**self._seat(seat), effective_on=on, **more))

    def _seat(self, seat: Seat) -> dict[str, Any]:
        return {
            "seat_id": seat.id,
            "position_id": seat.position_id,
            "company_id": seat.company_id,
            "field": seat.field,
            "kind": seat.kind,
            "origin": seat.origin,
            "region": "27",
        }

    def hire(
        self,
        enrolment: Enrolment,
        seat: Seat,
        *,
        on: date,
        grade: int = 1,
        region: str = "27",
        grew_from: Placement | None = None,
    ) -> Placement:
        """From the proposal to the first day of work, all on `on`, with better evidence if `grade` asks for it."""
        placement = Placement(new_id(), enrolment, seat, region=region, began=on, grew_from=grew_from)
        steps = (matching.PlacementProposed, matching.PlacementOffered, matching.PlacementAccepted)
        for step in steps:
            self.placement_moves(placement, step, on=on)
        self.seat_moves(seat, employers.SeatReserved, on=on, placement_id=placement.id)
        placement.grade = 1
        self.placement_moves(placement, matching.PlacementStarted, on=on)
        self.seat_moves(seat, employers.SeatFilled, on=on, placement_id=placement.id)
        if grade > 1:
            self.evidence(placement, grade, on=on)
        return placement

    def evidence(self, placement: Placement, grade: int, *, on: date) -> None:
        placement.grade = grade
        self.placement_moves(placement, matching.PlacementEvidenced, on=on)

    def placement_ends(self, placement: Placement, *, on: date) -> None:
        self.placement_moves(placement, matching.PlacementEnded, on=on, reason="resigned", by="trainee")
        self.seat_moves(placement.seat, employers.SeatReopened, on=on, placement_id=placement.id)

    def placement_moves(self, placement: Placement, event: type[matching.PlacementEvent], *, on: date, **more: Any) -> None:
        self.say(placement.id, event(**self._placement(placement), effective_on=on, **more))

    def reversal(self, placement: Placement, *, on: date) -> None:
        """There never was a hire."""
        self.placement_moves(placement, matching.PlacementReversed, on=on, reason="never_started", by="program")

    def _placement(self, placement: Placement) -> dict[str, Any]:
        enrolment, seat = placement.enrolment, placement.seat
        return {
            "placement_id": placement.id,
            "person_id": enrolment.person_id,
            "enrolment_id": enrolment.id,
            "cohort_id": enrolment.cohort.id,
            "program_id": enrolment.cohort.program_id,
            "university_id": enrolment.cohort.university_id,
            "field_of_training": enrolment.cohort.field,
            "position_id": seat.position_id,
            "company_id": seat.company_id,
            "seat_id": seat.id,
            "field": seat.field,
            "kind": seat.kind,
            "origin": seat.origin,
            "workplace_region": placement.region,
            "evidence_grade": placement.grade,
            "converted_from": placement.grew_from and placement.grew_from.id,
            "converted_from_seat_id": placement.grew_from and placement.grew_from.seat.id,
        }

    def follow_up(self, placement: Placement, months: int) -> FollowUp:
        """The day to ask has come."""
        follow_up = FollowUp(new_id(), placement, months, months_after(placement.began, months))
        said = self._follow_up(follow_up)
        self.say(follow_up.id, matching.FollowUpDue(**said, effective_on=follow_up.asked_about))
        return follow_up

    def answer(self, follow_up: FollowUp, answer: str, *, on: date | None = None) -> None:
        said = self._follow_up(follow_up)
        day = on or follow_up.asked_about
        self.say(follow_up.id, matching.FollowUpAnswered(**said, answer=answer, effective_on=day))

    def follow_up_cancelled(self, follow_up: FollowUp, *, on: date) -> None:
        self.say(follow_up.id, matching.FollowUpCancelled(**self._follow_up(follow_up), effective_on=on))

    def _follow_up(self, follow_up: FollowUp) -> dict[str, Any]:
        kept = (
            "placement_id", "person_id", "enrolment_id", "cohort_id", "program_id", "university_id", "company_id", "field",
            "kind", "workplace_region",
        )  # fmt: skip
        said = self._placement(follow_up.placement)
        about = {"months": follow_up.months, "started_on": follow_up.placement.began, "asked_about": follow_up.asked_about}
        return {"follow_up_id": follow_up.id, **{name: said[name] for name in kept}, **about, "due_on": follow_up.asked_about}

    def companies_are_one(self, gone: UUID, kept: UUID) -> None:
        self.say(gone, employers.CompanyMerged(company_id=gone, into_id=kept))

    # --- how it reaches reporting

    def say(self, aggregate_id: UUID, event: Event) -> None:
        """The event becomes the next record of its partition, recorded one tick after the one before it."""
        self.clock += self.tick
        self._versions[aggregate_id] += 1
        envelope = Envelope(
            id=new_id(),
            type=event.type(),
            source=f"/services/{event.service}",
            subject=str(aggregate_id),
            time=self.clock,
            dataschema=event.dataschema(),
            aggregateversion=self._versions[aggregate_id],
            data=event.model_dump_json().encode(),
        )
        message = to_message(envelope, topic=topic_for("hustar", event.aggregate_type()))
        place = (message.topic, aggregate_id.int % PARTITIONS)
        record = Record(*place, self._ends[place], message.key, message.value, message.headers, self.clock)
        self._ends[place] += 1
        self._waiting.append(record)

    def end_of(self, topic: str, partition: int) -> int:
        """The offset that the next record of a partition will have."""
        return self._ends[topic, partition]

    def arrive(self, *, holding_back: str | None = None) -> Outcome:
        """Everything said since the last time reaches the live generation in one batch, but what is held back."""
        batch = [record for record in self._waiting if holding_back is None or holding_back not in record.topic]
        self._waiting = [record for record in self._waiting if record not in batch]
        self.told.extend(batch)
        return take(self.database, batch, generation=1)

    def arrive_again(self, *, generation: int, seed: int) -> None:
        """Everything ever told reaches another generation in small batches, partitions interleaved at random."""
        for batch in shuffled(self.told, random.Random(seed)):
            take(self.database, batch, generation=generation)
