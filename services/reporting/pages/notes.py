"""Notes on days: what is noted of which, and a form for those who may note, with the message beside the field."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Annotated, Any, Final

from fastapi import Query
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from services.reporting import commands
from services.reporting.indicators import current
from services.reporting.pages.asking import Asked
from services.reporting.pages.cells import id_in
from services.reporting.pages.forms import own_address, own_form, said_of_fields
from services.reporting.pages.readers import NOTES, Reader
from services.reporting.pages.rendering import Look
from services.reporting.pages.routing import PageRouter, View
from services.reporting.queries.annotations import ANNOTATION, recent_notes
from services.reporting.queries.entitlement import SEES_EVERYTHING
from services.reporting.queries.plans import goals
from services.reporting.schemas.annotations import LONGEST
from services.reporting.tables import Annotation
from shared.auth.actor import Actor
from shared.auth.policy import PUBLIC
from shared.db import ReadSession, WriteSession
from shared.errors import N_, FieldError, Forbidden, Invalid
from shared.http import FormFields

router: Final = PageRouter()
Word = Annotated[str | None, Query(max_length=60)]
FIELDS: Final = ("on", "text_ko", "text_en", "where")
HERE: Final = "here"
_LENGTH: Final = ("length", N_("Write 1 to {most} characters."))
_NOT_DATE: Final = ("not_date", N_("Must be a date such as 2026-03-01."))


@dataclass(frozen=True, slots=True)
class About:
    """What notes are asked of or written on: an indicator, a goal, or neither."""

    indicator: str | None
    goal: str | None
    name: str | None
    address: str | None


@dataclass(frozen=True, slots=True)
class Noted:
    """A note as the list says it."""

    id: str
    day: str
    text: str
    where: str
    by: str


@router.page("/notes", seen_by=SEES_EVERYTHING)
def notes_page(view: View, *, indicator: Word = None, goal: Word = None) -> Response:
    """What is noted of days, the latest first; of one indicator or goal, if it is named."""
    return _shown(view, _about(view.session, indicator, goal, view.look), given={}, wrong={})


def _shown(view: View, about: About, *, given: Mapping[str, str], wrong: Mapping[str, str]) -> Response:
    rows = recent_notes(view.session, indicator=about.indicator, goal=about.goal)
    content: dict[str, Any] = {"about": about, "notes": _noted(view, rows), "longest": LONGEST, "given": given, "wrong": wrong}
    return view.show("notes.html", status=422 if wrong else 200, **content)


def _noted(view: View, rows: Sequence[Annotation]) -> list[Noted]:
    language, planned = view.form.language, goals(view.session)
    found = []
    for row in rows:
        where = view.form.text(N_("everywhere"))
        if row.indicator is not None:
            where = current()[row.indicator].name[language] if row.indicator in current() else row.indicator
        elif row.goal is not None:
            where = planned[row.goal].goal.name[language] if row.goal in planned else row.goal
        text = row.text_ko if language == "ko" else row.text_en
        found.append(Noted(str(row.id), view.form.day(row.on), text, where, row.by))
    return found


@router.post("/notes", policy=PUBLIC, idempotent=False, include_in_schema=False)
def write_note(form: FormFields, request: Request, session: WriteSession, visitor: Actor | None) -> Response:
    """Note what happened on a day. What cannot be taken is shown again, with what is wrong with it."""
    reader = _who_notes(form, request, visitor)
    view = View(request, session, Look.of(request, lang=form.get("lang")), reader, Asked())
    about = _about(session, form.get("indicator") or None, form.get("goal") or None, view.look)
    here = form.get("where") == HERE
    wanted: dict[str, Any] = {"indicator": about.indicator if here else None, "goal": about.goal if here else None}
    given = {name: form.get(name, "").strip() for name in FIELDS}
    try:
        commands.add_annotation(session, **_read(given), **wanted, by=reader.actor)
    except Invalid as refused:
        return _shown(view, about, given=given, wrong=said_of_fields(refused, view.form))
    back = own_address(form.get("back")) or view.look.address("/notes", indicator=about.indicator, goal=about.goal)
    return RedirectResponse(back, status_code=303)


@router.post("/notes/{note_id}/removal", policy=PUBLIC, idempotent=False, include_in_schema=False)
def remove_note(note_id: str, form: FormFields, request: Request, session: WriteSession, visitor: Actor | None) -> Response:
    """Show it no longer. Who asks for figures as they were known before still sees it."""
    reader = _who_notes(form, request, visitor)
    commands.remove_annotation(session, id_in(note_id, ANNOTATION), by=reader.actor)
    look = Look.of(request, lang=form.get("lang"))
    wanted = {name: form.get(name) or None for name in ("indicator", "goal")}
    return RedirectResponse(look.address("/notes", **wanted), status_code=303)


def _who_notes(form: FormFields, request: Request, visitor: Actor | None) -> Reader:
    reader = own_form(form, request, visitor)
    if not reader.actor.has(*NOTES):
        raise Forbidden
    return reader


def _about(session: ReadSession, indicator: str | None, goal: str | None, look: Look) -> About:
    """Raises Invalid for an indicator or a goal that there is not."""
    if indicator is not None:
        if indicator not in current():
            raise Invalid(FieldError("indicator", "unknown_reference", N_("There is none of this name.")))
        return About(indicator, None, current()[indicator].name[look.language], look.address(f"/indicators/{indicator}"))
    if goal is None:
        return About(None, None, None, None)
    found = goals(session).get(goal)
    if found is None:
        raise Invalid(FieldError("goal", "unknown_reference", N_("There is none of this name.")))
    address = look.address(f"/goals/{found.plan.framework.id}/{goal}")
    return About(None, goal, found.goal.name[look.language], address)


def _read(given: Mapping[str, str]) -> dict[str, Any]:
    """The day and the words of a note. Raises Invalid with everything that is wrong with them."""
    errors = [
        FieldError(name, *_LENGTH, {"most": LONGEST}) for name in ("text_ko", "text_en") if not 0 < len(given[name]) <= LONGEST
    ]
    try:
        on = date.fromisoformat(given["on"])
    except ValueError:
        raise Invalid(FieldError("on", *_NOT_DATE), *errors) from None
    if errors:
        raise Invalid(*errors)
    return {"on": on, "text_ko": given["text_ko"], "text_en": given["text_en"]}
