"""Typed refusals: what a rule says no with. Each has a stable code, an HTTP status and a text in two languages."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import ClassVar


def N_(message: str) -> str:  # noqa: N802 - gettext's conventional marker
    """Mark a text for the catalogues without translating it here."""
    return message


class Term(str):
    """A word that means something only in its context, such as a state of one life cycle: translated there, or not at all."""

    __slots__ = ("context",)

    def __new__(cls, word: str, *, context: str) -> "Term":
        term = super().__new__(cls, word)
        term.context = context
        return term

    context: str


@dataclass(frozen=True, slots=True)
class FieldError:
    """One thing wrong with one part of a request. `pointer` is a JSON Pointer (RFC 6901) or a query parameter's name."""

    pointer: str
    code: str
    message: str
    params: Mapping[str, object] | None = None


class Refused(Exception):
    """A rule said no. Subclasses set `status`, `code`, `title` and `detail`; `params` fill the detail's placeholders.

    `params` must never hold what the caller sent (names, numbers, free text): they are shown and logged.
    """

    status: ClassVar[int] = 400
    code: ClassVar[str] = "refused"
    title: ClassVar[str] = N_("The request was refused")
    detail: ClassVar[str] = N_("The request was refused.")

    def __init__(self, *errors: FieldError, headers: Mapping[str, str] | None = None, **params: object) -> None:
        self.errors = errors
        self.headers = dict(headers or {})
        self.params = params
        super().__init__(f"{self.code}: {self.detail.format_map(_Lenient(params))}")


class _Lenient(dict[str, object]):
    def __missing__(self, key: str) -> str:
        return "{" + key + "}"


class NotFound(Refused):
    """There is no such thing, or the caller may not know that there is."""

    status = 404
    code = "not_found"
    title = N_("Not found")
    detail = N_("There is no such {what}, or you may not see it.")

    def __init__(self, what: str = "resource", *, headers: Mapping[str, str] | None = None) -> None:
        super().__init__(headers=headers, what=what)


class Forbidden(Refused):
    status = 403
    code = "forbidden"
    title = N_("Not allowed")
    detail = N_("Your role does not allow this.")


class Conflict(Refused):
    status = 409
    code = "conflict"
    title = N_("In conflict with what is stored")
    detail = N_("The request conflicts with what is stored.")


class IllegalMove(Conflict):
    """A life cycle does not allow this step. `legal` lists the steps it allows."""

    code = "illegal_move"
    title = N_("Not a legal step")
    detail = N_("{what} cannot move from {current} to {target}. Allowed from here: {legal}.")

    def __init__(self, what: str, current: str, target: str, legal: frozenset[str]) -> None:
        self.legal = sorted(legal)
        from_, to, *steps = (Term(str(state), context=what) for state in (current, target, *self.legal))
        super().__init__(what=what, current=from_, target=to, legal=steps or "-")


class Stale(Refused):
    status = 412
    code = "stale"
    title = N_("Changed in the meantime")
    detail = N_("It was changed since you read it. Read it again and repeat with the new ETag.")


class PreconditionRequired(Refused):
    status = 428
    code = "if_match_required"
    title = N_("If-Match is required")
    detail = N_("Send the ETag that you read in If-Match.")


class Invalid(Refused):
    """The content is well-formed and wrong. Give at least one FieldError."""

    status = 422
    code = "invalid"
    title = N_("The content is not valid")
    detail = N_("{count} problem(s) were found.")

    def __init__(self, *errors: FieldError, headers: Mapping[str, str] | None = None) -> None:
        super().__init__(*errors, headers=headers, count=len(errors))


class TooLarge(Refused):
    status = 413
    code = "too_large"
    title = N_("Too large")
    detail = N_("The content is larger than {limit} bytes.")


class Unavailable(Refused):
    status = 503
    code = "unavailable"
    title = N_("Not available for the moment")
    detail = N_("A part that this needs is not available. Try again.")

    def __init__(self, *, retry_after: int = 5) -> None:
        super().__init__(headers={"Retry-After": str(retry_after)})


class StorageFull(Refused):
    status = 507
    code = "storage_full"
    title = N_("No room left")
    detail = N_("There is no room left to store this. Nothing was stored.")
