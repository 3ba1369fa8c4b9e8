"""Policies: who may, who may not, and that no route is without one."""

import pytest
from fastapi import APIRouter

from shared.auth.actor import Actor, Role
from shared.auth.policy import PUBLIC, SIGNED_IN, allow
from shared.errors import Forbidden
from shared.http import ServiceRouter

MANAGER = Actor("m", frozenset({Role.PROGRAM_MANAGER}))
NOBODY = Actor("n", frozenset())


def test_one_of_the_roles_is_enough() -> None:
    allow(Role.ADMIN, Role.PROGRAM_MANAGER).check(MANAGER)


@pytest.mark.parametrize("role", [role for role in Role if role is not Role.PROGRAM_MANAGER])
def test_another_role_is_not(role: Role) -> None:
    with pytest.raises(Forbidden):
        allow(role).check(MANAGER)


def test_no_role_is_refused_where_one_is_needed_and_fine_where_none_is() -> None:
    with pytest.raises(Forbidden):
        allow(*Role).check(NOBODY)
    SIGNED_IN.check(NOBODY)
    PUBLIC.check(NOBODY)


def test_allowing_nobody_is_a_mistake() -> None:
    with pytest.raises(TypeError, match="needs a role"):
        allow()


@pytest.mark.parametrize("method", ["get", "post", "put", "patch", "delete"])
def test_a_route_without_a_policy_does_not_come_into_being(method: str) -> None:
    with pytest.raises(TypeError, match="policy"):
        getattr(ServiceRouter(), method)("/x")(lambda: None)


def test_no_other_way_leads_around_the_policy() -> None:
    router = ServiceRouter()
    with pytest.raises(TypeError):
        router.add_api_route("/x", lambda: None)
    with pytest.raises(TypeError):
        router.api_route("/x")(lambda: None)
    assert isinstance(router, APIRouter)
    assert router.routes == []
