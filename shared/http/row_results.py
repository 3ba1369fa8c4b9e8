"""What became of each of many rows of one request (207), in the reader's language."""

from pydantic import BaseModel
from starlette.requests import Request

from shared.errors import Refused
from shared.i18n import Language, negotiate, translate


class RowProblem(BaseModel):
    code: str
    title: str
    detail: str


def language_of(request: Request) -> Language:
    return negotiate(request.headers.get("accept-language"))


def row_problem(refusal: Refused | None, language: Language) -> RowProblem | None:
    """Why a row was refused. Where single fields are the reason, the first one's message says it."""
    if refusal is None:
        return None
    detail = translate(refusal.detail, language, refusal.params)
    code = refusal.code
    if refusal.errors:
        first = refusal.errors[0]
        code, detail = first.code, translate(first.message, language, first.params)
    return RowProblem(code=code, title=translate(refusal.title, language), detail=detail)
