"""Reads an endpoint's signature: what the kernel fills in itself, and what FastAPI sees and documents."""

import inspect
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from enum import Enum, auto
from typing import Any, Final

from starlette.requests import Request

from shared.auth.actor import Actor
from shared.db import ReadSession, WriteSession
from shared.http.bodies import FormFields, Upload
from shared.http.conditional import IfMatch
from shared.http.paging import Page


@dataclass(slots=True)
class Reply:
    """What an endpoint may say about its answer beside the content: ask for a parameter of this type."""

    status_code: int | None = None
    headers: dict[str, str] = field(default_factory=dict)
    etag: str | None = None

    def located(self, path: str) -> None:
        """Where the thing created, or the work begun, is to be found: an absolute path."""
        self.headers["Location"] = path


class Given(Enum):
    """What the kernel can give to an endpoint."""

    WRITE_SESSION = auto()
    READ_SESSION = auto()
    ACTOR = auto()
    VISITOR = auto()
    REPLY = auto()
    IF_MATCH = auto()
    PAGE = auto()
    UPLOAD = auto()
    FORM = auto()
    REQUEST = auto()


_ANNOTATIONS: Final[tuple[tuple[Any, Given], ...]] = (
    (WriteSession, Given.WRITE_SESSION),
    (ReadSession, Given.READ_SESSION),
    (Actor, Given.ACTOR),
    (Actor | None, Given.VISITOR),
    (Reply, Given.REPLY),
    (IfMatch, Given.IF_MATCH),
    (Page, Given.PAGE),
    (Upload, Given.UPLOAD),
    (FormFields, Given.FORM),
    (Request, Given.REQUEST),
)


def _given(annotation: Any) -> Given | None:
    return next((given for known, given in _ANNOTATIONS if known == annotation), None)


def read_signature(endpoint: Callable[..., Any]) -> tuple[Mapping[Given, str], Callable[..., Any]]:
    """The names of the parameters that the kernel fills in, and a stand-in with the others for FastAPI to look at."""
    signature = inspect.signature(endpoint, eval_str=True)
    wanted: dict[Given, str] = {}
    visible: list[inspect.Parameter] = []
    for parameter in signature.parameters.values():
        given = _given(parameter.annotation)
        if given is None:
            visible.append(parameter.replace(kind=inspect.Parameter.KEYWORD_ONLY))
        elif given in wanted:
            raise TypeError(f"{endpoint.__name__}: two parameters of the same kind, {wanted[given]} and {parameter.name}")
        else:
            wanted[given] = parameter.name
    return wanted, _stand_in(endpoint, signature.replace(parameters=visible))


def _stand_in(endpoint: Callable[..., Any], signature: inspect.Signature) -> Callable[..., Any]:
    def stand_in() -> None:
        raise AssertionError("only looked at, never called")

    stand_in.__name__ = endpoint.__name__
    stand_in.__doc__ = endpoint.__doc__
    stand_in.__module__ = endpoint.__module__
    stand_in.__signature__ = signature  # type: ignore[attr-defined]
    return stand_in
