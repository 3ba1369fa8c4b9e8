"""Who may call what: a table by hand for every operation, held to the policies, to the documents and to real requests.

A route that is added has to be added to may_call.py, with the roles that may call it.
"""

import asyncio
import re
from collections.abc import Iterator
from typing import Any

import httpx
import pytest

from infra.docs.interfaces.openapi import Applications, applications
from services.composition.definitions import definitions
from shared.auth.actor import Role
from shared.auth.issuer.clients import identity
from shared.http.route import ServiceRoute
from shared.settings import SERVICES
from tests.infra import interfaces
from tests.infra.may_call import EVERY, MAY_CALL, Callers

<<<<<<< HEAD
=======
NOBODY_IN_PARTICULAR = None  # public: with or without a token
EVERY = frozenset(Role)
MANAGERS = frozenset({Role.PROGRAM_MANAGER, Role.ADMIN})
OVERSIGHT = MANAGERS | {Role.EXECUTIVE, Role.AUDITOR}
SCHOOLS = MANAGERS | {Role.UNIVERSITY}
COMPANIES = MANAGERS | {Role.EMPLOYER}
WATCHERS_OF_SCHOOLS = OVERSIGHT | {Role.UNIVERSITY}
WATCHERS_OF_COMPANIES = OVERSIGHT | {Role.EMPLOYER}

Callers = frozenset[Role] | None

MAY_CALL: dict[str, dict[str, Callers]] = {
    "trainees": {
        "GET /api/v1/universities": WATCHERS_OF_SCHOOLS,
        "POST /api/v1/universities": MANAGERS,
        "GET /api/v1/universities/{university_id}": WATCHERS_OF_SCHOOLS,
        "POST /api/v1/universities/{university_id}/roster-syncs": SCHOOLS,
        "GET /api/v1/roster-syncs": WATCHERS_OF_SCHOOLS,
        "GET /api/v1/roster-syncs/{sync_id}": WATCHERS_OF_SCHOOLS,
        "GET /api/v1/roster-syncs/{sync_id}/rows": WATCHERS_OF_SCHOOLS,
        "GET /api/v1/roster-syncs/{sync_id}/absences": WATCHERS_OF_SCHOOLS,
        "GET /api/v1/roster-syncs/{sync_id}/events": WATCHERS_OF_SCHOOLS,
        "POST /api/v1/roster-syncs/{sync_id}/commit": SCHOOLS,
        "POST /api/v1/roster-syncs/{sync_id}/approve": MANAGERS,
        "POST /api/v1/roster-syncs/{sync_id}/undo": SCHOOLS,
        "GET /api/v1/roster-syncs/{sync_id}/errors.csv": WATCHERS_OF_SCHOOLS,
        "GET /api/v1/programs": WATCHERS_OF_SCHOOLS,
        "POST /api/v1/programs": MANAGERS,
        "GET /api/v1/programs/{program_id}": WATCHERS_OF_SCHOOLS,
        "GET /api/v1/cohorts": WATCHERS_OF_SCHOOLS,
        "POST /api/v1/cohorts": MANAGERS,
        "GET /api/v1/cohorts/{cohort_id}": WATCHERS_OF_SCHOOLS,
        "PATCH /api/v1/cohorts/{cohort_id}": MANAGERS,
        "GET /api/v1/cohorts/{cohort_id}/admission": WATCHERS_OF_SCHOOLS,
        "POST /api/v1/applications": SCHOOLS,
        "GET /api/v1/enrolments": WATCHERS_OF_SCHOOLS,
        "GET /api/v1/enrolments/{enrolment_id}": WATCHERS_OF_SCHOOLS,
        "POST /api/v1/enrolments/{enrolment_id}/transitions": MANAGERS,
        "POST /api/v1/enrolments/{enrolment_id}/corrections": MANAGERS,
        "GET /api/v1/enrolments/{enrolment_id}/eligibility": WATCHERS_OF_SCHOOLS,
        "POST /api/v1/enrolments/{enrolment_id}/eligibility": MANAGERS,
        "POST /api/v1/cohorts/{cohort_id}/transitions": MANAGERS,
        "POST /api/v1/cohorts/{cohort_id}/eligibility": MANAGERS,
        "GET /api/v1/cohorts/{cohort_id}/waiting-list": WATCHERS_OF_SCHOOLS,
        "GET /api/v1/programs/{program_id}/rules": WATCHERS_OF_SCHOOLS,
        "POST /api/v1/programs/{program_id}/rules": MANAGERS,
        "GET /api/v1/persons/{person_id}/circumstances": SCHOOLS,
        "POST /api/v1/persons/{person_id}/circumstances": SCHOOLS,
        "GET /api/v1/persons": SCHOOLS,
        "GET /api/v1/persons/{person_id}": SCHOOLS,
    },
    "employers": {
        "GET /api/v1/companies": EVERY,
        "GET /api/v1/companies/duplicates": MANAGERS,
        "POST /api/v1/companies/duplicates": MANAGERS,
        "PATCH /api/v1/companies/{company_id}": COMPANIES,
        "POST /api/v1/companies/{company_id}/merge": MANAGERS,
        "GET /api/v1/companies/{company_id}/trust": WATCHERS_OF_COMPANIES,
        "GET /api/v1/companies/{company_id}/sites": EVERY,
        "POST /api/v1/companies/{company_id}/sites": COMPANIES,
        "DELETE /api/v1/companies/{company_id}/sites/{site_id}": COMPANIES,
        "GET /api/v1/companies/{company_id}/contacts": COMPANIES,
        "POST /api/v1/companies/{company_id}/contacts": COMPANIES,
        "GET /api/v1/companies/{company_id}/contact-accesses": COMPANIES,
        "GET /api/v1/companies/{company_id}/contacts/{contact_id}": COMPANIES,
        "POST /api/v1/companies/{company_id}/contacts/{contact_id}/disclosures": COMPANIES,
        "PATCH /api/v1/companies/{company_id}/contacts/{contact_id}": COMPANIES,
        "DELETE /api/v1/companies/{company_id}/contacts/{contact_id}": COMPANIES,
        "PUT /api/v1/companies/{company_id}/headcounts/{year}": COMPANIES,
        "GET /api/v1/companies/{company_id}/headcounts": WATCHERS_OF_COMPANIES,
        "GET /api/v1/companies/{company_id}/job-creation": WATCHERS_OF_COMPANIES,
        "GET /api/v1/agreements": WATCHERS_OF_COMPANIES,
        "PATCH /api/v1/companies/{company_id}/agreements/{agreement_id}": MANAGERS,
        "POST /api/v1/companies/{company_id}/agreements/{agreement_id}/renewals": COMPANIES,
        "POST /api/v1/companies/{company_id}/agreements/{agreement_id}/incentives": MANAGERS,
        "DELETE /api/v1/companies/{company_id}/agreements/{agreement_id}/incentives/{incentive_id}": MANAGERS,
        "GET /api/v1/positions/without-agreement": WATCHERS_OF_COMPANIES,
        "POST /api/v1/positions/{position_id}/agreement-decision": MANAGERS,
        "PATCH /api/v1/companies/{company_id}/pledges/{pledge_id}": COMPANIES,
        "DELETE /api/v1/companies/{company_id}/pledges/{pledge_id}": COMPANIES,
        "GET /api/v1/pledges/kept": WATCHERS_OF_COMPANIES,
        "GET /api/v1/pledges/coverage": OVERSIGHT,
        "GET /api/v1/demand": MANAGERS,
        "GET /api/v1/demand/skills": MANAGERS,
        "GET /api/v1/regions": EVERY,
        "GET /api/v1/industries": EVERY,
        "POST /api/v1/companies": COMPANIES,
        "GET /api/v1/companies/{company_id}": EVERY,
        "GET /api/v1/companies/{company_id}/agreements": WATCHERS_OF_COMPANIES,
        "POST /api/v1/companies/{company_id}/agreements": COMPANIES,
        "GET /api/v1/companies/{company_id}/agreements/{agreement_id}": WATCHERS_OF_COMPANIES,
        "POST /api/v1/companies/{company_id}/agreements/{agreement_id}/transitions": MANAGERS,
        "GET /api/v1/companies/{company_id}/pledges": WATCHERS_OF_COMPANIES,
        "POST /api/v1/companies/{company_id}/pledges": COMPANIES,
        "GET /api/v1/positions": EVERY,
        "POST /api/v1/positions": COMPANIES,
        "GET /api/v1/positions/{position_id}": EVERY,
        "GET /api/v1/positions/search": EVERY,
        "PATCH /api/v1/positions/{position_id}": COMPANIES,
        "GET /api/v1/positions/{position_id}/seats": WATCHERS_OF_COMPANIES,
        "POST /api/v1/positions/{position_id}/transitions": COMPANIES,
        "GET /api/v1/skills": EVERY,
        "POST /api/v1/skills": frozenset({Role.ADMIN}),
        "GET /api/v1/skills/{code}": EVERY,
        "PATCH /api/v1/skills/{code}": frozenset({Role.ADMIN}),
    },
    "matching": {
        "GET /api/v1/candidates": SCHOOLS,
        "GET /api/v1/candidates/{person_id}": SCHOOLS,
        "PUT /api/v1/candidates/{person_id}/preferences": SCHOOLS,
        "PUT /api/v1/candidates/{person_id}/skills": SCHOOLS,
        "PUT /api/v1/candidates/{person_id}/automated-matching": SCHOOLS,
        "PUT /api/v1/candidates/{person_id}/parking": SCHOOLS,
        "DELETE /api/v1/candidates/{person_id}/parking": SCHOOLS,
        "GET /api/v1/rounds": EVERY,
        "POST /api/v1/rounds": MANAGERS,
        "GET /api/v1/rounds/{round_id}": EVERY,
        "PATCH /api/v1/rounds/{round_id}": MANAGERS,
        "PUT /api/v1/rounds/{round_id}/rankings": MANAGERS | {Role.UNIVERSITY, Role.EMPLOYER},
        "POST /api/v1/rounds/{round_id}/transitions": MANAGERS,
        "POST /api/v1/rounds/{round_id}/placements": MANAGERS,
        "POST /api/v1/rounds/{round_id}/what-if": MANAGERS,
        "GET /api/v1/rounds/{round_id}/assignments": EVERY,
        "GET /api/v1/rounds/{round_id}/assignments.csv": EVERY,
        "GET /api/v1/rounds/{round_id}/assignments.xlsx": EVERY,
        "GET /api/v1/rounds/{round_id}/explanations": EVERY,
        "GET /api/v1/rounds/{round_id}/events": EVERY,
        "GET /api/v1/recommendations": COMPANIES,
        "GET /api/v1/placements": EVERY,
        "POST /api/v1/placements": MANAGERS,
        "GET /api/v1/placements/{placement_id}": EVERY,
        "POST /api/v1/placements/{placement_id}/transitions": SCHOOLS | COMPANIES,
        "POST /api/v1/placements/{placement_id}/evidence": MANAGERS,
        "POST /api/v1/placements/{placement_id}/claims": SCHOOLS | COMPANIES,
        "GET /api/v1/placements/{placement_id}/claims": EVERY - {Role.EXECUTIVE},
        "GET /api/v1/placement-reasons": EVERY,
        "GET /api/v1/placements/{placement_id}/follow-ups": SCHOOLS | {Role.AUDITOR},
        "GET /api/v1/follow-ups": SCHOOLS | {Role.AUDITOR},
        "GET /api/v1/follow-ups/work-list.csv": SCHOOLS,
        "POST /api/v1/follow-ups/answers": SCHOOLS,
        "GET /api/v1/follow-ups/{follow_up_id}": SCHOOLS | {Role.AUDITOR},
        "POST /api/v1/follow-ups/{follow_up_id}/answers": SCHOOLS,
        "POST /api/v1/employment-insurance-files": MANAGERS,
        "GET /api/v1/outcome-files/{file_id}": SCHOOLS | {Role.AUDITOR},
        "GET /api/v1/outcome-files/{file_id}/rows": SCHOOLS | {Role.AUDITOR},
        "GET /api/v1/outcome-files/{file_id}/rows.csv": SCHOOLS | {Role.AUDITOR},
        "GET /api/v1/mismatches": EVERY - {Role.EXECUTIVE},
        "GET /api/v1/mismatches/{mismatch_id}": EVERY - {Role.EXECUTIVE},
        "POST /api/v1/mismatches/{mismatch_id}/resolution": SCHOOLS | COMPANIES,
    },
    "reporting": {
        "GET /api/v1/frameworks": EVERY,
        "GET /api/v1/frameworks/{framework_id}": EVERY,
        "GET /api/v1/goals": EVERY,
        "GET /api/v1/goals/{goal_id}": EVERY,
        "GET /api/v1/goals/{goal_id}/progress": OVERSIGHT,
        "GET /api/v1/indicators": EVERY,
        "GET /api/v1/indicators/{indicator_id}": EVERY,
        "GET /api/v1/indicators/{indicator_id}/value": EVERY,
        # Pages: a browser without a session is asked to sign in by the page itself.
        "GET /": NOBODY_IN_PARTICULAR,
        "GET /figures": NOBODY_IN_PARTICULAR,
        "GET /auth/login": NOBODY_IN_PARTICULAR,
        "GET /auth/callback": NOBODY_IN_PARTICULAR,
        "POST /auth/logout": NOBODY_IN_PARTICULAR,
    },
    "issuer": {
        "GET /.well-known/openid-configuration": NOBODY_IN_PARTICULAR,
        "GET /.well-known/jwks.json": NOBODY_IN_PARTICULAR,
        "GET /oauth/authorize": NOBODY_IN_PARTICULAR,
        "POST /oauth/authorize": NOBODY_IN_PARTICULAR,
        "POST /oauth/token": NOBODY_IN_PARTICULAR,
    },
}
>>>>>>> ce1de67 (Rounds: frozen, solved, proved, published by a person; the market as compiled columns)
EVERYWHERE = {"/livez", "/readyz", "/metrics", "/openapi.json"}
FILES = {"employers": ["/jobs/static"], "reporting": ["/static"]}
DEMO_CLIENTS = {
    Role.PROGRAM_MANAGER: "program-manager",
    Role.UNIVERSITY: "university-knu",
    Role.EMPLOYER: "employer-0001234560",
    Role.EXECUTIVE: "executive",
    Role.AUDITOR: "auditor",
    Role.ADMIN: "admin",
}


@pytest.fixture(scope="module")
def made() -> Iterator[Applications]:
    with applications() as found:
        yield found


def routes(made: Applications, name: str) -> dict[str, ServiceRoute]:
    """The routes of a service as `GET /path`, those that no document shows included."""
    found = [route for router in made.routers[name] for route in router.routes]
    assert [route for route in found if not isinstance(route, ServiceRoute)] == []
    return {f"{each.operation.method} {each.path}": each for each in found if isinstance(each, ServiceRoute)}


def documented(name: str) -> dict[str, Any]:
    paths = interfaces.openapi()[name]["paths"]
    return {f"{method.upper()} {path}": operation for path, item in paths.items() for method, operation in item.items()}


def tokens(made: Applications) -> dict[Role | None, str | None]:
    """A token for each role, and none for nobody."""
    held = {role: identity(name) for role, name in DEMO_CLIENTS.items()}
    assert {role: who and who.role for role, who in held.items()} == {role: role for role in Role}
    return {None: None, **{role: made.issuer.token(name) for role, name in DEMO_CLIENTS.items()}}


@pytest.mark.parametrize("name", [*SERVICES, "issuer"])
def test_every_operation_is_in_the_table(made: Applications, name: str) -> None:
    assert sorted(routes(made, name)) == sorted(MAY_CALL[name]), "say in MAY_CALL who may call a new route"


@pytest.mark.parametrize("name", [*SERVICES, "issuer"])
def test_every_policy_lets_in_whom_the_table_names(made: Applications, name: str) -> None:
    policies = {key: route.operation.policy for key, route in routes(made, name).items()}
    found = {key: (policy.roles or EVERY) if policy.signed_in else None for key, policy in policies.items()}
    assert found == MAY_CALL[name]


@pytest.mark.parametrize("name", [*SERVICES, "issuer"])
def test_every_document_says_whom_the_table_names(name: str) -> None:
    operations = documented(name)
    found = {key: frozenset(each["x-roles"] or EVERY) if each.get("security") else None for key, each in operations.items()}
    assert found == {key: callers for key, callers in MAY_CALL[name].items() if key in operations}
    hidden = MAY_CALL[name].keys() - operations.keys()
    assert all(MAY_CALL[name][key] is None and not key.partition(" ")[2].startswith("/api/") for key in hidden)


@pytest.mark.parametrize("name", [*SERVICES, "issuer"])
def test_beside_the_table_an_application_answers_operators_only(made: Applications, name: str) -> None:
    others = [route for route in made.apps[name].router.routes if not isinstance(route, ServiceRoute)]
    assert {getattr(route, "path", None) for route in others} == EVERYWHERE


def test_files_are_served_where_the_table_says() -> None:
    mounted = {each.name: [getattr(route, "path", None) for route in each.mounts] for each in definitions() if each.mounts}
    assert mounted == FILES


@pytest.mark.parametrize("name", SERVICES)
def test_requests_are_admitted_as_the_table_says(made: Applications, name: str) -> None:
    """The parameter is unknown, so that whoever is admitted gets no further than that."""
    wrong = [
        f"{key} as {role or 'nobody'}: {status}"
        for (key, role), status in asyncio.run(statuses(made, name)).items()
        if not is_expected(status, MAY_CALL[name][key], role)
    ]
    assert wrong == []


async def statuses(made: Applications, name: str) -> dict[tuple[str, Role | None], int]:
    """What everybody gets everywhere."""
    transport = httpx.ASGITransport(made.apps[name])
    async with httpx.AsyncClient(transport=transport, base_url="http://127.0.0.1:8000") as client:
        return {
            (key, role): (await ask(client, key, token)).status_code
            for key in MAY_CALL[name]
            for role, token in tokens(made).items()
        }


async def ask(client: httpx.AsyncClient, key: str, bearer: str | None) -> httpx.Response:
    method, path = key.split(" ")
    headers = {"Authorization": f"Bearer {bearer}"} if bearer else {}
    return await client.request(method, re.sub(r"\{\w+\}", "any", path), params={"no-such-parameter": "1"}, headers=headers)


def is_expected(status: int, callers: Callers, role: Role | None) -> bool:
    if callers is None:
        return status not in {401, 403, 404}
    if role is None:
        return status == 401
    return status in ({400, 422} if role in callers else {403})
