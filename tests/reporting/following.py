"""Callers who look after plans, over HTTP, and a small plan of a city."""

from collections.abc import Iterator, Mapping
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from typing import Any

import httpx

from shared.ids import new_id
from tests.reporting.serving import Site

SOURCE = {"text": {"ko": "시 계획", "en": "The city's plan"}}
PLAN: Mapping[str, Any] = {
    "id": "pohang",
    "name": {"ko": "포항 계획", "en": "Plan of Pohang"},
    "owner": {"ko": "포항시", "en": "Pohang"},
    "starts_on": "2020-01-01",
    "ends_on": "2029-12-31",
    "source": SOURCE,
    "kinds": {"pillar": {"ko": "축", "en": "pillar"}},
    "units": {"trees": {"ko": "그루", "en": "trees"}},
    "measures": [
        {
            "id": "trees-planted", "name": {"ko": "나무", "en": "Trees"}, "unit": "trees", "every": "quarter",
            "method": {"ko": "누계", "en": "added up"},
        }
    ],
    "nodes": [
        {
            "id": "green", "kind": "pillar", "name": {"ko": "녹색", "en": "Green"}, "source": SOURCE,
            "nodes": [{"id": "parks", "kind": "pillar", "name": {"ko": "공원", "en": "Parks"}, "source": SOURCE}],
        },
        {"id": "skills", "kind": "pillar", "missing": {"ko": "이름 없음", "en": "not named"}},
    ],
    "goals": [
        {
            "id": "pohang-trees", "name": {"ko": "나무 천 그루", "en": "1,000 trees"}, "measure": "trees-planted",
            "unit": "trees", "direction": "higher", "kind": "cumulative", "node": "green", "starts_on": "2020-01-01",
            "baseline": {"value": 0, "on": "2020-01-01", "source": SOURCE},
            "targets": [
                {
                    "value": 1000, "due_on": "2029-12-31", "source": SOURCE,
                    "milestones": [{"value": 300, "due_on": "2023-12-31", "source": SOURCE}],
                }
            ],
            "counting": {"ko": "심은 나무", "en": "trees that were planted"},
        },
        {
            "id": "pohang-talents", "name": {"ko": "인재", "en": "Talents"}, "indicator": "talents_trained", "unit": "persons",
            "direction": "higher", "kind": "cumulative", "starts_on": "2020-01-01",
            "baseline": {"value": 0, "on": "2020-01-01", "source": SOURCE},
            "targets": [{"value": 10, "due_on": "2029-12-31", "source": SOURCE}],
            "counts": {"fields": ["robot"], "programs": ["p-water"]},
            "counting": {"ko": "로봇과 물", "en": "robot and water"},
        },
    ],
}  # fmt: skip


@dataclass
class Offices:
    """Those who work on plans: a program manager, an administrator, an executive, an auditor."""

    manager: httpx.Client
    admin: httpx.Client
    executive: httpx.Client
    auditor: httpx.Client
    site: Site


@contextmanager
def offices(site: Site) -> Iterator[Offices]:
    with ExitStack() as stack:
        manager, admin, executive, auditor = (
            stack.enter_context(site.client(name)) for name in ("program-manager", "admin", "executive", "auditor")
        )
        yield Offices(manager, admin, executive, auditor, site)


def post(client: httpx.Client, path: str, body: Any = None, *, match: str | None = "*", status: int | None = None) -> Any:
    """Post, and give what was answered."""
    headers = {"Idempotency-Key": str(new_id())} | ({"If-Match": match} if match else {})
    answer = client.post(f"/api/v1{path}", json={} if body is None else body, headers=headers)
    assert answer.status_code == status if status else answer.is_success, answer.text
    return answer.json()


def upload(
    client: httpx.Client, path: str, content: bytes, kind: str, *, status: int = 200, method: str = "POST", match: str = "*"
) -> Any:
    """Send a file, and give what was answered."""
    headers = {"Content-Type": kind, "If-Match": match} | ({"Idempotency-Key": str(new_id())} if method == "POST" else {})
    answer = client.request(method, f"/api/v1{path}", content=content, headers=headers)
    assert answer.status_code == status, answer.text
    return answer.json()


def get(client: httpx.Client, path: str, **params: Any) -> Any:
    answer = client.get(f"/api/v1{path}", params=params)
    assert answer.status_code == 200, answer.text
    return answer.json()


def codes(problem: Mapping[str, Any]) -> list[tuple[str, str]]:
    """What a refusal complains of: where, and what."""
    return [(error["pointer"], error["code"]) for error in problem["errors"]]
