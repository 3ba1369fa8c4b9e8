"""What matching does when something happened in trainees or employers."""

from datetime import date
from typing import Final

from services.matching.commands.identities import count_person_as, erase_declared
from services.matching.commands.placements import withdraw_for_refused_seat
from services.matching.commands.read_models import (
    follow_candidate,
    follow_opening,
    follow_seat,
    know_cohort,
    know_company,
    know_program_skills,
    know_skill,
    know_university,
    merge_company,
    remove_candidate,
)
from services.matching.domain.candidates import Stage
from services.matching.domain.openings import Kind, OpeningState, SeatState
from services.matching.domain.postings import demands_of, pay_of
from shared.contracts.employers import (
    CompanyMerged,
    CompanyRegistered,
    PositionClosed,
    PositionEvent,
    PositionOpened,
    PositionPaused,
    SeatEvent,
    SeatFilled,
    SeatLapsed,
    SeatPosted,
    SeatReopened,
    SeatReservationRefused,
    SeatReserved,
    SeatWithdrawn,
    SkillAdded,
    SkillChanged,
    SkillEvent,
)
from shared.contracts.trainees import (
    CohortChanged,
    CohortEvent,
    CohortOpened,
    EmployedEarly,
    EnrolmentCompleted,
    EnrolmentCorrected,
    EnrolmentDropped,
    EnrolmentEvent,
    EnrolmentExit,
    EnrolmentRejected,
    EnrolmentWithdrawn,
    IdentityEvent,
    InternshipStarted,
    LeaveEnded,
    LeaveStarted,
    PersonErased,
    PersonsMerged,
    PersonsUnmerged,
    ProgramOutcomesSet,
    TrainingStarted,
    UniversityRegistered,
)
from shared.db import WriteSession
from shared.events.handlers import Handlers

handlers: Final = Handlers()


@handlers.on(UniversityRegistered)
def university_is_known(session: WriteSession, event: UniversityRegistered) -> None:
    know_university(session, event.university_id, code=event.code, region=event.region)


@handlers.on(CompanyRegistered)
def company_is_known(session: WriteSession, event: CompanyRegistered) -> None:
    know_company(session, event.company_id, business_number=event.business_number)


@handlers.on(ProgramOutcomesSet)
def program_says_what_it_leads_to(session: WriteSession, event: ProgramOutcomesSet) -> None:
    know_program_skills(session, event.program_id, skills=event.skills)


@handlers.on(CompanyMerged)
def company_turned_out_to_be_another(session: WriteSession, event: CompanyMerged) -> None:
    merge_company(session, event.company_id, into_id=event.into_id)


def skill_is_called_so(session: WriteSession, event: SkillEvent) -> None:
    know_skill(
        session,
        event.code,
        kind=event.kind,
        name_ko=event.name_ko,
        name_en=event.name_en,
        synonyms=event.synonyms,
        fields=event.fields,
        retired=event.retired,
    )


for _skill in (SkillAdded, SkillChanged):
    handlers.on(_skill)(skill_is_called_so)


def cohort_says_when_trainees_are_available(session: WriteSession, event: CohortEvent) -> None:
    know_cohort(session, event.cohort_id, training_ends_on=event.training_ends_on, ends_on=event.ends_on)


for _news in (CohortOpened, CohortChanged):
    handlers.on(_news)(cohort_says_when_trainees_are_available)


@handlers.on(TrainingStarted)
def trainee_becomes_candidate(session: WriteSession, event: TrainingStarted) -> None:
    _follow(session, event, stage=Stage.TRAINING)


@handlers.on(InternshipStarted)
def candidate_is_an_intern(session: WriteSession, event: InternshipStarted) -> None:
    _follow(session, event, stage=Stage.INTERNING)


@handlers.on(LeaveStarted)
def candidate_waits(session: WriteSession, event: LeaveStarted) -> None:
    _follow(session, event, stage=Stage.ON_LEAVE)


@handlers.on(LeaveEnded)
def candidate_is_back(session: WriteSession, event: LeaveEnded) -> None:
    _follow(session, event, stage=Stage(event.to))


@handlers.on(EnrolmentCompleted)
def completer_is_available(session: WriteSession, event: EnrolmentCompleted) -> None:
    _follow(session, event, stage=Stage.COMPLETED, available_from=event.effective_on)


def candidate_leaves(session: WriteSession, event: EnrolmentExit) -> None:
    remove_candidate(session, event.enrolment_id)


for _exit in (EnrolmentRejected, EnrolmentWithdrawn, EnrolmentDropped, EmployedEarly):
    handlers.on(_exit)(candidate_leaves)


@handlers.on(EnrolmentCorrected)
def candidate_is_what_the_correction_says(session: WriteSession, event: EnrolmentCorrected) -> None:
    if event.stage in set(Stage):
        completed = event.stage == Stage.COMPLETED
        _follow(session, event, stage=Stage(event.stage), available_from=event.since if completed else None)
    else:
        remove_candidate(session, event.enrolment_id)


def person_counts_as_another(session: WriteSession, event: IdentityEvent) -> None:
    count_person_as(session, event.person_id, survivor_id=event.survivor_id, on=event.effective_on)


for _identity in (PersonsMerged, PersonsUnmerged):
    handlers.on(_identity)(person_counts_as_another)


@handlers.on(PersonErased)
def what_a_person_declared_is_erased(session: WriteSession, event: PersonErased) -> None:
    erase_declared(session, event.person_id)


@handlers.on(PositionOpened)
def position_takes_candidates(session: WriteSession, event: PositionOpened) -> None:
    _follow_opening(session, event, state=OpeningState.OPEN)


@handlers.on(PositionPaused)
def position_rests(session: WriteSession, event: PositionPaused) -> None:
    _follow_opening(session, event, state=OpeningState.PAUSED)


@handlers.on(PositionClosed)
def position_takes_nobody(session: WriteSession, event: PositionClosed) -> None:
    _follow_opening(session, event, state=OpeningState.CLOSED)


@handlers.on(SeatPosted)
def seat_can_be_offered(session: WriteSession, event: SeatPosted) -> None:
    _follow_seat(session, event, state=SeatState.OPEN)


@handlers.on(SeatReserved)
def seat_is_reserved(session: WriteSession, event: SeatReserved) -> None:
    _follow_seat(session, event, state=SeatState.RESERVED)


@handlers.on(SeatFilled)
def seat_is_filled(session: WriteSession, event: SeatFilled) -> None:
    _follow_seat(session, event, state=SeatState.FILLED)


@handlers.on(SeatReopened)
def seat_can_be_offered_again(session: WriteSession, event: SeatReopened) -> None:
    follow_seat(
        session,
        event.seat_id,
        position_id=event.position_id,
        origin=event.origin,
        state=SeatState.OPEN,
        reopened_after=event.placement_id,
    )


@handlers.on(SeatLapsed)
def seat_has_lapsed(session: WriteSession, event: SeatLapsed) -> None:
    _follow_seat(session, event, state=SeatState.LAPSED)


@handlers.on(SeatWithdrawn)
def seat_was_taken_back(session: WriteSession, event: SeatWithdrawn) -> None:
    _follow_seat(session, event, state=SeatState.WITHDRAWN)


@handlers.on(SeatReservationRefused)
def offer_without_seat_is_withdrawn(session: WriteSession, event: SeatReservationRefused) -> None:
    withdraw_for_refused_seat(session, event.placement_id, on=event.effective_on)


def _follow(session: WriteSession, event: EnrolmentEvent, *, stage: Stage, available_from: date | None = None) -> None:
    follow_candidate(
        session,
        event.enrolment_id,
        person_id=event.person_id,
        cohort_id=event.cohort_id,
        program_id=event.program_id,
        university_id=event.university_id,
        field=event.field,
        stage=stage,
        available_from=available_from,
    )


def _follow_opening(session: WriteSession, event: PositionEvent, *, state: OpeningState) -> None:
    follow_opening(
        session,
        event.position_id,
        company_id=event.company_id,
        title=event.title,
        field=event.field,
        kind=Kind(event.kind),
        region=event.region,
        skills=event.skills,
        demands=[list(each) for each in demands_of(event)],
        pay=pay_of(event),
        weekly_hours=event.working_hours.weekly if event.working_hours else None,
        seats=event.seats,
        opens_on=event.opens_on,
        closes_on=event.closes_on,
        state=state,
    )


def _follow_seat(session: WriteSession, event: SeatEvent, *, state: SeatState) -> None:
    follow_seat(session, event.seat_id, position_id=event.position_id, origin=event.origin, state=state)
