"""The search over positions as one would write it in SQL: the page, the counts of every facet, and nothing else."""

from typing import Any, Final

from sqlalchemy import text

from shared.db import ReadSession
from shared.letters import grams, terms

_SQLITE: Final = "SELECT rowid AS number FROM position_text WHERE position_text MATCH :match"
_POSTGRESQL: Final = (
    "SELECT number FROM position_document WHERE position_text_apart(grams) @> string_to_array(:grams, ' ') "
    "AND strpos(document, :word) > 0"
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
    of_sqlite = session.get_bind().dialect.name == "sqlite"
    hits = _SQLITE if of_sqlite else _POSTGRESQL
    given = {"match": f'"{word}"'} if of_sqlite else {"word": word, "grams": " ".join(sorted(grams(word)))}

    def ask(statement: str, **parts: str) -> list[Any]:
        return list(session.execute(text(statement.format(hits=hits, **parts)), given))

    ask(_PAGE)
    counted = [ask(_FACET, part=part) for part in ("field", "kind", "region", "band")]
    ask(_SKILLS)
    return sum(row[1] for row in counted[0])
