"""Positions as a search has to cope with: open, of 400 companies, with skills of the taxonomy and texts of many words."""

import random
from collections.abc import Iterator
from typing import Any, Final

from services.employers.app import service
from services.employers.commands.publishing import catch_up
from services.employers.domain.fields import FIELDS
from services.employers.tables import Company, Position, rows_of
from shared import clock
from shared.db import Database
from shared.db.bulk import bulk_insert
from shared.db.migrations import migrate
from shared.ids import new_id
from shared.skills import Kind, shipped

_SYLLABLES: Final = "가나다라마바사아자차카타파하거너더러머버서어저처고노도로모보소오조초구누두루무부수우주추"
TOLD: Final = (
    "로봇 제어",
    "개발자",
    "연구원",
    "소프트웨어",
    "설계",
    "품질",
    "AI",
    "데이터",
    "임베디드",
    "생산 기술",
    "공정",
    "분석",
)
IN_ALL: Final = "열정 있는 분과 함께 성장하고 싶습니다 지원서는 홈페이지에서 접수합니다"  # of every description
_REGIONS: Final = ("27110", "27140", "27170", "27200", "27230", "27260", "27290", "27710", "47130", "47190", "47290")
_COLUMNS: Final = (
    "id", "version", "created_at", "company_id", "state", "since", "title", "description", "field", "kind", "origin", "region",
    "seats", "skills", "opens_on", "must_have", "nice_to_have", "licences", "salary_lowest", "salary_per", "in_shifts",
)  # fmt: skip


def filled(url: str, *, size: int) -> Database:
    """A database of employers with so many open positions, all of them indexed."""
    database = Database(url, service="employers")
    migrate(database, service.migrations)
    rng = random.Random(1)
    companies = [new_id() for _ in range(400)]
    with database.write() as session:
        names = ("id", "version", "created_at", "business_number", "name_ko", "name_en", "region")
        rows = [(id_, 0, clock.now(), f"{n:010d}", f"가상기업{n}", f"Fictitious {n}", "27") for n, id_ in enumerate(companies)]
        bulk_insert(session, rows_of(Company), names, rows)
        bulk_insert(session, rows_of(Position), _COLUMNS, _positions(rng, companies, size))
    assert catch_up(database) == size
    with database.writer.connect() as connection:
        connection.exec_driver_sql("ANALYZE")
        connection.commit()
    return database


def _positions(rng: random.Random, companies: list[Any], size: int) -> Iterator[tuple[Any, ...]]:
    words = ["".join(rng.choices(_SYLLABLES, k=3)) for _ in range(3000)]
    codes = [skill.code for skill in shipped() if skill.kind is Kind.SKILL]
    today = clock.today()
    for _ in range(size):
        first, second, third, fourth = rng.sample(codes, 4)
        title = " ".join([*rng.sample(TOLD, 2), *rng.sample(words, 2)])
        required = [first, second, third]
        yield (
            new_id(), 1, clock.now(), rng.choice(companies), "open", today, title, " ".join([*rng.choices(words, k=30), IN_ALL]),
            rng.choice(list(FIELDS)), rng.choice(["permanent", "internship", "fixed_term"]), "new", rng.choice(_REGIONS),
            rng.randint(1, 6), required, today, [{"skill": code, "level": 3} for code in required],
            [{"skill": fourth, "level": 2}], [], rng.choice([30_000_000, 36_000_000, 45_000_000]), "year", False,
        )  # fmt: skip
