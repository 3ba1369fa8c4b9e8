"""The mirror as a page: the scorecard, how many are named of each cohort, and what differs."""

from collections.abc import Iterable, Sequence
from html import escape
from pathlib import Path
from typing import Final

from services.trainees.domain.stages import Stage
from services.trainees.queries.roster.mirrors import MirrorRow
from services.trainees.queries.roster.scorecards import Scorecard
from services.trainees.tables import University
from shared.errors import N_
from shared.http.style import inline_policy, styled
from shared.i18n import Language, translate

_OWN: Final = Path(__file__).with_name("mirror.css")
SHOWN: Final = 200
_SCORES: Final = (
    ("syncs", N_("Rosters brought in")),
    ("on_time", N_("On time")),
    ("late", N_("Late")),
    ("missing", N_("Missing")),
    ("error_rate", N_("Rows rejected")),
    ("correction_rate", N_("Corrected here")),
)
_COLUMNS: Final = (N_("Name"), N_("Cohort"), N_("Stage"), N_("What differs"), N_("Sent"), N_("Held"), N_("Said by"))
_STAGES: Final = {
    Stage.APPLIED: N_("Applied"), Stage.WAITLISTED: N_("Waits for a place"), Stage.REJECTED: N_("Not admitted"),
    Stage.WITHDRAWN: N_("Withdrew"), Stage.SELECTED: N_("Has a place"), Stage.ENROLLED: N_("Took the place"),
    Stage.TRAINING: N_("In training"), Stage.INTERNING: N_("In the internship"), Stage.ON_LEAVE: N_("Is on leave"),
    Stage.COMPLETED: N_("Completed"), Stage.DROPPED: N_("Dropped out"), Stage.EMPLOYED_EARLY: N_("Left for a job"),
}  # fmt: skip
_TERMS: Final = {
    **{stage.value: text for stage, text in _STAGES.items()},
    "different": N_("Different"), "absent": N_("No longer named"), "never_sent": N_("Never sent"), "same": N_("Same"),
    "correction": N_("A correction here"), "another_source": N_("Another source"), "employer": N_("An employer"),
    "program": N_("The program"), "name": N_("Name"), "birth_date": N_("Date of birth"), "phone": N_("Telephone number"),
    "email": N_("E-mail address"), "stage": N_("Stage"),
}  # fmt: skip


def mirror_headers(language: Language) -> dict[str, str]:
    """What goes with the page: nothing but its own style may be fetched or run."""
    return {"Content-Security-Policy": inline_policy(_OWN), "Content-Language": language, "Vary": "Accept-Language"}


def mirror_page(
    university: University,
    counts: Sequence[tuple[str, int, int]],
    rows: Sequence[MirrorRow],
    card: Scorecard,
    *,
    language: Language,
) -> str:
    """A page that needs nothing but itself, in the reader's language. Every value is escaped."""
    page = _Page(language)
    title = f"{page.say(N_('Mirror report'))}: {university.name_ko if language == 'ko' else university.name_en}"
    parts = [
        f'<h1>{escape(title)}</h1><p class="small">{card.since} – {card.until}</p>',
        page.card(N_("Scorecard"), page.scores(card)),
        page.card(N_("Cohorts"), page.table([N_("Cohort"), N_("Enrolled"), N_("Named by rosters")], counts)),
        page.card(N_("What differs"), page.differing(rows)),
    ]
    skip = f'<a class="skip" href="#main">{escape(page.say(N_("To the content")))}</a>'
    top = f'<header class="top"><p class="brand">{escape(page.say(N_("HuStar Tracker")))}</p></header>'
    head = (
        '<meta charset="utf-8"><meta name="viewport" content="width=device-width, initial-scale=1">'
        f'<meta name="color-scheme" content="light dark"><title>{escape(title)}</title><style>{styled(_OWN).decode()}</style>'
    )
    body = f'{skip}{top}<main id="main" tabindex="-1">{"".join(parts)}</main>'
    return f'<!doctype html><html lang="{language}"><head>{head}</head><body>{body}</body></html>'


class _Page:
    """The parts of the page in one language."""

    def __init__(self, language: Language) -> None:
        self._language = language

    def say(self, text: str) -> str:
        return translate(text, self._language)

    def card(self, title: str, content: str) -> str:
        return f'<section class="card"><h2>{escape(self.say(title))}</h2>{content}</section>'

    def scores(self, card: Scorecard) -> str:
        facts = (f"<div><dt>{escape(self.say(text))}</dt><dd>{_score(getattr(card, name))}</dd></div>" for name, text in _SCORES)
        return f'<dl class="scores">{"".join(facts)}</dl>'

    def differing(self, rows: Sequence[MirrorRow]) -> str:
        if not rows:
            return f"<p>{escape(self.say(N_('Nothing differs: what is held here is what was sent.')))}</p>"
        table = self.table(_COLUMNS, (line for row in rows for line in self._lines(row)), kind="texts")
        if len(rows) < SHOWN:
            return table
        more = translate(N_("The first {count} are shown. All of them are in the CSV file."), self._language, {"count": SHOWN})
        return f'{table}<p class="small">{escape(more)}</p>'

    def _lines(self, row: MirrorRow) -> Iterable[Sequence[object]]:
        about = (row.name, row.cohort_code, self.say(_TERMS[row.stage.value]))
        for each in row.differences:
            held = self.say(_TERMS[each.held]) if each.field == "stage" and each.held else each.held or "-"
            yield (*about, self.say(_TERMS[each.field]), each.sent or "-", held, self.say(_TERMS[each.said_by]))
        if not row.differences:
            yield (*about, self.say(_TERMS[row.state]), "-", "-", "-")

    def table(self, header: Sequence[str], rows: Iterable[Sequence[object]], *, kind: str = "figures") -> str:
        """A table that scrolls by itself where the window is narrow, also by keyboard; each row is headed by its first cell."""
        head = "".join(f'<th scope="col">{escape(self.say(text))}</th>' for text in header)
        body = "".join(f"<tr>{_cells(row)}</tr>" for row in rows)
        label = escape(self.say(header[0]))
        return (
            f'<div class="scroll" tabindex="0" role="group" aria-label="{label}">'
            f'<table class="{kind}"><thead><tr>{head}</tr></thead><tbody>{body}</tbody></table></div>'
        )


def _cells(row: Sequence[object]) -> str:
    first, *others = (escape(f"{cell:,}" if isinstance(cell, int) else str(cell)) for cell in row)
    return f'<th scope="row">{first}</th>' + "".join(f"<td>{cell}</td>" for cell in others)


def _score(value: float | int | None) -> str:
    return "-" if value is None else f"{value:.2%}" if isinstance(value, float) else f"{value:,}"
