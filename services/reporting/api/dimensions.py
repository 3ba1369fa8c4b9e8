"""The dimensions as parameters: every route that answers by dimensions takes all of them, and none lists them."""

import inspect
import operator
from collections.abc import Callable, Mapping
from functools import wraps
from typing import Annotated, Any, Final
from uuid import UUID

from fastapi import Query
from pydantic import Field, ValidatorFunctionWrapHandler, WithJsonSchema, WrapValidator

from services.reporting.indicators.dimensions import DIMENSIONS, UNKNOWN, Dimension

Asked = Mapping[str, Any]
_NOT_KNOWN: Final = {"type": "string", "const": UNKNOWN}


def _unless_unknown(given: Any, check: ValidatorFunctionWrapHandler) -> Any:
    return given if given == UNKNOWN else check(given)


def _or_unknown(schema: Mapping[str, Any]) -> tuple[Any, ...]:
    return WrapValidator(_unless_unknown), WithJsonSchema({"anyOf": [schema, _NOT_KNOWN]})


_TYPES: Final[Mapping[type, Any]] = {
    str: Annotated[str, Field(max_length=40)],
    int: Annotated[int, Field(ge=1, le=1000), *_or_unknown({"type": "integer", "minimum": 1, "maximum": 1000})],
    UUID: Annotated[UUID, *_or_unknown({"type": "string", "format": "uuid"})],
}


def by_dimensions(endpoint: Callable[..., Any]) -> Callable[..., Any]:
    """`endpoint` with a query parameter for every dimension; its own parameter `asked` gets those that were given.

    The member `unknown` stands for what is not known, which is None in questions.
    """
    signature = inspect.signature(endpoint, eval_str=True)
    kept = [parameter for name, parameter in signature.parameters.items() if name != "asked"]
    added = [_parameter(dimension) for dimension in DIMENSIONS.values()]

    @wraps(endpoint)
    def with_dimensions(*args: Any, **given: Any) -> Any:
        members = {name: given.pop(name, None) for name in DIMENSIONS}
        asked = {name: None if member == UNKNOWN else member for name, member in members.items() if member is not None}
        return endpoint(*args, asked=asked, **given)

    with_dimensions.__signature__ = signature.replace(parameters=[*kept, *added])  # type: ignore[attr-defined]
    return with_dimensions


def _parameter(dimension: Dimension) -> inspect.Parameter:
    description = f"{dimension.description}; {UNKNOWN}: those of which it is not known"
    annotation = operator.getitem(Annotated, (_TYPES[dimension.member] | None, Query(description=description)))
    return inspect.Parameter(dimension.name, inspect.Parameter.KEYWORD_ONLY, default=None, annotation=annotation)
