"""Routes of pages: who may see one, what all of them can be asked, and errors that are pages themselves."""

import inspect
import operator
from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass
from functools import wraps
from typing import Annotated, Any, Final

from fastapi import Query
from starlette.requests import Request
from starlette.responses import Response

from services.reporting.indicators import Scope
from services.reporting.pages import asking
from services.reporting.pages.asking import Asked
from services.reporting.pages.formatting import Format
from services.reporting.pages.narrowing import check_members
from services.reporting.pages.readers import Entry, Reader, entries, note_use, reader_of
from services.reporting.pages.rendering import Look, render
from services.reporting.pages.tour import tour_of
from services.reporting.queries.freshness import Freshness, freshness
from services.reporting.queries.values import question
from shared.auth.actor import Actor, Role
from shared.auth.policy import PUBLIC
from shared.db import ReadSession
from shared.errors import N_, Forbidden, Invalid, Refused
from shared.http import ServiceRouter
from shared.http.problems import refusal
from shared.telemetry.context import current_trace

# The pages that there are, for the navigation.
THERE: Final[set[str]] = set()
# What is wrong with an address is told of a question, not of a form that was sent.
_CANNOT: Final = N_("This cannot be shown")
_WHY: Final = N_("The address or the form asks for something that there is not.")
_OF_ALL: Final = ("lang", "theme", "live", "tour", *asking.NAMES)
_Text = Annotated[str | None, Query(max_length=asking.LONGEST)]


class NotYours(Forbidden):
    """A page that is not for the reader's role."""

    code = "page_not_for_role"
    title = N_("This page is not for your role")
    detail = N_("What there is for you is in the navigation above.")


@dataclass(frozen=True, slots=True)
class View:
    """One look at one page: who looks, how, and what was asked."""

    request: Request
    session: ReadSession
    look: Look
    reader: Reader
    asked: Asked

    @property
    def form(self) -> Format:
        return Format(self.look.language)

    @property
    def actor(self) -> Actor:
        return self.reader.actor

    def scope(self, only: Mapping[str, Any] | None = None) -> Scope:
        """The question, for queries. Raises Invalid for what may not be told about persons."""
        narrowed = self.asked.only if only is None else only
        return question(
            self.session, as_of=self.asked.as_of, known_at=self.asked.known_at, only=narrowed, staff=self.reader.staff
        )

    def show(self, template: str, *, status: int = 200, headers: Mapping[str, str] | None = None, **content: Any) -> Response:
        """A template as this reader's page, with the frame that all pages have around it."""
        return render(template, self.look, status=status, headers=headers, **self._frame(), **content)

    def _frame(self) -> Mapping[str, Any]:
        return {
            "view": self,
            "asked": self.asked,
            "reader": self.reader,
            "pages": self._pages(),
            "footing": footing(freshness(self.session), self.form),
            "tour": None if self.reader.passed else tour_of(self.look, dict(self.look.query).get("tour"), THERE),
        }

    def above(self) -> Entry | None:
        """The page of the navigation that this one is below: the way back from something that there is not."""
        return next((entry for entry in entries(self.reader, THERE) if _is_below(self.look.path, entry.path)), None)

    def _pages(self) -> list[tuple[Entry, bool]]:
        here = self.look.path
        return [(each, each.path == here or _is_below(here, each.path)) for each in entries(self.reader, THERE)]


def footing(fresh: Freshness, form: Format) -> str:
    """How new the figures are, in one line below every page."""
    if fresh.watermark is None:
        return form.text(N_("No facts have arrived yet."))
    return form.text(N_("Facts up to {moment}"), moment=form.moment(fresh.watermark))


def _is_below(path: str, parent: str) -> bool:
    return parent != "/" and path.startswith(parent + "/")


class PageRouter(ServiceRouter):
    """The routes of one page, or of a few. An endpoint takes a View first, and then parameters of its own."""

    def __init__(self) -> None:
        super().__init__(tags=["pages"], refusing=problem_page)

    def page(self, path: str, *, seen_by: Collection[Role]) -> Callable[[Callable[..., Response]], Callable[..., Response]]:
        """A page at `path` for these roles: others are told so, and who is not signed in is asked to."""

        def register(endpoint: Callable[..., Response]) -> Callable[..., Response]:
            THERE.add(path)
            route = _viewed(endpoint, seen_by)
            return self.get(path, policy=PUBLIC, produces="text/html", include_in_schema=False)(route)

        return register


def _viewed(endpoint: Callable[..., Response], seen_by: Collection[Role]) -> Callable[..., Response]:
    """`endpoint` with the parameters that all pages take, and a View made of them."""
    signature = inspect.signature(endpoint, eval_str=True)
    own = [each for name, each in signature.parameters.items() if name != "view"]

    @wraps(endpoint)
    def viewed(request: Request, session: ReadSession, visitor: Actor | None, **given: Any) -> Response:
        said = {name: given.pop(name, None) for name in _OF_ALL}
        look, reader = Look.of(request), reader_of(request, visitor)
        if reader is None:
            return render("sign_in.html", look)
        if not reader.demo:
            note_use(request, session)
        view = View(request, session, look, reader, Asked())
        try:
            if not reader.actor.has(*seen_by):
                raise NotYours
            view = View(request, session, look, reader, asking.read({name: said[name] for name in asking.NAMES}))
            check_members(session, view.asked.only or {})
            return endpoint(view, **given)
        except Refused as refused:
            return _refused(refused, look, view)

    of_kernel = [inspect.Parameter(name, _ANYWHERE, annotation=kind) for name, kind in _OF_KERNEL.items()]
    of_all = [inspect.Parameter(name, inspect.Parameter.KEYWORD_ONLY, default=None, annotation=_Text) for name in _OF_ALL]
    own = [each.replace(kind=inspect.Parameter.KEYWORD_ONLY) for each in own]
    viewed.__signature__ = signature.replace(parameters=[*of_kernel, *own, *of_all])  # type: ignore[attr-defined]
    return viewed


_ANYWHERE: Final = inspect.Parameter.POSITIONAL_OR_KEYWORD
_OF_KERNEL: Final = {"request": Request, "session": ReadSession, "visitor": operator.or_(Actor, None)}


def problem_page(request: Request, error: Exception) -> Response:
    """An error as a page, in the reader's language and with the way back."""
    return _refused(refusal(error), Look.of(request), None)


def _refused(refused: Refused, look: Look, view: View | None) -> Response:
    form = Format(look.language)
    names = [each.pointer.lstrip("/") for each in refused.errors]
    wrong = {
        form.text(asking.LABELS.get(name, name)): form.text(each.message, **(each.params or {}))
        for name, each in zip(names, refused.errors, strict=True)
    }
    title, detail = (_CANNOT, _WHY) if type(refused) is Invalid else (refused.title, refused.detail)
    said = {
        "title": form.text(title),
        "detail": form.text(detail, **refused.params),
        "wrong": wrong,
        "back": look.here(**dict.fromkeys(names)) if names else None,
        "above": None if view is None or names else view.above(),
        "trace": current_trace().trace_id if refused.status >= 500 else None,
    }
    shown = view.show if view is not None else _bare(look)
    return shown("problem.html", status=refused.status, headers=refused.headers, **said)


def _bare(look: Look) -> Callable[..., Response]:
    def shown(template: str, **content: Any) -> Response:
        return render(template, look, **content)

    return shown
