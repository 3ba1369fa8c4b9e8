"""The page that shows people what the API can do: plain HTML out of the OpenAPI document, no script, nothing from elsewhere."""

from collections.abc import Iterator, Mapping
from html import escape
from pathlib import Path
from typing import Any, Final

from shared.errors import N_
from shared.http.style import inline_policy, styled
from shared.i18n import Language, translate

_STYLE: Final = Path(__file__).with_name("description_page.css")
_METHODS: Final = ("get", "post", "put", "patch", "delete")
_HEAD: Final = N_("The API of the HuStar Tracker")
_INTRODUCTION: Final = N_("Everything that can be asked and done, of all four services, at this address. For programs:")
_ROLES: Final = N_("Roles")
_PARAMETERS: Final = N_("Parameters")
_BODY: Final = N_("Body")
_ANSWERS: Final = N_("Answers")
_REQUIRED: Final = N_("required")


def page(document: Mapping[str, Any], language: Language) -> tuple[str, str]:
    """The page, and the Content-Security-Policy that it needs."""
    say = {
        text: escape(translate(text, language))
        for text in (_HEAD, _INTRODUCTION, _ROLES, _PARAMETERS, _BODY, _ANSWERS, _REQUIRED)
    }
    groups: dict[str, list[str]] = {}
    for path, operations in document["paths"].items():
        for method in _METHODS:
            if method in operations:
                groups.setdefault(_group(path), []).append(_operation(path, method, operations[method], say))
    links = " · ".join(f'<a href="#{escape(name)}">{escape(name)}</a>' for name in sorted(groups))
    sections = "".join(
        f'<section id="{escape(name)}"><h2>{escape(name)}</h2>{"".join(groups[name])}</section>' for name in sorted(groups)
    )
    title, release = say[_HEAD], escape(document["info"]["version"])
    html = (
        f'<!doctype html><html lang="{language}"><head><meta charset="utf-8">'
        f'<meta name="viewport" content="width=device-width"><title>{title}</title>'
        f"<style>{styled(_STYLE).decode()}</style></head><body><main><h1>{title} <small>{release}</small></h1>"
        f'<p>{say[_INTRODUCTION]} <a href="/openapi.json">/openapi.json</a></p><nav>{links}</nav>{sections}</main></body></html>'
    )
    return html, inline_policy(_STYLE)


def _group(path: str) -> str:
    """What an operation is about: the first part of its path that is neither the API nor its version."""
    parts = path.strip("/").split("/")
    return parts[2] if path.startswith("/api/") and len(parts) > 2 else parts[0] or "/"


def _operation(path: str, method: str, operation: Mapping[str, Any], say: Mapping[str, str]) -> str:
    told = "".join(_told(operation, say))
    return (
        f"<details><summary><code><b>{method.upper()}</b> {escape(path)}</code> {escape(operation.get('summary', ''))}</summary>"
        f"{told}</details>"
    )


def _told(operation: Mapping[str, Any], say: Mapping[str, str]) -> Iterator[str]:
    if text := operation.get("description"):
        yield f"<p>{escape(text)}</p>"
    if roles := operation.get("x-roles"):
        yield f"<p>{say[_ROLES]}: {escape(', '.join(roles))}</p>"
    if parameters := operation.get("parameters"):
        yield f"<h3>{say[_PARAMETERS]}</h3><ul>{''.join(_parameter(each, say) for each in parameters)}</ul>"
    for kind, content in operation.get("requestBody", {}).get("content", {}).items():
        yield f"<p>{say[_BODY]}: <code>{escape(kind)}</code> {escape(_named(content.get('schema', {})))}</p>"
    answers = "".join(
        f"<li><code>{escape(status)}</code> {escape(answer.get('description', ''))} {escape(_answered(answer))}</li>"
        for status, answer in operation.get("responses", {}).items()
    )
    yield f"<h3>{say[_ANSWERS]}</h3><ul>{answers}</ul>"


def _parameter(parameter: Mapping[str, Any], say: Mapping[str, str]) -> str:
    must = f" ({say[_REQUIRED]})" if parameter.get("required") else ""
    kind = _named(parameter.get("schema", {}))
    return f"<li><code>{escape(parameter['name'])}</code> {escape(kind)}{must} {escape(parameter.get('description', ''))}</li>"


def _answered(answer: Mapping[str, Any]) -> str:
    return ", ".join(name for content in answer.get("content", {}).values() if (name := _named(content.get("schema", {}))))


def _named(schema: Mapping[str, Any]) -> str:
    """A schema in a word or two."""
    if "$ref" in schema:
        return str(schema["$ref"]).rsplit("/", 1)[-1]
    if "enum" in schema:
        return " | ".join(map(str, schema["enum"]))
    for several in ("anyOf", "oneOf"):
        if several in schema:
            return " | ".join(filter(None, (_named(each) for each in schema[several] if each.get("type") != "null")))
    if schema.get("type") == "array":
        return f"[{_named(schema.get('items', {}))}]"
    return str(schema.get("format") or schema.get("type") or "")
