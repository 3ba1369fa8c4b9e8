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
from tests.infra.may_call import MAY_CALL
from tests.infra.who_calls import EVERY, Callers

pytestmark = pytest.mark.slow

EVERYWHERE = {"/startupz", "/livez", "/readyz", "/metrics", "/openapi.json"}
FILES = {"employers": ["/jobs/static/jobs.css", "/jobs/static"], "reporting": ["/static", "/shared"]}
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
