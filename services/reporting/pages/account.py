"""A reader's own page: the views they keep, the links they passed on, and what came of them. Forms that work without scripts."""

from collections.abc import Callable, Mapping
from datetime import timedelta
from typing import Any, Final

from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from services.reporting import commands
from services.reporting.domain.sharing import LONGEST_LIFE, USUAL_LIFE, checked_address
from services.reporting.pages import asking
from services.reporting.pages.asking import Asked
from services.reporting.pages.cells import NOTHING, Cell, id_in
from services.reporting.pages.forms import own_form, said_of_fields
from services.reporting.pages.readers import EVERYBODY
from services.reporting.pages.rendering import Look
from services.reporting.pages.routing import PageRouter, View
from services.reporting.queries.sharing import LINK, OPENED, VIEW, links_with_uses, outcome_of, visible_views
from services.reporting.queries.values import question
from services.reporting.tables import ShareLink
from shared.auth.actor import Actor, Role
from shared.auth.issuer.clients import ROLE_NAMES
from shared.auth.policy import PUBLIC
from shared.clock import now
from shared.db import WriteSession
from shared.errors import N_, FieldError, Invalid
from shared.http import FormFields

router: Final = PageRouter()
LONGEST_NAME: Final = 120
_FIELDS: Final = ("name", "days")
_NOTHING_GIVEN: Final[Mapping[str, Mapping[str, str]]] = {"view": {}, "link": {}}
OUTCOMES: Final = {OPENED: N_("Open"), "expired": N_("Expired"), "revoked": N_("Revoked")}
Did = Callable[[WriteSession, Actor, FormFields], str | None]


@router.page("/account", seen_by=EVERYBODY)
def account(view: View, address: str | None = None) -> Response:
    """Everything that the reader keeps and passed on; with `address` the way to keep or pass on that page."""
    return view.show("account_page.html", **_content(view, address))


def _asked_again(view: View, form: FormFields, refused: Invalid, *, part: str) -> Response:
    """The page with what was given, and beside each field of the form `part` what was wrong with it."""
    given = {name: form.get(name, "") for name in form}
    said = said_of_fields(refused, view.form)
    fields = {name: text for name, text in said.items() if name in _FIELDS}
    elsewhere = [text for name, text in said.items() if name not in _FIELDS]
    wrong = fields | ({"address": " ".join(elsewhere)} if elsewhere else {})
    again = {"given": {**_NOTHING_GIVEN, part: given}, "wrong": {**_NOTHING_GIVEN, part: wrong}}
    return view.show("account_page.html", status=refused.status, **{**_content(view, form.get("address", "")), **again})


def _content(view: View, address: str | None) -> dict[str, Any]:
    form, own = view.form, view.actor.subject
    kept = [] if view.reader.demo else visible_views(view.session, by=view.actor)
    passed_on = [] if view.reader.demo else links_with_uses(view.session, by=view.actor)
    links = [
        {
            "id": row.ShareLink.id,
            "name": row.ShareLink.name,
            "address": row.ShareLink.address,
            "as_of": form.day(row.ShareLink.as_of),
            "expires": form.moment(row.ShareLink.expires_at),
            "state": _state(outcome_of(row.ShareLink), view),
            "open": outcome_of(row.ShareLink) == OPENED,
            "uses": form.number(row.uses),
            "last": NOTHING if row.last_used_at is None else form.moment(row.last_used_at),
            "by": None if row.ShareLink.by == own else row.ShareLink.by,
        }
        for row in passed_on
    ]
    views = [
        {
            "id": each.id,
            "name": each.name,
            "address": each.address,
            "shared_with": [form.text(ROLE_NAMES[Role(role)]) for role in each.shared_with],
            "own": each.owner == own,
        }
        for each in kept
    ]
    roles = [(role.value, form.text(ROLE_NAMES[role])) for role in Role]
    wanted = None if address is None else checked_address(address)
    days = {"usual": USUAL_LIFE.days, "most": LONGEST_LIFE.days}
    nothing = {"given": _NOTHING_GIVEN, "wrong": _NOTHING_GIVEN}
    return {"views": views, "links": links, "roles": roles, "wanted": wanted, "days": days, **nothing}


def _state(outcome: str, view: View) -> Cell:
    return Cell(view.form.text(OUTCOMES[outcome]), kind="good" if outcome == OPENED else "soft")


@router.post("/account/views", policy=PUBLIC, idempotent=False, include_in_schema=False)
def keep_view(form: FormFields, request: Request, session: WriteSession, visitor: Actor | None) -> Response:
    """Keep a page under a name."""
    reader = own_form(form, request, visitor)
    shared_with = [role for role in Role if form.get(f"role-{role.value}")]
    try:
        commands.save_view(session, name=_name(form), address=form.get("address", ""), shared_with=shared_with, by=reader.actor)
    except Invalid as refused:
        view = View(request, session, Look.of(request, lang=form.get("lang")), reader, Asked())
        return _asked_again(view, form, refused, part="view")
    return _back(request, form, "views")


@router.post("/account/views/{view_id}/removal", policy=PUBLIC, idempotent=False, include_in_schema=False)
def remove_view(view_id: str, form: FormFields, request: Request, session: WriteSession, visitor: Actor | None) -> Response:
    """Keep it no longer."""
    reader = own_form(form, request, visitor)
    commands.remove_view(session, id_in(view_id, VIEW), by=reader.actor)
    return _back(request, form, "views")


@router.post("/account/links", policy=PUBLIC, idempotent=False, include_in_schema=False)
def pass_on(form: FormFields, request: Request, session: WriteSession, visitor: Actor | None) -> Response:
    """Pass a page on as of today, for some days. The link is shown this once."""
    reader = own_form(form, request, visitor)
    view = View(request, session, Look.of(request, lang=form.get("lang")), reader, Asked())
    try:
        row, token = _shared(session, form, reader.actor)
    except Invalid as refused:
        return _asked_again(view, form, refused, part="link")
    origin = request.app.state.settings.origin
    made = {"address": f"{origin}/shared/{token}", "name": row.name, "expires": view.form.moment(row.expires_at)}
    return view.show("link_made.html", made=made)


def _shared(session: WriteSession, form: FormFields, by: Actor) -> tuple[ShareLink, str]:
    """The link and its token. Raises Invalid with everything that is wrong with the form."""
    address = checked_address(form.get("address", ""))
    # What the address asks about is what is fixed: its day and its moment, or today and now.
    said = asking.moments_of(address)
    asked = question(session, as_of=said.as_of, known_at=said.known_at)
    name, days = _both(lambda: _name(form), lambda: _days(form.get("days", "")))
    until = now() + timedelta(days=days)
    fixed = {"name": name, "address": address}
    return commands.share_page(session, **fixed, as_of=asked.as_of, known_at=asked.known_at, expires_at=until, by=by)


def _both(name: Callable[[], str], days: Callable[[], int]) -> tuple[str, int]:
    """What two fields say; what is wrong with both is said at once."""
    errors: list[FieldError] = []
    found: list[Any] = []
    for read in (name, days):
        try:
            found.append(read())
        except Invalid as refused:
            errors += refused.errors
    if errors:
        raise Invalid(*errors)
    return found[0], found[1]


@router.post("/account/links/{link_id}/revocation", policy=PUBLIC, idempotent=False, include_in_schema=False)
def revoke(link_id: str, form: FormFields, request: Request, session: WriteSession, visitor: Actor | None) -> Response:
    """Let it open nothing any more."""
    reader = own_form(form, request, visitor)
    commands.revoke_link(session, id_in(link_id, LINK), by=reader.actor)
    return _back(request, form, "links")


def _back(request: Request, form: FormFields, part: str) -> Response:
    return RedirectResponse(f"{Look.of(request, lang=form.get('lang')).address('/account')}#{part}", status_code=303)


def _name(form: FormFields) -> str:
    name = form.get("name", "").strip()
    if not 0 < len(name) <= LONGEST_NAME:
        raise Invalid(FieldError("name", "length", N_("Give it a name of up to {most} characters."), {"most": LONGEST_NAME}))
    return name


def _days(text: str) -> int:
    if not (text.isascii() and text.isdigit() and len(text) < 4 and 0 < int(text) <= LONGEST_LIFE.days):
        raise Invalid(FieldError("days", "out_of_range", N_("Must be 1 to {most} days."), {"most": LONGEST_LIFE.days}))
    return int(text)
