"""The search over positions as one would write it in SQL: the page, the counts of every facet, and nothing else."""

from typing import Any, Final

from sqlalchemy import text

from services.employers.domain.letter_codes import coded
from shared.db import ReadSession
from shared.letters import grams, letters, terms
from shared.skills import shipped

_NAMED: Final = "SELECT number FROM position_skill WHERE skill IN ({codes})"
_SQLITE: Final = "SELECT rowid AS number FROM position_text WHERE position_text MATCH :match UNION " + _NAMED
_POSTGRESQL: Final = (
    "SELECT d.number FROM position_document d JOIN position_letters l ON l.number = d.number "
    "WHERE position_text_apart(grams) @> string_to_array(:grams, ' ') AND position(:letters IN letters) > 0 UNION " + _NAMED
)
_PAGE: Final = (
    "WITH hits AS ({hits}) SELECT position.* FROM position JOIN position_index ON position_id = position.id "
    "JOIN hits USING (number) WHERE position_index.state = 'open' ORDER BY number DESC LIMIT 21"
)
_FACET: Final = (
    "WITH hits AS ({hits}) SELECT {part}, count(*), sum(seats) FROM position_index JOIN hits USING (number) "
    "WHERE state = 'open' GROUP BY {part} ORDER BY count(*) DESC"
)
_SKILLS: Final = (
    "WITH hits AS ({hits}) SELECT skill, count(*), sum(seats) FROM position_skill JOIN position_index USING (number) "
    "JOIN hits USING (number) WHERE state = 'open' GROUP BY skill ORDER BY count(*) DESC LIMIT 50"
)


def search(session: ReadSession, query: str) -> int:
    """One search; how many postings it found."""
    (word,) = terms(query)
    own, of_sqlite = coded(word), session.get_bind().dialect.name == "sqlite"
    codes = ", ".join(f"'{skill.code}'" for skill in shipped() if word in letters("".join(skill.spellings()))) or "''"
    hits = (_SQLITE if of_sqlite else _POSTGRESQL).format(codes=codes)
    given = {"match": f'"{own}"'} if of_sqlite else {"letters": own.encode(), "grams": " ".join(sorted(grams(own)))}

    def ask(statement: str, **parts: str) -> list[Any]:
        return list(session.execute(text(statement.format(hits=hits, **parts)), given))

    ask(_PAGE)
    counted = [ask(_FACET, part=part) for part in ("field", "kind", "region", "band")]
    ask(_SKILLS)
    return sum(row[1] for row in counted[0])
