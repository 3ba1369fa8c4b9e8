"""Universities, programs and cohorts over HTTP."""

from typing import Any
from uuid import UUID

from services.trainees import schemas
from services.trainees.api.policies import MANAGE, READ
from services.trainees.commands import registry as commands
from services.trainees.queries import places
from services.trainees.queries import registry as queries
from services.trainees.queries.rules import versions_of
from services.trainees.queries.scope import visible
from services.trainees.tables import Cohort, Program, ProgramRules, University
from shared.auth.actor import Actor
from shared.db import ReadSession, WriteSession
from shared.http import IfMatch, Listing, Page, Reply, Rows, ServiceRouter

router = ServiceRouter(prefix="/api/v1")


@router.post("/universities", policy=MANAGE, response_model=schemas.UniversityPublic, status_code=201)
def register_university(body: schemas.UniversityCreate, session: WriteSession, reply: Reply) -> University:
    """Register a university: from then on it may send rosters."""
    university = commands.register_university(session, **body.model_dump())
    reply.located(f"/api/v1/universities/{university.id}")
    return university


@router.get("/universities", policy=READ, response_model=Listing[schemas.UniversityPublic])
def list_universities(session: ReadSession, actor: Actor, page: Page, code: str | None = None) -> Rows[Any]:
    """The universities; a university sees itself."""
    sorts = {"code": University.code}
    return page.fetch(session, queries.universities(actor=actor, code=code), key=[University.id], sorts=sorts)


@router.get("/universities/{university_id}", policy=READ, response_model=schemas.UniversityPublic)
def read_university(university_id: UUID, session: ReadSession, actor: Actor) -> University:
    return visible(session, University, university_id, actor=actor)


@router.post("/programs", policy=MANAGE, response_model=schemas.ProgramPublic, status_code=201)
def create_program(body: schemas.ProgramCreate, session: WriteSession, actor: Actor, reply: Reply) -> Program:
    """Create a kind of training at a university, with the first version of its rules."""
    program = commands.create_program(session, conditions=body.rules, by=actor, **body.model_dump(exclude={"rules"}))
    reply.located(f"/api/v1/programs/{program.id}")
    return program


@router.get("/programs", policy=READ, response_model=Listing[schemas.ProgramPublic])
def list_programs(session: ReadSession, actor: Actor, page: Page, university_id: UUID | None = None) -> Rows[Any]:
    """The programs; a university sees its own."""
    return page.fetch(session, queries.programs(actor=actor, university_id=university_id), key=[Program.id])


@router.get("/programs/{program_id}", policy=READ, response_model=schemas.ProgramPublic)
def read_program(program_id: UUID, session: ReadSession, actor: Actor) -> Program:
    return visible(session, Program, program_id, actor=actor)


@router.get("/programs/{program_id}/rules", policy=READ, response_model=Listing[schemas.ProgramRulesPublic])
def list_program_rules(program_id: UUID, session: ReadSession, actor: Actor, page: Page) -> Rows[Any]:
    """Every version of a program's rules, with who made it, when and why."""
    visible(session, Program, program_id, actor=actor)
    return page.fetch(session, versions_of(program_id), key=[ProgramRules.version])


@router.post("/programs/{program_id}/rules", policy=MANAGE, response_model=schemas.ProgramRulesPublic, status_code=201)
def change_program_rules(
    program_id: UUID, body: schemas.ProgramRulesCreate, session: WriteSession, actor: Actor, if_match: IfMatch
) -> ProgramRules:
    """Give a program the next version of its rules. Cohorts that have opened keep theirs. If-Match: the program's ETag."""
    return commands.change_rules(
        session,
        program_id,
        conditions=body.rules,
        changes=body.changes(),
        reason=body.reason,
        by=actor,
        expected_version=if_match,
    )


@router.post("/cohorts", policy=MANAGE, response_model=schemas.CohortPublic, status_code=201)
def open_cohort(body: schemas.CohortCreate, session: WriteSession, reply: Reply) -> Cohort:
    """Open a run of a program. It keeps the rules that the program has now."""
    cohort = commands.open_cohort(session, **body.model_dump())
    reply.located(f"/api/v1/cohorts/{cohort.id}")
    return cohort


@router.get("/cohorts", policy=READ, response_model=Listing[schemas.CohortPublic])
def list_cohorts(
    session: ReadSession, actor: Actor, page: Page, program_id: UUID | None = None, university_id: UUID | None = None
) -> Rows[Any]:
    """The cohorts; a university sees those of its programs."""
    statement = queries.cohorts(actor=actor, program_id=program_id, university_id=university_id)
    return page.fetch(session, statement, key=[Cohort.id], sorts={"starts_on": Cohort.starts_on, "ordinal": Cohort.ordinal})


@router.get("/cohorts/{cohort_id}", policy=READ, response_model=schemas.CohortPublic)
def read_cohort(cohort_id: UUID, session: ReadSession, actor: Actor) -> Cohort:
    return visible(session, Cohort, cohort_id, actor=actor)


@router.patch("/cohorts/{cohort_id}", policy=MANAGE, response_model=schemas.CohortPublic)
def change_cohort(cohort_id: UUID, body: schemas.CohortPatch, session: WriteSession, if_match: IfMatch) -> Cohort:
    """Change capacity, published applicants or dates. The capacity cannot be less than the places held (409)."""
    return commands.change_cohort(session, cohort_id, changes=body.changes(), expected_version=if_match)


@router.get("/cohorts/{cohort_id}/admission", policy=READ, response_model=schemas.AdmissionPublic)
def read_admission(cohort_id: UUID, session: ReadSession, actor: Actor) -> places.Admission:
    """The cohort's admission figures: capacity, applicants, selected, places held, competition ratio."""
    return places.admission(session, visible(session, Cohort, cohort_id, actor=actor))
