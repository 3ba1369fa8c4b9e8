"""The mirror as a page: the scorecard, how many are named of each cohort, and what differs."""

from collections.abc import Iterable, Sequence
from html import escape

from services.trainees.queries.roster.mirrors import MirrorRow
from services.trainees.queries.roster.scorecards import Scorecard
from services.trainees.tables import University
from shared.errors import N_
from shared.i18n import Language, translate

_SCORES = (
    ("syncs", N_("Rosters brought in")),
    ("on_time", N_("On time")),
    ("late", N_("Late")),
    ("missing", N_("Missing")),
    ("error_rate", N_("Rows rejected")),
    ("correction_rate", N_("Corrected here")),
)
_COLUMNS = (
    N_("Cohort"), N_("Name"), N_("Stage"), N_("Comparison"), N_("What differs"), N_("Sent"), N_("Held"), N_("Said by"),
)  # fmt: skip
_TERMS = {
    "same": N_("Same"), "different": N_("Different"), "absent": N_("No longer named"), "never_sent": N_("Never sent"),
    "correction": N_("A correction here"), "another_source": N_("Another source"), "employer": N_("An employer"),
    "program": N_("The program"),
}  # fmt: skip


def mirror_page(
    university: University,
    counts: Sequence[tuple[str, int, int]],
    rows: Sequence[MirrorRow],
    card: Scorecard,
    *,
    language: Language,
) -> str:
    """A page that needs nothing but itself, in the reader's language. Every value is escaped."""

    def say(text: str) -> str:
        return translate(text, language)

    title = f"{say(N_('Mirror report'))}: {university.name_ko if language == 'ko' else university.name_en}"
    cohorts = _table([say(N_("Cohort")), say(N_("Enrolled")), say(N_("Named by rosters"))], counts)
    scores = _table([say(text) for _, text in _SCORES], [[_score(getattr(card, name)) for name, _ in _SCORES]])
    differing = _table([say(text) for text in _COLUMNS], [line for row in rows for line in _lines(row, language)])
    parts = [f"<h1>{escape(title)}</h1>", f"<p>{card.since} – {card.until}</p>", scores, cohorts, differing]
    head = f'<meta charset="utf-8"><meta name="viewport" content="width=device-width"><title>{escape(title)}</title>'
    return f'<!doctype html><html lang="{language}"><head>{head}</head><body><main>{"".join(parts)}</main></body></html>'


def _score(value: float | int | None) -> str:
    return "-" if value is None else f"{value:.2%}" if isinstance(value, float) else f"{value:,}"


def _lines(row: MirrorRow, language: Language) -> Iterable[Sequence[object]]:
    about = (row.cohort_code, row.name, row.stage.value, translate(_TERMS[row.state], language))
    for each in row.differences:
        yield (*about, each.field, each.sent or "-", each.held or "-", translate(_TERMS[each.said_by], language))
    if not row.differences:
        yield (*about, "-", "-", "-", "-")


def _table(header: Sequence[str], rows: Iterable[Sequence[object]]) -> str:
    head = "".join(f'<th scope="col">{escape(text)}</th>' for text in header)
    body = "".join(f"<tr>{''.join(f'<td>{escape(str(cell))}</td>' for cell in row)}</tr>" for row in rows)
    return f"<table><thead><tr>{head}</tr></thead><tbody>{body}</tbody></table>"
